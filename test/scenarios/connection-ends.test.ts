import { afterAll, describe, expect, it } from 'vitest';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import type { Action } from '../../src/standin/faults/script.ts';
import { FLOOD, TOO_DEEP, TOO_LARGE } from '../rig/hostile.ts';
import { Times } from './report.ts';
import { heardBeginning, heardCue, heardWhole, turnWith } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** What the service does to a connection, at every moment of a turn: people hear their translation all the same. */

const open = scenarios();
const times = new Times('What the service does to a connection');
afterAll(() => times.report());

const RUBBISH = new Uint8Array([0xff, 0x00, 0xfe, 0x80]);

/** The trouble, and the fault that the log names it by. */
const TROUBLES: readonly [string, FaultCode, ...Action[]][] = [
  ['resets it', 'connection-lost', { do: 'reset' }],
  ['closes it with 1000', 'service-error', { do: 'close', code: 1000, reason: '' }],
  ['closes it with 1001', 'service-error', { do: 'close', code: 1001, reason: 'going away' }],
  [
    'closes it with 1007',
    'service-error',
    { do: 'close', code: 1007, reason: 'Request contains an invalid argument.' },
  ],
  [
    'closes it with 1008',
    'session-expired',
    { do: 'close', code: 1008, reason: 'The operation was aborted.' },
  ],
  [
    'closes it with 1011',
    'service-error',
    { do: 'close', code: 1011, reason: 'Internal error encountered.' },
  ],
  [
    'lets its deadline expire',
    'session-expired',
    { do: 'close', code: 1011, reason: 'Deadline expired before operation could complete.' },
  ],
  ['sends bad JSON', 'service-garbled', { do: 'sendText', text: '{"serverContent":' }],
  ['sends binary rubbish', 'service-garbled', { do: 'sendBytes', bytes: RUBBISH }],
  ['sends half a million brackets', 'service-garbled', { do: 'sendText', text: TOO_DEEP }],
  ['sends 2 MiB in one message', 'service-garbled', { do: 'sendText', text: TOO_LARGE }],
  [
    'sends 1,100 messages at once',
    'service-garbled',
    ...FLOOD.map((text): Action => ({ do: 'sendText', text })),
  ],
];

describe('a service that', () => {
  it.each(TROUBLES)(
    '%s, at every moment of a turn: the translation is heard, whole',
    async (title, fault, ...actions) => {
      const counter = await open();
      await counter.ready();
      for (const phase of ['idle', 'listening', 'awaiting', 'speaking'] as const) {
        const { turn, troubleMs, releasedMs } = await turnWith(counter, phase, () =>
          Promise.all(actions.map((action) => counter.standin.act(action))),
        );
        expect(turn).toMatchObject({ outcome: 'translated', attempts: phase === 'idle' ? 1 : 2 });
        const beganMs = await heardWhole(counter, releasedMs);
        if (phase !== 'idle') times.note(title, phase, counter, troubleMs, fault);
        // The first try broke off, a cue said that it comes again, and it came from its beginning.
        if (phase === 'speaking') {
          expect(heardBeginning(counter, releasedMs, troubleMs + 300)).toBe(true);
          expect(heardCue(counter, 'again', troubleMs, beganMs)).toBe(true);
        }
        expect(counter.desk.led('trouble')).toBe(false);
        expect(counter.desk.led('connection')).toBe(true);
      }
    },
    60_000,
  );
});
