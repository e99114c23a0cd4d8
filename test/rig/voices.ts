import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { concat } from '../../src/audio/pcm/concat.ts';
import { CAPTURE_RATE_HZ } from '../../src/audio/pcm/frame.ts';
import { resample } from '../../src/audio/pcm/resample.ts';
import { readWav } from '../../src/audio/pcm/wav.ts';
import { seeded } from './random.ts';

const run = promisify(execFile);

/** Voices that were rendered before, in this run or an earlier one. Delete the folder after an update of the programs. */
const RENDERED = fileURLToPath(new URL('../../build/voices', import.meta.url));

/** Real people reading a novel aloud, 16 kHz (LibriVox, public domain; Debian's pocketsphinx-testdata). */
export const HUMAN_RECORDINGS = ['0870', '0880', '0890', '0920', '0930'].map(
  (part) => `/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-${part}.wav`,
);

/** A WAV file as samples at 16 kHz. */
export async function soundOf(file: string): Promise<Int16Array> {
  const { samples, sampleRate } = readWav(await readFile(file));
  return resample(samples, sampleRate, CAPTURE_RATE_HZ);
}

/** A sentence spoken by a synthetic voice, at 16 kHz. English ones are of another make than the device's own. */
export async function spoken(
  text: string,
  voice: 'rms' | 'awb' | 'slt' | 'es' | 'es-419+f3' | 'fr',
): Promise<Int16Array> {
  const program = voice.startsWith('es') || voice === 'fr' ? 'espeak-ng' : 'flite';
  return await soundOf(await rendered(program, voice, text));
}

/** A sentence as a program's voice says it. @returns the path of the WAV file, which is not to be changed */
export async function rendered(program: 'flite' | 'espeak-ng', voice: string, text: string): Promise<string> {
  const name = createHash('sha256').update([program, voice, text].join('\0')).digest('hex');
  const file = path.join(RENDERED, `${name}.wav`);
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) return file;
  await mkdir(RENDERED, { recursive: true });
  // Several test files may render the same at the same time.
  const unfinished = path.join(RENDERED, `${randomUUID()}.unfinished`);
  if (program === 'espeak-ng') await run(program, ['-v', voice, '-w', unfinished, text]);
  else await run(program, ['-voice', voice, '-t', text, '-o', unfinished]);
  await rename(unfinished, file);
  return file;
}

/** Sounds one after the other. */
export function sequence(...sounds: readonly Int16Array[]): Int16Array {
  return concat(sounds);
}

export function silence(seconds: number): Int16Array {
  return new Int16Array(Math.round(seconds * CAPTURE_RATE_HZ));
}

/** Noise of a room, in dB relative to full scale: `pink` falls by 3 dB an octave, as rooms do. */
export function noise(kind: 'white' | 'pink', dbfs: number, seconds: number, seed = 1): Int16Array {
  const random = seeded(seed);
  // Pink by Voss and McCartney: rows of white noise, each renewed half as often as the one before.
  const rows = Float64Array.from({ length: kind === 'pink' ? 12 : 0 }, () => random() - 0.5);
  const raw = new Float64Array(Math.round(seconds * CAPTURE_RATE_HZ));
  let energy = 0;
  let slow = rows.reduce((sum, value) => sum + value, 0);
  for (let i = 0; i < raw.length; i++) {
    for (let row = 0; row < rows.length && (i & ((1 << row) - 1)) === 0; row++) {
      const value = random() - 0.5;
      slow += value - (rows[row] as number);
      rows[row] = value;
    }
    const sum = slow + random() - 0.5;
    raw[i] = sum;
    energy += sum * sum;
  }
  const rms = Math.sqrt(energy / raw.length);
  const scale = (32_768 * 10 ** (dbfs / 20)) / rms;
  return clipped(raw.map((value) => value * scale));
}

/** As 16-bit samples, at full scale at most. */
function clipped(sound: Float64Array): Int16Array {
  const samples = new Int16Array(sound.length);
  // Not by Int16Array.from with a function, which takes ten times as long.
  for (let i = 0; i < samples.length; i++)
    samples[i] = Math.max(-32_768, Math.min(32_767, Math.round(sound[i] as number)));
  return samples;
}

/** One sound over another; the longer one gives the length. */
export function mixed(a: Int16Array, b: Int16Array): Int16Array {
  const sum = new Float64Array(Math.max(a.length, b.length));
  for (let i = 0; i < sum.length; i++) sum[i] = (a[i] ?? 0) + (b[i] ?? 0);
  return clipped(sum);
}
