import { printable } from '../../../base/foreign-text.ts';
import { wordingOf } from './wordings.ts';

/** The service's words in a log, in characters: as many as a close frame holds. */
const MOST_WORDS = 123;

/**
 * What a fault reports of the service's words: their beginning, without the key; where they are confidential, only which
 * of the known wordings they match.
 * @param words what is reported; the wording is looked for in `all`
 */
export function reported(words: string, all: string, key: string, confidential: boolean): string {
  if (!confidential) return words === '' ? '' : `: ${printable(redact(words, key), MOST_WORDS)}`;
  const wording = wordingOf(all);
  return wording === undefined ? '' : `, in words like ${wording}`;
}

/** A reason of the service, if it is one of a list: whatever is not on it may be any text. */
export function knownReason(reason: string, list: Readonly<Record<string, string>>): string {
  return Object.values(list).includes(reason) ? reason : 'a reason that is not known';
}

/** A text is cut at a fixed length, and so may be the key at its end; fewer characters of it say nothing. */
const SHORTEST_PIECE = 6;

/** A text of the service's or of the network's without the key, whole or cut, and without what looks like another one. */
export function redact(text: string, key: string): string {
  const masked = key === '' ? text : text.replaceAll(key, '…').replaceAll(encodeURIComponent(key), '…');
  return withoutPiece(masked, key)
    .replaceAll(/([?&](?:key|access_token)=)[^&\s"']+/g, '$1…')
    .replaceAll(/\b(?:AIza[\w-]{20,}|AQ\.[\w-]{20,})/g, '…');
}

function withoutPiece(text: string, key: string): string {
  for (let length = key.length - 1; length >= SHORTEST_PIECE; length -= 1) {
    if (text.endsWith(key.slice(0, length))) return `${text.slice(0, -length)}…`;
  }
  return text;
}
