import { describe, expect, it } from 'vitest';
import { kiosk, pressed, released } from '../../test/rig/story.ts';
import {
  afterSign,
  afterState,
  doubt,
  FRESH_VITALS,
  HANGS_FOR_GOOD_MS,
  LATE_MS,
  type Sign,
  STUCK_AFTER_MS,
} from './vitals.ts';

const PARTS = ['microphone', 'loudspeaker'] as const;

/** A part that tells these signs, each so many milliseconds after the start. */
function told(part: (typeof PARTS)[number], signs: readonly (readonly [Sign, number])[]) {
  return signs.reduce((vitals, [sign, atMs]) => afterSign(vitals, part, sign, atMs), FRESH_VITALS);
}

describe.each(PARTS)('a %s', (part) => {
  it('that worked and then hung for longer than a minute of restarts is doubted', () => {
    const vitals = told(part, [
      ['works', 0],
      ['hangs', 1000],
      ['hangs', 5000],
      ['hangs', 30_000],
    ]);
    expect(doubt(vitals, 1000 + HANGS_FOR_GOOD_MS, 0)).toBeUndefined();
    expect(doubt(vitals, 1001 + HANGS_FOR_GOOD_MS, 0)).toMatch(new RegExp(`^the ${part} worked, hangs`));
  });

  it('that never worked in this process is not: another would not mend it', () => {
    expect(doubt(told(part, [['hangs', 0]]), 1e9, 0)).toBeUndefined();
  });

  it('that a restart mended is not', () => {
    const vitals = told(part, [
      ['works', 0],
      ['hangs', 1000],
      ['works', 50_000],
      ['hangs', 61_000],
    ]);
    expect(doubt(vitals, 61_000 + HANGS_FOR_GOOD_MS, 0)).toBeUndefined();
  });

  it('that is missing is not, however long, nor is one that hung before it was unplugged', () => {
    const vitals = told(part, [
      ['works', 0],
      ['hangs', 1000],
      ['away', 20_000],
    ]);
    expect(doubt(vitals, 1e9, 0)).toBeUndefined();
  });
});

describe('an event loop', () => {
  it('that is late is doubted, one that is a little late is not', () => {
    expect(doubt(FRESH_VITALS, 1e6, LATE_MS + 1)).toBe('the event loop is 2001 ms late');
    expect(doubt(FRESH_VITALS, 1e6, LATE_MS)).toBeUndefined();
  });
});

describe('a turn', () => {
  it('that never comes to an end is doubted, by what it is doing', () => {
    const desk = kiosk();
    desk.does(pressed);
    const { state } = desk;
    const vitals = afterState(FRESH_VITALS, state);
    // The same again is no progress.
    const same = afterState(vitals, { ...state, nowMs: state.nowMs + STUCK_AFTER_MS });
    expect(doubt(same, state.nowMs + STUCK_AFTER_MS, 0)).toBeUndefined();
    expect(doubt(same, state.nowMs + STUCK_AFTER_MS + 1, 0)).toBe(
      '"listening, turn 1" has lasted for 15 min',
    );
    desk.does(released);
    const further = afterState(same, { ...desk.state, nowMs: state.nowMs + STUCK_AFTER_MS });
    expect(doubt(further, state.nowMs + STUCK_AFTER_MS + 1, 0)).toBeUndefined();
  });

  it('is no reason where there is none: an idle desk may be idle for ever', () => {
    expect(doubt(afterState(FRESH_VITALS, kiosk().state), 1e12, 0)).toBeUndefined();
    expect(doubt(FRESH_VITALS, 1e12, 0)).toBeUndefined();
  });
});

describe('a network, a service, money and a key', () => {
  it('are never a reason', () => {
    const desk = kiosk();
    for (const fault of ['network-unreachable', 'key-missing', 'service-error'] as const) {
      desk.does({ event: 'service', engine: 'dialogue', service: { is: 'unreachable', fault } });
      desk.does({ event: 'money', money: { is: 'spent' } });
      expect(doubt(afterState(FRESH_VITALS, desk.state), 1e12, 0)).toBeUndefined();
    }
  });
});
