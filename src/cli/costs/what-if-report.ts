import { UsageError } from '../../base/errors.ts';
import { jsonText } from '../../base/foreign-text.ts';
import { inDollars } from '../../spending/money.ts';
import type { Prices } from '../../spending/prices.ts';
import type { Shape } from '../../spending/typical.ts';
import { money, table } from '../text.ts';
import { guestCost, WAYS, type Way } from './what-if.ts';

const DAYS_A_MONTH = 30;

interface WhatIf {
  /** The way in which the desk of the configuration has its turns. */
  readonly desk: Way;
  readonly turnsADay: number;
  readonly turnsAGuest: number;
  readonly shape: Shape;
}

/** "200 turns a day", "200 turns/day" or "200". @throws UsageError */
export function turnsADay(text: string): number {
  const [, count] = /^\s*(\d{1,6})(?:\s+turns?(?:\s+(?:a|per)\s+|\s*\/\s*)day)?\s*$/.exec(text) ?? [];
  if (count === undefined)
    throw new UsageError(`--what-if wants "200 turns a day" (found ${jsonText(text)})`);
  return Number(count);
}

interface Row {
  readonly way: Way;
  /** The day from which these prices hold, where it is not today's. */
  readonly from: string | undefined;
  readonly turn: number;
}

/** A row for each way, and one more for each day on which its prices will change. */
function rowsOf(ways: readonly Way[], { turnsAGuest, shape }: WhatIf, prices: Prices, now: Date): Row[] {
  return ways.flatMap((way) =>
    [undefined, ...prices.changes(way.models, now)].map((from) => {
      const at = from === undefined ? now : new Date(from);
      return { way, from, turn: guestCost(way, turnsAGuest, shape, prices, at) / turnsAGuest };
    }),
  );
}

/** The table, in micro-dollars turned to dollars: by turn, day and month. */
export function whatIfText(asked: WhatIf, prices: Prices, now: Date): string {
  const { turnsADay: turns, turnsAGuest, shape } = asked;
  const rows = rowsOf(WAYS, asked, prices, now).map(({ way, from, turn }) => [
    way.engine,
    way.models.join(' + '),
    [way.session, way.note, from === undefined ? undefined : `from ${from}`].filter(Boolean).join(', '),
    money(turn, 4),
    money(turn * turns),
    money(turn * turns * DAYS_A_MONTH),
  ]);
  const current = prices.models.filter(({ retired }) => retired === undefined);
  const readOn = current.map((model) => model.readOn).toSorted();
  return (
    `${deskLines(asked, prices, now).join('\n')}\n\n` +
    `${turns} turns a day, ${shape.spoken} s spoken and ${shape.answer} s answered, ${turnsAGuest} turns a guest; ` +
    `a month of ${DAYS_A_MONTH} days\n\n` +
    table([['engine', 'models', 'sessions', 'a turn', 'a day', 'a month'], ...rows], [3, 4, 5]) +
    '\nIn one session turn k bills the sound of the k - 1 turns before it again, as sound in:\n' +
    'n turns cost n × turn + n (n - 1) / 2 × (spoken + answer) at the price of sound in. Compressed: at 2000 tokens, to 1000.\n' +
    `Prices read from ${readOn[0]} to ${readOn.at(-1)}; without tax. They are for comparison: check them before you rely on them.\n`
  );
}

/** What the desk itself would cost, now and from each day on which its prices will change. */
function deskLines(asked: WhatIf, prices: Prices, now: Date): string[] {
  const { desk, turnsADay: turns } = asked;
  const unknown = desk.models.filter((model) => prices.modelOf(model) === undefined);
  const note =
    unknown.length === 0 ? '' : `; the price of ${unknown.join(', ')} is not known: the dearest is taken`;
  return rowsOf([desk], asked, prices, now).map(({ way, from, turn }) => {
    const when = from === undefined ? 'This desk' : `From ${from}`;
    const how = [way.engine, way.models.join(' + '), way.session].filter(Boolean).join(', ');
    const month = money(turn * turns * DAYS_A_MONTH);
    return `${when}: ${month} a month, ${money(turn * turns)} a day, ${money(turn, 4)} a turn (${how}${note})`;
  });
}

export function whatIfJson(asked: WhatIf, prices: Prices, now: Date): object {
  return {
    turnsADay: asked.turnsADay,
    turnsAGuest: asked.turnsAGuest,
    spokenSeconds: asked.shape.spoken,
    answerSeconds: asked.shape.answer,
    desk: rowsOf([asked.desk], asked, prices, now).map((row) => rowJson(row, asked)),
    ways: rowsOf(WAYS, asked, prices, now).map((row) => rowJson(row, asked)),
  };
}

function rowJson({ way, from, turn }: Row, { turnsADay: turns }: WhatIf): object {
  return {
    engine: way.engine,
    models: way.models,
    session: way.session ?? null,
    note: way.note ?? null,
    from: from ?? null,
    dollarsATurn: inDollars(turn),
    dollarsADay: inDollars(turn * turns),
    dollarsAMonth: inDollars(turn * turns * DAYS_A_MONTH),
  };
}
