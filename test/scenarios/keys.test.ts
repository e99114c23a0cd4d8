import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EventOf } from '../../src/standin/record.ts';
import { virtualCounters } from '../rig/counters.ts';
import { temporaryFolders } from '../rig/folders.ts';
import { KEY } from '../rig/live.ts';
import { placesOf } from '../rig/secrets.ts';
import type { VirtualCounter, VirtualCounterOptions } from '../rig/virtual/counter.ts';
import { scenarioOptions, turnWith } from './scenario.ts';

/** A day on which much goes wrong with the key and with the service, and everything that is left of it. */

const openCounter = virtualCounters();
const temporary = temporaryFolders();

const WRONG = `AIza${'not-valid-'.repeat(3)}key`;
/** Refused with itself in the words of the refusal. */
const SUSPENDED = `AIza${'suspended-'.repeat(3)}key`;
/** A dash of a word processor, in a key that is one otherwise. */
const UNUSABLE = `AQ.${'unusable_key_'.repeat(4)}`;
const SECRETS = { KEY, WRONG, SUSPENDED, UNUSABLE };

/** What the service says when it fails and refuses: all of it quotes the key. */
const FAILS = `Internal error, ?key=${KEY}`;
const CLOSES = `The key ${KEY} is denied access.`;
const REFUSES = JSON.stringify({
  error: { code: 403, message: `Consumer 'api_key:${KEY}' is denied access, see https://x.test/?key=${KEY}` },
});

interface Left {
  /** By where it was found. */
  readonly texts: Record<string, string>;
  readonly asked: readonly EventOf<'asked'>[];
}

async function badDay(options: VirtualCounterOptions = {}): Promise<Left> {
  const keyFile = path.join(temporary(), 'key');
  writeFileSync(keyFile, `${UNUSABLE}–\n`);
  const counter = await openCounter({
    ...scenarioOptions({
      engines: ['dialogue', 'cascade'],
      keyFile,
      standin: { refusedKeys: { [WRONG]: 'not valid', [SUSPENDED]: 'suspended' }, ...options.standin },
    }),
    env: { GEMINI_API_KEY: '' },
    ...(options.between === undefined ? {} : { between: options.between }),
  });
  const { standin, network, desk } = counter;
  const asked: EventOf<'asked'>[] = [];
  const events: unknown[] = [];
  standin.on((event) => {
    if (event.type === 'asked') asked.push(event);
    events.push(event);
  });
  const shown: string[] = [];
  const look = async () => {
    const { body } = await counter.control('GET', '/status');
    shown.push(JSON.stringify(body), JSON.stringify(await counter.command('status')));
  };
  const turn = async (trouble: () => unknown = () => {}) =>
    (await turnWith(counter, 'awaiting', trouble)).turn.outcome;

  await counter.log((line) => line.fault === 'key-missing');
  await look();
  writeFileSync(keyFile, WRONG);
  await counter.log((line) => line.fault === 'key-refused', 20_000);
  writeFileSync(keyFile, SUSPENDED);
  await counter.log((line) => line.fault === 'permission-denied', 20_000);
  await look();
  writeFileSync(keyFile, `export GEMINI_API_KEY='${KEY}'\r\n`);
  await desk.untilLed('connection', true, 20_000);
  expect(await turn()).toBe('translated');
  expect(await turn(() => standin.act({ do: 'reset' }))).toBe('translated');
  expect(await turn(() => network.reset())).toBe('translated');
  expect(await turn(() => standin.act({ do: 'close', code: 1011, reason: FAILS }))).toBe('translated');
  // The sessions are refused, and the cascade serves; then its requests are, too.
  standin.script.everyConnection({ at: 'upgrade', do: 'refuse', status: 403, body: REFUSES });
  await standin.act({ do: 'close', code: 1008, reason: CLOSES });
  expect(await turn()).toBe('translated');
  await look();
  for (const kind of ['hear', 'speak'] as const)
    standin.script.everyRequest(kind, { at: 'request', do: 'refuse', status: 403, body: REFUSES });
  expect(await turn()).toBe('failed');
  await look();
  network.refuse();
  expect(await turn()).toBe('failed');
  await counter.endDaemon();
  return { asked, texts: textsOf(counter, shown, events) };
}

function textsOf(counter: VirtualCounter, shown: readonly string[], events: readonly unknown[]) {
  const { ledger, configFile, notified, standin } = counter;
  const files = readdirSync(ledger, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return {
    log: counter
      .logged()
      .map(({ text }) => text)
      .join('\n'),
    status: shown.join('\n'),
    'service manager': notified.join('\n'),
    ledger: files.map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'utf8')).join('\n'),
    configuration: readFileSync(configFile, 'utf8'),
    // Without what it said itself.
    'record of the stand-in': [FAILS, CLOSES].reduce(
      (text, said) => text.replaceAll(said, ''),
      JSON.stringify([standin.connections, standin.requests, events]),
    ),
  };
}

/** Where a key has got to that is no place for it. */
function leaksOf({ asked, texts }: Left): string[] {
  const inUrl = asked.some(({ keyIn }) => keyIn !== 'header');
  const found = Object.entries(SECRETS).flatMap(([name, secret]) =>
    placesOf(secret, texts).map((place) => `${name} in the ${place}`),
  );
  return [...found, ...(inUrl ? ['a key in a URL'] : [])];
}

describe('of a day with refused and unusable keys, reconnects and the cascade', () => {
  it('no key is left in a URL, the log, an error, the status, or a file', async () => {
    const left = await badDay();
    expect(left.asked.length).toBeGreaterThan(10);
    expect(left.texts.log).toContain('U+2013 (EN DASH)');
    for (const [place, text] of Object.entries(left.texts)) expect(text.length, place).toBeGreaterThan(100);
    expect(leaksOf(left)).toEqual([]);
  }, 60_000);

  it('a key that was planted is found', async () => {
    const left = await badDay({
      standin: { keyIn: 'query' },
      between: (ports) => ({
        ...ports,
        log: (level, screenTaken) => ports.log(level, screenTaken).child({ planted: KEY }),
      }),
    });
    expect(leaksOf(left)).toEqual(['KEY in the log', 'a key in a URL']);
    expect(left.texts.log).toContain('the service does not take the API key in the header');
  }, 60_000);
});
