import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/shown/looks.ts';
import { virtualCounters } from '../rig/counters.ts';
import { allIsWell, heardWhole, lightShows, scenarioOptions, statusOf, turnWith } from './scenario.ts';

/** A wall clock that is set while the desk works. */

const DAY_MS = 86_400_000;
const open = virtualCounters();

describe.each([
  ['ahead', 3 * DAY_MS],
  ['back', -3 * DAY_MS],
])('a clock that is set three days %s', (_, stepMs) => {
  it('is shown and logged, and keeps nobody from being interpreted', async () => {
    const counter = await open(scenarioOptions({}));
    await counter.ready();
    counter.clock.stepWall(stepMs);
    const setMs = counter.clock.now();
    expect(await counter.log(({ fault }) => fault === 'clock-jumped')).toMatchObject({
      id: 'D50',
      detail: expect.stringContaining('3.0 days'),
    });
    expect(await lightShows(counter, 'trouble', setMs)).toEqual<Look>(FAULTS['clock-jumped'].look);
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated', route: 'dialogue (preferred)' });
    await heardWhole(counter, releasedMs);
    const { faults } = await statusOf(counter);
    expect(faults).toMatchObject([{ code: 'clock-jumped' }]);
    expect(counter.desk.led('connection')).toBe(true);
  }, 60_000);
});

it('a clock that is set by hours is no fault', async () => {
  const counter = await open(scenarioOptions({}));
  await counter.ready();
  counter.clock.stepWall(8 * 3_600_000);
  await counter.log(({ msg }) => msg === 'the clock was set');
  await allIsWell(counter);
  expect((await statusOf(counter)).faults).toEqual([]);
}, 60_000);
