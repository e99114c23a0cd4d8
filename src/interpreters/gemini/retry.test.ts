import { expect, it } from 'vitest';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { Fault, type FaultCode } from '../../kiosk/faults.ts';
import { retry, SessionTries } from './retry.ts';

const verdicts = (...faults: readonly (readonly [FaultCode, boolean])[]) => {
  const tries = new SessionTries();
  return faults.map(([code, sent]) => {
    if (!tries.failed(new Fault(code, ''), sent)) return 'no more';
    return tries.waits ? 'when it has ended' : 'again';
  });
};

it('connecting is tried for as long as there is time', () => {
  const refused = Array.from({ length: 50 }, () => ['network-unreachable', false] as const);
  expect(new Set(verdicts(...refused))).toEqual(new Set(['again']));
});

it('an answer that fails is asked for once more, not twice', () => {
  expect(verdicts(['no-answer', true], ['silent-answer', true])).toEqual(['again', 'no more']);
});

it('two quick drops do not give a turn up, and a failing service is not sent the same each second', () => {
  expect(
    verdicts(
      ['connection-lost', true],
      ['connection-lost', true],
      ['service-error', true],
      ['connection-lost', true],
    ),
  ).toEqual(['again', 'when it has ended', 'when it has ended', 'no more']);
});

it('a drop and a bad answer are counted apart', () => {
  expect(verdicts(['connection-lost', true], ['no-answer', true])).toEqual(['again', 'again']);
});

it.each(['quota', 'key-refused', 'clock-wrong', 'setup-rejected'] as const)(
  '%s is not tried again within a turn',
  async (code) => {
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      throw new Fault(code, '');
    };
    const retries = { clock: new VirtualClock(), worthwhile: () => true, again: () => {} };
    await expect(retry(attempt, retries, new AbortController().signal)).rejects.toMatchObject({ code });
    expect(attempts).toBe(1);
  },
);
