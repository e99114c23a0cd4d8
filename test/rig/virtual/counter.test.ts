import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { spoken } from '../voices.ts';
import { openVirtualCounter, type VirtualCounter, type VirtualCounterOptions } from './counter.ts';

const opened: VirtualCounter[] = [];
afterEach(async () => {
  for (const counter of opened.splice(0)) await counter.stop();
});

async function open(options: VirtualCounterOptions = {}): Promise<VirtualCounter> {
  const counter = await openVirtualCounter(options);
  opened.push(counter);
  return counter;
}

const SPEECH = await spoken('Do you need a doctor?', 'rms');

describe('the counter in virtual time', () => {
  it('translates a turn', async () => {
    const counter = await open();
    await counter.ready();
    const releasedMs = await counter.say(SPEECH);
    expect(counter.desk.led('talk')).toBe(true);
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'translated', attempts: 1 });
    const heardMs = await counter.desk.recorder.nextSound({ afterMs: releasedMs });
    expect(heardMs - releasedMs).toBeLessThan(1500);
  });

  it('kills its daemon: all of it stops, the lights stay as they are, and another one can start', async () => {
    const counter = await open();
    const { desk, network, clock } = counter;
    await counter.ready();
    desk.press('talk');
    await desk.speak(SPEECH).ended;
    desk.release('talk');
    await desk.recorder.nextSound({ afterMs: clock.now() });
    await counter.killDaemon();
    const before = [counter.logged().length, desk.ledChanges().length, clock.now()] as const;
    await clock.pass(100);
    desk.press('talk');
    await clock.pass(60_000);
    expect([counter.logged().length, desk.ledChanges().length]).toEqual(before.slice(0, 2));
    expect(desk.led('talk')).toBe(true);
    expect([counter.running, network.connections]).toEqual([false, 0]);
    expect([desk.microphone.recorders(), desk.loudspeaker.players()]).toEqual([[], []]);
    await expect(desk.recorder.nextSound({ afterMs: before[2] + 100, timeoutMs: 1000 })).rejects.toThrow();
    desk.release('talk');
    await counter.startDaemon();
    await counter.ready();
    await counter.say(SPEECH);
    expect(await counter.turnEnds()).toMatchObject({ turn: 1, outcome: 'translated' });
  });

  it('gives the same log for the same seed, byte for byte', async () => {
    const run = async () => {
      const counter = await open({ seed: 7 });
      await counter.ready();
      counter.network.loss(20);
      for (let i = 0; i < 5; i += 1) {
        await counter.say(SPEECH);
        await counter.turnEnds();
        await counter.clock.pass(3000);
      }
      await counter.stop();
      return createHash('sha256').update(JSON.stringify(counter.logged())).digest('hex');
    };
    expect(await run()).toBe(await run());
  });
});
