import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TurnLog } from '../../src/daemon/turn-log.ts';
import type { Engine } from '../../src/kiosk/engines.ts';
import { FAULTS, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/shown/looks.ts';
import {
  closedBeforeSetupComplete,
  creditsExhausted,
  quotaExceeded,
  requestQuotaExceeded,
  requestRefused,
  resetIn,
  stalledAfterTranscript,
  upgradeRefused,
} from '../../src/standin/faults/faults.ts';
import type { Script } from '../../src/standin/faults/script.ts';
import { modelNotFound } from '../../src/standin/protocol/models.ts';
import { type Counter, tap } from '../rig/counter.ts';
import { temporaryFolders } from '../rig/folders.ts';
import { spoken } from '../rig/voices.ts';
import {
  heardCue,
  heardWhole,
  hearsCue,
  lightShows,
  reconnectShows,
  statusOf,
  turnWith,
} from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** Several engines: which one serves a turn, and what people notice of another one taking over. */

const open = scenarios();
const temporary = temporaryFolders();

/** No spare: each press opens its connection. */
const NO_SPARE = 'spare_idle_s = 0\n';
/** A guest has left when nobody has pressed for so long, in seconds. */
const guestLeavesAfter = (seconds: number) => `[kiosk]\nguest_idle_s = ${seconds}\n`;

const routeOf = async (counter: Counter): Promise<string> => (await statusOf(counter)).route;

/** People look again and again until the next turn would go this way. */
async function untilRoute(counter: Counter, expected: string, timeoutMs = 30_000): Promise<void> {
  const { desk } = counter;
  const givenUpMs = desk.now() + timeoutMs;
  for (;;) {
    const route = await routeOf(counter);
    if (route === expected) return;
    if (desk.now() > givenUpMs) throw new Error(`the route is ${route}, not ${expected}`);
    await desk.passes(desk.now() + 200);
  }
}

/** One turn in which all goes well, and that this engine serves. */
async function servedBy(counter: Counter, engine: Engine, button = 'talk'): Promise<TurnLog> {
  const { turn, releasedMs } = await turnWith(counter, 'idle', () => {}, { button });
  expect(turn).toMatchObject({ outcome: 'translated', engine });
  await heardWhole(counter, releasedMs);
  return turn;
}

/** The log tells of the move, in words. */
function moved({ logged }: Counter): string[] {
  return logged().flatMap(({ text }) => {
    const line = text.includes('the turn goes to another engine') ? JSON.parse(text) : undefined;
    return line === undefined ? [] : [String(line.route)];
  });
}

describe('a turn of dialogue', () => {
  const everyConnection =
    (...steps: Parameters<Script['everyConnection']>) =>
    (script: Script) =>
      script.everyConnection(...steps);

  it.each<[string, FaultCode, (script: Script) => unknown]>([
    ['is refused for the quota', 'quota', everyConnection(upgradeRefused(429))],
    ['is ended by the quota while it is listened to', 'quota', everyConnection(...quotaExceeded)],
    ['finds no credits left', 'credits-exhausted', everyConnection(...creditsExhausted)],
    [
      'finds its model gone',
      'model-gone',
      everyConnection(
        closedBeforeSetupComplete(1008, modelNotFound('gemini-3.8-live', 'v1beta', 'bidiGenerateContent')),
      ),
    ],
    ['meets an error of the service again and again', 'service-error', everyConnection(upgradeRefused(503))],
  ])(
    'that %s goes to the cascade, is heard whole, and the lights tell what is wrong and that it works',
    async (_, fault, breaks) => {
      const counter = await open({ engines: ['dialogue', 'cascade'], config: NO_SPARE });
      await counter.ready();
      breaks(counter.standin.script);
      const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
      expect(turn).toMatchObject({ outcome: 'translated', engine: 'cascade' });
      expect(turn.route).toBe('cascade (next best; dialogue: failed)');
      expect(moved(counter)).toEqual([turn.route]);
      await heardWhole(counter, releasedMs);
      expect(counter.desk.led('connection')).toBe(true);
      expect(await reconnectShows(counter)).toEqual<Look>(FAULTS[fault].look);
      expect(await routeOf(counter)).toBe(`cascade (next best; dialogue: unreachable, ${fault})`);
      expect(counter.desk.led('connection')).toBe(true);
      // The next one does not try first what is known to fail.
      const next = await servedBy(counter, 'cascade');
      expect(next.route).toBe(`cascade (next best; dialogue: unreachable, ${fault})`);
      expect(moved(counter)).toHaveLength(1);
    },
    60_000,
  );

  it('that is not answered, twice, goes to the cascade; the desk is well', async () => {
    const counter = await open({ engines: ['dialogue', 'cascade'] });
    await counter.ready();
    counter.standin.script.everyTurn(stalledAfterTranscript);
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated', engine: 'cascade' });
    expect(moved(counter)).toEqual(['cascade (next best; dialogue: failed)']);
    await heardWhole(counter, releasedMs);
    expect(counter.desk.led('connection')).toBe(true);
    expect(counter.desk.led('trouble')).toBe(false);
  }, 60_000);

  it('that breaks off while it is heard comes again, whole, by the cascade, behind a cue', async () => {
    const counter = await open({ engines: ['dialogue', 'cascade'] });
    const { standin, desk } = counter;
    await counter.ready();
    const { turn, troubleMs, releasedMs } = await turnWith(counter, 'speaking', () => {
      standin.script.everyConnection(upgradeRefused(429));
      return standin.act({ do: 'close', code: 1011, reason: 'You exceeded your current quota, please' });
    });
    expect(turn).toMatchObject({ outcome: 'translated', engine: 'cascade' });
    const beganMs = await heardWhole(counter, releasedMs);
    expect(beganMs).toBeGreaterThan(troubleMs);
    expect(heardCue(counter, 'again', troubleMs, beganMs)).toBe(true);
    expect(desk.led('connection')).toBe(true);
  }, 60_000);

  it('that breaks off again and again while it is heard does so as well', async () => {
    const counter = await open({ engines: ['dialogue', 'cascade'] });
    await counter.ready();
    counter.standin.script.everyTurn(resetIn({ chunks: 20 }));
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated', engine: 'cascade' });
    const beganMs = await heardWhole(counter, releasedMs);
    expect(heardCue(counter, 'again', releasedMs, beganMs)).toBe(true);
  }, 60_000);

  it('that went to the cascade leaves its guest there; the next guest has the dialogue again', async () => {
    const counter = await open({
      engines: ['dialogue', 'cascade'],
      config: `${NO_SPARE}${guestLeavesAfter(12)}`,
    });
    const { standin, desk } = counter;
    await counter.ready();
    standin.script.everyConnection(upgradeRefused(429));
    await servedBy(counter, 'cascade');
    standin.script.clear();
    // A press tries what is away, for the turns to come.
    await servedBy(counter, 'cascade');
    await untilRoute(counter, 'cascade (serves this guest)');
    expect((await statusOf(counter)).faults).toEqual([]);
    const third = await servedBy(counter, 'cascade');
    expect(third.route).toBe('cascade (serves this guest)');
    await untilRoute(counter, 'dialogue (preferred)');
    const fourth = await servedBy(counter, 'dialogue');
    expect(fourth.route).toBe('dialogue (preferred)');
    expect(desk.led('connection')).toBe(true);
    expect(desk.led('trouble')).toBe(false);
  }, 90_000);
});

describe('a desk that prefers the cascade', () => {
  it.each([
    ['its quota is used up', requestQuotaExceeded, 'quota'],
    ['the service fails', requestRefused(503), 'service-error'],
  ] as const)(
    'goes to the dialogue when %s, and comes back',
    async (_, step, fault) => {
      const counter = await open({ engines: ['cascade', 'dialogue'], config: guestLeavesAfter(8) });
      const { standin, desk } = counter;
      await counter.ready();
      await servedBy(counter, 'cascade');
      standin.script.everyRequest('hear', step);
      const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
      expect(turn).toMatchObject({ outcome: 'translated', engine: 'dialogue' });
      expect(moved(counter)).toEqual(['dialogue (next best; cascade: failed)']);
      await heardWhole(counter, releasedMs);
      expect(desk.led('connection')).toBe(true);
      expect(counter.logged().some(({ text }) => text.includes(`"fault":"${fault}"`))).toBe(true);
      standin.script.clear();
      await servedBy(counter, 'dialogue');
      await untilRoute(counter, 'cascade (preferred)');
      await servedBy(counter, 'cascade');
      expect(desk.led('trouble')).toBe(false);
    },
    90_000,
  );
});

const TWO_BUTTONS = {
  engines: ['translate', 'dialogue'] as const,
  buttons: 'talk-host = 17\ntalk-guest = 6\nrepeat = 5\n',
  desk: { buttons: { 'talk-host': 17, 'talk-guest': 6, repeat: 5 } },
};

describe('a desk that prefers translate', () => {
  it('with two buttons is served by it: the press tells who speaks', async () => {
    const counter = await open(TWO_BUTTONS);
    await counter.ready();
    expect(await routeOf(counter)).toBe('translate (preferred)');
    const turn = await servedBy(counter, 'translate', 'talk-guest');
    expect(turn).toMatchObject({ route: 'translate (preferred)', to: 'en' });
    expect(counter.desk.led('trouble')).toBe(false);
  }, 60_000);

  it('goes to the dialogue when its sessions stay silent', async () => {
    const counter = await open(TWO_BUTTONS);
    await counter.ready();
    counter.standin.script.nextTurn({ omit: ['audio'] }).nextTurn({ omit: ['audio'] });
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {}, { button: 'talk-guest' });
    expect(turn).toMatchObject({ outcome: 'translated', engine: 'dialogue' });
    expect(moved(counter)).toEqual(['dialogue (next best; translate: failed)']);
    await heardWhole(counter, releasedMs);
  }, 60_000);

  it('with one button is served by the next engine: nobody knows who is going to speak', async () => {
    const counter = await open({ engines: ['translate', 'dialogue'] });
    await counter.ready();
    expect(await routeOf(counter)).toBe('dialogue (next best; translate: speaker)');
    const turn = await servedBy(counter, 'dialogue');
    expect(turn.route).toBe('dialogue (next best; translate: speaker)');
    expect(counter.desk.led('trouble')).toBe(false);
  }, 60_000);
});

/** A desk with a phrasebook, in a network that can go away. */
async function openWithPhrasebook(): Promise<Counter> {
  const counter = await open({ engines: ['dialogue', 'phrasebook'], network: true });
  await counter.ready();
  return counter;
}

/** Nothing listens where the service was any more. */
async function goesAway({ network }: Counter): Promise<void> {
  await network.refuse();
  await network.reset();
}

describe('a desk with a phrasebook', () => {
  let listed: Int16Array;
  let unlisted: Int16Array;
  beforeAll(async () => {
    listed = await spoken('One moment, please.', 'rms');
    unlisted = await spoken('My brother works for a large company in Chicago.', 'rms');
  });

  it('knows its phrases while the network is away, and translates freely when it is back', async () => {
    const counter = await openWithPhrasebook();
    const { desk } = counter;
    await goesAway(counter);
    expect(await reconnectShows(counter)).toEqual<Look>(FAULTS['network-unreachable'].look);
    // It may be a moment only: the first who speaks waits for it, and not for longer than people do.
    const known = await turnWith(counter, 'idle', () => {}, { said: listed });
    expect(known.turn).toMatchObject({
      outcome: 'translated',
      engine: 'phrasebook',
      from: 'en',
      to: 'es',
      sentSeconds: 0,
    });
    expect(heardCue(counter, 'phrasebook', known.releasedMs)).toBe(true);
    const alone = 'phrasebook (next best; dialogue: unreachable, network-unreachable)';
    await untilRoute(counter, alone, 60_000);
    expect(await lightShows(counter, 'connection')).toEqual<Look>({ look: 'flashes', count: 2 });
    const unknown = await turnWith(counter, 'idle', () => {}, { said: unlisted });
    expect(unknown.turn).toMatchObject({ outcome: 'not understood', engine: 'phrasebook' });
    await counter.network.heal();
    await untilRoute(counter, 'dialogue (preferred)', 70_000); // it is looked for each minute at least
    await servedBy(counter, 'dialogue');
    expect((await statusOf(counter)).faults).toEqual([]);
    expect(desk.led('connection')).toBe(true);
  }, 240_000);

  it('turns to it when the network goes away in the midst of a turn and stays away', async () => {
    const counter = await openWithPhrasebook();
    const { turn, releasedMs } = await turnWith(counter, 'listening', () => goesAway(counter), {
      said: listed,
    });
    expect(turn).toMatchObject({ outcome: 'translated', engine: 'phrasebook', from: 'en', to: 'es' });
    expect(moved(counter)).toEqual(['phrasebook (next best; dialogue: failed)']);
    expect(heardCue(counter, 'phrasebook', releasedMs)).toBe(true);
  }, 60_000);

  describe('that has a language of its own', () => {
    const phrase = 'Un petit moment, monsieur, je vous prie.';

    async function french(): Promise<Counter> {
      const file = path.join(temporary(), 'phrases.json');
      const book = {
        languages: { fr: { notUnderstood: "Je n'ai pas compris." } },
        phrases: [{ id: 'one-moment', fr: phrase }],
      };
      await writeFile(file, JSON.stringify(book));
      const counter = await open({
        engines: ['phrasebook'],
        config: `[languages]\nguest = "fr"\n[kiosk]\noutcome_shown_ms = 10000\n[phrasebook]\nfile = "${file}"\n`,
      });
      await counter.log((line) => line.msg === 'dragoman runs');
      return counter;
    }

    /** Until the question has been heard, which a cue ends. @returns when the button was released */
    async function asked(counter: Counter): Promise<number> {
      const { desk } = counter;
      const releasedMs = await counter.say(await spoken(phrase, 'fr'));
      const askedMs = await desk.recorder.nextSound({ afterMs: releasedMs + 500, timeoutMs: 20_000 });
      expect(await lightShows(counter, 'talk', askedMs)).toEqual<Look>({ look: 'flashes', count: 4 });
      expect(await hearsCue(counter, 'confirm', releasedMs)).toBe(true);
      return releasedMs;
    }

    it('asks whether the phrase was meant: it has not understood when nobody agrees, and says it when a press does', async () => {
      const counter = await french();
      await asked(counter);
      expect(await counter.turnEnds(20_000)).toMatchObject({
        outcome: 'not understood',
        engine: 'phrasebook',
      });
      const endedMs = counter.desk.now();
      expect(await lightShows(counter, 'talk', endedMs)).toEqual<Look>({ look: 'flashes', count: 2 });

      await counter.desk.recorder.nextSilence(1500, { afterMs: endedMs });
      const releasedMs = await asked(counter);
      const agreedMs = await tap(counter.desk, 'talk');
      const turn = await counter.turnEnds();
      expect(turn).toMatchObject({ outcome: 'translated', engine: 'phrasebook', from: 'fr', to: 'en' });
      // What they heard before they agreed was the question, not the translation.
      expect(turn.latencyMs).toBeGreaterThan(agreedMs - releasedMs - 100);
      await counter.desk.recorder.nextSound({ afterMs: agreedMs });
      await counter.desk.untilLed('talk', false);
    }, 90_000);
  });
});
