import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { spoken } from '../../support/voices.ts';
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
