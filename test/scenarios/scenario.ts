import { expect } from 'vitest';
import { cueSamples } from '../../src/audio/cues.ts';
import { concat } from '../../src/audio/pcm/concat.ts';
import { resample } from '../../src/audio/pcm/resample.ts';
import type { DaemonStatus } from '../../src/control/port.ts';
import type { TurnLog } from '../../src/daemon/turn-log.ts';
import type { Look } from '../../src/kiosk/shown/looks.ts';
import type { Cue, Prompt } from '../../src/kiosk/shown/sounds.ts';
import { OUT_RATE } from '../../src/standin/protocol/sound.ts';
import type { Counter, CounterOptions } from '../rig/counter.ts';
import type { Desk } from '../rig/desk.ts';
import { type Recording, stretches, whereIs } from '../rig/real/recording.ts';
import { RECORDED_PROMPTS } from '../rig/sounds.ts';
import { spoken } from '../rig/voices.ts';

/** What people at the desk do when something goes wrong, and what they see and hear of it. */

/** Where a turn is when it happens. */
export type Phase = 'idle' | 'listening' | 'awaiting' | 'speaking';

/** What is said at the desk, 16 kHz, and what the service answers, 24 kHz: 2 s of real speech. */
export const UTTERANCE = await spoken('Do you need a doctor?', 'rms');
export const TRANSLATION = resample(await spoken('Breakfast is from seven to ten.', 'slt'), 16_000, OUT_RATE);
const BEGINNING = TRANSLATION.subarray(0, OUT_RATE / 2);

const answer = {
  heard: { text: '¿A qué hora es el desayuno?', languageCode: 'es' },
  said: { text: 'Breakfast is served from seven to ten.', languageCode: 'en' },
  pcm24k: TRANSLATION,
};
const answerer = {
  start: async () => {},
  stop: async () => {},
  answerSpeech: async () => answer,
  answerText: async () => answer,
  speak: async () => TRANSLATION,
};

/** How long the daemon waits for what, shortened so that a test of it does not take a quarter of a minute. */
const IMPATIENT = `
[live]
connect_timeout_ms = 2000
setup_timeout_ms = 2000
answer_timeout_ms = 2500
answer_stall_ms = 2000
`;

export interface ScenarioOptions extends CounterOptions {
  /** With the waits of a real desk. */
  readonly patient?: boolean;
}

/** Of a counter whose service answers after 0.7 s, and speaks not much faster than it is heard. */
export function scenarioOptions({
  config = '',
  patient = false,
  ...options
}: ScenarioOptions = {}): CounterOptions {
  return {
    config: `${patient ? '[live]\n' : IMPATIENT}${config}`,
    ...options,
    standin: { answerer, timing: { answerMs: 700, pace: 1.5 }, ...options.standin },
  };
}

export interface Happened {
  readonly turn: TurnLog;
  /** When the trouble was made, and when the button was released, on the desk's clock. */
  readonly troubleMs: number;
  readonly releasedMs: number;
}

/** As long as people take at least from a release to the next press. */
const BETWEEN_PRESSES_MS = 100;

/**
 * One turn of people at the desk, into which trouble comes. It ends in its one outcome.
 * @param said at 16 kHz
 */
export async function turnWith(
  counter: Counter,
  phase: Phase,
  trouble: () => unknown,
  { button = 'talk', said = UTTERANCE }: { button?: string; said?: Int16Array } = {},
): Promise<Happened> {
  const { desk } = counter;
  // In virtual time the button may have been released at this very moment, for a turn that failed before that.
  await desk.passes(desk.now() + BETWEEN_PRESSES_MS);
  let troubleMs = 0;
  const happens = async () => {
    troubleMs = desk.now();
    await trouble();
  };
  if (phase === 'idle') await happens();
  desk.press(button);
  await desk.untilLed('talk', true);
  const speech = desk.speak(said);
  const beganMs = await speech.began;
  if (phase === 'listening') {
    await desk.passes(beganMs + 600);
    await happens();
  }
  await speech.ended;
  const releasedMs = desk.release(button);
  if (phase === 'awaiting') {
    await desk.passes(releasedMs + 400); // tail and upload are over, the answer is not due yet
    await happens();
  }
  if (phase === 'speaking') {
    const heardMs = await desk.recorder.nextSound({ afterMs: releasedMs });
    await desk.passes(heardMs + 700);
    await happens();
  }
  return { turn: await counter.turnEnds(30_000), troubleMs, releasedMs };
}

/** Nothing is left of the trouble: the next turn is as any other, and the lights say that all is well. */
export async function allIsWell(counter: Counter): Promise<void> {
  const { desk } = counter;
  await desk.untilLed('connection', true, 20_000);
  const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
  expect(turn).toMatchObject({ outcome: 'translated' });
  await heardWhole(counter, releasedMs);
  expect(desk.led('trouble')).toBe(false);
  expect(desk.led('connection')).toBe(true);
}

/**
 * The translation was heard from its beginning to its end: nothing of it is missing, nothing comes twice. That it may
 * hesitate on a busy machine or a lossy network is no matter here (`kiosk.test.ts` looks at each piece of one).
 * @returns when it began
 */
export async function heardWhole({ desk }: Counter, sinceMs: number): Promise<number> {
  // What the daemon has played may still be on its way to our ears.
  await desk.recorder.nextSilence(300, { afterMs: desk.now() });
  const meantMs = soundMs({ rateHz: OUT_RATE, samples: TRANSLATION, startMs: 0 });
  const longestMs = 1.25 * meantMs; // a cue may follow
  const find = (fromMs: number) => whereIs(BEGINNING, OUT_RATE, desk.recording(fromMs));
  let startMs: number | undefined;
  let heardMs = 0;
  // One that broke off began in the same way: the last one counts.
  for (let found = find(sinceMs); found.likeness >= 0.8; found = find(found.startMs + 300)) {
    ({ startMs } = found);
    heardMs = soundMs(desk.recording(startMs));
    if (heardMs < longestMs) break;
  }
  if (startMs === undefined) throw new Error('no translation was heard');
  expect(heardMs).toBeGreaterThan(0.93 * meantMs);
  expect(heardMs).toBeLessThan(longestMs);
  return startMs;
}

function soundMs(recording: Recording): number {
  return stretches(recording, { bridgeMs: 20 }).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** The beginning of the translation was heard before this moment: it broke off there. */
export function heardBeginning({ desk }: Counter, sinceMs: number, beforeMs: number): boolean {
  return whereIs(BEGINNING, OUT_RATE, desk.recording(sinceMs, beforeMs)).likeness > 0.8;
}

export async function heardPrompt({ desk }: Counter, prompt: Prompt, sinceMs: number): Promise<boolean> {
  const opening = RECORDED_PROMPTS.heard(prompt, 'en')?.samples.subarray(0, OUT_RATE);
  if (opening === undefined) throw new Error(`there is no recording of "${prompt}": run scripts/setup`);
  // It may hesitate on a busy machine, as the translation may: either half of its first second is enough.
  const halves = [opening.subarray(0, OUT_RATE / 2), opening.subarray(OUT_RATE / 2)];
  const isHeard = () => {
    const recording = desk.recording(sinceMs);
    return halves.some((half) => whereIs(half, OUT_RATE, recording).likeness > 0.7);
  };
  // It is being said: people listen for as long as it takes to make it out.
  if (await within(desk, 15_000, isHeard)) return true;
  const recording = desk.recording(sinceMs);
  const found = halves.map((half) => whereIs(half, OUT_RATE, recording));
  const sounds = stretches(recording).map(
    ({ startMs, endMs }) => `${(startMs - sinceMs).toFixed(0)} to ${(endMs - sinceMs).toFixed(0)} ms`,
  );
  console.error(`"${prompt}" was not heard:`, JSON.stringify(found), 'sound from', sounds.join(', '));
  return false;
}

/** The same for a cue that has just been asked for. */
export function hearsCue(counter: Counter, cue: Cue, sinceMs: number): Promise<boolean> {
  return within(counter.desk, 15_000, () => heardCue(counter, cue, sinceMs));
}

/** Whether it comes true within so many milliseconds. */
async function within(desk: Desk, ms: number, holds: () => boolean): Promise<boolean> {
  for (const givenUpMs = desk.now() + ms; desk.now() < givenUpMs; ) {
    if (holds()) return true;
    await desk.passes(desk.now() + 300);
  }
  return false;
}

export function heardCue({ desk }: Counter, cue: Cue, sinceMs: number, untilMs = desk.now()): boolean {
  const samples = cueSamples(cue);
  const padded = concat([samples, new Int16Array(OUT_RATE / 50)]);
  return whereIs(padded, OUT_RATE, desk.recording(sinceMs, untilMs)).likeness > 0.7;
}

/** What the daemon says of itself, as `dragoman status --json` prints it. */
export async function statusOf({ control }: Counter): Promise<DaemonStatus> {
  return (await control('GET', '/status')).body as DaemonStatus;
}

/** What the trouble light does. */
export function reconnectShows(counter: Counter): Promise<Look> {
  return lightShows(counter, 'trouble');
}

/** What a light that is neither steady nor dark does, as people see it: they count the flashes between two pauses. */
export async function lightShows({ desk }: Counter, led: string, sinceMs = 0): Promise<Look> {
  let roseMs = 0;
  let fellMs = 0;
  let flashesSeen = 0;
  let paused = false;
  for (;;) {
    const { lit, atMs } = await desk.nextLed(({ name, atMs: ms }) => name === led && ms >= sinceMs, 4000);
    if (!lit) {
      fellMs = atMs;
      if (roseMs > 0 && atMs - roseMs > LONG_MS) return { look: 'slow blink' };
      continue;
    }
    roseMs = atMs;
    if (fellMs > 0 && atMs - fellMs > LONG_MS) {
      if (paused) return { look: 'flashes', count: flashesSeen };
      paused = true;
      flashesSeen = 0;
    }
    flashesSeen += 1;
    if (flashesSeen > MOST_FLASHES) return { look: 'fast blink' };
  }
}

/** Between the dark within a group of flashes (200 ms) and the pause behind it (1400 ms). */
const LONG_MS = 700;
const MOST_FLASHES = 8;
