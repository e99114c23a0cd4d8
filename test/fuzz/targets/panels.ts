import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { nextDeadlineMs } from '../../../src/kiosk/deadlines.ts';
import { lights } from '../../../src/kiosk/shown/lights.ts';
import { status } from '../../../src/kiosk/shown/status.ts';
import { faultsOf } from '../../../src/kiosk/state.ts';
import { transition } from '../../../src/kiosk/transition.ts';
import { Debounce } from '../../../src/panel/debounce.ts';
import { anyHistory, anySettings, live } from '../../rig/kiosk-histories.ts';
import { VirtualClock } from '../../rig/virtual/clock.ts';
import { target } from '../target.ts';

/** A line changes, or does not although an edge comes; the edge may be late, lost, or have an invalid time. */
const stepOf = (mostMs: number) =>
  fc.record({
    waitMs: fc.nat(mostMs),
    moves: fc.oneof(
      { weight: 6, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    does: fc.oneof(
      { weight: 7, arbitrary: fc.constant('edge' as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('late' as const, 'lost' as const, 'check' as const, 'nonsense' as const),
      },
    ),
    lateMs: fc.nat(500),
  });
/** A bouncing contact, a finger, or a day. */
const steps = fc
  .constantFrom(5, 30, 300, 3000)
  .chain((mostMs) => fc.array(stepOf(mostMs), { maxLength: 150, size: 'max' }));

/** At rest the reported level is the real one, and there is no trouble. */
export const debounce = target(
  'debounce',
  100_000,
  fc.tuple(
    fc.constantFrom('button' as const, 'switch' as const),
    fc.constantFrom(true, false, undefined),
    steps,
  ),
  ([kind, known, steps]) => {
    const clock = new VirtualClock({ startMs: 10_000 });
    let level = known ?? false;
    let reported = known;
    let complains = false;
    const button = new Debounce(
      clock,
      () => level,
      {
        changed: (down) => {
          ok(down !== reported, 'a change to the same level');
          reported = down;
        },
        chatters: (on) => {
          ok(on !== complains);
          complains = on;
        },
      },
      known,
      kind,
    );
    for (const { waitMs, moves, does, lateMs } of steps) {
      clock.advance(waitMs);
      if (moves) level = !level;
      if (does === 'edge') button.edge();
      else if (does === 'late') button.edge(clock.now() - lateMs);
      else if (does === 'nonsense') button.edge(clock.now() - 1e6 * lateMs);
      else if (does === 'check') button.check();
    }
    button.check();
    clock.advance(5000);
    button.check();
    clock.advance(5000);
    equal(reported, level);
    equal(complains, false);
    deepEqual(clock.pending, []);
  },
);

/** Whatever happens at a desk, its state is defined: activity, lights, deadlines. The same events give the same state. */
export const kiosk = target('kiosk', 6000, fc.tuple(anySettings, anyHistory), ([settings, history]) => {
  const moments = live(settings, [...history, [{ event: 'stop' }, 0]]);
  const turns = moments.at(-1)?.after.turns ?? 0;
  const ended = moments.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.effect === 'report turn' ? [effect.turn] : [])),
  );
  deepEqual(
    ended,
    Array.from({ length: turns }, (_, i) => i + 1),
  );
  for (const { before, event, after } of moments) {
    ok(after.nowMs >= before.nowMs);
    ok((nextDeadlineMs(after) ?? Number.POSITIVE_INFINITY) > after.nowMs);
    ok(JSON.stringify([lights(after, ['es']), status(after), faultsOf(after)]) !== '');
    deepEqual(transition(before, event).state, after);
  }
});
