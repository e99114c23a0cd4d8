import { describe, expect, it } from 'vitest';
import { concat } from '../../src/audio/pcm/concat.ts';
import type { Translate } from '../../src/interpreters/live/translate/translate.ts';
import { Fault } from '../../src/kiosk/faults.ts';
import type { Languages } from '../../src/kiosk/languages.ts';
import type { Answer } from '../../src/standin/answerer.ts';
import { resetIn, resetOn } from '../../src/standin/faults/faults.ts';
import type { Setup } from '../../src/standin/protocol/messages.ts';
import { Turn } from '../../src/turn/turn.ts';
import { engineRig } from '../rig/engines.ts';
import { gathering, LANGUAGES, never, spokenTurn } from '../rig/live.ts';
import {
  framesFor,
  GUEST_SPEAKS,
  guestComesThrough,
  guestFailsWith,
  HOST_SPEAKS,
  lengthsOf,
  pauseFor,
  quiet,
  served,
  sound,
  TRANSLATE_MODEL,
} from '../rig/translate.ts';

/** Live Translate behind the port: one direction a session, a stream without turns. */

const rig = engineRig();

const comesThrough = (engine = rig.translate()) => guestComesThrough(rig.standin, engine);

/** What the stand-in says when the host speaks; it takes the guest to speak by itself. */
const HOST_SAID: Partial<Answer> = {
  heard: { text: 'Breakfast is at seven.', languageCode: 'en' },
  said: { text: 'El desayuno es a las siete.', languageCode: 'es' },
};

async function turnOf(languages: Languages, engine: Translate, sink = gathering()) {
  if (languages.speaker === 'host') rig.standin.script.nextTurn({ answer: HOST_SAID });
  return engine.interpret(spokenTurn(0.5), languages, sink, never);
}

const targetsAsked = () => rig.standin.connections.map(({ setup }) => targetOf(setup));
const targetOf = (setup: unknown) =>
  (setup as Setup | undefined)?.generationConfig?.translationConfig?.targetLanguageCode;

describe('a direction', () => {
  it("is the guest's speech into the host's language", async () => {
    const { turn } = await comesThrough();
    expect(targetsAsked()).toEqual(['en']);
    expect(turn.meter.attempts).toBe(1);
  });

  it("is the host's speech into the guest's language", async () => {
    const result = await turnOf(HOST_SPEAKS, rig.translate());
    expect(targetsAsked()).toEqual(['es']);
    expect(result).toMatchObject({
      outcome: 'translated',
      heard: { text: 'Breakfast is at seven.', language: 'en' },
      said: { text: 'El desayuno es a las siete.', language: 'es' },
    });
  });

  it('is asked for in the codes of the service', async () => {
    await turnOf({ host: 'pt', guest: 'zh-TW', speaker: 'host' }, rig.translate());
    await turnOf({ host: 'pt', guest: 'zh-TW', speaker: 'guest' }, rig.translate());
    expect(targetsAsked()).toEqual(['zh-Hant', 'pt-BR']);
  });

  it('that nobody knows is a mistake of the caller, not a fault', async () => {
    const asked = rig.translate().interpret(spokenTurn(1), LANGUAGES, gathering(), never);
    await expect(asked).rejects.not.toBeInstanceOf(Fault);
    await expect(asked).rejects.toThrow('no target language');
    expect(rig.standin.connections).toEqual([]);
  });

  it('into a language that the service does not speak is one, too, and gets no spare', async () => {
    const engine = rig.translate();
    const languages: Languages = { host: 'en', guest: 'yue', speaker: 'host' };
    expect(() => engine.prepare(languages)).not.toThrow();
    const asked = engine.interpret(spokenTurn(1), languages, gathering(), never);
    await expect(asked).rejects.toThrow('no target language');
    expect(rig.standin.connections).toEqual([]);
  });
});

describe('the set-up', () => {
  it('asks for translation and both transcriptions, and nothing about voice, instruction or turns', async () => {
    await comesThrough();
    expect(rig.standin.connections[0]?.setup).toEqual({
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
    expect(served(rig.standin)[0]?.messages.map(({ type, count }) => [type, count])).toEqual([
      ['setup', 1],
      ['realtimeInput.audio', 10],
      ['realtimeInput.audioStreamEnd', 1],
    ]);
  });
});

describe('the connection that is held', () => {
  it('is for a guest who speaks first, whose turn takes it', async () => {
    const engine = rig.translate();
    engine.prepare(LANGUAGES);
    await rig.standin.next('ready');
    await comesThrough(engine);
    expect(targetsAsked()).toEqual(['en']);
  });

  it('is given up unused when the host speaks, who gets one of the right direction', async () => {
    const engine = rig.translate();
    engine.prepare(LANGUAGES);
    await rig.standin.next('ready');
    expect((await turnOf(HOST_SPEAKS, engine)).said?.language).toBe('es');
    expect(targetsAsked()).toEqual(['en', 'es']);
    const closed = [await rig.standin.next('closed'), await rig.standin.next('closed')];
    expect(closed.map(({ connection }) => connection.closed?.by)).toEqual(['client', 'client']);
    expect(rig.standin.connections[0]?.messages.map(({ type }) => type)).toEqual(['setup']);
  });

  it('is for whoever did not speak last', async () => {
    const engine = rig.translate();
    for (const speaks of [GUEST_SPEAKS, HOST_SPEAKS, GUEST_SPEAKS, HOST_SPEAKS]) {
      engine.prepare(LANGUAGES);
      await turnOf(speaks, engine);
    }
    expect(targetsAsked()).toEqual(['en', 'es', 'en', 'es']);
    expect(rig.standin.connections.map(({ turns }) => turns.length)).toEqual([1, 1, 1, 1]);
  });

  it('is for whom it is said to be', async () => {
    const engine = rig.translate();
    engine.prepare(HOST_SPEAKS);
    await rig.standin.next('ready');
    expect(targetsAsked()).toEqual(['es']);
  });

  it('ends with its guest, and the next guest speaks first again', async () => {
    const engine = rig.translate();
    await turnOf(GUEST_SPEAKS, engine);
    engine.prepare(LANGUAGES);
    await rig.standin.next('ready');
    await rig.standin.next('ready');
    engine.forget();
    engine.prepare(LANGUAGES);
    await rig.standin.next('ready');
    expect(targetsAsked()).toEqual(['en', 'es', 'en']);
  });

  it('is replaced quietly when the service takes it back', async () => {
    rig.standin.script.nextConnection(resetOn('ready'));
    const engine = rig.translate();
    engine.prepare(LANGUAGES);
    await rig.standin.next('closed');
    await rig.standin.next('ready');
    await rig.standin.next('ready');
    await comesThrough(engine);
    expect(targetsAsked()).toEqual(['en', 'en']);
  });
});

describe('silence', () => {
  /** What comes behind so many pieces is late, and then 2 s ahead of who listens: it need not be given as it comes. */
  const aheadFrom = (chunks: number) => ({ at: { chunks }, do: 'delay', ms: 2000 }) as const;

  it('before the translation and after it is not played', async () => {
    rig.standin.script.nextTurn({ answer: { pcm24k: concat([quiet(1.1), sound(3)]) } }, aheadFrom(5));
    const sink = gathering();
    await turnOf(GUEST_SPEAKS, rig.translate(), sink);
    expect(lengthsOf(sink).lead).toBeLessThanOrEqual(0.1);
    expect(lengthsOf(sink).tail).toBeLessThanOrEqual(0.1);
    expect(lengthsOf(sink).whole).toBeCloseTo(3, 0);
    expect(lengthsOf(sink).loud).toBeGreaterThan(2.9);
  });

  it('within it is kept', async () => {
    const spoken = concat([sound(3), quiet(0.5), sound(1)]);
    rig.standin.script.nextTurn({ answer: { pcm24k: spoken } });
    const sink = gathering();
    await turnOf(GUEST_SPEAKS, rig.translate(), sink);
    expect(sink.samples.slice(0, spoken.length)).toEqual([...spoken]);
  });

  it('within it that is longer than anyone pauses is shortened', async () => {
    const spoken = concat([sound(3), quiet(0.9), sound(1)]);
    rig.standin.script.nextTurn({ answer: { pcm24k: spoken } }, aheadFrom(1));
    const sink = gathering();
    await turnOf(GUEST_SPEAKS, rig.translate(), sink);
    expect(lengthsOf(sink).whole).toBeGreaterThan(4.55);
    expect(lengthsOf(sink).whole).toBeLessThan(4.75);
    expect(lengthsOf(sink).tail).toBeLessThanOrEqual(0.1);
  });
});

describe('the end of a translation', () => {
  it('is found although the stream continues', async () => {
    await comesThrough();
    const { code } = await rig.standin.next('closed');
    expect(served(rig.standin)[0]?.closed?.by, `closed with ${code}`).toBe('client');
  });

  it('is not taken from what other models end a turn with', async () => {
    rig.standin.script.nextTurn(
      { answer: { pcm24k: sound(2) } },
      { at: { chunks: 1 }, do: 'send', message: { serverContent: { generationComplete: true } } },
      { at: { chunks: 2 }, do: 'send', message: { serverContent: { turnComplete: true } } },
      { at: { chunks: 3 }, do: 'send', message: { serverContent: { interrupted: true } } },
    );
    const sink = gathering();
    await turnOf(GUEST_SPEAKS, rig.translate(), sink);
    expect(lengthsOf(sink).loud).toBeGreaterThan(1.95);
  });

  /** Two parts, with a silence between them that is longer than what ends a translation. */
  const inTwoParts = [
    { answer: { pcm24k: concat([sound(1), quiet(5), sound(0.5)]) } },
    { omit: ['inputTranscription', 'outputTranscription'] },
  ] as const;

  it('is a second of silence after it', async () => {
    rig.standin.script.nextTurn(...inTwoParts);
    const sink = gathering();
    await turnOf(GUEST_SPEAKS, rig.translate(), sink);
    expect(lengthsOf(sink).loud).toBeCloseTo(1, 1);
  });

  it('waits while texts still come: the model has more to say', async () => {
    const texts = Array.from({ length: 12 }, (_, i) => ({
      at: { chunks: 4 + 2 * i }, // every half second
      do: 'send' as const,
      message: { serverContent: { outputTranscription: { text: ' more' } } },
    }));
    rig.standin.script.nextTurn(...inTwoParts, ...texts);
    const sink = gathering();
    const result = await turnOf(GUEST_SPEAKS, rig.translate(), sink);
    expect(lengthsOf(sink).loud).toBeCloseTo(1.5, 1);
    expect(result.said?.text).toMatch(/more$/);
  });
});

describe('what is translated while the utterance is still being spoken', () => {
  it('is heard when that has ended, not before, and nothing of it is missing', async () => {
    const turn = new Turn();
    turn.append(framesFor(1));
    turn.append(pauseFor(0.9)); // so that the model takes it for a sentence
    const sink = gathering();
    const interpreted = rig.translate().interpret(turn, GUEST_SPEAKS, sink, never);
    await rig.standin.next('said');
    expect(sink.texts).toContain('heard ¿Dónde está el baño?');
    expect(sink.samples).toEqual([]);
    turn.append(framesFor(1));
    turn.close();
    expect((await interpreted).said?.text).toBe(
      'Where is the bathroom, please?Where is the bathroom, please?',
    );
    expect(lengthsOf(sink).loud).toBeCloseTo(1.2, 1);
    expect(lengthsOf(sink).lead).toBeLessThanOrEqual(0.1);
    const { sent = Number.NaN, firstAudio = Number.NaN } = turn.marks;
    expect(firstAudio).toBeGreaterThanOrEqual(sent);
  });

  it('may be all there is: it ends when nothing follows', async () => {
    const turn = new Turn();
    turn.append(framesFor(1));
    turn.append(pauseFor(0.9));
    const sink = gathering();
    const interpreted = rig.translate().interpret(turn, GUEST_SPEAKS, sink, never);
    await rig.standin.next('said');
    turn.close();
    expect((await interpreted).outcome).toBe('translated');
    expect(lengthsOf(sink).loud).toBeCloseTo(0.6, 1);
  });
});

describe('speech that is in the target language already', () => {
  const HOSTS_WORDS = { answer: { heard: { text: 'Where is it?', languageCode: 'en-US' } } };

  it('was spoken into the other button: it is not understood, and not tried again', async () => {
    rig.standin.script.nextTurn(HOSTS_WORDS);
    const turn = spokenTurn(1);
    const sink = gathering();
    const result = await rig.translate().interpret(turn, GUEST_SPEAKS, sink, never);
    expect(result).toMatchObject({
      outcome: 'not understood',
      heard: { text: 'Where is it?', language: 'en-US' },
      said: undefined,
    });
    expect(sink.samples).toEqual([]);
    expect(turn.meter.attempts).toBe(1);
  });

  it('without any words of it is nothing but silence', async () => {
    rig.standin.script.everyTurn(HOSTS_WORDS, { omit: ['inputTranscription'] });
    await guestFailsWith('silent-answer', rig.translate());
  });
});

describe('the meter', () => {
  it('counts what was sent, and all that was streamed, silence too', async () => {
    rig.standin.script.nextTurn({ answer: { pcm24k: concat([quiet(1), sound(1)]) } });
    const sink = gathering();
    const turn = spokenTurn(1);
    await rig.translate().interpret(turn, GUEST_SPEAKS, sink, never);
    const { meter } = turn;
    expect(meter.sentSeconds).toBeCloseTo(1);
    expect(meter.sentWhole).toBe(1);
    // 1 s of silence, 1 s of speech, 1 s of silence that told the end.
    expect(meter.receivedSeconds).toBeGreaterThanOrEqual(3);
    expect(meter.receivedSeconds % 0.25).toBeCloseTo(0);
    expect(meter.uses).toEqual([
      {
        engine: 'translate',
        reported: expect.anything(),
        model: TRANSLATE_MODEL,
        sentSeconds: meter.sentSeconds,
        receivedSeconds: meter.receivedSeconds,
        earlierSeconds: 0,
        textInTokens: 0,
      },
    ]);
  });

  it('sums up over its tries', async () => {
    rig.standin.script.nextTurn(resetIn({ chunks: 2 }));
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
    const result = await rig.translate().interpret(turn, GUEST_SPEAKS, gathering(), never);
    expect(result.outcome).toBe('nothing said');
    expect(turn.meter).toEqual({ sentSeconds: 0, receivedSeconds: 0, attempts: 0, sentWhole: 0, uses: [] });
    await rig.standin.next('ready');
    expect(rig.standin.connections.flatMap(({ messages }) => messages.map(({ type }) => type))).toEqual([
      'setup',
    ]);
  });
});
