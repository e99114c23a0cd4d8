import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/kiosk/engines.ts';
import * as faults from '../../src/standin/faults/faults.ts';
import type { Action, ConnectionStep, RequestStep, TurnStep } from '../../src/standin/faults/script.ts';
import { virtualCounters } from '../rig/counters.ts';
import { placesOf } from '../rig/secrets.ts';
import type { VirtualCounter } from '../rig/virtual/counter.ts';
import { scenarioOptions, TRANSLATION, turnWith } from './scenario.ts';

/** A service that quotes what it was sent, in every text that it can send. */

const openCounter = virtualCounters();

const HEARD = 'mi pasaporte es X1234567';
const SAID = 'my passport is X1234567';
const WORDS = `${SAID} (${HEARD})`;
/** What is looked for: neither is a word of ours. */
const SECRETS = ['X1234567', 'passport', 'pasaporte', 'PASSPORT'];

const answer = {
  heard: { text: HEARD, languageCode: 'es' },
  said: { text: SAID, languageCode: 'en' },
  pcm24k: TRANSLATION,
};
const answerer = {
  start: async () => {},
  stop: async () => {},
  answerSpeech: async () => answer,
  answerText: async () => answer,
  speak: async () => TRANSLATION,
};

const STATUSES = [400, 401, 403, 404, 407, 429, 500, 503, 504];
const KNOWN_WORDINGS = [
  '',
  'You exceeded your current quota: ',
  'API key not valid: ',
  'credits are used up: ',
];
const body = (status: number) => JSON.stringify({ error: { code: status, message: WORDS, status: WORDS } });
const page = `<html><title>${WORDS}</title><body>${WORDS}</body></html>`;

const ACTIONS: readonly Action[] = [
  ...[1000, 1001, 1007, 1008, 1011].map((code): Action => ({ do: 'close', code, reason: WORDS })),
  ...KNOWN_WORDINGS.map((before): Action => ({ do: 'close', code: 1011, reason: `${before}${WORDS}` })),
  { do: 'goAway', timeLeft: WORDS },
  { do: 'sendText', text: WORDS },
  ...[
    { error: { code: 500, message: WORDS } },
    { [WORDS]: WORDS },
    { serverContent: { turnComplete: true, turnCompleteReason: WORDS } },
    { serverContent: { turnComplete: WORDS, interrupted: WORDS } },
    { serverContent: { modelTurn: { parts: [{ text: WORDS }] } } },
    {
      serverContent: { modelTurn: { parts: [{ inlineData: { mimeType: `audio/${WORDS}`, data: 'AAAA' } }] } },
    },
    { serverContent: { modelTurn: { parts: WORDS } } },
    { sessionResumptionUpdate: { newHandle: WORDS, resumable: true } },
    { usageMetadata: WORDS },
    { toolCall: { functionCalls: [{ name: WORDS }] } },
  ].map((message): Action => ({ do: 'sendText', text: JSON.stringify(message) })),
];
const TURNS: readonly (readonly TurnStep[])[] = [
  ...ACTIONS.map((action, i) => [{ at: i % 2 === 0 ? 'answer' : { chunks: 1 }, ...action } as const]),
  [faults.noAudio],
  [faults.rejected],
  [faults.stalledAfterTranscript],
  [faults.wordsWithoutSound],
  faults.phantomInterruption(1),
  faults.textInPlaceOfSound(WORDS),
  [faults.resetIn('answer')],
];

const CONNECTIONS: readonly ConnectionStep[] = [
  ...STATUSES.map((status): ConnectionStep => ({ at: 'upgrade', do: 'refuse', status, body: body(status) })),
  { at: 'upgrade', do: 'refuse', status: 403, body: page },
  ...[1007, 1008, 1011].map((code) => faults.closedBeforeSetupComplete(code, WORDS)),
  { at: 'setup', do: 'sendText', text: WORDS },
];

const REQUESTS: readonly RequestStep[] = [
  ...STATUSES.map((status): RequestStep => ({ at: 'request', do: 'refuse', status, body: body(status) })),
  { at: 'request', do: 'refuse', status: 200, body: page, type: 'text/html' },
  { at: { chunks: 1 }, do: 'refuse', status: 500, body: body(500) },
  { text: WORDS },
  { text: JSON.stringify({ language: WORDS, transcript: WORDS, understood: WORDS, translation: WORDS }) },
  faults.endedBy(WORDS),
  faults.promptBlocked(WORDS),
  { mimeType: `audio/${WORDS}` },
  faults.answeredInText,
  faults.requestResetAt({ chunks: 1 }),
];

/** Translate has to know who speaks. */
const TWO_BUTTONS = {
  buttons: 'talk-host = 17\ntalk-guest = 6\n',
  desk: { buttons: { 'talk-host': 17, 'talk-guest': 6 } },
};

function opened(engine: Engine): Promise<VirtualCounter> {
  return openCounter(
    scenarioOptions({
      engines: [engine],
      standin: { answerer },
      ...(engine === 'translate' ? TWO_BUTTONS : {}),
    }),
  );
}

/** Where the words have got to. */
async function leaks(counter: VirtualCounter): Promise<string[]> {
  const { body: status } = await counter.control('GET', '/status');
  const shown = JSON.stringify([status, await counter.command('status')]);
  const files = readdirSync(counter.ledger, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'utf8'));
  const texts = {
    log: counter
      .logged()
      .map(({ text }) => text)
      .join('\n'),
    status: shown,
    ledger: files.join('\n'),
    'service manager': counter.notified.join('\n'),
  };
  for (const place of ['log', 'status', 'ledger'] as const) expect(texts[place], place).not.toBe('');
  return SECRETS.flatMap((secret) => placesOf(secret, texts).map((place) => `${secret} in the ${place}`));
}

const outcome = async (counter: VirtualCounter, engine: Engine) => {
  const button = engine === 'translate' ? 'talk-guest' : 'talk';
  return (await turnWith(counter, 'idle', () => {}, { button })).turn.outcome;
};

describe('what was said, quoted by the service in every text that it can send', () => {
  it.each(['dialogue', 'translate'] as const)(
    'is nowhere: sessions of %s',
    async (engine) => {
      const counter = await opened(engine);
      await counter.ready();
      expect(await outcome(counter, engine)).toBe('translated');
      const { script } = counter.standin;
      const seen = new Set<unknown>();
      // Both engines hear the service through the same connection: a third of it for the second.
      const some = <T>(all: readonly T[]) =>
        engine === 'dialogue' ? all : all.filter((_, i) => i % 3 === 0);
      for (const steps of some(TURNS)) {
        script.clear().nextTurn(...steps);
        seen.add(await outcome(counter, engine));
      }
      for (const step of some(CONNECTIONS)) {
        script.clear().everyConnection(step);
        await counter.standin.act({ do: 'close', code: 1011, reason: WORDS });
        seen.add(await outcome(counter, engine));
      }
      expect(seen).toContain('translated');
      expect(seen).toContain('failed');
      expect(await leaks(counter)).toEqual([]);
    },
    120_000,
  );

  it('is nowhere: requests of the cascade', async () => {
    const counter = await opened('cascade');
    await counter.ready();
    expect(await outcome(counter, 'cascade')).toBe('translated');
    const { script } = counter.standin;
    const seen = new Set<unknown>();
    for (const kind of ['hear', 'speak'] as const)
      for (const step of REQUESTS) {
        script.clear().everyRequest(kind, step);
        seen.add(await outcome(counter, 'cascade'));
      }
    expect(seen).toContain('failed');
    expect(await leaks(counter)).toEqual([]);
  }, 120_000);

  it('is found where it is: the words of a service that has not been sent speech are reported', async () => {
    const counter = await openCounter({
      ...scenarioOptions({ engines: ['dialogue'], standin: { answerer } }),
    });
    await counter.ready();
    counter.standin.script.everyConnection(faults.closedBeforeSetupComplete(1011, WORDS));
    await counter.standin.act({ do: 'close', code: 1011, reason: WORDS });
    await counter.log((line) => String(line.detail).includes(SAID), 60_000);
    const log = counter.logged().map(({ text }) => text);
    expect(placesOf('passport', { log: log.join('\n') })).toEqual(['log']);
  });
});
