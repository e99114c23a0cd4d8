import { execFile } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { framesOf } from '../../src/audio/pcm/frame.ts';
import { levelDbfs } from '../../src/audio/pcm/level.ts';
import { loadSileroDetector, type SpeechDetector } from '../../src/line/detector.ts';
import { defaultConfig } from '../../src/system/config/schema.ts';
import { seeded } from '../rig/random.ts';
import { utterancesIn } from '../rig/utterances.ts';
import { mixed, noise, sequence, silence } from '../rig/voices.ts';

/**
 * What the gate finds in real recordings when it has to find the ends of utterances: node
 * test/bench/hands-free.ts [ROOT]. Needs ffmpeg and Debian's asterisk-core-sounds-{en,es,fr,it,ru}-g722,
 * asterisk-moh-opsound-g722, bucklespring-data, ktuberling-data, pocketsphinx-testdata, installed
 * or unpacked below ROOT; what is not there is left out.
 */

const ROOT = process.argv[2] ?? '/';
const RATE = 16_000;
/** Speech as it reaches the microphone in these measurements, and the room when nothing happens, in dBFS. */
const SPEECH_DBFS = -26;
const ROOM_DBFS = -60;
const END_AFTER_MS = [500, 700, 800, 1000, 1200];
const MIN_SPEECH_MS = [64, 150, 200, 250, 300, 400];

const run = promisify(execFile);
const random = seeded(1);
const detector = await loadSileroDetector();
const defaults = defaultConfig().gate;

/** What is found in a sound, with one setting after the other. */
function listening(sound: Int16Array) {
  const frames = framesOf(sound, 0);
  const remembers = remembering();
  return (endAfterMs: number, minSpeechMs: number) =>
    utterancesIn(frames, remembers, { ...defaults, endAfterMs, minSpeechMs });
}

/** The detector, which is not asked again about what it has heard already from the same beginning on. */
function remembering(): SpeechDetector {
  const runs = new Map<string, number[]>();
  let windows: Float32Array[] = [];
  let run: number[] = [];
  let live: number[] | undefined;
  return {
    reset: () => {
      windows = [];
    },
    probability: async (window) => {
      const n = windows.push(window.slice()) - 1;
      if (n === 0) {
        const beginning = window.join();
        run = runs.get(beginning) ?? [];
        runs.set(beginning, run);
      }
      const known = run[n];
      if (known !== undefined) return known;
      if (live !== run) {
        detector.reset();
        for (const before of windows.slice(0, n)) await detector.probability(before);
        live = run;
      }
      const probability = await detector.probability(window);
      run.push(probability);
      return probability;
    },
  };
}

function files(pattern: string): string[] {
  const here = globSync(path.join(ROOT, pattern)).sort();
  return here.length > 0 ? here : globSync(path.join('/', pattern)).sort();
}

async function decoded(file: string): Promise<Int16Array> {
  const args = ['-v', 'error', '-i', file, '-f', 's16le', '-ac', '1', '-ar', `${RATE}`, '-'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 28 });
  return new Int16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + (stdout.length & ~1)));
}

function atLevel(sound: Int16Array, dbfs: number): Int16Array {
  const gain = 10 ** ((dbfs - levelDbfs(sound)) / 20);
  return sound.map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * gain))));
}

/** In a room, with silence around it. */
function inRoom(sound: Int16Array, roomDbfs = ROOM_DBFS): Int16Array {
  const whole = sequence(silence(1), sound, silence(2));
  return mixed(whole, noise('pink', roomDbfs, whole.length / RATE));
}

/** So many, evenly spread. */
function some<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[Math.floor(i * step)] as T);
}

const seconds = (sound: Int16Array) => sound.length / RATE;
const print = (text = '') => process.stdout.write(`${text}\n`);
const row = (...cells: readonly (string | number)[]) => print(`| ${cells.join(' | ')} |`);
const head = (...cells: readonly (string | number)[]) => {
  row(...cells);
  row(...cells.map(() => '---'));
};

// How often a recording of a sentence comes out as more than one utterance.

const VOICES = [
  ['en', 'en_US_f_Allison'],
  ['es', 'es_MX_f_Allison'],
  ['fr', 'fr_CA_f_June'],
  ['it', 'it_IT_m_Carlo'],
  ['ru', 'ru_RU_f_IvrvoiceRU'],
] as const;
/** Prompts of a language by the length of the file: G.722 has 8,000 bytes a second. */
async function promptsOf(voice: string, fromS: number, toS: number, most: number): Promise<Int16Array[]> {
  const fit = files(`usr/share/asterisk/sounds/${voice}/{,dictate/}*.g722`).filter((file) => {
    const lengthS = statSync(file).size / 8000;
    return lengthS >= fromS && lengthS < toS && !/beep|tone|monkeys/.test(path.basename(file));
  });
  const sounds: Int16Array[] = [];
  for (const file of some(fit, most)) sounds.push(atLevel(await decoded(file), SPEECH_DBFS));
  return sounds;
}

const novel: Int16Array[] = [];
for (const file of files('usr/share/pocketsphinx/test/data/librivox/*.wav'))
  novel.push(atLevel(await decoded(file), SPEECH_DBFS));

async function cut(name: string, sounds: readonly Int16Array[], roomDbfs = ROOM_DBFS): Promise<void> {
  const several = END_AFTER_MS.map(() => 0);
  let none = 0;
  for (const sound of sounds) {
    const find = listening(inRoom(sound, roomDbfs));
    for (const [i, endAfterMs] of END_AFTER_MS.entries()) {
      const { length } = await find(endAfterMs, defaults.minSpeechMs);
      if (length > 1) several[i] = (several[i] as number) + 1;
      if (length === 0 && i === 0) none++;
    }
  }
  row(name, `${sounds.length}${none > 0 ? ` (${none} not found)` : ''}`, ...several);
}

print('Recordings that come out as more than one utterance, by the silence that ends one:\n');
head('', 'recordings', ...END_AFTER_MS.map((ms) => `${ms} ms`));
await cut('a novel read aloud', novel);
const prompts: Int16Array[] = [];
for (const [language, voice] of VOICES) {
  const short = await promptsOf(voice, 1.5, 4, 25);
  if (short.length === 0) continue;
  prompts.push(...short);
  await cut(`${language}, 1.5 to 4 s`, short);
  await cut(`${language}, 4 to 10 s`, await promptsOf(voice, 4, 10, 25));
  await cut(`${language}, several sentences, 10 to 60 s`, await promptsOf(voice, 10, 60, 12));
}
await cut('all languages, 1.5 to 4 s, noise at 15 dB', some(prompts, 50), SPEECH_DBFS - 15);

// Short words that someone may mean.

async function lost(name: string, sounds: readonly Int16Array[], roomDbfs = ROOM_DBFS): Promise<void> {
  const counts = MIN_SPEECH_MS.map(() => 0);
  for (const sound of sounds) {
    const find = listening(inRoom(sound, roomDbfs));
    for (const [i, minSpeechMs] of MIN_SPEECH_MS.entries())
      if ((await find(800, minSpeechMs)).length === 0) counts[i] = (counts[i] as number) + 1;
  }
  row(name, sounds.length, ...counts);
}

print('\nSingle words that are lost, by the speech that there must be:\n');
head('', 'words', ...MIN_SPEECH_MS.map((ms) => `${ms} ms`));
const words: Int16Array[] = [];
for (const [language, voice] of VOICES) {
  const sounds: Int16Array[] = [];
  for (const file of files(`usr/share/asterisk/sounds/${voice}/digits/{?,??}.g722`))
    sounds.push(atLevel(await decoded(file), SPEECH_DBFS));
  if (sounds.length === 0) continue;
  words.push(...some(sounds, 10));
  await lost(`${language}, numbers`, sounds);
}
for (const language of ['en', 'de', 'fr', 'ru', 'es', 'it']) {
  const sounds: Int16Array[] = [];
  for (const file of some(files(`usr/share/ktuberling/sounds/${language}/*.{ogg,wav}`), 40))
    sounds.push(atLevel(await decoded(file), SPEECH_DBFS));
  if (sounds.length === 0) continue;
  words.push(...some(sounds, 10));
  await lost(`${language}, nouns`, sounds);
}
await lost('a choice of these, noise at 15 dB', words, SPEECH_DBFS - 15);

// What nobody said, and becomes a turn.

async function typing(): Promise<Int16Array | undefined> {
  const keys: Int16Array[] = [];
  for (const file of files('usr/share/buckle/wav/*-1.wav')) keys.push(await decoded(file));
  if (keys.length === 0) return undefined;
  const sound = new Int16Array(180 * RATE);
  for (
    let at = 0;
    at < sound.length;
    at += Math.round(RATE * (0.08 + (random() < 0.1 ? 2 : 0.25) * random()))
  )
    overlay(sound, keys[Math.floor(random() * keys.length)] as Int16Array, at);
  return sound;
}

function overlay(sound: Int16Array, one: Int16Array, at: number): void {
  for (let i = 0; i < one.length && at + i < sound.length; i++)
    sound[at + i] = Math.max(-32_768, Math.min(32_767, (sound[at + i] as number) + (one[i] as number)));
}

async function music(): Promise<Int16Array | undefined> {
  const pieces: Int16Array[] = [];
  for (const file of files('usr/share/asterisk/moh/*.g722'))
    pieces.push((await decoded(file)).slice(20 * RATE, 80 * RATE));
  return pieces.length === 0 ? undefined : sequence(...pieces.map((piece) => atLevel(piece, -26)));
}

/** Twelve voices at once, from recordings of all languages, each at another distance. */
function babble(): Int16Array | undefined {
  const all = prompts;
  if (all.length === 0) return undefined;
  const sound = new Int16Array(180 * RATE);
  for (let voice = 0; voice < 12; voice++) {
    const gain = 0.15 + 0.25 * random();
    for (let at = Math.floor(random() * RATE); at < sound.length; ) {
      const one = all[Math.floor(random() * all.length)] as Int16Array;
      overlay(
        sound,
        one.map((sample) => Math.round(sample * gain)),
        at,
      );
      at += one.length + Math.floor(random() * RATE);
    }
  }
  return reverberant(sound);
}

/** Four combs, as in Schroeder's reverberator: a lobby of about 0.8 s. */
function reverberant(dry: Int16Array): Int16Array {
  const wet = new Float64Array(dry.length);
  for (const delayMs of [29.7, 37.1, 41.1, 43.7]) {
    const delay = Math.round((delayMs * RATE) / 1000);
    const feedback = 10 ** ((-3 * delayMs) / 800);
    const line = new Float64Array(dry.length);
    for (let i = 0; i < dry.length; i++) {
      line[i] = (dry[i] as number) + (i >= delay ? feedback * (line[i - delay] as number) : 0);
      wet[i] = (wet[i] as number) + (line[i] as number) / 4;
    }
  }
  return Int16Array.from(wet, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample))));
}

/** A sentence after it must be found; otherwise the gate had gone deaf and the count is meaningless. */
async function turns(name: string, sound: Int16Array | undefined): Promise<void> {
  if (sound === undefined) return;
  const sentence = novel[1] ?? prompts[0];
  if (sentence === undefined) throw new Error('there is no speech to check with');
  for (const below of [5, 15]) {
    const find = listening(inRoom(sequence(atLevel(sound, SPEECH_DBFS - below), silence(2), sentence)));
    const endMs = 1000 * (1 + seconds(sound));
    const counts: string[] = [];
    for (const minSpeechMs of MIN_SPEECH_MS) {
      const found = await find(800, minSpeechMs);
      const ofIt = found.filter(({ startedMs }) => startedMs < endMs).length;
      if (found.length !== ofIt + 1) throw new Error(`the sentence behind ${name} was not found`);
      counts.push((ofIt / (seconds(sound) / 60)).toFixed(1));
    }
    row(`${name}, ${below} dB below speech`, `${Math.round(seconds(sound))} s`, ...counts);
  }
}

print('\nTurns a minute of what nobody said, by the speech that there must be:\n');
head('', 'length', ...MIN_SPEECH_MS.map((ms) => `${ms} ms`));
await turns('keys', await typing());
await turns('music', await music());
await turns('babble of 12', babble());
