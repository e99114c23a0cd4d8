import { describe, expect, it } from 'vitest';
import { type Disturbance, describeDisturbance, isDisturbed, verdict } from './disturbance.ts';

const QUIET: Disturbance = {
  durationMs: 2000,
  waitingMs: 400,
  worst: { name: 'parec', waitingMs: 150 },
  othersShare: 0.05,
  stallMs: 8,
  longestWaitMs: 2,
};
const CLEAN = { failed: true, disturbed: false };
const DISTURBED = { failed: true, disturbed: true };

describe('a test in real time', () => {
  it('passes when it passes, however much it was disturbed', () => {
    expect(verdict([{ failed: false, disturbed: false }])).toBe('passed');
    expect(verdict([{ failed: false, disturbed: true }])).toBe('passed');
    expect(verdict([DISTURBED, { failed: false, disturbed: true }])).toBe('passed');
  });

  it('fails when it fails undisturbed, also when it is repeated', () => {
    expect(verdict([CLEAN])).toBe('failed');
    expect(verdict([DISTURBED, CLEAN])).toBe('failed');
  });

  it('is repeated once when it fails disturbed, and then inconclusive', () => {
    expect(verdict([DISTURBED])).toBe('repeat');
    expect(verdict([DISTURBED, DISTURBED])).toBe('inconclusive');
  });
});

describe('a rig', () => {
  it('was not disturbed when its processes waited for each other only', () => {
    expect(isDisturbed(QUIET)).toBe(false);
    expect(isDisturbed({ ...QUIET, waitingMs: 4000, othersShare: 0.01 })).toBe(false);
  });

  it('was disturbed when it waited for others for more than the limit, once for long, or when an idle loop was late', () => {
    expect(isDisturbed({ ...QUIET, longestWaitMs: 40 })).toBe(true);
    expect(isDisturbed({ ...QUIET, waitingMs: 1000, othersShare: 0.5 })).toBe(true);
    expect(isDisturbed({ ...QUIET, stallMs: 150 })).toBe(true);
  });

  it('says by how much', () => {
    expect(describeDisturbance(QUIET)).toBe(
      'waited 400 ms for the CPU in 2000 ms (parec: 150 ms), others used 5.0 % of it: 1.0 %; longest stall 8 ms, ' +
        'longest wait 2 ms',
    );
  });
});
