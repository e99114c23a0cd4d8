import { describe, expect, it } from 'vitest';
import { UsageError } from '../../base/errors.ts';
import { inDollars } from '../../spending/money.ts';
import { loadPrices } from '../../spending/prices.ts';
import { guestCost, WAYS } from './what-if.ts';
import { turnsADay } from './what-if-report.ts';

const prices = loadPrices();

function dollars(
  models: string,
  session: string | undefined,
  turns: number,
  seconds = 6,
  at = '2026-11-22',
): number {
  const way = WAYS.find((one) => one.models.join(' + ') === models && one.session === session);
  if (way === undefined) throw new Error(`no such way: ${models}`);
  return inDollars(guestCost(way, turns, { spoken: seconds, answer: seconds }, prices, new Date(at)));
}

const LIVE = 'gemini-3.8-live';
const TRANSLATE = 'gemini-3.5-live-translate';
const CHEAP = 'gemini-3.5-flash-lite + gemini-3.8-flash-lite-tts';

/** The arithmetic of the facts (live-api.md §5), as printed there. */
describe('what turns of 6 s and 6 s cost', () => {
  it.each([
    [LIVE, 'one a guest', 1, '0.0026'],
    [LIVE, 'one a guest', 20, '0.22'],
    [LIVE, 'one a guest', 100, '4.7'],
    [LIVE, 'one a guest, compressed', 100, '0.68'],
    [LIVE, 'one a turn', 1, '0.0026'],
    [LIVE, 'one a turn', 20, '0.051'],
    [LIVE, 'one a turn', 100, '0.26'],
    [TRANSLATE, 'one a turn', 1, '0.0037'],
    [TRANSLATE, 'one a turn', 20, '0.073'],
    [CHEAP, undefined, 1, '0.0012'],
    [CHEAP, undefined, 20, '0.025'],
  ])('with %s, %s, %d turns: $%s', (models, session, turns, printed) => {
    expect(dollars(models, session, turns)).toSatisfy(roundsTo(printed));
  });

  it('and open for 10 s each way', () => {
    expect(dollars(TRANSLATE, 'one a turn', 1, 10)).toSatisfy(roundsTo('0.0061'));
    expect(dollars(TRANSLATE, 'one a turn', 20, 10)).toSatisfy(roundsTo('0.12'));
  });

  it('and in 2027', () => {
    expect(dollars(CHEAP, undefined, 1, 6, '2027-01-01')).toSatisfy(roundsTo('0.0022'));
  });

  it('in one session follow the formula', () => {
    for (const turns of [1, 2, 7, 100]) {
      const formula = turns * 2550 + ((turns * (turns - 1)) / 2) * 12 * 25 * 3;
      expect(dollars(LIVE, 'one a guest', turns) * 1e6).toBeCloseTo(formula, 6);
    }
  });

  it('are four times cheaper on connections of their own than 20 in one session', () => {
    expect(dollars(LIVE, 'one a guest', 20) / dollars(LIVE, 'one a turn', 20)).toBeGreaterThan(4);
  });
});

describe('what is asked', () => {
  it.each(['200 turns a day', '200 turns per day', ' 1 turn a day ', '200 turns/day', '200'])(
    'may be "%s"',
    (text) => {
      expect(turnsADay(text)).toBe(Number.parseInt(text, 10));
    },
  );

  it.each(['', 'many', '-3 turns a day', '200 turns a week', '200 a'])('can not be "%s"', (text) => {
    expect(() => turnsADay(text)).toThrow(UsageError);
  });
});

/** Whether a number is the printed one, to half of its last digit and a hair: 0.0735 may be printed either way. */
function roundsTo(printed: string): (value: number) => boolean {
  const half = 10 ** -(printed.split('.')[1] ?? '').length / 2;
  return (value) => Math.abs(value - Number(printed)) <= half * 1.000001;
}
