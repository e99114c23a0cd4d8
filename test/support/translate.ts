import { expect } from 'vitest';
import { framesOf } from '../../src/audio/pcm/frame.ts';
import { Translate, type TranslateSettings } from '../../src/interpreters/live/translate.ts';
import { Fault, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Languages } from '../../src/kiosk/languages.ts';
import { IN_RATE, OUT_RATE } from '../../src/standin/audio.ts';
import type { Standin } from '../../src/standin/server.ts';
import { silence, tone } from '../rig/standin.ts';
import { gathering, IMPATIENT, KEY, LANGUAGES, never, secondsOf, spokenTurn } from './live.ts';

/** For tests of Live Translate: the real SDK against the stand-in, ten times as quick as the service. */

export const TRANSLATE_MODEL = 'gemini-3.5-live-translate-preview';

export const GUEST_SPEAKS: Languages = { ...LANGUAGES, speaker: 'guest' };
export const HOST_SPEAKS: Languages = { ...LANGUAGES, speaker: 'host' };

export function translateAt(baseUrl: string, settings: Partial<TranslateSettings> = {}): Translate {
  return new Translate(async () => ({ apiKey: KEY, apiVersion: 'v1beta', baseUrl }), {
    ...IMPATIENT,
    models: [TRANSLATE_MODEL],
    ...settings,
  });
}

/** Of an utterance that is still being spoken. */
export const framesFor = (seconds: number) => framesOf(tone(seconds, IN_RATE), 0);
export const pauseFor = (seconds: number) => framesOf(silence(seconds), 0);

/** Of an answer. */
export const sound = (seconds: number) => tone(seconds, OUT_RATE);
export const quiet = (seconds: number) => silence(seconds, OUT_RATE);

const isLoud = (sample: number) => Math.abs(sample) > 200;

/** What a sink was given: all of it, what of it is sound, and the silence before and behind that, in seconds. */
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
  const turn = spokenTurn(1);
  const sink = gathering();
  const result = await engine.interpret(turn, GUEST_SPEAKS, sink, never);
  expect(result.outcome).toBe('translated');
  expect(result.heard).toEqual({ text: '¿Dónde está el baño?', language: 'es' });
  expect(result.said).toEqual({ text: 'Where is the bathroom, please?', language: 'en' });
  expect(lengthsOf(sink).loud).toBeCloseTo(0.6, 1);
  expect(lengthsOf(sink).tail).toBeLessThanOrEqual(0.61); // a pause that may go on, where the machine is slow
  expect(served(standin).at(-1)?.turns.at(-1)?.audioSeconds).toBeCloseTo(secondsOf(turn));
  return { result, sink, turn };
}

/** The guest's turn fails with this fault, and nothing about it tells the key. */
export async function guestFailsWith(code: FaultCode, engine: Translate) {
  const sink = gathering();
  const turn = spokenTurn(0.5);
  const error = await engine.interpret(turn, GUEST_SPEAKS, sink, never).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Fault);
  const fault = error as Fault;
  expect(fault.code, fault.message).toBe(code);
  expect(`${fault.message} ${fault.stack} ${JSON.stringify(fault)}`).not.toContain(KEY);
  return { fault, sink, turn };
}
