import { describe, expect, it } from 'vitest';
import { shortened, Tries } from './shorten.ts';

const LIST = Array.from({ length: 64 }, (_, i) => i);
const unlimited = { left: () => true };

describe('a list is shortened', () => {
  it('to the two elements that matter', async () => {
    const holds = async (part: readonly number[]) => part.includes(7) && part.includes(50);
    expect(await shortened(LIST, holds, unlimited)).toEqual([7, 50]);
  });

  it('to nothing when nothing is needed, and not at all when all is', async () => {
    expect(await shortened(LIST, async () => true, unlimited)).toEqual([]);
    expect(await shortened(LIST, async () => false, unlimited)).toEqual(LIST);
  });

  it('with no more tries than it has', async () => {
    let tries = 0;
    const holds = async (part: readonly number[]) => {
      tries += 1;
      return part.includes(7);
    };
    await shortened(LIST, holds, new Tries(3, 60, () => 0));
    expect(tries).toBe(3);
  });
});
