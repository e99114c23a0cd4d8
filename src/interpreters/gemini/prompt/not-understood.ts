import { primaryLanguage } from '../../../kiosk/languages.ts';
import { letters, wordsIn } from '../../language/words.ts';
import { FILLERS, IN_BRACKETS, POLITE, SENTENCES } from './not-understood-texts.ts';

const ENGLISH = 'I did not understand.';

/** What may stand anywhere in it and leaves it as it is, by its letters. */
const FILLING: ReadonlySet<string> = new Set(FILLERS.split('|').map(letters));

/** A sentence by its letters, and by those of its words. */
interface Form {
  readonly letters: string;
  readonly words: readonly string[];
}

const FORMS: ReadonlyMap<string, readonly Form[]> = new Map(
  Object.entries(SENTENCES).map(([language, sentences]) => [language, sentences.split('|').map(formOf)]),
);

/** What people add to it, before or after, by its letters; the longest first. */
const ADDED: ReadonlySet<string> = new Set(
  [IN_BRACKETS, ...Object.values(POLITE)]
    .flatMap((phrases) => phrases.split('|'))
    .map(letters)
    .sort((a, b) => b.length - a.length),
);

/** A word with fewer letters has none to spare for a mistake. */
const LONG_WORD = 7;
/** The last letters of a word mark the person. */
const ENDING = 3;

/** The dictated sentence in this language; in English where there is none. */
export function notUnderstoodIn(language: string): string {
  return SENTENCES[primaryLanguage(language)]?.split('|')[0] ?? ENGLISH;
}

/** Whether this answer is the sentence or what models make of it, with an apology perhaps, and nothing else. */
export function meansNotUnderstood(said: string, languages: readonly string[]): boolean {
  const forms = formsIn(languages);
  const clauses = clausesOf(said);
  const found = clauses.filter((clause) => forms.some((form) => isAlike(clause, form)));
  return found.length > 0 && clauses.every((clause) => found.includes(clause) || ADDED.has(clause.letters));
}

/** Whether it may become that answer: of its words, none has come that is not one of such a sentence's. */
export function beginsNotUnderstood(said: string, languages: readonly string[]): boolean {
  const forms = formsIn(languages);
  const clauses = clausesOf(said);
  const last = clauses.pop()?.letters ?? '';
  const beginnings = [...forms.map((form) => form.letters), ...ADDED];
  return (
    clauses.every((clause) => ADDED.has(clause.letters) || forms.some((form) => isAlike(clause, form))) &&
    [last, withoutAdded(last)].some((text) => beginnings.some((beginning) => beginning.startsWith(text)))
  );
}

function formsIn(languages: readonly string[]): readonly Form[] {
  const codes = new Set([...languages, 'en'].map(primaryLanguage));
  return [...codes].flatMap((language) => FORMS.get(language) ?? []);
}

/** Parted by punctuation, but not by an apostrophe or a hyphen within a word. */
function clausesOf(said: string): Form[] {
  return wordsIn(said)
    .split(/(?!(?<=\p{L})['’ʼ׳-](?=\p{L}))\p{P}+/u)
    .map(formOf)
    .filter((clause) => clause.letters !== '');
}

function formOf(text: string): Form {
  const words = text
    .split(/\s+/)
    .map(letters)
    .filter((word) => word !== '' && !FILLING.has(word));
  return { letters: words.join(''), words };
}

/** The same letters, or in one long word another letter in the middle; U+FFFD stands for any character. */
function isAlike(clause: Form, { letters: meant, words }: Form): boolean {
  const said = clause.letters;
  if (said === meant || withoutAdded(said) === meant) return true;
  if (said.includes('\uFFFD'))
    return (
      new RegExp(`^${said.replaceAll(/\uFFFD+/g, '.{0,3}')}$`, 'u').test(meant) &&
      2 * said.length > meant.length
    );
  if (clause.words.length !== words.length) return false;
  const different = words.flatMap((word, i) => (word === clause.words[i] ? [] : [i]));
  return different.length === 1 && different.every((i) => isMistake(clause.words[i] ?? '', words[i] ?? ''));
}

/** Where no punctuation parts it from the rest. */
function withoutAdded(text: string): string {
  for (const phrase of ADDED) {
    if (text.startsWith(phrase)) return withoutAdded(text.slice(phrase.length));
    if (text.endsWith(phrase)) return withoutAdded(text.slice(0, -phrase.length));
  }
  return text;
}

function isMistake(read: string, meant: string): boolean {
  if (meant.length < LONG_WORD || read[0] !== meant[0] || read.slice(-ENDING) !== meant.slice(-ENDING))
    return false;
  // One letter more, less or other: the same before and after it.
  let same = 0;
  while (same < meant.length && read[same] === meant[same]) same += 1;
  return [
    [same + 1, same + 1],
    [same + 1, same],
    [same, same + 1],
  ].some(([here, there]) => read.slice(here) === meant.slice(there));
}
