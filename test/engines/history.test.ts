import { describe, expect, it } from 'vitest';
import { sleep } from '../../src/base/time.ts';
import type { Interpreter } from '../../src/interpreters/interpreter.ts';
import {
  answersHistory,
  closedBeforeSetupComplete,
  closedOnceSetUp,
} from '../../src/standin/faults/faults.ts';
import type { ConnectionRecord } from '../../src/standin/record.ts';
import { Turn } from '../../src/turn/turn.ts';
import { engineRig } from '../rig/engines.ts';
import { comesThrough, gathering, LANGUAGES, never, SAID, spokenTurn } from '../rig/live.ts';

/** The past of a dialogue: earlier turns that a new session is given as history. */

const rig = engineRig();

const EARLIER = [
  { role: 'user', parts: [{ text: '¿Dónde está el baño?' }] },
  { role: 'model', parts: [{ text: SAID }] },
];

const served = () => rig.standin.connections.filter(({ turns }) => turns.length > 0);
const announces = ({ setup }: ConnectionRecord) => JSON.stringify(setup).includes('historyConfig');

/** What an engine tells its watcher that is more than passing. */
function told(engine: Interpreter) {
  const notes = new Set<string>();
  const faults: string[] = [];
  engine.watch({
    availability: (now) => {
      if (now.is === 'unreachable') faults.push(now.fault.code);
    },
    condition: (fault, on) => {
      if (on) faults.push(fault.code);
    },
    notes: (all) => {
      for (const note of all) notes.add(note);
    },
  });
  return { notes, faults };
}

describe('the turns before', () => {
  it('are given to the next session as history, before anything is said, and waited for by nobody', async () => {
    const engine = rig.dialogue();
    for (let i = 0; i < 4; i++) await comesThrough(engine);
    const [first, second, third, fourth] = served();
    expect([first, second, third, fourth].map((one) => one?.history)).toEqual([
      undefined,
      EARLIER,
      [...EARLIER, ...EARLIER],
      [...EARLIER, ...EARLIER],
    ]);
    expect(second?.setup).toMatchObject({ historyConfig: { initialHistoryInClientContent: true } });
    const [setup, history, start] = second?.messages ?? [];
    expect([setup?.type, history?.type]).toEqual(['setup', 'clientContent']);
    expect(start).toMatchObject({ type: 'realtimeInput.activityStart', atMs: history?.atMs });
  });

  it('leave a session that has none as it is', async () => {
    await comesThrough(rig.dialogue());
    const [only] = served();
    expect(only && announces(only)).toBe(false);
    expect(only?.messages.map(({ type }) => type)).not.toContain('clientContent');
  });

  it('are counted as text that goes in, as the service counts them', async () => {
    const engine = rig.dialogue();
    const { turn: first } = await comesThrough(engine);
    const { turn: second } = await comesThrough(engine);
    await Promise.all([first.counted, second.counted]);
    const [before, after] = [first, second].map(({ meter }) => meter.uses[0]);
    expect(before?.textInTokens).toBe(before?.reported?.textIn);
    expect(after?.textInTokens).toBeGreaterThan((before?.textInTokens ?? 0) + 10);
    expect(Math.abs((after?.textInTokens ?? 0) - (after?.reported?.textIn ?? 0))).toBeLessThanOrEqual(2);
  });

  it('are not given again to a session that is taken up, which remembers them; but to one that can’t be', async () => {
    const { standin } = rig;
    const engine = rig.dialogue({ turnsPerConnection: 2 });
    for (let i = 0; i < 3; i++) await comesThrough(engine);
    for (const refused of [false, true]) {
      if (refused) standin.script.nextConnection(closedBeforeSetupComplete(1007, 'Invalid handle.'));
      const before = standin.connections.length;
      await standin.act({ do: 'goAway', timeLeft: '50s' });
      await rig.until(() => standin.connections.length === before + (refused ? 2 : 1));
      await sleep(rig.clock, 100);
      const latest = standin.connections.at(-1);
      expect(latest?.history?.length).toBe(refused ? 4 : undefined);
    }
    await comesThrough(engine);
    expect(served().at(-1)?.history).toHaveLength(4);
  });
});

const CLOSED = closedOnceSetUp(1007, 'Request contains an invalid argument.');
const UNKNOWN =
  'Invalid JSON payload received. Unknown name "historyConfig" at \'setup\': Cannot find field.';

describe('a service that does not take earlier turns', () => {
  it('and refuses the set-up gets sessions without them, and no turn is tried again for it', async () => {
    const engine = rig.dialogue({ spareIdleMs: 0 });
    const { notes, faults } = told(engine);
    await comesThrough(engine);
    rig.standin.script.nextConnection(closedBeforeSetupComplete(1007, UNKNOWN));
    for (let i = 0; i < 3; i++) {
      const { sink, turn } = await comesThrough(engine);
      expect(sink.restarts).toEqual([]);
      expect(turn.meter.attempts).toBe(1);
    }
    expect(rig.standin.connections.map(announces)).toEqual([false, true, false, false, false]);
    expect(served().map(({ history }) => history)).toEqual([undefined, undefined, undefined, undefined]);
    expect(faults).toEqual([]);
    expect([...notes]).toEqual([
      expect.stringMatching(/^dialogue: the service takes no earlier turns .*1007/),
    ]);
  });

  it('is not blamed for a set-up that is refused without them as well', async () => {
    const engine = rig.dialogue({ spareIdleMs: 0 });
    await comesThrough(engine);
    rig.standin.script.everyConnection(
      closedBeforeSetupComplete(1007, 'Request contains an invalid argument.'),
    );
    await expect(engine.interpret(spokenTurn(1), LANGUAGES, gathering(), never)).rejects.toMatchObject({
      code: 'setup-rejected',
    });
    rig.standin.script.clear();
    engine.prepare(LANGUAGES);
    await sleep(rig.clock, 1000);
    await comesThrough(engine);
    expect(served().at(-1)?.history).toEqual(EARLIER);
  });

  it.each([
    ['closes the session', CLOSED],
    ['answers them', answersHistory],
  ])('and %s is given none any more: the spare is replaced, unseen', async (_, steps) => {
    const engine = rig.dialogue();
    const { notes, faults } = told(engine);
    await comesThrough(engine);
    rig.standin.script.nextConnection(...steps);
    engine.prepare(LANGUAGES);
    await sleep(rig.clock, 5000);
    expect(rig.standin.connections.slice(1).map(announces)).toEqual([true, false]);
    for (let i = 0; i < 2; i++) expect((await comesThrough(engine)).sink.restarts).toEqual([]);
    expect(rig.standin.connections.map(announces)).toEqual([false, true, false, false]);
    expect(faults).toEqual([]);
    expect(notes.size).toBe(1);
  });

  it.each([
    ['closes the session', [CLOSED, CLOSED], ['service-error', 'service-error']],
    ['answers them', [answersHistory], ['connection-lost']],
  ])('and %s while somebody speaks: the turn goes to a session without', async (_, sessions, restarts) => {
    const engine = rig.dialogue({ spareIdleMs: 0 });
    const { faults } = told(engine);
    const { sink: before } = await comesThrough(engine);
    for (const steps of sessions) rig.standin.script.nextConnection(...steps);
    const turn = new Turn();
    turn.append(spokenTurn(1).frames);
    const sink = gathering();
    const running = engine.interpret(turn, LANGUAGES, sink, never);
    await sleep(rig.clock, 1000);
    turn.close();
    expect((await running).said?.text).toBe(SAID);
    expect(sink.samples).toEqual(before.samples);
    expect(sink.restarts).toEqual(restarts);
    expect(rig.standin.connections.map(announces)).toEqual([false, ...sessions.map(() => true), false]);
    expect(faults).toEqual([]);
  });

  it('is not taken for one that has closed a session under an utterance once', async () => {
    const engine = rig.dialogue({ spareIdleMs: 0 });
    for (let i = 0; i < 3; i++) {
      await comesThrough(engine);
      rig.standin.script.nextConnection(...CLOSED);
    }
    expect(rig.standin.connections.map(announces)).toEqual([false, true, true, true, true]);
  });
});

it('what is said to nobody in a session without earlier turns is not heard', async () => {
  rig.standin.script.nextConnection(...answersHistory);
  const engine = rig.dialogue();
  engine.prepare(LANGUAGES);
  await sleep(rig.clock, 1000);
  const { sink } = await comesThrough(engine);
  expect(sink.samples).toHaveLength(0.6 * 24_000);
  expect(sink.restarts).toEqual([]);
});
