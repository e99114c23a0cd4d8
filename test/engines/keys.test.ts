import { createServer } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { GOOGLE } from '../../src/base/addresses.ts';
import { Cascade } from '../../src/interpreters/cascade/cascade.ts';
import { KeyPlaces, type KeyUse } from '../../src/interpreters/gemini/key-places.ts';
import type { Availability, Interpreter } from '../../src/interpreters/interpreter.ts';
import { Dialogue } from '../../src/interpreters/live/dialogue/dialogue.ts';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import { closedBeforeSetupComplete, closedIn, NOT_IMPLEMENTED } from '../../src/standin/faults/faults.ts';
import type { EventOf } from '../../src/standin/record.ts';
import type { KeyRefusal } from '../../src/standin/server/keys.ts';
import type { Standin } from '../../src/standin/server/server.ts';
import { engineRig } from '../rig/engines.ts';
import { CASCADE, comesThrough, DIALOGUE, failsWith, KEY, LANGUAGES, serviceAt } from '../rig/live.ts';

/** The API key: where it goes, and what becomes of one that the service does not take. */

const rig = engineRig();

const ENGINES = {
  dialogue: (url?: string) => rig.dialogue({}, url),
  translate: (url?: string) => rig.translate({}, url),
  cascade: (url?: string) => rig.cascade({}, url),
} as const;
type Name = keyof typeof ENGINES;
const NAMES = Object.keys(ENGINES) as Name[];
const languagesFor = (name: Name) =>
  name === 'translate' ? { ...LANGUAGES, speaker: 'guest' as const } : LANGUAGES;

/** What a stand-in is asked from now on. */
function askedOf(standin: Pick<Standin, 'on'> = rig.standin): EventOf<'asked'>[] {
  const all: EventOf<'asked'>[] = [];
  rig.ended(standin.on((event) => event.type === 'asked' && all.push(event)));
  return all;
}

/** What its watcher is told, in short. */
function told(engine: Interpreter): string[] {
  const all: string[] = [];
  const availability = (now: Availability) =>
    void all.push(now.is === 'unreachable' ? `unreachable: ${now.fault.code}` : now.is);
  engine.watch({ availability, condition: () => {}, notes: () => {} });
  return all;
}

describe('the key', () => {
  it.each(NAMES)('of %s goes in a header, never in a URL', async (name) => {
    const asked = askedOf();
    const engine = ENGINES[name]();
    await engine.check();
    await comesThrough(engine, languagesFor(name));
    expect(asked.length).toBeGreaterThan(1);
    for (const { url, keyIn } of asked) {
      expect(keyIn, url).toBe('header');
      expect(url).not.toMatch(/[?&](?:key|access_token)=/);
    }
  });

  it.each(NAMES)('of %s serves where the service takes it in a header only', async (name) => {
    const { url } = await rig.another('header.test', { keyIn: 'header' });
    await comesThrough(ENGINES[name](url), languagesFor(name));
  });

  it('that the service takes in the URL only is sent there, which is found out once and reported', async () => {
    const standin = await rig.another('query.test', { keyIn: 'query' });
    const uses: KeyUse[] = [];
    const world = { ...rig.world, keyPlaces: new KeyPlaces((use) => uses.push(use)) };
    const asked = askedOf(standin);
    const service = serviceAt(standin.url);
    const turn = async (engine: Interpreter) => {
      rig.ended(() => engine.stop());
      await comesThrough(engine);
    };
    for (const make of [
      () => new Dialogue(service, DIALOGUE, world),
      () => new Cascade(service, CASCADE, world),
    ]) {
      await turn(make());
      expect(asked.splice(0)[0]).toMatchObject({ keyIn: 'header' });
      await turn(make());
      expect(new Set(asked.map(({ keyIn }) => keyIn))).toEqual(new Set(['query']));
      // The record is no place for it either.
      expect(asked.every(({ url }) => url.includes('key=…'))).toBe(true);
      asked.length = 0;
    }
    expect(uses).toEqual(['sessions', 'requests']);
    expect(JSON.stringify([standin.connections, standin.requests])).not.toContain(KEY);
  });
});

/** What to do differs: another key, another account or another setting, money, or patience. */
const MEANINGS: Readonly<Record<KeyRefusal, FaultCode>> = {
  'not valid': 'key-refused',
  expired: 'key-refused',
  'unsupported type': 'key-refused',
  leaked: 'key-refused',
  'for another API': 'permission-denied',
  'for websites': 'permission-denied',
  'for other addresses': 'permission-denied',
  'for Android': 'permission-denied',
  'for iOS': 'permission-denied',
  suspended: 'permission-denied',
  denied: 'permission-denied',
  'without the API': 'permission-denied',
  'of another country': 'permission-denied',
  'without credits': 'credits-exhausted',
  'at its spending cap': 'credits-exhausted',
  'without quota': 'quota',
};

describe.each(Object.entries(MEANINGS) as [KeyRefusal, FaultCode][])('a key %s', (refusal, fault) => {
  it.each(['upgrade', 'close'] as const)(`fails a session, at its %s, as ${fault}`, async (keyRefusal) => {
    const { url } = await rig.another('refusing.test', { refusedKeys: { [KEY]: refusal }, keyRefusal });
    const engine = rig.dialogue({}, url);
    const all = told(engine);
    await failsWith(fault, engine);
    expect(all.at(-1)).toBe(`unreachable: ${fault}`);
  });

  it(`fails a request as ${fault}`, async () => {
    const { url } = await rig.another('refusing.test', { refusedKeys: { [KEY]: refusal } });
    await failsWith(fault, rig.cascade({}, url));
  });
});

describe('a session that is closed with 1008', () => {
  const UNKNOWN = 'Policy violation.';

  it('because of something that passes comes through on the next, as after 1011', async () => {
    rig.standin.script.nextConnection(closedBeforeSetupComplete(1008, NOT_IMPLEMENTED));
    await comesThrough(rig.dialogue());
    rig.standin.script.nextTurn(closedIn('activityEnd', 1008, NOT_IMPLEMENTED));
    await comesThrough(rig.dialogue());
  });

  it.each([
    ['at once, for a reason that nobody knows', { at: 'ready', do: 'close', code: 1008, reason: UNKNOWN }],
    [
      'at once, as if its time were up',
      { at: 'ready', do: 'close', code: 1008, reason: 'The operation was aborted.' },
    ],
  ] as const)('%s, again and again, is no expiry: the service is told to be away', async (_, step) => {
    rig.standin.script.everyConnection(step);
    const engine = rig.dialogue();
    const all = told(engine);
    await failsWith('service-error', engine);
    expect(all.at(-1)).toBe('unreachable: service-error');
  });

  it('under each utterance, as if its time were up, is no expiry either', async () => {
    rig.standin.script.everyTurn(closedIn('activityEnd', 1008, 'The operation was aborted.'));
    const engine = rig.dialogue();
    const all = told(engine);
    await failsWith('service-error', engine);
    expect(all.at(-1)).toBe('unreachable: service-error');
  });
});

/** All that @google/genai looks up in the environment. */
const SDK_VARIABLES = {
  GOOGLE_GENAI_USE_VERTEXAI: 'true',
  GOOGLE_GENAI_USE_ENTERPRISE: 'true',
  GOOGLE_GENAI_API_VERSION: 'v1alpha',
  GOOGLE_GEMINI_BASE_URL: 'http://elsewhere.test',
  GOOGLE_VERTEX_BASE_URL: 'http://elsewhere.test',
  GOOGLE_CLOUD_PROJECT: 'another-project',
  GOOGLE_CLOUD_LOCATION: 'europe-west4',
  GOOGLE_API_KEY: 'another-key',
  GEMINI_API_KEY: 'a-third-key',
} as const;

describe('a variable of the SDK', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each(Object.entries(SDK_VARIABLES))(
    '(%s) changes neither where requests go nor which key they have',
    async (name, value) => {
      vi.stubEnv(name, value);
      vi.spyOn(console, 'warn').mockImplementation(() => {});
      const elsewhere = createServer();
      rig.serve('elsewhere.test', elsewhere);
      const connected = vi.fn();
      elsewhere.on('connection', connected);
      const standin = await rig.another('taking.test', {
        refusedKeys: { 'another-key': 'not valid', 'a-third-key': 'not valid' },
      });
      const asked = askedOf(standin);
      for (const engine of NAMES) {
        await ENGINES[engine](standin.url).check();
        await comesThrough(ENGINES[engine](standin.url), languagesFor(engine));
      }
      expect(new Set(asked.map(({ url }) => /v1\w*/.exec(url)?.[0]))).toEqual(new Set(['v1beta']));
      expect(connected).not.toHaveBeenCalled();
    },
  );

  it('is one of these: of another one nobody has thought yet', async () => {
    const before = process.env;
    const read = new Set<string>();
    process.env = new Proxy(before, {
      get: (target, name) => {
        if (typeof name === 'string') read.add(name);
        return Reflect.get(target, name);
      },
    });
    try {
      await comesThrough(rig.dialogue());
      await comesThrough(rig.cascade());
    } finally {
      process.env = before;
    }
    const known = new Set<string>(Object.keys(SDK_VARIABLES));
    expect([...read].filter((name) => /GOOGLE|GEMINI|GENAI|VERTEX/.test(name) && !known.has(name))).toEqual(
      [],
    );
  });
});

it('without an address of its own, the service is Google’s, whatever the environment says', async () => {
  vi.stubEnv('GOOGLE_GEMINI_BASE_URL', rig.standin.url);
  try {
    const engine = new Dialogue(serviceAt(GOOGLE), DIALOGUE, rig.world);
    rig.ended(() => engine.stop());
    const { fault } = await failsWith('name-not-resolved', engine);
    expect(fault.detail).toContain('generativelanguage.googleapis.com');
  } finally {
    vi.unstubAllEnvs();
  }
});
