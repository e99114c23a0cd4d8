import { primaryLanguage } from '../../../kiosk/languages.ts';
import { EN } from '../../../words/en.ts';
import { wordsOf } from '../../../words/index.ts';
import { letters, wordsIn } from '../../language/words.ts';

/** What the interpreter says when it did not understand: the protocol has no other sign for it. The first is dictated. */
const SENTENCES = wordsOf('notUnderstood');

/** What may stand anywhere in it and leaves it as it is, by its letters. */
const FILLERS: ReadonlySet<string> = new Set(
  'quite|really|fully|unfortunately|leider|ganz|richtig|helaas|goed|bien|bene|bem|dobře|dobrze|хорошо|bine'
    .split('|')
    .map(letters),
);

/** A sentence by its letters, and by those of its words. */
interface Form {
  readonly letters: string;
  readonly words: readonly string[];
}

const FORMS: ReadonlyMap<string, readonly Form[]> = new Map(
  Object.entries(SENTENCES).map(([language, sentences]) => [language, sentences.map(formOf)]),
);

/** What people add to it, before or behind, by its letters; the longest first. */
const POLITE: ReadonlySet<string> = new Set(
  ['noise|inaudible|unintelligible|silence|music', ...Object.values(wordsOf('polite'))]
    .flatMap((phrases) => phrases.split('|'))
    .map(letters)
    .sort((a, b) => b.length - a.length),
);

/** Below so many letters a word has none to spare for a mistake. */
const LONG_WORD = 7;
/** The last letters of a word tell who did it. */
const ENDING = 3;

/** The dictated sentence in this language; in English where there is none. */
export function notUnderstoodIn(language: string): string {
  return (SENTENCES[primaryLanguage(language)] ?? EN.notUnderstood)[0] ?? '';
}

/** Whether this answer is the sentence or what models make of it, with an apology perhaps, and nothing else. */
export function meansNotUnderstood(said: string, languages: readonly string[]): boolean {
  const forms = formsIn(languages);
  const clauses = clausesOf(said);
  const found = clauses.filter((clause) => forms.some((form) => isAlike(clause, form)));
  return found.length > 0 && clauses.every((clause) => found.includes(clause) || POLITE.has(clause.letters));
}

/** Whether it may become that answer: of its words, none has come that is not one of such a sentence's. */
export function beginsNotUnderstood(said: string, languages: readonly string[]): boolean {
  const forms = formsIn(languages);
  const clauses = clausesOf(said);
  const last = clauses.pop()?.letters ?? '';
  const beginnings = [...forms.map((form) => form.letters), ...POLITE];
  return (
    clauses.every((clause) => POLITE.has(clause.letters) || forms.some((form) => isAlike(clause, form))) &&
    [last, withoutPolite(last)].some((text) => beginnings.some((beginning) => beginning.startsWith(text)))
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
    .filter((word) => word !== '' && !FILLERS.has(word));
  return { letters: words.join(''), words };
}

/** The same letters, or in one long word another letter in the middle; U+FFFD stands for any character. */
function isAlike(clause: Form, { letters: meant, words }: Form): boolean {
  const said = clause.letters;
  if (said === meant || withoutPolite(said) === meant) return true;
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
function withoutPolite(text: string): string {
  for (const phrase of POLITE) {
    if (text.startsWith(phrase)) return withoutPolite(text.slice(phrase.length));
    if (text.endsWith(phrase)) return withoutPolite(text.slice(0, -phrase.length));
  }
  return text;
}

function isMistake(read: string, meant: string): boolean {
  if (meant.length < LONG_WORD || read[0] !== meant[0] || read.slice(-ENDING) !== meant.slice(-ENDING))
    return false;
  // One letter more, less or other: the same before it and behind it.
  let same = 0;
  while (same < meant.length && read[same] === meant[same]) same += 1;
  return [
    [same + 1, same + 1],
    [same + 1, same],
    [same, same + 1],
  ].some(([here, there]) => read.slice(here) === meant.slice(there));
}
