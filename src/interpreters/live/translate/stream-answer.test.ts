import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../test/rig/virtual/clock.ts';
import { Fault } from '../../../kiosk/faults.ts';
import { TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import type { ServiceMessage } from '../session/message.ts';
import { StreamAnswer } from './stream-answer.ts';

/** The stream as the service sends it: 250 ms every 250 ms, whatever is in it. */

const LIMITS = { answerTimeoutMs: 6000, answerStallMs: 4000 };
const PIECE_MS = 250;
const piece = (level: number) =>
  Int16Array.from({ length: (TRANSLATION_RATE_HZ * PIECE_MS) / 1000 }, (_, i) => (i % 2 ? level : -level));
const SPEECH = soundMessage(piece(8000));
const SILENCE = soundMessage(piece(0));

function soundMessage(samples: Int16Array): ServiceMessage {
  const data = Buffer.from(samples.buffer).toString('base64');
  const serverContent = {
    modelTurn: { parts: [{ inlineData: { mimeType: 'audio/pcm;rate=24000', data } }] },
  };
  return { serverContent } as ServiceMessage;
}

const heardIn = (languageCode: string, text = 'Hola') =>
  ({ serverContent: { inputTranscription: { text, languageCode } } }) as ServiceMessage;
const said = (text: string) => ({ serverContent: { outputTranscription: { text } } }) as ServiceMessage;

function running() {
  const clock = new VirtualClock();
  /** Seconds handed on, by when. */
  const handed: { readonly atMs: number; readonly seconds: number }[] = [];
  const sink = {
    heard: () => {},
    said: () => {},
    audio: (samples: Int16Array) =>
      void handed.push({ atMs: clock.now(), seconds: samples.length / TRANSLATION_RATE_HZ }),
    restarted: () => {},
    confirm: async () => false,
  };
  const events = { mark: () => {}, received: () => {} };
  const answer = new StreamAnswer('en', { sink, limits: LIMITS, clock, events });
  let ended: unknown;
  void answer.done.then(
    ({ outcome }) => {
      ended = outcome;
    },
    (error: unknown) => {
      ended = error instanceof Fault ? error.code : error;
    },
  );
  return {
    answer,
    handed,
    total: () => handed.reduce((sum, { seconds }) => sum + seconds, 0),
    /** So many seconds of the stream, each piece in its time. */
    stream: (message: ServiceMessage, seconds: number) => {
      for (let ms = 0; ms < seconds * 1000; ms += PIECE_MS) {
        clock.advance(PIECE_MS);
        answer.message(message);
      }
    },
    passes: (seconds: number) => clock.advance(seconds * 1000),
    utteranceEnds: () => {
      answer.ended();
      answer.expect(2);
    },
    outcome: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return ended;
    },
  };
}

describe('the answer of a model without turns', () => {
  it('ends after a second of silence', async () => {
    const { stream, utteranceEnds, outcome } = running();
    utteranceEnds();
    stream(SPEECH, 2);
    stream(SILENCE, 0.75);
    expect(await outcome()).toBeUndefined();
    stream(SILENCE, 0.5);
    expect(await outcome()).toBe('translated');
  });

  it('is waited for longer when it had said something before the utterance ended, and nothing since', async () => {
    const { stream, utteranceEnds, outcome } = running();
    stream(SPEECH, 2);
    stream(SILENCE, 5);
    utteranceEnds();
    stream(SILENCE, 1.75);
    expect(await outcome()).toBeUndefined();
    stream(SILENCE, 0.25);
    expect(await outcome()).toBe('translated');
  });

  it('continues as long as texts come', async () => {
    const { answer, stream, utteranceEnds, outcome } = running();
    utteranceEnds();
    stream(SPEECH, 1);
    for (let i = 0; i < 5; i++) {
      stream(SILENCE, 0.75);
      answer.message(i % 2 ? said(' and') : heardIn('es', ' y'));
    }
    expect(await outcome()).toBeUndefined();
    stream(SILENCE, 1);
    expect(await outcome()).toBe('translated');
  });

  it('is handed on when the utterance has ended, in one piece, without the silence before it', () => {
    const { stream, utteranceEnds, handed, total } = running();
    stream(SILENCE, 1);
    stream(SPEECH, 2);
    expect(handed).toEqual([]);
    utteranceEnds();
    expect(handed).toHaveLength(1);
    expect(total()).toBeCloseTo(2.06);
  });

  it('that is as quick as it is heard has its pauses handed on in time, so that the loudspeaker never runs dry', () => {
    const { stream, utteranceEnds, handed } = running();
    utteranceEnds();
    stream(SPEECH, 1);
    stream(SILENCE, 0.5);
    stream(SPEECH, 1);
    const [first] = handed;
    let untilMs = first?.atMs ?? Number.NaN;
    for (const { atMs, seconds } of handed) {
      expect(atMs).toBeLessThanOrEqual(untilMs + 1);
      untilMs += seconds * 1000;
    }
    expect(untilMs - (first?.atMs ?? Number.NaN)).toBeCloseTo(2500, -1);
  });

  it('of which enough is left to be heard has no silence handed on that may be its end', () => {
    const { answer, stream, utteranceEnds, total } = running();
    utteranceEnds();
    for (let i = 0; i < 12; i++) answer.message(SPEECH); // 3 s at once
    stream(SILENCE, 1);
    expect(total()).toBeCloseTo(3.06);
  });

  it('that stays away because the target language was spoken is not understood', async () => {
    const { answer, stream, utteranceEnds, outcome } = running();
    stream(SILENCE, 1);
    answer.message(heardIn('en-GB', 'Good morning'));
    utteranceEnds();
    stream(SILENCE, 1.75);
    expect(await outcome()).toBeUndefined();
    stream(SILENCE, 0.25);
    expect(await outcome()).toBe('not understood');
  });

  it.each([
    ['es', 'silent-answer'],
    [undefined, 'silent-answer'],
  ])('that stays away although %s was spoken is a fault', async (language, code) => {
    const { answer, stream, utteranceEnds, outcome } = running();
    if (language !== undefined) answer.message(heardIn(language));
    utteranceEnds();
    stream(SILENCE, 5.75);
    expect(await outcome()).toBeUndefined();
    stream(SILENCE, 0.25);
    expect(await outcome()).toBe(code);
  });

  it('is a fault when no sound comes at all, and when it stops coming', async () => {
    const mute = running();
    mute.utteranceEnds();
    mute.passes(6);
    expect(await mute.outcome()).toBe('no-answer');
    const stalled = running();
    stalled.utteranceEnds();
    stalled.stream(SPEECH, 1);
    stalled.passes(3.9);
    expect(await stalled.outcome()).toBeUndefined();
    stalled.passes(0.2);
    expect(await stalled.outcome()).toBe('answer-broken-off');
  });

  it('is endless beyond 15 s and three times the utterance', async () => {
    const { stream, utteranceEnds, outcome } = running();
    utteranceEnds();
    stream(SPEECH, 21);
    expect(await outcome()).toBeUndefined();
    stream(SPEECH, 0.5);
    expect(await outcome()).toBe('answer-endless');
  });

  it('of a try that has failed is not handed on any more', async () => {
    const { answer, stream, utteranceEnds, handed, outcome } = running();
    stream(SPEECH, 1);
    answer.lost(new Fault('connection-lost', 'in a test'));
    utteranceEnds();
    stream(SPEECH, 1);
    expect(handed).toEqual([]);
    expect(await outcome()).toBe('connection-lost');
  });
});
