import { describe, expect, it } from 'vitest';
import { CASCADE, DIALOGUE, PHRASEBOOK } from '../../test/rig/kiosk-settings.ts';
import { seeded } from '../../test/rig/random.ts';
import { kiosk, pressed, released } from '../../test/rig/story.ts';
import type { Effect } from './events.ts';
import { FAULT_CODES, type FaultCode } from './faults.ts';

/** A desk whose dialogue can't be reached. */
function away(fault: FaultCode, random = 1) {
  const desk = kiosk({ route: { engines: [DIALOGUE, PHRASEBOOK], whenWarned: 'same', whenSpent: 'stop' } });
  const fails = (chance = random) =>
    desk.does({
      event: 'service',
      engine: 'dialogue',
      service: { is: 'unreachable', fault },
      random: chance,
    });
  fails();
  const waitMs = () => (desk.state.retries.dialogue?.atMs ?? Number.NaN) - desk.state.nowMs;
  return { desk, fails, waitMs };
}

const tries = (effects: readonly Effect[]) =>
  effects.filter((effect) => effect.effect === 'prepare engine' && effect.engine === 'dialogue').length;

describe('an engine that can not be reached', () => {
  it.each(FAULT_CODES)('is never given up for good: %s', (fault) => {
    const { desk, fails } = away(fault);
    for (let i = 0; i < 50; i++) {
      expect(tries(desk.waits(100_000))).toBe(1);
      fails();
    }
  });

  it('is tried after growing waits with a cap, in which chance has a part', () => {
    const { desk, fails, waitMs } = away('network-unreachable');
    const random = seeded(1);
    const waits = [waitMs()];
    for (let i = 0; i < 200; i++) {
      desk.waits(waitMs());
      fails(random());
      waits.push(waitMs());
    }
    expect(waits[0]).toBeLessThanOrEqual(1000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
    expect(Math.max(...waits.slice(10))).toBeGreaterThan(30_000);
    expect(new Set(waits.slice(10)).size).toBeGreaterThan(100);
  });

  it('waits as long as before until a turn is answered, though it could be opened meanwhile', () => {
    const { desk, fails, waitMs } = away('network-unreachable');
    for (let i = 0; i < 20; i++) fails();
    desk.does({ event: 'service', engine: 'dialogue', service: { is: 'ready' } });
    fails();
    expect(waitMs()).toBeGreaterThan(10_000);
    desk.does({ event: 'service', engine: 'dialogue', service: { is: 'ready' } });
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    desk.does({ event: 'drained', turn: 1 });
    fails();
    expect(waitMs()).toBeLessThanOrEqual(1000);
  });

  it('does not wait longer because one turn has tried it many times', () => {
    const desk = kiosk();
    desk.does(pressed);
    for (let i = 0; i < 20; i++)
      desk.does({
        event: 'service',
        engine: 'dialogue',
        service: { is: 'unreachable', fault: 'network-unreachable' },
      });
    expect(desk.state.retries.dialogue?.failures).toBe(1);
  });

  it.each([{ event: 'network changed' as const }, { event: 'clock set' as const, byMs: 3_600_000 }])(
    'is tried at once after "$event", and not a second time when the wait is over',
    (event) => {
      const { desk } = away('clock-wrong');
      expect(tries(desk.does(event))).toBe(1);
      expect(tries(desk.waits(200_000))).toBe(0);
    },
  );

  it('is tried by a press, in the background when the turn that tries it has ended', () => {
    const desk = kiosk({ route: { engines: [DIALOGUE, CASCADE], whenWarned: 'same', whenSpent: 'stop' } });
    const unreachable = { is: 'unreachable', fault: 'key-refused' } as const;
    desk.does({ event: 'service', engine: 'dialogue', service: unreachable });
    expect(desk.does(pressed)).toContainEqual(
      expect.objectContaining({ effect: 'prepare engine', engine: 'dialogue' }),
    );
    const alone = kiosk();
    alone.does({ event: 'service', engine: 'dialogue', service: unreachable });
    expect(tries(alone.does(pressed))).toBe(0);
    alone.does(released);
    expect(tries(alone.waits(1000))).toBe(0);
    expect(tries(alone.does({ event: 'turn failed', turn: 1, fault: 'key-refused' }))).toBe(1);
  });

  it('is not tried after the end', () => {
    const { desk } = away('quota');
    desk.does({ event: 'stop' });
    expect(desk.waits(200_000)).toEqual([]);
  });

  it('is only checked where it needs no network', () => {
    const { desk } = away('network-unreachable');
    desk.does({
      event: 'service',
      engine: 'phrasebook',
      service: { is: 'unreachable', fault: 'phrasebook-failed' },
    });
    const effects = desk
      .waits(100_000)
      .filter((effect) => 'engine' in effect && effect.engine === 'phrasebook');
    expect(effects).toEqual([{ effect: 'check engine', engine: 'phrasebook' }]);
  });
});

describe('an idle desk', () => {
  it('checks now and then that its engines can be reached, but for those that it knows can not', () => {
    const desk = kiosk({
      checkEveryMs: 60_000,
      route: { engines: [DIALOGUE, PHRASEBOOK], whenWarned: 'same', whenSpent: 'stop' },
    });
    desk.does({
      event: 'service',
      engine: 'dialogue',
      service: { is: 'unreachable', fault: 'network-unreachable' },
    });
    const checked = desk.waits(180_000).filter(({ effect }) => effect === 'check engine');
    expect(checked).toEqual(Array(3).fill({ effect: 'check engine', engine: 'phrasebook' }));
  });

  it('does not while somebody is served', () => {
    const desk = kiosk({ checkEveryMs: 5000 });
    desk.does(pressed);
    expect(desk.waits(10_000).filter(({ effect }) => effect === 'check engine')).toEqual([]);
  });
});
