import { expect, it } from 'vitest';
import type { DaemonStatus } from '../../src/control/port.ts';
import type { DaemonPorts } from '../../src/daemon/ports.ts';
import { quotaExceeded } from '../../src/standin/faults/faults.ts';
import { virtualCounters } from '../rig/counters.ts';
import { scriptedAnswerer, tone } from '../rig/standin.ts';
import type { VirtualCounterOptions } from '../rig/virtual/counter.ts';
import { spoken } from '../rig/voices.ts';

/**
 * Found by storms and an attack: a desk that is broken for a while has to be ready again without anybody touching it, and
 * its own announcements never delay a translation.
 */

const openCounter = virtualCounters();
const SPEECH = await spoken('Do you need a doctor?', 'rms');

async function open(config = '', answerSeconds = 0.6, more: VirtualCounterOptions = {}) {
  const counter = await openCounter({
    microphone: 'listen = "pressed"\n',
    config,
    standin: { answerer: scriptedAnswerer({ pcm24k: tone(answerSeconds, 24_000) }) },
    ...more,
  });
  const { clock, desk, standin } = counter;
  await clock.pass(1000);
  let audibleMs = 0;
  desk.room.ear.overhear((_startMs, samples) => {
    // In each of its periods a tone is below the threshold for a moment.
    audibleMs += samples.filter((sample) => Math.abs(sample) > 300).length / 48;
  });
  return {
    desk,
    standin,
    clock,
    counter,
    audibleMs: () => audibleMs,
    service: () => (counter.control('GET', '/status').body as DaemonStatus).service,
    /** Somebody asks a question. @returns the outcome */
    ask: async () => {
      await clock.pass(100); // nobody presses again at the moment of the release
      await counter.say(SPEECH);
      return (await counter.turnEnds(120_000)).outcome;
    },
    idle: (ms: number) => clock.pass(ms),
  };
}

it('a raised quota is noticed although the connection that shows it is reset four times', async () => {
  const { standin, ask, idle, service } = await open();
  standin.script.everyConnection(...quotaExceeded);
  await idle(65_000);
  expect(await ask()).toBe('failed');
  standin.script.clear();
  // More often than a spare is replaced; each is open briefly.
  for (let i = 0; i < 4; i++)
    standin.script.nextConnection({ at: 'ready', do: 'delay', ms: 300 }, { at: 'ready', do: 'reset' });
  await idle(600_000);
  expect(service()).toEqual({ is: 'ready' });
});

it('a raised quota is noticed although the guest is forgotten meanwhile', async () => {
  // Half a second after the try, which comes after 60 s at the earliest.
  const { standin, clock, counter, ask, idle, service } = await open('[kiosk]\nguest_idle_s = 61\n', 0.6, {
    between: neverPatient,
  });
  expect(await ask()).toBe('translated');
  standin.script.everyConnection(...quotaExceeded);
  await counter.drive(standin.act({ do: 'reset' }));
  await clock.pass(20);
  expect(await ask()).toBe('failed');
  standin.script.clear();
  await idle(600_000);
  expect(service()).toEqual({ is: 'ready' });
});

it('a spare is not kept longer because an old retry is still due', async () => {
  const { standin, clock, ask, idle } = await open();
  standin.script.everyConnection(...quotaExceeded);
  await idle(65_000);
  expect(await ask()).toBe('failed');
  standin.script.clear();
  expect(await ask()).toBe('translated');
  await clock.pass(1000); // the spare for the next turn is opened
  const before = standin.connections.length;
  await idle(100_000);
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
    const { standin, ask, audibleMs } = await open(config, seconds);
    standin.script.nextTurn({ at: 'activityEnd', do: 'delay', ms: 300 }, { at: 'activityEnd', do: 'reset' });
    standin.script.nextTurn({ at: 'answer', do: 'delay', ms: 350 }, ...steps);
    expect(await ask()).toBe('translated');
    expect(audibleMs()).toBeGreaterThan(seconds * 900);
  },
);

it('without a spare, the desk notices without a press that the service is available, gone and back', async () => {
  const { standin, ask, idle, service } = await open('[live]\nspare_idle_s = 0\n');
  expect(service().is).toBe('ready');
  standin.script.everyConnection({ at: 'upgrade', do: 'refuse', status: 503 });
  expect(await ask()).toBe('failed');
  expect(service().is).toBe('unreachable');
  standin.script.clear();
  await idle(65_000);
  expect(service().is).toBe('ready');
});

it('a long press at a failing service is sent a few times, not every second', async () => {
  const { desk, standin, counter } = await open();
  standin.script.everyTurn({
    at: 'firstAudio',
    do: 'close',
    code: 1011,
    reason: 'Internal error encountered.',
  });
  desk.press('talk');
  for (let i = 0; i < 10; i++) await desk.speak(SPEECH).ended;
  desk.release('talk');
  expect((await counter.turnEnds()).outcome).toBe('failed');
  expect(standin.connections.filter(({ turns }) => turns.length > 0).length).toBeLessThanOrEqual(4);
});

it('with a microphone that is opened at a press, a recorder that died does not prevent the next press', async () => {
  const { desk, clock, counter, ask } = await open();
  desk.press('talk');
  await clock.pass(200);
  desk.microphone.signal('SIGKILL');
  desk.release('talk');
  expect((await counter.turnEnds()).outcome).toBe('failed');
  await clock.pass(3000);
  expect(await ask()).toBe('translated');
});

it.each(['before the next press', 'after it'])(
  'the rest of a sound on a loudspeaker that hung is not heard in the next turn, when it continues %s',
  async (repaired) => {
    const { desk, standin, clock, counter } = await open();
    desk.press('talk');
    await desk.speak(SPEECH).ended;
    const releasedMs = desk.release('talk');
    const beganMs = await desk.recorder.nextSound({ afterMs: releasedMs });
    await clock.passUntil(beganMs + 200);
    desk.loudspeaker.break('stalled');
    await clock.pass(1000);
    const isLater = repaired === 'after it';
    if (!isLater) {
      desk.loudspeaker.repair();
      expect((await counter.turnEnds()).outcome).toBe('translated');
    }
    standin.script.everyTurn({ at: 'answer', do: 'hang' });
    const pressedMs = desk.press('talk');
    await clock.pass(30); // the button has settled
    if (isLater) {
      desk.loudspeaker.repair();
      expect((await counter.turnEnds()).outcome).toBe('cancelled');
    }
    await expect(desk.recorder.nextSound({ afterMs: pressedMs + 30, timeoutMs: 1000 })).rejects.toThrow(
      'nothing was heard',
    );
    desk.release('talk');
  },
);

/** Every random wait is as short as possible. */
function neverPatient(ports: DaemonPorts): DaemonPorts {
  const { clock } = ports;
  return {
    ...ports,
    clock: {
      now: () => clock.now(),
      after: (ms, then) => clock.after(ms, then),
      wallMs: () => clock.wallMs(),
      random: () => 0,
    },
  };
}
