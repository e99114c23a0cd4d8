import { afterEach, expect, it } from 'vitest';
import { serviceOf } from '../../src/kiosk/state.ts';
import { quotaExceeded } from '../../src/standin/faults.ts';
import { type Standin, startStandin } from '../../src/standin/server.ts';
import { parseConfig } from '../../src/system/config.ts';
import { scriptedAnswerer, tone } from '../rig/standin.ts';
import { FastClock } from '../support/fast-clock.ts';
import { FastDesk } from '../support/fast-desk.ts';
import { spoken } from '../support/voices.ts';

/**
 * What storms and an attack have found: a desk that is broken for a while has to be ready again with nobody touching
 * it, and what it says by itself never stands in the way of a translation.
 */

interface Opened {
  readonly desk: FastDesk;
  readonly standin: Standin;
  /** Somebody asks; resolves with the outcome. */
  ask(): Promise<string | undefined>;
}

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of opened.splice(0)) await stop();
});

async function open(config = '', answerSeconds = 0.6): Promise<Opened> {
  const clock = new FastClock(20);
  const answerer = scriptedAnswerer({ pcm24k: tone(answerSeconds, 24_000) });
  const standin = await startStandin({ answerer, clock });
  const desk = await FastDesk.open({
    clock,
    config: parseConfig(
      `[service]\nbase_url = "${standin.url}"\n[microphone]\nlisten = "pressed"\n${config}`,
      'recovery',
    ),
    speeds: { busy: 20, idle: 3000 },
    witness: {},
  });
  opened.push(async () => {
    await desk.stop();
    await standin.stop();
    clock.stop();
  });
  const speech = await spoken('Do you need a doctor?', 'rms');
  desk.start();
  await clock.wait(1000);
  const ask = async () => {
    const outcome = desk.outcome(desk.press());
    await desk.say(speech);
    desk.release();
    return (await outcome)?.outcome;
  };
  return { desk, standin, ask };
}

it('a quota that was raised is found out although the connection that shows it is reset four times', async () => {
  const { desk, standin, ask } = await open();
  standin.script.everyConnection(...quotaExceeded);
  await desk.idle(65_000);
  expect(await ask()).toBe('failed');
  standin.script.clear();
  // More often than a spare is replaced; each is open for a moment.
  for (let i = 0; i < 4; i++)
    standin.script.nextConnection({ at: 'ready', do: 'delay', ms: 300 }, { at: 'ready', do: 'reset' });
  await desk.idle(600_000);
  expect(serviceOf(desk.kiosk.state)).toEqual({ is: 'ready' });
});

it('a quota that was raised is found out although the guest is forgotten while it is', async () => {
  // Half a second behind the try, which comes after 60 s at the earliest.
  const { desk, standin, ask } = await open('[kiosk]\nguest_idle_s = 61\n');
  const { random } = Math;
  Math.random = () => 0;
  opened.push(async () => {
    Math.random = random;
  });
  expect(await ask()).toBe('translated');
  standin.script.everyConnection(...quotaExceeded);
  await standin.act({ do: 'reset' });
  await desk.clock.wait(20);
  expect(await ask()).toBe('failed');
  standin.script.clear();
  await desk.idle(600_000);
  expect(serviceOf(desk.kiosk.state)).toEqual({ is: 'ready' });
});

it('a spare is not kept for longer because an old try to reach the service is still due', async () => {
  const { desk, standin, ask } = await open();
  standin.script.everyConnection(...quotaExceeded);
  await desk.idle(65_000);
  expect(await ask()).toBe('failed');
  standin.script.clear();
  expect(await ask()).toBe('translated');
  await desk.clock.wait(1000); // the spare for the next turn is opened
  const before = standin.connections.length;
  await desk.idle(100_000);
  expect(standin.connections.length).toBe(before);
  expect(standin.connections.at(-1)?.closed).toBeDefined();
});

it.each([
  ['slowly', 2, '', [{ at: { chunks: 1 }, do: 'delay', ms: 600 }]],
  [
    'and stops on the way',
    7,
    '[loudspeaker]\nlead_in_ms = 500\n',
    [
      { at: { chunks: 30 }, do: 'delay', ms: 3500 },
      { at: { chunks: 100 }, do: 'delay', ms: 3500 },
    ],
  ],
] as const)(
  'a translation that comes %s when the device was about to say "one moment" is heard, whole',
  async (_, seconds, config, steps) => {
    const { desk, standin, ask } = await open(config, seconds);
    standin.script.nextTurn({ at: 'activityEnd', do: 'delay', ms: 300 }, { at: 'activityEnd', do: 'reset' });
    standin.script.nextTurn({ at: 'answer', do: 'delay', ms: 350 }, ...steps);
    expect(await ask()).toBe('translated');
    expect(desk.player.audibleMs).toBeGreaterThan(seconds * 900);
  },
);

it('without a spare, the desk knows that the service is there, away and back with nobody pressing', async () => {
  const { desk, standin, ask } = await open('[live]\nspare_idle_s = 0\n');
  expect(serviceOf(desk.kiosk.state).is).toBe('ready');
  standin.script.everyConnection({ at: 'upgrade', do: 'refuse', status: 503 });
  expect(await ask()).toBe('failed');
  expect(serviceOf(desk.kiosk.state).is).toBe('unreachable');
  standin.script.clear();
  await desk.idle(65_000);
  expect(serviceOf(desk.kiosk.state).is).toBe('ready');
});

it('a long press at a failing service is sent a few times, not every second', async () => {
  const { desk, standin } = await open();
  standin.script.everyTurn({
    at: 'firstAudio',
    do: 'close',
    code: 1011,
    reason: 'Internal error encountered.',
  });
  const outcome = desk.outcome(desk.press());
  const speech = await spoken('Do you need a doctor?', 'rms');
  for (let i = 0; i < 10; i++) await desk.say(speech);
  desk.release();
  expect((await outcome)?.outcome).toBe('failed');
  expect(standin.connections.filter(({ turns }) => turns.length > 0).length).toBeLessThanOrEqual(4);
});
