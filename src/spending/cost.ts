import type { Engine } from '../kiosk/engines.ts';
import type { Tokens } from '../turn/tokens.ts';
import type { Price, Prices } from './prices.ts';

/** What turns cost, from the seconds of their sound. Money is counted in whole micro-dollars, so that no sum drifts. */

/** What a turn used of one model. */
export interface ModelUse {
  /** As the API names it. */
  readonly model: string;
  /** Sound sent in this turn, repeats included, in seconds. */
  readonly sentSeconds: number;
  /** Sound received, in seconds. */
  readonly receivedSeconds: number;
  /**
   * Sound of earlier turns of the same session, sent and received, in seconds: it is billed once more with every
   * turn, as sound that goes in. 0 on a connection of its own.
   */
  readonly earlierSeconds?: number;
  /** Text in tokens, as far as known: instruction or prompt in; words out where they are billed. */
  readonly textInTokens?: number;
  readonly textOutTokens?: number;
  /** The service's own count of the same, if it reported one. */
  readonly reported?: Tokens | undefined;
}

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
  if (!(own >= 0 && own < Number.MAX_SAFE_INTEGER))
    throw new RangeError('a use of the service without a size');
  const isReported = use.models.length > 0 && use.models.every((model) => model.reported !== undefined);
  return {
    // Rounded once, here: from now on there are only sums of whole numbers.
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
  const sized = Object.values(tokens).every((count) => count >= 0 && Number.isFinite(count));
  if (!sized) throw new RangeError(`a use of ${use.model} without a size`);
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
