import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concat } from '../src/audio/pcm/concat.ts';
import { framesOf } from '../src/audio/pcm/frame.ts';
import type { Availability } from '../src/interpreters/interpreter.ts';
import type { Translate, TranslateSettings } from '../src/interpreters/live/translate.ts';
import { Fault, type FaultCode } from '../src/kiosk/faults.ts';
import type { Languages } from '../src/kiosk/languages.ts';
import type { Answer } from '../src/standin/answerer.ts';
import { IN_RATE, OUT_RATE } from '../src/standin/audio.ts';
import {
  closedBeforeSetupComplete,
  closedIn,
  nearSilent,
  quotaExceeded,
  resetIn,
  resetOn,
  setupNeverCompleted,
} from '../src/standin/faults.ts';
import type { Setup } from '../src/standin/protocol/messages.ts';
import type { ConnectionRecord } from '../src/standin/record.ts';
import type { Standin } from '../src/standin/server.ts';
import { silence, tone } from '../src/standin/test-support.ts';
import { Turn } from '../src/turn/turn.ts';
import {
  type Gathered,
  gathering,
  KEY,
  LANGUAGES,
  never,
  quickStandin,
  secondsOf,
  spokenTurn,
} from './support/live.ts';
import { GUEST_SPEAKS, HOST_SPEAKS, TRANSLATE_MODEL, translateAt } from './support/translate.ts';

/** Live Translate behind the port: one direction a session, a stream without turns. */

let standin: Standin;
const ended: (() => void | Promise<void>)[] = [];
beforeEach(async () => {
  standin = await quickStandin();
});
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
  await standin.stop();
});

function translate(settings: Partial<TranslateSettings> = {}, url = standin.url): Translate {
  const made = translateAt(url, settings);
  ended.push(() => made.stop());
  return made;
}

/** What the stand-in says when the host speaks; it takes the guest to speak by itself. */
const HOST_SAID: Partial<Answer> = {
  heard: { text: 'Breakfast is at seven.', languageCode: 'en' },
  said: { text: 'El desayuno es a las siete.', languageCode: 'es' },
};

const quiet = (seconds: number) => silence(seconds, OUT_RATE);
const sound = (seconds: number) => tone(seconds, OUT_RATE);
const isLoud = (sample: number) => Math.abs(sample) > 200;
const leadMs = ({ samples }: Gathered) => (samples.findIndex(isLoud) / OUT_RATE) * 1000;
const tailMs = ({ samples }: Gathered) =>
  ((samples.length - 1 - samples.findLastIndex(isLoud)) / OUT_RATE) * 1000;
const secondsHeard = ({ samples }: Gathered) => samples.length / OUT_RATE;

const targetsAsked = () => standin.connections.map(({ setup }) => targetOf(setup));
const targetOf = (setup: unknown) =>
  (setup as Setup | undefined)?.generationConfig?.translationConfig?.targetLanguageCode;
const served = (): ConnectionRecord[] => standin.connections.filter(({ turns }) => turns.length > 0);

/** What is spoken goes in as it is spoken. */
const framesFor = (seconds: number) => framesOf(tone(seconds, IN_RATE), 0);
const pauseFor = (seconds: number) => framesOf(silence(seconds), 0);

/** The guest's turn comes through although a first try went wrong, and its whole utterance is sent again. */
async function comesThrough(engine: Translate = translate()) {
  const turn = spokenTurn(1);
  const sink = gathering();
  const result = await engine.interpret(turn, GUEST_SPEAKS, sink, never);
  expect(result.outcome).toBe('translated');
  expect(result.heard).toEqual({ text: '¿Dónde está el baño?', language: 'es' });
  expect(result.said).toEqual({ text: 'Where is the bathroom, please?', language: 'en' });
  expect(Math.abs(secondsHeard(sink) - 0.6)).toBeLessThan(0.7); // a pause at its end, on a slow machine
  expect(sink.samples.filter(isLoud).length / OUT_RATE).toBeCloseTo(0.6, 1);
  expect(served().at(-1)?.turns.at(-1)?.audioSeconds).toBeCloseTo(secondsOf(turn));
  return { result, sink, turn };
}

async function failsWith(code: FaultCode, engine: Translate = translate(), turn = spokenTurn(0.5)) {
  const sink = gathering();
  const error = await engine.interpret(turn, GUEST_SPEAKS, sink, never).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Fault);
  const fault = error as Fault;
  expect(fault.code, fault.message).toBe(code);
  expect(`${fault.message} ${fault.stack} ${JSON.stringify(fault)}`).not.toContain(KEY);
  return { fault, sink, turn };
}

async function turnOf(languages: Languages, engine: Translate, sink = gathering()) {
  if (languages.speaker === 'host') standin.script.nextTurn({ answer: HOST_SAID });
  return engine.interpret(spokenTurn(0.5), languages, sink, never);
}

describe('a direction', () => {
  it("is the guest's speech into the host's language", async () => {
    const { turn } = await comesThrough();
    expect(targetsAsked()).toEqual(['en']);
    expect(turn.meter.attempts).toBe(1);
  });

  it("is the host's speech into the guest's language", async () => {
    const result = await turnOf(HOST_SPEAKS, translate());
    expect(targetsAsked()).toEqual(['es']);
    expect(result).toMatchObject({
      outcome: 'translated',
      heard: { text: 'Breakfast is at seven.', language: 'en' },
      said: { text: 'El desayuno es a las siete.', language: 'es' },
    });
  });

  it('is asked for in the codes of the service', async () => {
    await turnOf({ host: 'pt', guest: 'zh-TW', speaker: 'host' }, translate());
    await turnOf({ host: 'pt', guest: 'zh-TW', speaker: 'guest' }, translate());
    expect(targetsAsked()).toEqual(['zh-Hant', 'pt-BR']);
  });

  it('that nobody knows is a mistake of who asks, not a fault', async () => {
    const asked = translate().interpret(spokenTurn(1), LANGUAGES, gathering(), never);
    await expect(asked).rejects.not.toBeInstanceOf(Fault);
    await expect(asked).rejects.toThrow('no target language');
    expect(standin.connections).toEqual([]);
  });

  it('into a language that the service does not speak is one, too, and gets no spare', async () => {
    const engine = translate();
    const languages: Languages = { host: 'en', guest: 'yue', speaker: 'host' };
    expect(() => engine.prepare(languages)).not.toThrow();
    const asked = engine.interpret(spokenTurn(1), languages, gathering(), never);
    await expect(asked).rejects.toThrow('no target language');
    expect(standin.connections).toEqual([]);
  });
});

describe('the set-up', () => {
  it('asks for translation and both transcriptions, and nothing about voice, instruction or turns', async () => {
    await comesThrough();
    expect(standin.connections[0]?.setup).toEqual({
      model: `models/${TRANSLATE_MODEL}`,
      generationConfig: {
        responseModalities: ['AUDIO'],
        translationConfig: { targetLanguageCode: 'en', echoTargetLanguage: false },
      },
      inputAudioTranscription: {},
      outputAudioTranscription: {},
    });
  });

  it('is followed by messages of 100 ms and the end of the stream', async () => {
    await comesThrough();
    expect(served()[0]?.messages.map(({ type, count }) => [type, count])).toEqual([
      ['setup', 1],
      ['realtimeInput.audio', 10],
      ['realtimeInput.audioStreamEnd', 1],
    ]);
  });
});

describe('the connection that is held', () => {
  it('is for a guest who speaks first, whose turn takes it', async () => {
    const engine = translate();
    engine.prepare(LANGUAGES);
    await standin.next('ready');
    await comesThrough(engine);
    expect(targetsAsked()).toEqual(['en']);
  });

  it('is given up unused when the host speaks, who gets one of the right direction', async () => {
    const engine = translate();
    engine.prepare(LANGUAGES);
    await standin.next('ready');
    expect((await turnOf(HOST_SPEAKS, engine)).said?.language).toBe('es');
    expect(targetsAsked()).toEqual(['en', 'es']);
    const closed = [await standin.next('closed'), await standin.next('closed')];
    expect(closed.map(({ connection }) => connection.closed?.by)).toEqual(['client', 'client']);
    expect(standin.connections[0]?.messages.map(({ type }) => type)).toEqual(['setup']);
  });

  it('is for whoever did not speak last', async () => {
    const engine = translate();
    for (const speaks of [GUEST_SPEAKS, HOST_SPEAKS, GUEST_SPEAKS, HOST_SPEAKS]) {
      engine.prepare(LANGUAGES);
      await turnOf(speaks, engine);
    }
    expect(targetsAsked()).toEqual(['en', 'es', 'en', 'es']);
    expect(standin.connections.map(({ turns }) => turns.length)).toEqual([1, 1, 1, 1]);
  });

  it('is for whom it is said to be', async () => {
    const engine = translate();
    engine.prepare(HOST_SPEAKS);
    await standin.next('ready');
    expect(targetsAsked()).toEqual(['es']);
  });

  it('ends with its guest, and the next guest speaks first again', async () => {
    const engine = translate();
    await turnOf(GUEST_SPEAKS, engine);
    engine.prepare(LANGUAGES);
    await standin.next('ready');
    await standin.next('ready');
    engine.forget();
    engine.prepare(LANGUAGES);
    await standin.next('ready');
    expect(targetsAsked()).toEqual(['en', 'es', 'en']);
  });

  it('is replaced quietly when the service takes it back', async () => {
    standin.script.nextConnection(resetOn('ready'));
    const engine = translate();
    engine.prepare(LANGUAGES);
    await standin.next('closed');
    await standin.next('ready');
    await standin.next('ready');
    await comesThrough(engine);
    expect(targetsAsked()).toEqual(['en', 'en']);
  });
});

describe('silence', () => {
  it('before the translation and behind it is not played', async () => {
    standin.script.nextTurn({ answer: { pcm24k: concat([quiet(1.1), sound(3)]) } });
    const sink = gathering();
    await turnOf(GUEST_SPEAKS, translate(), sink);
    expect(leadMs(sink)).toBeLessThanOrEqual(100);
    expect(tailMs(sink)).toBeLessThanOrEqual(100);
    expect(secondsHeard(sink)).toBeCloseTo(3, 0);
    expect(sink.samples.filter(isLoud).length).toBeGreaterThan(2.9 * OUT_RATE);
  });

  it('within it is kept', async () => {
    const spoken = concat([sound(3), quiet(0.5), sound(1)]);
    standin.script.nextTurn({ answer: { pcm24k: spoken } });
    const sink = gathering();
    await turnOf(GUEST_SPEAKS, translate(), sink);
    expect(sink.samples.slice(0, spoken.length)).toEqual([...spoken]);
  });

  it('within it that is longer than anyone pauses is shortened', async () => {
    standin.script.nextTurn({ answer: { pcm24k: concat([sound(3), quiet(0.9), sound(1)]) } });
    const sink = gathering();
    await turnOf(GUEST_SPEAKS, translate(), sink);
    expect(secondsHeard(sink)).toBeGreaterThan(4.55);
    expect(secondsHeard(sink)).toBeLessThan(4.75);
    expect(tailMs(sink)).toBeLessThanOrEqual(100);
  });
});

describe('the end of a translation', () => {
  it('is found although the stream goes on', async () => {
    await comesThrough();
    const { code } = await standin.next('closed');
    expect(served()[0]?.closed?.by, `closed with ${code}`).toBe('client');
  });

  it('is not taken from what other models end a turn with', async () => {
    standin.script.nextTurn(
      { answer: { pcm24k: sound(2) } },
      { at: { chunks: 1 }, do: 'send', message: { serverContent: { generationComplete: true } } },
      { at: { chunks: 2 }, do: 'send', message: { serverContent: { turnComplete: true } } },
      { at: { chunks: 3 }, do: 'send', message: { serverContent: { interrupted: true } } },
    );
    const sink = gathering();
    await turnOf(GUEST_SPEAKS, translate(), sink);
    expect(sink.samples.filter(isLoud).length / OUT_RATE).toBeGreaterThan(1.95);
  });

  /** Two parts, with a silence between them that is longer than what ends a translation. */
  const inTwoParts = [
    { answer: { pcm24k: concat([sound(1), quiet(5), sound(0.5)]) } },
    { omit: ['inputTranscription', 'outputTranscription'] },
  ] as const;

  it('is a second of silence behind it', async () => {
    standin.script.nextTurn(...inTwoParts);
    const sink = gathering();
    await turnOf(GUEST_SPEAKS, translate(), sink);
    expect(sink.samples.filter(isLoud).length / OUT_RATE).toBeCloseTo(1, 1);
  });

  it('waits while texts still come: the model has more to say', async () => {
    const texts = Array.from({ length: 12 }, (_, i) => ({
      at: { chunks: 4 + 2 * i }, // every half second
      do: 'send' as const,
      message: { serverContent: { outputTranscription: { text: ' more' } } },
    }));
    standin.script.nextTurn(...inTwoParts, ...texts);
    const sink = gathering();
    const result = await turnOf(GUEST_SPEAKS, translate(), sink);
    expect(sink.samples.filter(isLoud).length / OUT_RATE).toBeCloseTo(1.5, 1);
    expect(result.said?.text).toMatch(/more$/);
  });
});

describe('what is translated while the utterance is still being spoken', () => {
  it('is heard when that has ended, not before, and nothing of it is missing', async () => {
    const turn = new Turn();
    turn.append(framesFor(1));
    turn.append(pauseFor(0.9)); // so that the model takes it for a sentence
    const sink = gathering();
    const interpreted = translate().interpret(turn, GUEST_SPEAKS, sink, never);
    await standin.next('said');
    expect(sink.texts).toContain('heard ¿Dónde está el baño?');
    expect(sink.samples).toEqual([]);
    turn.append(framesFor(1));
    turn.close();
    expect((await interpreted).said?.text).toBe(
      'Where is the bathroom, please?Where is the bathroom, please?',
    );
    expect(sink.samples.filter(isLoud).length / OUT_RATE).toBeCloseTo(1.2, 1);
    expect(leadMs(sink)).toBeLessThanOrEqual(100);
    const { sent = Number.NaN, firstAudio = Number.NaN } = turn.marks;
    expect(firstAudio).toBeGreaterThanOrEqual(sent);
  });

  it('may be all there is: it ends when nothing follows', async () => {
    const turn = new Turn();
    turn.append(framesFor(1));
    turn.append(pauseFor(0.9));
    const sink = gathering();
    const interpreted = translate().interpret(turn, GUEST_SPEAKS, sink, never);
    await standin.next('said');
    turn.close();
    expect((await interpreted).outcome).toBe('translated');
    expect(sink.samples.filter(isLoud).length / OUT_RATE).toBeCloseTo(0.6, 1);
  });
});

describe('speech that is in the target language already', () => {
  const HOSTS_WORDS = { answer: { heard: { text: 'Where is it?', languageCode: 'en-US' } } };

  it('was spoken into the other button: it is not understood, and not tried again', async () => {
    standin.script.nextTurn(HOSTS_WORDS);
    const turn = spokenTurn(1);
    const sink = gathering();
    const result = await translate().interpret(turn, GUEST_SPEAKS, sink, never);
    expect(result).toMatchObject({
      outcome: 'not understood',
      heard: { text: 'Where is it?', language: 'en-US' },
      said: undefined,
    });
    expect(sink.samples).toEqual([]);
    expect(turn.meter.attempts).toBe(1);
  });

  it('without any words of it is nothing but silence', async () => {
    standin.script.everyTurn(HOSTS_WORDS, { omit: ['inputTranscription'] });
    await failsWith('silent-answer');
  });
});

describe('a session that', () => {
  it('streams nothing but silence is a fault, after a second try', async () => {
    standin.script.everyTurn({ omit: ['audio'] });
    const { turn, sink } = await failsWith('silent-answer');
    expect(turn.meter.attempts).toBe(2);
    expect(sink.samples).toEqual([]);
    // It was streamed to us, and is counted.
    expect(turn.meter.receivedSeconds).toBeGreaterThan(1);
  });

  it.each([
    ['streams nothing but silence', { omit: ['audio'] } as const],
    ['streams near silence', nearSilent(2)],
    ['stops streaming before it says anything', { at: 'answer', do: 'hang' } as const],
    ['stops streaming in mid-sentence', { at: { chunks: 2 }, do: 'hang' } as const],
  ])('%s is left for a fresh one, which gets the whole utterance', async (_, step) => {
    standin.script.nextTurn(step);
    const { turn, sink } = await comesThrough();
    expect(turn.meter.attempts).toBe(2);
    expect(sink.restarts).toHaveLength(1);
  });

  it('never stops speaking is a fault', async () => {
    standin.script.everyTurn({ answer: { pcm24k: sound(120) } });
    await failsWith('answer-endless');
  });

  it('never stops telling texts, without a sound, is a fault', async () => {
    const trickle = Array.from({ length: 60 }, (_, i) => ({
      at: { chunks: i + 1 },
      do: 'send' as const,
      message: { serverContent: { outputTranscription: { text: '.' } } },
    }));
    standin.script.everyTurn({ answer: { pcm24k: quiet(60) } }, ...trickle);
    await failsWith('silent-answer');
  });

  it('streams no sound at all is a fault', async () => {
    standin.script.everyConnection({ at: 'ready', do: 'hang' });
    await failsWith('no-answer');
  });
});

describe('a connection that ends under a turn', () => {
  it.each([
    ['with 1011 while people speak', closedIn('firstAudio', 1011, 'Internal error encountered.')],
    ['with 1011 instead of an answer', closedIn('activityEnd', 1011, 'Internal error encountered.')],
    ['with 1011 before the first sound', closedIn('answer', 1011, 'Internal error encountered.')],
    ['with 1011 in mid-answer', closedIn({ chunks: 2 }, 1011, 'Internal error encountered.')],
    ['with 1011 behind the last word', closedIn({ chunks: 3 }, 1011, 'Internal error encountered.')],
    ['with 1008 because its time was up', closedIn('activityEnd', 1008, '')],
    ['by a reset while people speak', resetIn('firstAudio')],
    ['by a reset instead of an answer', resetIn('activityEnd')],
    ['by a reset in mid-answer', resetIn({ chunks: 2 })],
    [
      'by something that is no JSON',
      { at: { chunks: 1 }, do: 'sendText', text: '{"serverContent":' } as const,
    ],
  ])('%s loses nothing: the whole utterance is sent on a fresh one', async (_, step) => {
    standin.script.nextTurn(step);
    const { turn } = await comesThrough();
    expect(turn.meter.attempts).toBe(2);
    expect(turn.meter.sentSeconds).toBeGreaterThan(secondsOf(turn));
    expect(turn.meter.sentSeconds).toBeLessThan(2 * secondsOf(turn) + 0.001);
  });

  it('while the utterance is still being spoken loses nothing of it', async () => {
    standin.script.nextTurn(resetIn('firstAudio'));
    const turn = new Turn();
    turn.append(framesFor(0.5));
    const sink = gathering();
    const interpreted = translate().interpret(turn, GUEST_SPEAKS, sink, never);
    await standin.next('closed');
    turn.append(framesFor(0.5));
    turn.close();
    expect((await interpreted).outcome).toBe('translated');
    expect(served().at(-1)?.turns[0]?.audioSeconds).toBeCloseTo(1);
    expect(sink.samples.filter(isLoud).length / OUT_RATE).toBeCloseTo(0.6, 1);
  });

  it('again and again fails the turn visibly', async () => {
    standin.script.everyTurn(resetIn('activityEnd'));
    await failsWith('connection-lost');
  });

  it.each(['0s', '0.5s', '1s', '2s', '50s'])(
    'because the service asked for it with %s left loses nothing',
    async (timeLeft) => {
      standin.script.nextTurn(
        { at: 'firstAudio', do: 'goAway', timeLeft },
        { at: 'activityEnd', do: 'close', code: 1008, reason: '' },
      );
      await comesThrough();
    },
  );

  it('in time is left before it does', async () => {
    standin.script.nextTurn(
      { answer: { pcm24k: sound(30) } },
      { at: { chunks: 1 }, do: 'goAway', timeLeft: '1.2s' },
    );
    const { sink } = await comesThrough();
    expect(sink.restarts).toEqual(['session-expired']);
  });
});

describe('the service', () => {
  /** What the watcher was told, in short. */
  function told(engine: Translate) {
    const availabilities: string[] = [];
    const conditions: string[] = [];
    const availability = (now: Availability) =>
      availabilities.push(now.is === 'unreachable' ? `unreachable: ${now.fault.code}` : now.is);
    engine.watch({
      availability,
      condition: (fault, on) => conditions.push(`${fault.code} ${on ? 'on' : 'off'}`),
    });
    return { availabilities, conditions };
  }

  it('is told to be ready when it answers', async () => {
    const engine = translate();
    const { availabilities } = told(engine);
    await comesThrough(engine);
    expect(availabilities).toEqual(['connecting', 'ready', 'ready']);
  });

  it('whose quota is used up is not asked again, and told to be out of reach', async () => {
    standin.script.everyConnection(...quotaExceeded);
    standin.script.everyTurn({ at: 'answer', do: 'delay', ms: 5000 });
    const engine = translate();
    const { availabilities } = told(engine);
    await failsWith('quota', engine);
    expect(availabilities.at(-1)).toBe('unreachable: quota');
    expect(standin.connections.length).toBeLessThanOrEqual(2);
  });

  it('that refuses the key is not asked again', async () => {
    standin.script.everyConnection(closedBeforeSetupComplete(1008, `API key ${KEY} not valid.`));
    await failsWith('key-refused');
    expect(standin.connections.length).toBeLessThanOrEqual(2);
  });

  it('that does not offer the model any more is asked for the next one', async () => {
    const engine = translate({ models: ['gemini-3.0-live-translate-preview', TRANSLATE_MODEL] });
    const { conditions } = told(engine);
    const { turn } = await comesThrough(engine);
    expect(turn.meter.uses.map(({ model }) => model)).toEqual([TRANSLATE_MODEL]);
    expect(conditions).toEqual(['model-gone on']);
  });

  it('that never completes a set-up is given up in time, and the turn comes through on a fresh one', async () => {
    standin.script.nextConnection(setupNeverCompleted);
    await comesThrough();
  });
});

describe('a turn that is cancelled', () => {
  it('in mid-answer ends at once, with its connection', async () => {
    standin.script.nextTurn({ answer: { pcm24k: sound(30) } });
    const abort = new AbortController();
    const sink = { ...gathering(), audio: () => abort.abort(new Error('superseded')) };
    const turn = spokenTurn(1);
    await expect(translate().interpret(turn, GUEST_SPEAKS, sink, abort.signal)).rejects.toThrow('superseded');
    await standin.next('closed');
    expect(served()[0]?.closed?.by).toBe('client');
    expect(turn.meter.attempts).toBe(1);
  });

  it('while it is being spoken ends at once, and nothing of it is played', async () => {
    const abort = new AbortController();
    const turn = new Turn();
    turn.append(framesFor(1));
    turn.append(pauseFor(0.9));
    const sink = gathering();
    const interpreted = translate().interpret(turn, GUEST_SPEAKS, sink, abort.signal);
    await standin.next('said');
    abort.abort(new Error('the turn was dropped'));
    await expect(interpreted).rejects.toThrow('the turn was dropped');
    expect(sink.samples).toEqual([]);
  });
});

describe('the meter', () => {
  it('counts what was sent, and all that was streamed, silence too', async () => {
    standin.script.nextTurn({ answer: { pcm24k: concat([quiet(1), sound(1)]) } });
    const sink = gathering();
    const turn = spokenTurn(1);
    await translate().interpret(turn, GUEST_SPEAKS, sink, never);
    const { meter } = turn;
    expect(meter.sentSeconds).toBeCloseTo(1);
    expect(meter.sentWhole).toBe(1);
    // 1 s of silence, 1 s of speech, 1 s of silence that told the end.
    expect(meter.receivedSeconds).toBeGreaterThanOrEqual(3);
    expect(meter.receivedSeconds % 0.25).toBeCloseTo(0);
    expect(meter.uses).toEqual([
      {
        model: TRANSLATE_MODEL,
        sentSeconds: meter.sentSeconds,
        receivedSeconds: meter.receivedSeconds,
        earlierSeconds: 0,
        textInTokens: 0,
      },
    ]);
  });

  it('sums up over its tries', async () => {
    standin.script.nextTurn(resetIn({ chunks: 2 }));
    const { turn } = await comesThrough();
    const { meter } = turn;
    expect(meter.uses).toHaveLength(2);
    const sum = (of: 'sentSeconds' | 'receivedSeconds') => meter.uses.reduce((all, use) => all + use[of], 0);
    expect(sum('sentSeconds')).toBeCloseTo(meter.sentSeconds);
    expect(sum('receivedSeconds')).toBeCloseTo(meter.receivedSeconds);
    expect(meter.uses[0]?.receivedSeconds).toBeGreaterThan(0);
  });

  it('marks what a latency is made of, in its order', async () => {
    const { turn } = await comesThrough();
    const { connected, firstSent, sent, firstAudio, playable, answered } = turn.marks;
    const marks = [connected, firstSent, sent, firstAudio, playable, answered].map(
      (mark) => mark ?? Number.NaN,
    );
    expect(marks).toEqual(marks.toSorted((a, b) => a - b));
    expect(turn.marks.heard).toBeDefined();
  });
});

describe('a turn in which nothing was said', () => {
  it('sends nothing', async () => {
    const turn = new Turn();
    turn.close();
    const result = await translate().interpret(turn, GUEST_SPEAKS, gathering(), never);
    expect(result.outcome).toBe('nothing said');
    expect(turn.meter).toEqual({ sentSeconds: 0, receivedSeconds: 0, attempts: 0, sentWhole: 0, uses: [] });
    await standin.next('ready');
    expect(standin.connections.flatMap(({ messages }) => messages.map(({ type }) => type))).toEqual([
      'setup',
    ]);
  });
});

describe('a handler that throws', () => {
  it('ends the turn, not the process', async () => {
    const sink = {
      ...gathering(),
      audio: () => {
        throw new Error('the loudspeaker has gone');
      },
    };
    const turn = translate().interpret(spokenTurn(0.3), GUEST_SPEAKS, sink, never);
    await expect(turn).rejects.toMatchObject({ code: 'service-garbled' });
  });
});
