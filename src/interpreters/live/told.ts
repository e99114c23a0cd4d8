import { printable } from '../../foreign-text.ts';
import { redact } from './redact.ts';
import { wordingOf } from './wordings.ts';

/** The service's words in a log, in characters: as many as a close frame holds. */
const MOST_WORDS = 123;

/**
 * What a fault reports of the service's words: their beginning, without the key; where they are confidential, only which
 * of the known wordings they match.
 * @param words what is reported; the wording is looked for in `all`
 */
export function told(words: string, all: string, key: string, confidential: boolean): string {
  if (!confidential) return words === '' ? '' : `: ${printable(redact(words, key), MOST_WORDS)}`;
  const wording = wordingOf(all);
  return wording === undefined ? '' : `, in words like ${wording}`;
}

/** A reason of the service that is one of a list: what is not on it may be any text. */
export function listed(reason: string, list: Readonly<Record<string, string>>): string {
  return Object.values(list).includes(reason) ? reason : 'a reason that is not known';
}
