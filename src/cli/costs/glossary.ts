import { inDollars } from '../../spending/money.ts';
import type { Prices } from '../../spending/prices.ts';
import { type GlossaryTerm, glossaryTokens } from '../../turn/glossary.ts';

/**
 * The cost of the glossary, which is part of the instruction of each turn. The number of tokens is an estimate.
 * @param models those that get the terms: the first of live.models and of cascade.hearing_models
 * @returns `dollarsATurn` is undefined where the price of the model is not known
 */
export function glossaryCost(
  glossary: readonly GlossaryTerm[],
  models: readonly string[],
  prices: Prices,
  at: Date,
) {
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

/** Empty without terms. */
export function glossaryText({ terms, tokens, models }: ReturnType<typeof glossaryCost>): string {
  if (terms === 0) return '';
  const prices = models.map(({ model, dollarsATurn }) =>
    dollarsATurn === undefined ? `unknown with ${model}` : `$${dollarsATurn.toFixed(6)} with ${model}`,
  );
  return `\nThe glossary of this desk (${terms} terms, about ${tokens} tokens) adds to each turn: ${prices.join(', ')}.\n`;
}
