import { expect, it } from 'vitest';
import { Models } from './models.ts';

it('the first model is used, and the next when it has gone', () => {
  const models = new Models(['a', 'b']);
  expect(models.current).toBe('a');
  expect(models.drop('a')).toBe(true);
  expect(models.current).toBe('b');
});

it('a model that is told to be gone twice takes no other with it', () => {
  const models = new Models(['a', 'b', 'c']);
  expect(models.drop('a')).toBe(true);
  expect(models.drop('a')).toBe(true);
  expect(models.current).toBe('b');
});

it('when all have gone the first is tried again: it may be back', () => {
  const models = new Models(['a', 'b']);
  models.drop('a');
  expect(models.drop('b')).toBe(false);
  expect(models.current).toBe('a');
});
