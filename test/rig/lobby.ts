import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { CAPTURE_RATE_HZ, FRAME_MS, FRAME_SAMPLES, framesOf } from '../../src/audio/pcm/frame.ts';
import { levelDbfs } from '../../src/audio/pcm/level.ts';
import { resample } from '../../src/audio/pcm/resample.ts';
import { readWav } from '../../src/audio/pcm/wav.ts';
import { seeded } from './random.ts';
import { HUMAN_RECORDINGS, mixed, noise, sequence, silence, soundOf, spoken } from './voices.ts';

/** A stream as the microphone of a hotel desk gives it: people speak in turn, and in between the lobby is heard. */

export interface Said {
  readonly by: string;
  readonly text: string;
  /** 16 kHz. */
  readonly sound: Int16Array;
}

/** Something that is said in the stream; where its speech lies, in milliseconds from the stream's beginning. */
export interface SaidInLobby extends Said {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is heard between two utterances. */
export type LobbySound = 'babble' | 'clicks' | 'music' | 'nothing';

export interface Lobby {
  readonly samples: Int16Array;
  /** The same without lobby and room: only what people say. */
  readonly clean: Int16Array;
  readonly said: readonly SaidInLobby[];
  /** What was heard before each utterance, and after the last. */
  readonly between: readonly LobbySound[];
}

export interface LobbyOptions {
  /** From one utterance to the next, in milliseconds. */
  readonly gapMs?: number;
  /** How loud people are, in dB relative to full scale. */
  readonly speechDbfs?: number;
  /** How loud the lobby is between them. */
  readonly lobbyDbfs?: number;
  /** How loud the room is all the time. */
  readonly roomDbfs?: number;
  /** Which sounds come between, one after the other; those that this machine has, if not given. */
  readonly sounds?: readonly LobbySound[];
}

/** Six times a host and a guest by turns, in sentences of the phrasebook: the stand-in answers them. */
const HOTEL_TALK = [
  ['rms', 'How can I help you?'],
  ['es', 'Quisiera una habitación doble.'],
  ['rms', 'What is your last name, please?'],
  ['es', '¿Puedo pagar con tarjeta de crédito?'],
  ['rms', 'I need a credit card as a deposit.'],
  ['es', 'Tengo alergia a la leche.'],
  ['rms', 'Do you have any food allergies?'],
  ['es', '¿Dónde está el hospital más cercano?'],
  ['rms', 'The restrooms are on the right.'],
  ['es', 'Despiérteme a las seis de la mañana, por favor.'],
  ['rms', 'I will send someone right away.'],
  ['es', 'Hace demasiado frío en mi habitación.'],
] as const;

export async function hotelTalk(): Promise<Said[]> {
  return Promise.all(HOTEL_TALK.map(async ([by, text]) => ({ by, text, sound: await spoken(text, by) })));
}

/** Prompts of one sentence by Allison Smith (Debian's asterisk-core-sounds-en-wav, CC-BY-SA 3.0; telephone quality). */
const PROMPTS = [
  'all-circuits-busy-now',
  'cannot-complete-as-dialed',
  'conf-getpin',
  'dir-nomatch',
  'invalid',
  'vm-dialout',
  'vm-nobodyavail',
];

/** Two people reading: twelve sentences, in turns as far as there are enough. */
export async function humanTalk(): Promise<Said[]> {
  const [prompts, novel] = await Promise.all([
    Promise.all(
      PROMPTS.map(async (text) => ({
        by: 'Allison',
        text,
        sound: await soundOf(`/usr/share/asterisk/sounds/en_US_f_Allison/${text}.wav`),
      })),
    ),
    Promise.all(
      HUMAN_RECORDINGS.map(async (file) => ({ by: 'LibriVox', text: file, sound: await soundOf(file) })),
    ),
  ]);
  return prompts.flatMap((prompt, i) => [prompt, ...novel.slice(i, i + 1)]);
}

/** Puts what is said into a lobby, in that order. The same every time. */
export async function lobbyWith(
  talk: readonly Said[],
  { gapMs = 3000, speechDbfs = -26, lobbyDbfs = -41, roomDbfs = -60, sounds }: LobbyOptions = {},
): Promise<Lobby> {
  const music = await holdMusic();
  const heard = sounds ?? [
    'clicks',
    'babble',
    ...(music === undefined ? [] : (['music'] as const)),
    'nothing',
  ];
  const seconds = gapMs / 1000;
  const makes: Record<LobbySound, (at: number) => Promise<Int16Array> | Int16Array> = {
    nothing: () => silence(seconds),
    clicks: (at) => clicks(seconds, at),
    babble: (at) => babble(seconds, at),
    music: (at) => {
      if (music === undefined) throw new Error(`there is no music here: ${MUSIC}`);
      const from = (at * gapMs * 16) % (music.length - gapMs * 16);
      return music.slice(from, from + gapMs * 16);
    },
  };
  const between: LobbySound[] = [];
  const pieces: Int16Array[] = [];
  const cleanPieces: Int16Array[] = [];
  const said: SaidInLobby[] = [];
  let length = 0;
  const add = (piece: Int16Array, clean: Int16Array) => {
    pieces.push(piece);
    cleanPieces.push(clean);
    length += piece.length;
  };
  const addLobby = async () => {
    const kind = heard[between.length % heard.length] as LobbySound;
    const sound = atLevel(await makes[kind](between.length), lobbyDbfs);
    add(sound, new Int16Array(sound.length));
    between.push(kind);
  };
  for (const one of talk) {
    await addLobby();
    const [from, to] = speechIn(one.sound);
    const startMs = (length * 1000) / CAPTURE_RATE_HZ;
    said.push({ ...one, fromMs: startMs + from, toMs: startMs + to });
    const sound = atLevel(wholeFrames(one.sound), speechDbfs);
    add(sound, sound);
  }
  await addLobby();
  const whole = sequence(...pieces);
  return {
    samples: mixed(whole, noise('pink', roomDbfs, length / CAPTURE_RATE_HZ)),
    clean: sequence(...cleanPieces),
    said,
    between,
  };
}

/** Filled up with silence, so that what follows begins with a frame. */
function wholeFrames(sound: Int16Array): Int16Array {
  const whole = new Int16Array(Math.ceil(sound.length / FRAME_SAMPLES) * FRAME_SAMPLES);
  whole.set(sound);
  return whole;
}

/** Where the speech in a clean recording lies by its energy, within 30 dB of the loudest, in milliseconds. */
function speechIn(sound: Int16Array): [number, number] {
  const levels = framesOf(sound, 0).map((frame) => levelDbfs(frame.samples));
  const loudest = Math.max(...levels);
  const speech = (level: number) => level > loudest - 30;
  return [levels.findIndex(speech) * FRAME_MS, (levels.findLastIndex(speech) + 1) * FRAME_MS];
}

/** The sound as loud as this, in dB relative to full scale; silence stays what it is. */
export function atLevel(sound: Int16Array, dbfs: number): Int16Array {
  const level = levelDbfs(sound);
  if (level < -90) return sound;
  const gain = 10 ** ((dbfs - level) / 20);
  return sound.map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * gain))));
}

/** Keys, cups and knocks: bursts of noise of 4 to 40 ms that die away, three a second on average. */
function clicks(seconds: number, seed: number): Int16Array {
  const random = seeded(seed + 100);
  const sound = new Int16Array(seconds * CAPTURE_RATE_HZ);
  for (let at = 0; at < sound.length; at += Math.round(CAPTURE_RATE_HZ * (0.08 + 0.5 * random()))) {
    const decay = (0.004 + 0.036 * random()) * CAPTURE_RATE_HZ;
    const peak = 4000 + 12_000 * random();
    const tone = 0.2 + 2 * random();
    for (let i = 0; i < 5 * decay && at + i < sound.length; i++) {
      const body = 0.5 * Math.sin(i * tone) + random() - 0.5;
      sound[at + i] = Math.round(peak * Math.exp(-i / decay) * body);
    }
  }
  return sound;
}

/** Twelve voices of a room at once, out of people reading, each somewhere else in what it says. */
async function babble(seconds: number, seed: number): Promise<Int16Array> {
  const random = seeded(seed + 200);
  const readers = await allReaders();
  const sound = new Float64Array(seconds * CAPTURE_RATE_HZ);
  for (let voice = 0; voice < 12; voice++) {
    const reader = readers[voice % readers.length] as Int16Array;
    let at = Math.floor(random() * reader.length);
    const gain = 0.5 + random();
    for (let i = 0; i < sound.length; i++) {
      sound[i] = (sound[i] as number) + gain * (reader[at] as number);
      at = at + 1 === reader.length ? 0 : at + 1;
    }
  }
  // The room: what arrives is mostly reflected.
  const delays = [0.0297, 0.0371, 0.0411, 0.0437].map((delay) => Math.round(delay * CAPTURE_RATE_HZ));
  const wet = new Float64Array(sound.length);
  for (const delay of delays) {
    const line = Float64Array.from(sound);
    for (let i = delay; i < line.length; i++)
      line[i] = (line[i] as number) + 0.7 * (line[i - delay] as number);
    for (let i = 0; i < wet.length; i++) wet[i] = (wet[i] as number) + (line[i] as number);
  }
  const loudest = wet.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1);
  return new Int16Array(wet.map((sample) => Math.round((sample / loudest) * 30_000)));
}

let readersRead: Promise<Int16Array[]> | undefined;

/** They are converted to the capture rate once: that takes longer than mixing them. */
function allReaders(): Promise<Int16Array[]> {
  readersRead ??= Promise.all(HUMAN_RECORDINGS.map(soundOf));
  return readersRead;
}

/** Hold music (Debian's asterisk-moh-opsound-wav). */
const MUSIC = '/usr/share/asterisk/moh/macroform-the_simplicity.wav';

/** Whether this machine has music for a lobby. */
export const musicAvailable = existsSync(MUSIC);

let musicRead: Promise<Int16Array> | undefined;

/** From its middle. Converted to the capture rate once. */
async function holdMusic(): Promise<Int16Array | undefined> {
  if (!musicAvailable) return undefined;
  musicRead ??= readMusic();
  return musicRead;
}

async function readMusic(): Promise<Int16Array> {
  const { samples, sampleRate } = readWav(await readFile(MUSIC));
  return resample(samples.subarray(20 * sampleRate, 120 * sampleRate), sampleRate, CAPTURE_RATE_HZ);
}
