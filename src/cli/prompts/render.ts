import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PLAYBACK_RATE_HZ } from '../../audio/loudspeaker/loudspeaker.ts';
import { levelDbfs } from '../../audio/pcm/level.ts';
import { resample } from '../../audio/pcm/resample.ts';
import { readWav } from '../../audio/pcm/wav.ts';
import { childEnvironment } from '../../base/child-environment.ts';
import { MissingDependency } from '../../phrasebook/libraries.ts';
import { trimEnd } from '../../phrasebook/speak/speech.ts';

const run = promisify(execFile);

/** So loud that prompts sit with speech: root mean square over the whole prompt. */
export const LEVEL_DBFS = -23;
/** Peaks stay this much below full scale, even if the prompt then is softer. */
const PEAK = 32767 * 10 ** (-1 / 20);

/** A sentence takes espeak-ng some 10 ms; on a device under load, many times that. In milliseconds. */
const TIMEOUT_MS = 20_000;

/** What speaks the prompts. */
export interface Speech {
  /** The table of voices, as `espeak-ng --voices` prints it. @throws MissingDependency */
  voices(): Promise<string>;
  /** A text, spoken at LEVEL_DBFS: mono, PLAYBACK_RATE_HZ. @throws MissingDependency, or Error when nothing came */
  speak(text: string, voice: string): Promise<Int16Array>;
}

export const ESPEAK: Speech = {
  voices: async () => (await espeak(['--voices'])).toString(),
  speak,
};

/** Runs the program espeak-ng. @returns what it printed @throws MissingDependency when it is not installed */
async function espeak(args: readonly string[]): Promise<Buffer> {
  try {
    const env = childEnvironment();
    const options = { encoding: 'buffer', maxBuffer: 16 * 2 ** 20, timeout: TIMEOUT_MS, env } as const;
    return (await run('espeak-ng', args, options)).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new MissingDependency(
      'espeak-ng, which speaks the prompts, is missing; run: apt-get install espeak-ng',
    );
  }
}

async function speak(text: string, voice: string): Promise<Int16Array> {
  const { samples, sampleRate } = readWav(await espeak(['-v', voice, '--stdout', '--', text]));
  const trimmed = trimEnd(samples, sampleRate);
  if (trimmed.length === 0) throw new Error(`espeak-ng's voice "${voice}" said nothing`);
  return levelled(resample(trimmed, sampleRate, PLAYBACK_RATE_HZ));
}

function levelled(samples: Int16Array): Int16Array {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1);
  const gain = Math.min(10 ** ((LEVEL_DBFS - levelDbfs(samples)) / 20), PEAK / peak);
  return samples.map((sample) => Math.round(sample * gain));
}
