import { expect } from 'vitest';
import { framesOf } from '../../src/audio/pcm/frame.ts';
import type { Translate } from '../../src/interpreters/live/translate/translate.ts';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import type { Languages } from '../../src/kiosk/languages.ts';
import { IN_RATE, OUT_RATE } from '../../src/standin/protocol/sound.ts';
import type { Standin } from '../../src/standin/server/server.ts';
import { comesThrough, failsWith, LANGUAGES, secondsOf, spokenTurn } from './live.ts';
import { silence, tone } from './standin.ts';

/** For tests of Live Translate. */

export const TRANSLATE_MODEL = 'gemini-3.5-live-translate-preview';

export const GUEST_SPEAKS: Languages = { ...LANGUAGES, speaker: 'guest' };
export const HOST_SPEAKS: Languages = { ...LANGUAGES, speaker: 'host' };

/** Of an utterance that is still being spoken. */
export const framesFor = (seconds: number) => framesOf(tone(seconds, IN_RATE), 0);
export const pauseFor = (seconds: number) => framesOf(silence(seconds), 0);

/** Of an answer. */
export const sound = (seconds: number) => tone(seconds, OUT_RATE);
export const quiet = (seconds: number) => silence(seconds, OUT_RATE);

const isLoud = (sample: number) => Math.abs(sample) > 200;

/** What a sink was given: all of it, the sound in it, and the silence before and after that, in seconds. */
export function lengthsOf({ samples }: { readonly samples: readonly number[] }) {
  const seconds = (count: number) => count / OUT_RATE;
  return {
    whole: seconds(samples.length),
    loud: seconds(samples.filter(isLoud).length),
    lead: seconds(samples.findIndex(isLoud)),
    tail: seconds(samples.length - 1 - samples.findLastIndex(isLoud)),
  };
}

/** The connections that an utterance came on. */
export const served = (standin: Standin) => standin.connections.filter(({ turns }) => turns.length > 0);

/** The guest's turn comes through, whatever went wrong before, and its whole utterance was sent for it. */
export async function guestComesThrough(standin: Standin, engine: Translate) {
  const through = await comesThrough(engine, GUEST_SPEAKS);
  expect(lengthsOf(through.sink).loud).toBeCloseTo(0.6, 1);
  // Everything that came was played: a pause, which may continue.
  expect(lengthsOf(through.sink).tail).toBeLessThanOrEqual(0.61);
  expect(served(standin).at(-1)?.turns.at(-1)?.audioSeconds).toBeCloseTo(secondsOf(through.turn));
  return through;
}

/** The guest's turn fails with this fault, which does not contain the key. */
export const guestFailsWith = (code: FaultCode, engine: Translate) =>
  failsWith(code, engine, [], spokenTurn(0.5), GUEST_SPEAKS);
