import { describe, expect, it } from 'vitest';
import { ENGINES } from '../kiosk/engines.ts';
import { loadPrices } from './prices.ts';
import { typicalTurnMicrodollars } from './typical.ts';

const prices = loadPrices();
const AT = new Date('2026-11-22');

describe('a typical turn', () => {
  it.each([
    ['dialogue', 2550],
    ['translate', 6125],
    ['cascade', 1228],
    ['phrasebook', 0],
  ] as const)('of %s costs %d micro-dollars', (engine, cost) => {
    expect(typicalTurnMicrodollars(engine, prices, AT)).toBe(cost);
  });

  it('is cheapest with the phrasebook, then the cascade, also in 2027', () => {
    for (const at of [AT, new Date('2027-01-01')]) {
      const cost = (engine: (typeof ENGINES)[number]) => typicalTurnMicrodollars(engine, prices, at);
      const byPrice = ENGINES.toSorted((a, b) => cost(a) - cost(b));
      expect(byPrice).toEqual(['phrasebook', 'cascade', 'dialogue', 'translate']);
    }
  });

  it('depends on its instruction and its models', () => {
    const cost = (options: object) => typicalTurnMicrodollars('dialogue', prices, AT, options);
    expect(cost({ instructionTokens: 0 })).toBe(2250);
    expect(cost({ models: ['gemini-3.5-live-translate-preview'] })).toBe(6 * 25 * (3.5 + 21));
    expect(cost({ models: ['nobody-knows'] })).toBeGreaterThan(4000);
  });
});
