import { z } from 'zod';
import { ENGINES } from '../kiosk/engines.ts';
import { knownLanguage } from '../kiosk/languages.ts';
import { addTokens } from '../turn/tokens.ts';
import { costOf, type ModelUse, type TurnUse } from './cost.ts';
import type { Prices } from './prices.ts';

/**
 * What is kept of a turn: when, how long, at what price. No field can hold a word of what was said: even a language code
 * is kept only if it is a known one.
 */

const language = z.string().transform(knownLanguage).optional().catch(undefined);
const count = z.int().nonnegative();
/** The end of the year 9999: later days have no name. */
const LATEST_MS = 253_402_300_799_999;
/** Names of models come from the configuration; only valid ones are kept. */
const model = z
  .string()
  .regex(/^[a-z0-9][a-z0-9./-]{0,79}$/)
  .catch('unknown');

const MAX_MODELS = 8;

export const entrySchema = z.object({
  /** The wall clock, in milliseconds since 1970. */
  at: count.max(LATEST_MS),
  /** Numbered from 1 each day; the number does not identify anybody. */
  guest: count,
  engine: z.enum(ENGINES),
  models: z.array(model).max(MAX_MODELS),
  outcome: z.enum(['translated', 'nothing said', 'too quiet', 'not understood', 'cancelled', 'failed']),
  /** BCP-47. */
  from: language,
  to: language,
  /** Sound sent, repeats included, and received, in milliseconds. */
  sentMs: count,
  receivedMs: count,
  microdollars: count,
  /** The price of a model was not known. */
  estimated: z.boolean(),
  /** The service's own count: tokens, and their price. */
  reported: z
    .object({ textIn: count, textOut: count, audioIn: count, audioOut: count, microdollars: count })
    .optional(),
});

/** A turn in the ledger. */
export type LedgerEntry = Readonly<z.output<typeof entrySchema>>;

/** What a turn was, besides its price. */
export interface TurnFacts extends Pick<LedgerEntry, 'guest' | 'outcome' | 'from' | 'to'> {
  /** The wall clock. */
  readonly at: Date;
}

/**
 * The service's count is ignored where it costs more than this many times our own count plus one cent: otherwise one message
 * with a wrong number could use up a month's budget.
 */
const MOST_TIMES = 20;
const SPARE_MICRODOLLARS = 10_000;

/** The entry of a turn, with its price. @throws RangeError for a use that is negative or no number */
export function entryOf(
  { at, guest, outcome, from, to }: TurnFacts,
  use: TurnUse,
  prices: Prices,
): LedgerEntry {
  const { microdollars, estimated, reportedMicrodollars } = costOf(use, prices, at);
  const reported = use.models.map((model) => model.reported).reduce(addTokens, undefined);
  const most = MOST_TIMES * microdollars + SPARE_MICRODOLLARS;
  const ms = (seconds: (model: ModelUse) => number) =>
    Math.round(use.models.reduce((sum, model) => sum + seconds(model), 0) * 1000);
  return {
    at: at.getTime(),
    guest,
    engine: use.engine,
    // A turn that was tried several times used the same model several times.
    models: [...new Set(use.models.map(({ model }) => model))].slice(0, MAX_MODELS),
    outcome,
    from,
    to,
    sentMs: ms((model) => model.sentSeconds),
    receivedMs: ms((model) => model.receivedSeconds),
    microdollars,
    estimated,
    ...(reported !== undefined && reportedMicrodollars !== undefined && reportedMicrodollars <= most
      ? { reported: { ...reported, microdollars: reportedMicrodollars } }
      : {}),
  };
}
