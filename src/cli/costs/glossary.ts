import { inDollars } from '../../spending/money.ts';
import type { Prices } from '../../spending/prices.ts';
import { type GlossaryTerm, glossaryTokens } from '../../turn/glossary.ts';

/** What the terms of the house add to a turn: they are part of its instruction, and billed with each. */
interface GlossaryCost {
  readonly terms: number;
  /** About. */
  readonly tokens: number;
  readonly models: readonly {
    readonly model: string;
    /** Undefined where the price of the model is not known. */
    readonly dollarsATurn: number | undefined;
  }[];
}

/** @param models those that get the terms: the first of live.models and of cascade.hearing_models */
export function glossaryCost(
  glossary: readonly GlossaryTerm[],
  models: readonly string[],
  prices: Prices,
  at: Date,
): GlossaryCost {
  const tokens = glossaryTokens(glossary);
  return {
    terms: glossary.length,
    tokens,
    models: models.map((model) => {
      const price = prices.of(model, at);
      return { model, dollarsATurn: price === undefined ? undefined : inDollars(tokens * price.textIn) };
    }),
  };
}

/** Nothing without terms. */
export function glossaryText({ terms, tokens, models }: GlossaryCost): string {
  if (terms === 0) return '';
  const prices = models.map(({ model, dollarsATurn }) =>
    dollarsATurn === undefined ? `unknown with ${model}` : `$${dollarsATurn.toFixed(6)} with ${model}`,
  );
  return `\nThe glossary of this desk (${terms} terms, about ${tokens} tokens) adds to each turn: ${prices.join(', ')}.\n`;
}
