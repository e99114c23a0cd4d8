import { setTimeout as realTime } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { every, sleep, within } from '../../../src/base/time.ts';
import { VirtualClock } from './clock.ts';

describe('a virtual clock', () => {
  it('stands still unless somebody waits', async () => {
    const clock = new VirtualClock();
    let fired = false;
    clock.after(1, () => {
      fired = true;
    });
    await realTime(5);
    expect([clock.now(), fired]).toEqual([0, false]);
    await clock.pass(1);
    expect([clock.now(), fired]).toEqual([1, true]);
  });

  it('fires timers in the order in which they are due, and of the same moment in that in which they were set', async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    for (const [ms, name] of [
      [20, 'c'],
      [10, 'a'],
      [20, 'd'],
      [10, 'b'],
    ] as const)
      clock.after(ms, () => fired.push(`${name} at ${clock.now()}`));
    await clock.pass(30);
    expect(fired).toEqual(['a at 10', 'b at 10', 'c at 20', 'd at 20']);
  });

  it('does not fire what was cancelled', () => {
    const clock = new VirtualClock();
    const cancel = clock.after(10, () => {
      throw new Error('fired');
    });
    cancel();
    clock.advance(20);
    expect(clock.pending).toEqual([]);
  });

  it('moved by hand calls in order, each at its time, and nothing that was cancelled', () => {
    const clock = new VirtualClock();
    const calls: string[] = [];
    clock.after(20, () => calls.push(`b ${clock.now()}`));
    clock.after(10, () => {
      calls.push(`a ${clock.now()}`);
      clock.after(5, () => calls.push(`c ${clock.now()}`));
    });
    clock.after(12, () => calls.push('never'))();
    clock.advance(19);
    expect(calls).toEqual(['a 10', 'c 15']);
    clock.advance(1);
    expect(calls).toEqual(['a 10', 'c 15', 'b 20']);
  });

  it('lets everything that follows from a timer happen before the next one', async () => {
    const clock = new VirtualClock();
    const events: string[] = [];
    const follow = async () => {
      for (let i = 0; i < 50; i += 1) await null;
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`followed at ${clock.now()}`);
    };
    clock.after(10, () => void follow());
    clock.after(11, () => events.push(`next at ${clock.now()}`));
    await clock.pass(20);
    expect(events).toEqual(['followed at 10', 'next at 11']);
  });

  it('stands still while work outside of the event loop is held, and takes its results in the order asked for', async () => {
    const clock = new VirtualClock();
    const events: string[] = [];
    const work = (name: string, realMs: number) =>
      clock.hold(realTime(realMs)).then(() => events.push(`${name} at ${clock.now()}`));
    clock.after(10, () => {
      void work('slow', 20);
      void work('quick', 1);
    });
    clock.after(11, () => events.push('next'));
    await clock.pass(20);
    expect(events).toEqual(['slow at 10', 'quick at 10', 'next']);
  });

  it('says so when nothing is left that could end a wait', async () => {
    const clock = new VirtualClock();
    clock.after(10, () => {});
    await expect(clock.drive(new Promise(() => {}))).rejects.toThrow(
      'at 10.000 ms nothing is left to wait for',
    );
  });

  it('runs on its own if asked to, as long as there is something to do', async () => {
    const clock = new VirtualClock();
    clock.runFreely();
    await sleep(clock, 1000);
    expect(clock.now()).toBe(1000);
    await sleep(clock, 3_600_000);
    expect(clock.now()).toBe(3_601_000);
  });

  it('has a wall clock that can be set while time continues as before', async () => {
    const clock = new VirtualClock({ wall: new Date('2026-12-01T12:00:00Z') });
    await clock.pass(1000);
    expect(new Date(clock.wallMs()).toISOString()).toBe('2026-12-01T12:00:01.000Z');
    clock.stepWall(-3_600_000);
    expect([clock.now(), new Date(clock.wallMs()).getUTCHours()]).toEqual([1000, 11]);
  });

  it('gives the same random numbers for the same seed', () => {
    const numbers = (seed: number) => {
      const { random } = new VirtualClock({ seed });
      return [random(), random(), random()];
    };
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
  });
});

describe('what is built on a clock', () => {
  it('repeats, waits, gives up and can be called off', async () => {
    const clock = new VirtualClock();
    let ticks = 0;
    const stop = every(clock, 100, () => {
      ticks += 1;
      if (ticks === 3) stop();
    });
    await clock.pass(1000);
    expect(ticks).toBe(3);
    const abort = new AbortController();
    const sleeping = sleep(clock, 1000, abort.signal);
    clock.after(10, () => abort.abort(new Error('enough')));
    await expect(clock.drive(sleeping)).rejects.toThrow('enough');
    expect(await clock.drive(within(clock, 50, new Promise(() => {})))).toBeUndefined();
    expect(await clock.drive(within(clock, 50, Promise.resolve('in time')))).toBe('in time');
    expect(clock.pending).toEqual([]);
  });

  it('continues when work is held as soon as the earlier work is done', async () => {
    const clock = new VirtualClock();
    await clock.hold(Promise.resolve());
    await clock.hold(Promise.resolve());
    await clock.pass(10);
    expect(clock.now()).toBe(10);
  });
});
