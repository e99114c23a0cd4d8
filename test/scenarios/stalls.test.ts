import { afterAll, describe, expect, it } from 'vitest';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import type { Action } from '../../src/standin/faults/script.ts';
import { Times } from './report.ts';
import { allIsWell, heardWhole, type Phase, turnWith } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** The service stalls, or wants its connection back: people hear their translation all the same. */

const open = scenarios();
const times = new Times('Stalls of the service');
afterAll(() => times.report());

describe('a service that', () => {
  it.each<[string, Phase, FaultCode, readonly Action[]]>([
    ['says nothing more', 'listening', 'no-answer', [{ do: 'hang' }]],
    ['says nothing more', 'awaiting', 'no-answer', [{ do: 'hang' }]],
    ['says nothing more', 'speaking', 'answer-broken-off', [{ do: 'hang' }]],
    [
      'interrupts though nobody spoke',
      'awaiting',
      'answer-broken-off',
      [{ do: 'send', message: { serverContent: { interrupted: true } } }, { do: 'hang' }],
    ],
    [
      'interrupts though nobody spoke',
      'speaking',
      'answer-broken-off',
      [{ do: 'send', message: { serverContent: { interrupted: true } } }, { do: 'hang' }],
    ],
    [
      'ends the turn without a sound',
      'awaiting',
      'silent-answer',
      [{ do: 'send', message: { serverContent: { turnComplete: true } } }, { do: 'hang' }],
    ],
  ])(
    '%s (%s): tried once more on a fresh connection, and heard whole',
    async (title, phase, fault, actions) => {
      const counter = await open();
      await counter.ready();
      const { turn, troubleMs, releasedMs } = await turnWith(counter, phase, () =>
        counter.standin.act(actions),
      );
      expect(turn).toMatchObject({ outcome: 'translated', attempts: 2 });
      await heardWhole(counter, releasedMs);
      times.note(title, phase, counter, troubleMs, fault);
      await allIsWell(counter);
    },
    60_000,
  );

  it.each(['0s', '0.5s', '3s', '50s'])(
    'wants its connection back within %s, at every moment: nobody notices',
    async (timeLeft) => {
      const counter = await open();
      await counter.ready();
      const goAway = async () => {
        await counter.standin.act({ do: 'goAway', timeLeft });
      };
      for (const phase of ['idle', 'listening', 'awaiting', 'speaking'] as const) {
        const { turn, releasedMs } = await turnWith(counter, phase, goAway);
        expect(turn).toMatchObject({ outcome: 'translated' });
        await heardWhole(counter, releasedMs);
        expect(counter.desk.led('trouble')).toBe(false);
      }
    },
    90_000,
  );
});
