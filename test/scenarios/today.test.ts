import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/system/config/schema.ts';
import { virtualCounters } from '../rig/counters.ts';
import { heardWhole, scenarioOptions, statusOf, turnWith } from './scenario.ts';

/** The service as it was measured in November 2026, and a device of which nothing is configured. */

const open = virtualCounters();

/** Two handovers of the service's sessions. */
const CONVERSATION_MS = 1_200_000;
/** Between two turns: a conversation, somebody who thinks, a desk at which nobody is for minutes. */
const PAUSES_S = [4, 11, 2, 45, 7, 155, 3, 20, 70, 5, 160, 9, 400, 6, 30, 141];

it('twenty minutes of conversation: every turn is translated and heard whole, and nothing is ever wrong', {
  timeout: 240_000,
}, async () => {
  const counter = await open(
    scenarioOptions({
      patient: true,
      engines: defaultConfig().interpreters.engines,
      standin: { keyIn: 'header', limits: { silentMs: 150_000 } },
    }),
  );
  const { desk, standin } = counter;
  await counter.ready();
  const troubles: string[] = [];
  const light = () => desk.led('trouble') && troubles.push(`the trouble light at ${desk.now()}`);
  const endMs = desk.now() + CONVERSATION_MS;
  let turns = 0;
  while (desk.now() < endMs) {
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated', engine: 'dialogue', attempts: 1 });
    await heardWhole(counter, releasedMs);
    light();
    await desk.passes(desk.now() + (PAUSES_S[turns % PAUSES_S.length] ?? 0) * 1000);
    light();
    turns += 1;
  }
  expect(turns).toBeGreaterThan(15);
  expect(troubles).toEqual([]);
  expect(counter.logged().filter(({ text }) => JSON.parse(text).fault !== undefined)).toEqual([]);
  expect(await statusOf(counter)).toMatchObject({ faults: [], notes: [] });
  // Not one session was silent for so long that the service ended it.
  expect(standin.connections.filter(({ closed }) => closed?.by === 'standin')).toEqual([]);
});
