import type { Engine } from '../kiosk/engines.ts';
import type { Tokens } from '../turn/tokens.ts';
import type { ModelUsed } from '../turn/turn.ts';
import type { Price, Prices } from './prices.ts';

/** What turns cost, from the seconds of their sound, in whole micro-dollars. */

/** What a turn used of one model; what is left out is 0. */
export type ModelUse = Pick<ModelUsed, 'model' | 'sentSeconds' | 'receivedSeconds'> & Partial<ModelUsed>;

/** What a turn used: a Live session is one model, the cascade two, the phrasebook none. */
export interface TurnUse {
  readonly engine: Engine;
  readonly models: readonly ModelUse[];
}

interface Cost {
  /** By our count, in millionths of a dollar, whole. */
  readonly microdollars: number;
  /** A model's price is not known: counted at the highest known. */
  readonly estimated: boolean;
  /** By the service's count; undefined unless it reported its tokens of every model. */
  readonly reportedMicrodollars: number | undefined;
}

/** What a turn costs at the prices of that time. @throws RangeError for a use that is negative or no number */
export function costOf(use: TurnUse, prices: Prices, at: Date): Cost {
  let own = 0;
  let reported = 0;
  let estimated = false;
  for (const model of use.models) {
    const known = prices.of(model.model, at);
    const price = known ?? prices.dearest(at);
    estimated ||= known === undefined;
    own += priceOf(tokensOf(model, price), price);
    if (model.reported !== undefined) reported += priceOf(model.reported, price);
  }
  if (own >= Number.MAX_SAFE_INTEGER) throw new RangeError('the cost of the turn is too large');
  const isReported = use.models.length > 0 && use.models.every((model) => model.reported !== undefined);
  return {
    // The only rounding: all sums are of whole numbers.
    microdollars: Math.round(own),
    estimated,
    reportedMicrodollars: isReported ? Math.round(reported) : undefined,
  };
}

/** The tokens of a use, by our count. Fractions are kept: how the service rounds is not documented. */
function tokensOf(use: ModelUse, { audioTokensPerSecond }: Price): Tokens {
  const tokens = {
    textIn: use.textInTokens ?? 0,
    textOut: use.textOutTokens ?? 0,
    audioIn: (use.sentSeconds + (use.earlierSeconds ?? 0)) * audioTokensPerSecond,
    audioOut: use.receivedSeconds * audioTokensPerSecond,
  };
  const valid = Object.values(tokens).every((count) => count >= 0 && Number.isFinite(count));
  if (!valid) throw new RangeError(`the use of ${use.model} is negative or not a number`);
  return tokens;
}

/** In micro-dollars: a dollar per million tokens is a micro-dollar per token. */
function priceOf(tokens: Tokens, price: Price): number {
  return (
    tokens.textIn * price.textIn +
    tokens.textOut * price.textOut +
    tokens.audioIn * price.audioIn +
    tokens.audioOut * price.audioOut
  );
}
