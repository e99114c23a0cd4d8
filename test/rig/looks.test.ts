import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FAST,
  flashes,
  type Look,
  lookInWords,
  OFF,
  ON,
  periodMs,
  SLOW,
} from '../../src/kiosk/shown/looks.ts';
import { Animator } from '../../src/panel/animator.ts';
import { looksIn } from './looks.ts';
import { VirtualClock } from './virtual/clock.ts';

/** Three groups of flashes: that in the middle has a pause on either side. */
const ENOUGH_MS = 3 * periodMs(flashes(5));

/** Shows looks as the panel does, each for its time. @returns the changes of the light, with their times */
function drawn(...looks: readonly (readonly [look: Look, ms: number])[]): [look: string, atMs: number][] {
  const { changes, untilMs } = changesOf(looks);
  return looksIn(changes, untilMs).map(({ look, atMs }) => [lookInWords(look), atMs]);
}

function changesOf(looks: readonly (readonly [look: Look, ms: number])[]) {
  const clock = new VirtualClock();
  const changes: number[] = [];
  let isLit = false;
  const animator = new Animator(clock, (led, on) => {
    if (led !== 'talk' || on === isLit) return;
    isLit = on;
    changes.push(clock.now());
  });
  // Another light that blinks: they are redrawn at the same moments.
  animator.show({ talk: OFF, trouble: FAST } as Parameters<Animator['show']>[0]);
  for (const [talk, ms] of looks) {
    animator.show({ talk, trouble: FAST } as Parameters<Animator['show']>[0]);
    clock.advance(ms);
  }
  animator.stop();
  return { changes, untilMs: clock.now() };
}

describe('the looks of a light', () => {
  it('are read off its changes, whichever they are', () => {
    const look = fc.constantFrom(OFF, ON, SLOW, FAST, ...[1, 2, 3, 4, 5].map(flashes));
    const looks = fc.array(fc.tuple(look, fc.nat(2000)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(looks, (shown) => {
        const different = shown.filter(([one], i) => i === 0 || one !== shown[i - 1]?.[0]);
        const read = drawn(
          [OFF, 2000],
          ...different.map(([one, ms]): [Look, number] => [one, ENOUGH_MS + ms]),
        );
        const words = ['off', ...different.map(([one]) => lookInWords(one))];
        expect(read.map(([word]) => word)).toEqual(words.filter((word, i) => word !== words[i - 1]));
      }),
    );
  });

  it('have their beginnings, also where one begins in the light of the one before it', () => {
    expect(drawn([OFF, 1030], [ON, 2000], [FAST, 1380], [SLOW, 3000], [OFF, 5000])).toEqual([
      ['off', 0],
      ['on', 1030],
      ['fast blink', expect.closeTo(3030, -2)],
      ['slow blink', expect.closeTo(4410, -2)],
      // The next blink was due then.
      ['off', expect.closeTo(7610, -2)],
    ]);
  });

  it('are counted in the first of two groups of flashes when the second is cut off', () => {
    const read = drawn([FAST, 15_000], [flashes(3), 3000], [OFF, 3000]);
    expect(read.map(([word]) => word)).toEqual(['off', 'fast blink', '3 flashes', 'off']);
  });

  it('that are cut off are the first of those that they may be', () => {
    const { changes, untilMs } = changesOf([
      [SLOW, 100],
      [OFF, 3000],
    ]);
    const read = (...looks: Look[]) => looksIn(changes, untilMs, looks).map(({ look }) => look);
    expect(read(OFF, ON, SLOW)).toEqual([OFF, ON, OFF]);
    expect(read(OFF, SLOW, ON)).toEqual([OFF, SLOW, OFF]);
  });

  it('are those that the light may show', () => {
    const { changes, untilMs } = changesOf([[SLOW, 10_000]]);
    expect(() => looksIn(changes, untilMs, [OFF, FAST])).toThrow('no such looks');
  });

  it('explain hours of blinking', () => {
    const read = drawn([OFF, 5000], [FAST, 3_600_000], [OFF, 5000]);
    expect(read.map(([word]) => word)).toEqual(['off', 'fast blink', 'off']);
  });
});
