import { expect, it } from 'vitest';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { FAULT_CODES, FAULTS, Fault } from '../kiosk/faults.ts';
import { ServiceRetry } from './service-retry.ts';

function retrying() {
  const clock = new VirtualClock();
  const triedAt: number[] = [];
  const retry = new ServiceRetry(clock, () => triedAt.push(clock.now()));
  return { clock, triedAt, retry };
}

it.each(FAULT_CODES)('%s is never given up for good', (code) => {
  const { clock, triedAt, retry } = retrying();
  for (let i = 0; i < 50; i++) {
    retry.failed(new Fault(code, ''));
    clock.advance(100_000);
    expect(triedAt).toHaveLength(i + 1);
  }
});

it('what passes by itself is tried after growing waits with a cap, in which chance has a part', () => {
  const { clock, retry } = retrying();
  const waits = Array.from({ length: 200 }, () => {
    const ms = retry.failed(new Fault('network-unreachable', ''));
    clock.advance(ms);
    return ms;
  });
  expect(waits[0]).toBeLessThanOrEqual(1000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
  expect(Math.max(...waits.slice(10))).toBeGreaterThan(30_000);
  expect(new Set(waits.slice(10)).size).toBeGreaterThan(100);
});

it('only useful work clears the waits, not that it could be tried', () => {
  const { clock, retry } = retrying();
  const fault = new Fault('network-unreachable', '');
  for (let i = 0; i < 20; i++) clock.advance(retry.failed(fault));
  expect(Math.max(...Array.from({ length: 50 }, () => retry.failed(fault)))).toBeGreaterThan(10_000);
  retry.worked();
  expect(retry.failed(fault)).toBeLessThanOrEqual(1000);
});

it('a turn that tries many times does not make the waits behind it longer', () => {
  const { retry } = retrying();
  const fault = new Fault('network-unreachable', '');
  for (let i = 0; i < 20; i++) expect(retry.failed(fault, true)).toBeLessThanOrEqual(1000);
});

it('a wait ends at once when something has changed, and is not run out as well', () => {
  const { clock, triedAt, retry } = retrying();
  retry.failed(new Fault('clock-wrong', ''));
  retry.now();
  clock.advance(200_000);
  expect(triedAt).toEqual([0]);
});

it('nothing is tried behind the end', () => {
  const { clock, triedAt, retry } = retrying();
  retry.failed(new Fault('quota', ''));
  retry.stop();
  clock.advance(200_000);
  expect(triedAt).toEqual([]);
  expect(FAULTS.quota.retry).toBe('slow');
});
