import { describe, expect, it } from 'vitest';
import { framesOf } from '../../src/audio/pcm/frame.ts';
import { sleep } from '../../src/base/time.ts';
import type { Dialogue } from '../../src/interpreters/live/dialogue/dialogue.ts';
import type { Answerer } from '../../src/standin/answerer.ts';
import { IN_RATE, OUT_RATE } from '../../src/standin/protocol/sound.ts';
import type { ConnectionRecord } from '../../src/standin/record.ts';
import type { Standin } from '../../src/standin/server/server.ts';
import { Turn } from '../../src/turn/turn.ts';
import { engineRig } from '../rig/engines.ts';
import { gathering, LANGUAGES, never, spokenTurn } from '../rig/live.ts';
import { tone } from '../rig/standin.ts';

/** The limits of the service's sessions, in both ways: a connection for each turn, and a session that serves several. */

/** Such a session has the nine minutes of any other, not the hour that compression was seen to give. */
const rig = engineRig(() => ({ answerer: echo(), limits: { compressedMs: undefined } }));

/** Says back as long a tone as it heard, so that each answer can be told from any other turn's. */
function echo(): Answerer {
  const answer = (seconds: number) => ({
    heard: { text: `${seconds.toFixed(2)} s`, languageCode: 'es' },
    said: { text: `${seconds.toFixed(2)} seconds`, languageCode: 'en' },
    pcm24k: tone(seconds, OUT_RATE),
  });
  return {
    start: async () => {},
    stop: async () => {},
    answerSpeech: async (pcm16k) => answer(pcm16k.length / IN_RATE),
    answerText: async () => answer(1),
  };
}

const ONGOING = { turnsPerConnection: 1000 };
const HOURS = 10 * 3_600_000;

const TURNS = 40;
/** Between two turns: all of them take an hour. */
const PAUSE_MS = 90_000;

/** How long the turns may compute, in real time, on a machine that is busy with other things. */
const COMPUTES_MS = 240_000;

/** One turn whose answer is complete and its own. @returns from sending to sound, in milliseconds */
async function turn(dialogue: Dialogue, seconds: number): Promise<number> {
  const spoken = spokenTurn(seconds);
  const sink = gathering();
  const { outcome } = await dialogue.interpret(spoken, LANGUAGES, sink, never);
  expect(outcome).toBe('translated');
  expect(sink.samples.length / OUT_RATE).toBeCloseTo(spoken.seconds, 2);
  expect(sink.texts.at(-1)).toBe(`said ${spoken.seconds.toFixed(2)} seconds`);
  expect(spoken.meter.attempts).toBe(1);
  expect(sink.restarts).toEqual([]);
  const { sent = 0, firstAudio = 0 } = spoken.marks;
  return firstAudio - sent;
}

const soundPart = (data: string) => ({
  parts: [{ inlineData: { mimeType: 'audio/pcm;rate=24000', data } }],
});

const served = (standin: Standin) => standin.connections.filter(({ turns }) => turns.length > 0);
const resumed = (record: ConnectionRecord | undefined) => JSON.stringify(record?.setup).includes('"handle"');

describe(`${TURNS} turns across many nine-minute limits`, () => {
  it.each([
    ['a connection for each turn', { turnsPerConnection: 1 }],
    ['a session that is handed over before it is asked to', ONGOING],
    ['a session that is handed over when the service asks for it', { ...ONGOING, connectionLifeMs: HOURS }],
  ] as const)(
    'with %s: none repeated, none cut, none later than its neighbours',
    async (_, settings) => {
      const { clock, standin } = rig;
      const dialogue = rig.dialogue({ ...settings, spareIdleMs: HOURS });
      const latencies: { readonly ms: number; readonly handedOver: boolean }[] = [];
      for (let i = 0; i < TURNS; i++) {
        const before = standin.connections.length;
        dialogue.prepare(LANGUAGES);
        await sleep(clock, PAUSE_MS);
        const ms = await turn(dialogue, 0.5 + (i % 20) * 0.1);
        latencies.push({ ms, handedOver: standin.connections.length > before });
      }
      expect(served(standin).reduce((sum, { turns }) => sum + turns.length, 0)).toBe(TURNS);
      const near = latencies.filter(({ handedOver }) => handedOver);
      if (settings.turnsPerConnection !== 1) expect(near.length).toBeGreaterThanOrEqual(5);
      // To the millisecond: the service's 900 and the network's round trip.
      expect(new Set(latencies.map(({ ms }) => Math.round(ms)))).toEqual(new Set([910]));
    },
    COMPUTES_MS,
  );
});

describe('a desk at which nobody speaks for an hour, with a connection held all the time', () => {
  it.each([
    ['that is fresh', { turnsPerConnection: 1 }, false],
    ['that has served a turn', ONGOING, true],
  ] as const)('has one %s before the service ends it for silence', async (_, settings, spoken) => {
    const { clock, standin } = rig;
    const dialogue = rig.dialogue({ ...settings, spareIdleMs: HOURS });
    dialogue.prepare(LANGUAGES);
    if (spoken) await turn(dialogue, 0.5);
    await sleep(clock, 60 * 60_000);
    const before = standin.connections.length;
    expect(before).toBeGreaterThanOrEqual(60 / 2.5);
    expect(standin.connections.filter(({ closed }) => closed?.by === 'standin')).toEqual([]);
    await turn(dialogue, 0.7);
    expect(standin.connections).toHaveLength(before);
  });

  it('loses no turn to one that takes what is sent and answers nothing any more', async () => {
    const { clock, standin } = rig;
    const dialogue = rig.dialogue({ spareIdleMs: HOURS });
    standin.script.nextConnection({ at: 'ready', do: 'hang' });
    dialogue.prepare(LANGUAGES);
    await sleep(clock, 100_000);
    const spoken = spokenTurn(0.5);
    const { outcome } = await dialogue.interpret(spoken, LANGUAGES, gathering(), never);
    expect([outcome, spoken.meter.attempts]).toEqual(['translated', 2]);
  });
});

describe('a session that serves several turns', () => {
  it('is taken up on another connection when the service asks for the old one, which is closed first', async () => {
    const { standin } = rig;
    const dialogue = rig.dialogue(ONGOING);
    await turn(dialogue, 0.5);
    await standin.next('turnComplete');
    const [old] = served(standin);
    await standin.act({ do: 'goAway', timeLeft: '50s' });
    await standin.next('closed');
    await standin.next('ready');
    await standin.next('ready');
    await turn(dialogue, 0.7);
    const [first, second] = served(standin);
    expect(first).toBe(old);
    expect(resumed(second)).toBe(true);
  });

  it('begins afresh at once when its handle is refused', async () => {
    const { standin } = rig;
    const dialogue = rig.dialogue(ONGOING);
    await turn(dialogue, 0.5);
    await standin.next('turnComplete');
    standin.script.nextConnection({
      at: 'setup',
      do: 'close',
      code: 1011,
      reason: 'Internal error encountered.',
    });
    await standin.act({ do: 'goAway', timeLeft: '50s' });
    await standin.next('closed');
    await turn(dialogue, 0.7);
    expect(standin.connections).toHaveLength(3);
    expect(standin.connections.map(resumed)).toEqual([false, true, false]);
  });

  it('in which nothing was said has no handle: the next one is fresh', async () => {
    const dialogue = rig.dialogue(ONGOING);
    dialogue.prepare(LANGUAGES);
    await rig.standin.next('ready');
    await rig.standin.act({ do: 'goAway', timeLeft: '50s' });
    await rig.standin.next('ready');
    await turn(dialogue, 0.5);
    expect(rig.standin.connections).toHaveLength(2);
  });

  it.each(['0s', '0.5s', '1s', '2s', '50s'])(
    'that is asked for in the middle of an utterance with %s left loses nothing of it',
    async (timeLeft) => {
      const { standin } = rig;
      const dialogue = rig.dialogue(ONGOING);
      standin.script.nextTurn(
        { at: 'firstAudio', do: 'goAway', timeLeft },
        { at: 'activityEnd', do: 'close', code: 1008, reason: '' },
      );
      const sink = gathering();
      const spoken = spokenTurn(1);
      const { outcome } = await dialogue.interpret(spoken, LANGUAGES, sink, never);
      expect(outcome).toBe('translated');
      expect(sink.samples.length / OUT_RATE).toBeCloseTo(1, 2);
    },
  );

  it('ends with its guest: the next one starts without a word of it', async () => {
    const dialogue = rig.dialogue(ONGOING);
    await turn(dialogue, 0.5);
    dialogue.forget();
    await turn(dialogue, 0.7);
    expect(rig.standin.connections).toHaveLength(2);
    expect(rig.standin.connections.some(resumed)).toBe(false);
    expect(JSON.stringify(rig.standin.connections[1]?.messages)).not.toContain('0.50 seconds');
  });

  it('is not gone on with after a turn that was given up: its late answer belongs to nobody', async () => {
    const dialogue = rig.dialogue(ONGOING);
    const abort = new AbortController();
    const given = dialogue.interpret(
      spokenTurn(1),
      LANGUAGES,
      { ...gathering(), audio: () => abort.abort(new Error('superseded')) },
      abort.signal,
    );
    await expect(given).rejects.toThrow('superseded');
    await turn(dialogue, 0.7);
    expect(rig.standin.connections).toHaveLength(2);
  });

  it('does not play what still comes of an earlier turn into the words of the next', async () => {
    const dialogue = rig.dialogue(ONGOING);
    await turn(dialogue, 0.5);
    const late = Buffer.from(tone(0.7, OUT_RATE).buffer).toString('base64');
    rig.standin.script.nextTurn(
      { at: 'activityStart', do: 'send', message: { serverContent: { modelTurn: soundPart(late) } } },
      {
        at: 'activityStart',
        do: 'send',
        message: { serverContent: { inputTranscription: { text: 'alt' } } },
      },
    );
    // Spoken in its time: the words are still being said when it comes.
    const spoken = new Turn();
    const frames = framesOf(tone(0.9, IN_RATE), 0);
    spoken.append(frames.slice(0, 20));
    const sink = gathering();
    const interpreted = dialogue.interpret(spoken, LANGUAGES, sink, never);
    await rig.standin.next('activityStart');
    await rig.standin.next('activityStart');
    await sleep(rig.clock, 1000);
    spoken.append(frames.slice(20));
    spoken.close();
    await interpreted;
    expect(sink.samples.length / OUT_RATE).toBeCloseTo(0.9, 2);
    expect(sink.texts).not.toContain('heard alt');
    expect(spoken.meter.attempts).toBe(1);
  });

  it('is asked to compress what it remembers, and only where it serves several turns', async () => {
    await turn(rig.dialogue({ ...ONGOING, compressAtTokens: 3000 }), 0.5);
    const setup = JSON.stringify(rig.standin.connections[0]?.setup);
    expect(setup).toContain('"triggerTokens":3000,"slidingWindow":{"targetTokens":1500}');
    await turn(rig.dialogue(), 0.5);
    expect(JSON.stringify(rig.standin.connections[1]?.setup)).not.toContain('contextWindowCompression');
  });
});
