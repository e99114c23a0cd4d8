import { expect, it } from 'vitest';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { Models } from './models.ts';

it('the first model is used, and the next when it has gone', () => {
  const models = new Models(['a', 'b'], new VirtualClock());
  expect(models.current).toBe('a');
  expect(models.drop('a')).toBe(true);
  expect(models.current).toBe('b');
});

it('a model that is told to be gone twice takes no other with it', () => {
  const models = new Models(['a', 'b', 'c'], new VirtualClock());
  expect(models.drop('a')).toBe(true);
  expect(models.drop('a')).toBe(true);
  expect(models.current).toBe('b');
});

it('when all have gone the first is tried again: it may be back', () => {
  const models = new Models(['a', 'b'], new VirtualClock());
  models.drop('a');
  expect(models.drop('b')).toBe(false);
  expect(models.current).toBe('a');
});

it('a model that was refused by a slip is the preferred one again after an hour', () => {
  const clock = new VirtualClock();
  const models = new Models(['a', 'b'], clock);
  models.drop('a');
  expect(models.works('b')).toBe(false);
  clock.advance(60 * 60_000);
  expect(models.current).toBe('a');
  expect(models.works('a')).toBe(true);
});
