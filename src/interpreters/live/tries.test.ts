import { expect, it } from 'vitest';
import { Fault, type FaultCode } from '../../kiosk/faults.ts';
import { Tries } from './tries.ts';

const verdicts = (...faults: readonly (readonly [FaultCode, boolean])[]) => {
  const tries = new Tries();
  return faults.map(([code, sent]) => tries.failed(new Fault(code, ''), sent));
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
  (code) => {
    expect(verdicts([code, false])).toEqual(['no more']);
  },
);
