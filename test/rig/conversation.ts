import { createHash } from 'node:crypto';
import { framesOf } from '../../src/audio/pcm/frame.ts';
import { Cascade } from '../../src/interpreters/cascade/cascade.ts';
import type { World } from '../../src/interpreters/gemini/world.ts';
import type { Interpreter } from '../../src/interpreters/interpreter.ts';
import { Dialogue, type DialogueSettings } from '../../src/interpreters/live/dialogue/dialogue.ts';
import { Translate } from '../../src/interpreters/live/translate/translate.ts';
import type { Engine } from '../../src/kiosk/engines.ts';
import { costOf } from '../../src/spending/cost.ts';
import type { Prices } from '../../src/spending/prices.ts';
import type { Answerer } from '../../src/standin/answerer.ts';
import { IN_RATE, OUT_RATE } from '../../src/standin/protocol/sound.ts';
import type { Standin } from '../../src/standin/server/server.ts';
import { type Tokens, tokensTold } from '../../src/turn/tokens.ts';
import { Turn } from '../../src/turn/turn.ts';
import {
  CASCADE as CASCADE_SETTINGS,
  DIALOGUE,
  gathering,
  LANGUAGES,
  never,
  serviceAt,
  TRANSLATE as TRANSLATE_SETTINGS,
} from './live.ts';
import { tone } from './standin.ts';
import { virtualService } from './virtual/service.ts';

/**
 * A conversation of 20 turns, 6 s in and 6 s out each, in every possible way: over the real engines and the
 * real SDK, with a stand-in that bills as the service does, earlier sound again and again.
 */

export const TURNS = 20;
export const SECONDS = 6;

/** Of the maximum that the configuration takes: nothing is compressed in a conversation of this length. */
const NEVER_COMPRESSED = 100_000;

/** A way to have the conversation. */
export interface Way {
  readonly engine: Engine;
  readonly sessions: string;
  open(baseUrl: string, world: World): Interpreter;
}

function dialogue(sessions: string, settings: Partial<DialogueSettings>): Way {
  return {
    engine: 'dialogue',
    sessions,
    open: (baseUrl, world) => new Dialogue(serviceAt(baseUrl), { ...DIALOGUE, ...settings }, world),
  };
}

export const ONE_A_TURN = dialogue('one a turn', { turnsPerConnection: 1 });
export const UNCOMPRESSED = dialogue('one, uncompressed', {
  turnsPerConnection: 1000,
  compressAtTokens: NEVER_COMPRESSED,
});
export const COMPRESSED = dialogue('one, compressed at 2000 tokens', {
  turnsPerConnection: 1000,
  compressAtTokens: 2000,
});
export const CASCADE: Way = {
  engine: 'cascade',
  sessions: 'none',
  open: (baseUrl, world) => new Cascade(serviceAt(baseUrl), CASCADE_SETTINGS, world),
};

/** Its silence is streamed, and counted, too. */
export const TRANSLATE: Way = {
  engine: 'translate',
  sessions: 'one a turn',
  open: (baseUrl, world) => new Translate(serviceAt(baseUrl), TRANSLATE_SETTINGS, world),
};

/** Every engine that goes over the network has its rows here. */
export const WAYS: readonly Way[] = [ONE_A_TURN, UNCOMPRESSED, COMPRESSED, TRANSLATE, CASCADE];

/** The outcome of one turn of the conversation. */
export interface HadTurn {
  readonly heard: string | undefined;
  readonly said: string | undefined;
  /** Of the sound that came, and which it was. */
  readonly seconds: number;
  readonly sound: string;
  /** By our own count and by the stand-in's, in micro-dollars. */
  readonly own: number;
  readonly told: number | undefined;
  /** What that was, of each model that was used. */
  readonly reported: readonly (Tokens | undefined)[];
}

export interface Had {
  readonly way: Way;
  readonly models: readonly string[];
  readonly turns: readonly HadTurn[];
  /** What the stand-in has billed, in the order in which it did. */
  readonly billed: readonly (Tokens | undefined)[];
  /** Sessions in which something was said. */
  readonly sessions: number;
  /** Micro-dollars, by our own count and by the stand-in's. */
  readonly own: number;
  readonly metered: number;
}

/** Has the conversation, in virtual time. */
export async function converse(way: Way, prices: Prices, at: Date): Promise<Had> {
  const service = virtualService();
  const { clock, network } = service;
  clock.runFreely();
  const standin = await service.standin({ answerer: interpretation() });
  const engine = way.open(standin.url, service.world);
  try {
    const turns: HadTurn[] = [];
    const models = new Set<string>();
    for (let number = 1; number <= TURNS; number += 1) {
      const turn = spoken(number);
      const sink = gathering();
      const { heard, said } = await engine.interpret(turn, { ...LANGUAGES, speaker: 'guest' }, sink, never);
      await turn.counted; // the count comes while people listen to the answer
      const { uses } = turn.meter;
      const cost = costOf({ engine: way.engine, models: uses }, prices, at);
      for (const { model } of uses) models.add(model);
      turns.push({
        heard: heard?.text,
        said: said?.text,
        seconds: sink.samples.length / OUT_RATE,
        sound: createHash('sha256').update(Int16Array.from(sink.samples)).digest('hex'),
        own: cost.microdollars,
        told: cost.reportedMicrodollars,
        reported: uses.map((use) => use.reported),
      });
    }
    await engine.stop();
    await standin.stop(); // what a session has streamed is counted to its end
    const billed = bills(standin);
    const metered = costOf({ engine: way.engine, models: billed }, prices, at).reportedMicrodollars;
    if (metered === undefined) throw new Error('a turn was not billed');
    return {
      way,
      models: [...models],
      turns,
      billed: billed.map(({ reported }) => reported),
      sessions: standin.connections.filter((connection) => connection.turns.length > 0).length,
      own: turns.reduce((sum, { own }) => sum + own, 0),
      metered,
    };
  } finally {
    await engine.stop();
    await standin.stop();
    network.destroy();
    clock.stop();
  }
}

/** What the stand-in's records say that it billed, as uses that can be priced. */
function bills({ connections, requests }: Standin) {
  const use = (model: string, usage: Parameters<typeof tokensTold>[0]) => ({
    model,
    sentSeconds: 0,
    receivedSeconds: 0,
    reported: tokensTold(usage),
  });
  return [
    ...connections.flatMap(({ setup, turns, billed: streamed }) =>
      turns.map(({ billed }) => use((setup as { model: string }).model, billed ?? streamed)),
    ),
    ...requests.map(({ model, billed }) => use(model, billed)),
  ];
}

/** Each utterance has its own pitch, so that answers can't be mixed up. */
const STEP_HZ = 25;
const hertz = (number: number) => 200 + STEP_HZ * number;

/** Every way has the same sounds: each is made once. */
const sounds = new Map<string, Int16Array>();
function sound(number: number, rate: number): Int16Array {
  const key = `${number} at ${rate}`;
  const made = sounds.get(key) ?? tone(SECONDS, rate, hertz(number));
  sounds.set(key, made);
  return made;
}

function spoken(number: number): Turn {
  const turn = new Turn();
  turn.append(framesOf(sound(number, IN_RATE), 0));
  turn.close();
  return turn;
}

function numberOf(pcm16k: Int16Array): number {
  let crossings = 0;
  for (let i = 1; i < pcm16k.length; i += 1)
    if ((pcm16k[i - 1] ?? 0) < 0 !== (pcm16k[i] ?? 0) < 0) crossings += 1;
  const heardHz = crossings / 2 / (pcm16k.length / IN_RATE);
  return Math.round((heardHz - hertz(0)) / STEP_HZ);
}

/** As many letters as somebody says in 6 s. */
export const heardAs = (number: number) =>
  `¿Puede despertarme mañana a las siete, llamar un taxi y dejar la cuenta de la habitación ${number}?`;
export const saidAs = (number: number) =>
  `Could you wake me at seven tomorrow, call a taxi and prepare the bill for room ${number}, please?`;

/** Interprets what it heard, and reads aloud what it is given to read: 6 s, in a pitch of its own for each. */
function interpretation(): Answerer {
  const answer = (number: number) => ({
    heard: { text: heardAs(number), languageCode: 'es' },
    said: { text: saidAs(number), languageCode: 'en' },
    pcm24k: sound(number, OUT_RATE),
  });
  const roomIn = (text: string) => Number(/room (\d+)/.exec(text)?.[1]);
  return {
    start: async () => {},
    stop: async () => {},
    answerSpeech: async (pcm16k) => answer(numberOf(pcm16k)),
    answerText: async (text) => answer(roomIn(text)),
    speak: async (text) => sound(roomIn(text), OUT_RATE),
  };
}
