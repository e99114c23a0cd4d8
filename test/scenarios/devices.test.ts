import { describe, expect, it } from 'vitest';
import { FAULTS, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/shown/looks.ts';
import type { Outcome } from '../../src/kiosk/state.ts';
import type { Counter } from '../rig/counter.ts';
import { longAnswer } from '../rig/standin.ts';
import { allIsWell, heardWhole, hearsCue, type Phase, reconnectShows, turnWith } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** Microphone and loudspeaker go away in the middle of things, and come back. */

const open = scenarios();

/** What becomes of a turn, by where it was; the fault is told by the light and in the log. */
const MICROPHONE: readonly [string, 'gone' | 'busy' | 'stalled', FaultCode][] = [
  ['is pulled out', 'gone', 'microphone-missing'],
  ['is taken by another program', 'busy', 'microphone-busy'],
  ['hangs', 'stalled', 'microphone-stalled'],
];

const LOUDSPEAKER: readonly [string, 'gone' | 'stalled'][] = [
  ['is pulled out', 'gone'],
  ['hangs', 'stalled'],
];

/** From now on the device can't be had; what holds it open loses it. */
function breakMicrophone(counter: Counter, how: 'gone' | 'busy' | 'stalled') {
  const { microphone } = counter.desk;
  microphone.break(how);
  if (how === 'busy') microphone.signal('SIGKILL');
}

describe('the microphone', () => {
  it.each(MICROPHONE)(
    '%s: a turn that needs it fails and says so, one that has been said comes through',
    async (_, how, fault) => {
      const expected: Readonly<Record<Phase, Outcome>> = {
        idle: 'failed',
        listening: 'failed',
        awaiting: 'translated',
        speaking: 'translated',
      };
      for (const phase of ['idle', 'listening', 'awaiting', 'speaking'] as const) {
        const counter = await open();
        await counter.ready();
        const { turn, troubleMs, releasedMs } = await turnWith(counter, phase, async () => {
          breakMicrophone(counter, how);
          if (phase === 'idle') await counter.log((line) => line.fault === fault, 15_000);
        });
        expect(turn).toMatchObject({ outcome: expected[phase] });
        if (expected[phase] === 'failed') {
          expect(turn.fault).toMatch(/^microphone-/);
          expect(await hearsCue(counter, 'trouble', troubleMs)).toBe(true);
        } else await heardWhole(counter, releasedMs);
        expect(await reconnectShows(counter)).toEqual<Look>(FAULTS[fault].look);
        counter.desk.microphone.repair();
        await counter.log((line) => line.device === 'microphone' && line.msg === 'works', 20_000);
        await allIsWell(counter);
        await counter.stop();
      }
    },
    120_000,
  );
});

describe('a microphone that is muted', () => {
  it('fails the turn of who speaks, is a fault that is told once, and works with the first sound', async () => {
    const counter = await open();
    const { desk, logged } = counter;
    await counter.ready();
    const recorders = desk.microphone.recorders();
    desk.microphone.break('muted');
    const pressedMs = desk.press('talk');
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'failed', fault: 'microphone-stalled' });
    desk.release('talk');
    expect(await hearsCue(counter, 'trouble', pressedMs)).toBe(true);
    expect(await reconnectShows(counter)).toEqual<Look>(FAULTS['microphone-stalled'].look);
    expect((await turnWith(counter, 'idle', () => {})).turn).toMatchObject({ fault: 'microphone-stalled' });
    const told = logged().filter(({ text }) => text.includes('it delivers no sound'));
    expect(told).toHaveLength(1);
    expect(desk.microphone.recorders()).toEqual(recorders);
    desk.microphone.repair();
    await counter.log((line) => line.device === 'microphone' && line.msg === 'works');
    await allIsWell(counter);
  });
});

describe('the loudspeaker', () => {
  it.each(LOUDSPEAKER)(
    '%s: a turn that nobody could hear fails, the light shows why, and it passes',
    async (_, how) => {
      for (const phase of ['idle', 'listening', 'awaiting', 'speaking'] as const) {
        // Long enough that a loudspeaker that hangs is found out before it would have been heard.
        const counter = await open({ standin: { answerer: longAnswer(6) } });
        await counter.ready();
        const { turn } = await turnWith(counter, phase, () => counter.desk.loudspeaker.break(how));
        // One outcome, and never "translated" of what nobody could hear.
        expect(turn.outcome).toBe('failed');
        expect(turn.fault).toMatch(/^loudspeaker-/);
        expect(await reconnectShows(counter)).toEqual<Look>(FAULTS['loudspeaker-missing'].look);
        counter.desk.loudspeaker.repair();
        await counter.log((line) => line.device === 'loudspeaker' && line.msg === 'works', 30_000);
        expect((await turnWith(counter, 'idle', () => {})).turn).toMatchObject({ outcome: 'translated' });
        expect(counter.desk.led('trouble')).toBe(false);
        await counter.stop();
      }
    },
    180_000,
  );
});
