import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sleep } from '../../src/base/time.ts';
import { Cascade } from '../../src/interpreters/cascade/cascade.ts';
import type { World } from '../../src/interpreters/gemini/world.ts';
import type { Interpreter } from '../../src/interpreters/interpreter.ts';
import { Dialogue } from '../../src/interpreters/live/dialogue/dialogue.ts';
import { Translate } from '../../src/interpreters/live/translate/translate.ts';
import {
  closedIn,
  nearSilent,
  noAudio,
  noSpeech,
  requestRefused,
  requestResetAt,
  requestStallsAfter,
  resetIn,
  resetOn,
  setupNeverCompleted,
  stalledAfterTranscript,
  upgradeNeverAnswered,
} from '../../src/standin/faults/faults.ts';
import type { Script } from '../../src/standin/faults/script.ts';
import type { StandinEvent } from '../../src/standin/record.ts';
import { CASCADE, DIALOGUE, gathering, serviceAt, spokenTurn, TRANSLATE } from '../rig/live.ts';
import { scriptedAnswerer } from '../rig/standin.ts';
import { VirtualClock } from '../rig/virtual/clock.ts';
import type { VirtualNetwork } from '../rig/virtual/network.ts';
import { virtualService } from '../rig/virtual/service.ts';

/** Everything that happens in virtual time follows from the seed, on an idle machine and on a busy one. */

const WAVES = 5;
const AT_ONCE = 20;

const ENGINES: readonly ((url: string, world: World) => Interpreter)[] = [
  (url, world) => new Dialogue(serviceAt(url), DIALOGUE, world),
  (url, world) => new Dialogue(serviceAt(url), { ...DIALOGUE, turnsPerConnection: 5 }, world),
  (url, world) => new Translate(serviceAt(url), TRANSLATE, world),
  (url, world) => new Cascade(serviceAt(url), CASCADE, world),
];

/** How long it may compute, in real time, on a machine that is busy with other things. */
const COMPUTES_MS = 240_000;

/** What is wrong in a session. The script's faults may meet another session than the one that asked for them. */
const FAULTS: readonly ((script: Script, network: VirtualNetwork) => unknown)[] = [
  () => {},
  (script) => script.nextConnection(upgradeNeverAnswered),
  (script) => script.nextConnection(setupNeverCompleted),
  (script) => script.nextConnection(resetOn('ready')),
  (script) => script.nextTurn(closedIn({ chunks: 2 }, 1011, 'Internal error encountered.')),
  (script) => script.nextTurn(resetIn('activityEnd')),
  (script) => script.nextTurn(noAudio),
  (script) => script.nextTurn(nearSilent(1)),
  (script) => script.nextTurn(stalledAfterTranscript),
  (script) => script.nextTurn({ at: 'firstAudio', do: 'goAway', timeLeft: '2s' }),
  (script) => script.nextRequest('hear', requestRefused(503)),
  (script) => script.nextRequest('speak', requestStallsAfter(2)),
  (script) => script.nextRequest('speak', requestResetAt({ chunks: 3 })),
  (script) => script.nextRequest('speak', noSpeech),
  (_, network) => network.reset(),
  (_, network) => network.loss(20),
  (_, network) => network.bandwidth(200),
  (_, network) => network.dns('servfail'),
  (_, network) => network.halfOpen(),
  (_, network) => network.refuse(),
];

/** All that happened, with its times. */
async function history(seed: number): Promise<string[]> {
  const clock = new VirtualClock({ seed });
  const { network, world, standin: start } = virtualService(clock);
  clock.runFreely();
  const events: string[] = [];
  const note = (text: string) => void events.push(`${clock.now()} ${text}`);
  const standin = await start({ answerer: scriptedAnswerer() });
  standin.on((event) => note(inShort(event)));
  const oneOf = <T>(all: readonly T[]): T => all[Math.floor(clock.random() * all.length)] as T;

  const session = async (number: number) => {
    const engine = oneOf(ENGINES)(standin.url, world);
    const trouble = oneOf(FAULTS);
    const troubleMs = clock.random() * 4000;
    const waitMs = clock.random() * 2000;
    const abort = new AbortController();
    if (clock.random() < 0.1) clock.after(clock.random() * 6000, () => abort.abort(new Error('superseded')));
    clock.after(troubleMs, () => void trouble(standin.script, network));
    clock.after(troubleMs + 2000, () => network.heal());
    await sleep(clock, waitMs);
    const sink = gathering();
    const heard = {
      ...sink,
      audio: (samples: Int16Array) => note(`${number} hears ${samples.length}`),
      restarted: ({ code }: { code: string }) => note(`${number} again: ${code}`),
    };
    const turn = spokenTurn(0.5 + clock.random());
    const asked = engine.interpret(turn, { host: 'en', guest: 'es', speaker: 'guest' }, heard, abort.signal);
    await asked.then(
      ({ outcome }) => note(`${number} ${outcome}`),
      (error: Error & { code?: string }) => note(`${number} failed: ${error.code ?? error.message}`),
    );
    note(`${number} ${JSON.stringify(turn.marks)} ${JSON.stringify(turn.meter)}`);
    await engine.stop();
  };
  for (let wave = 0; wave < WAVES; wave += 1) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => session(wave * AT_ONCE + i)));
    standin.script.clear();
    network.heal();
  }
  await standin.stop();
  network.destroy();
  clock.stop();
  return events;
}

function inShort(event: StandinEvent): string {
  const id = 'connection' in event ? event.connection.id : 'request' in event ? `r${event.request.id}` : '';
  const turn = 'turn' in event ? event.turn.number : '';
  const code = 'code' in event ? event.code : 'status' in event ? event.status : '';
  return [event.type, id, turn, code].join(' ');
}

const hashOf = (events: readonly string[]) => createHash('sha256').update(events.join('\n')).digest('hex');

it(
  `${WAVES * AT_ONCE} sessions with random faults have the same history for the same seed, to the last event`,
  async () => {
    const first = await history(7);
    const again = await history(7);
    // If the histories differ, this shows the first event that does.
    expect(again.find((event, i) => event !== first[i])).toBeUndefined();
    expect(hashOf(again)).toBe(hashOf(first));
    const outcomes = (text: string) => first.filter((event) => event.endsWith(text)).length;
    expect(outcomes(' translated')).toBeGreaterThan(50);
    expect(first.filter((event) => event.includes(' again: ')).length).toBeGreaterThan(25);
    process.stdout.write(`a history of ${first.length} events: sha256 ${hashOf(first)}\n`);
  },
  COMPUTES_MS,
);
