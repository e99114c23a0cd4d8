import { textTokens } from './tokens.ts';

/** The terms of the house: names of rooms, dishes, streets. */

export interface GlossaryTerm {
  readonly term: string;
  /** What it is, or its translation. If left out, the term is not translated. */
  readonly meaning?: string;
}

/** As many as the rest of the instruction may take. */
export const MAX_GLOSSARY_TOKENS = 400;

/** The lines of a glossary in an instruction; none without terms. */
export function glossaryLines(terms: readonly GlossaryTerm[]): string[] {
  if (terms.length === 0) return [];
  return ['Terms of this house, to be kept as they are; in brackets what they are:', ...terms.map(line)];
}

/** The tokens that a glossary adds to every turn, estimated. */
export function glossaryTokens(terms: readonly GlossaryTerm[]): number {
  return textTokens(glossaryLines(terms).join('\n'));
}

/** @throws RangeError when a term is empty or the glossary is too long */
export function checkGlossary(terms: readonly GlossaryTerm[]): void {
  for (const [i, { term, meaning }] of terms.entries()) {
    if (harmless(term) === '') throw new RangeError(`term ${i + 1} of the glossary is empty`);
    if (meaning !== undefined && harmless(meaning) === '')
      throw new RangeError(`the meaning of "${harmless(term)}" in the glossary is empty: leave it out`);
  }
  const tokens = glossaryTokens(terms);
  if (tokens > MAX_GLOSSARY_TOKENS)
    throw new RangeError(
      `the glossary is about ${tokens} tokens long, at most ${MAX_GLOSSARY_TOKENS} are allowed: ` +
        'every token is billed in every turn',
    );
}

function line({ term, meaning }: GlossaryTerm): string {
  return meaning === undefined ? `"${harmless(term)}"` : `"${harmless(term)}" (${harmless(meaning)})`;
}

/** Without characters that end a line, a quotation or a bracket. */
function harmless(text: string): string {
  return text
    .replaceAll(/["“”„‟«»`]/g, "'")
    .replaceAll(/[()[\]{}<>]/g, ' ')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
}
