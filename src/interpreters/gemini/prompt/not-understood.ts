import { primaryLanguage } from '../../../kiosk/languages.ts';
import { EN } from '../../../words/en.ts';
import { wordsOf } from '../../../words/index.ts';
import { letters, wordsIn } from '../../language/words.ts';

/** What the interpreter says when it did not understand, since the protocol has no sign for it. The instruction has the first. */
const SENTENCES = wordsOf('notUnderstood');

/** Words that don't change its meaning, by their letters. */
const FILLERS: ReadonlySet<string> = new Set(
  'quite|really|fully|unfortunately|leider|ganz|richtig|helaas|goed|bien|bene|bem|dobře|dobrze|хорошо|bine'
    .split('|')
    .map(letters),
);

/** A sentence by its letters, and by the letters of its words. */
interface Form {
  readonly letters: string;
  readonly words: readonly string[];
}

const FORMS: ReadonlyMap<string, readonly Form[]> = new Map(
  Object.entries(SENTENCES).map(([language, sentences]) => [language, sentences.map(formOf)]),
);

/** Additions before or after it, by their letters; the longest first. */
const POLITE: ReadonlySet<string> = new Set(
  ['noise|inaudible|unintelligible|silence|music', ...Object.values(wordsOf('polite'))]
    .flatMap((phrases) => phrases.split('|'))
    .map(letters)
    .sort((a, b) => b.length - a.length),
);

/** The fewest letters of a word in which a mistake is tolerated. */
const LONG_WORD = 7;
/** The last letters of a word, which must be right: they tell the grammatical person. */
const ENDING = 3;

/** The sentence of the instruction in this language, or else in English. */
export function notUnderstoodIn(language: string): string {
  return (SENTENCES[primaryLanguage(language)] ?? EN.notUnderstood)[0] ?? '';
}

/** Whether this answer is the sentence, or a variant of it, and at most polite words besides. */
export function meansNotUnderstood(said: string, languages: readonly string[]): boolean {
  const forms = formsIn(languages);
  const clauses = clausesOf(said);
  const found = clauses.filter((clause) => forms.some((form) => isAlike(clause, form)));
  return found.length > 0 && clauses.every((clause) => found.includes(clause) || POLITE.has(clause.letters));
}

/** Whether an incomplete answer may become that: all words so far belong to such a sentence. */
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

/** Separated by punctuation, but not by an apostrophe or a hyphen within a word. */
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

/** Whether the letters are the same, except for one in the middle of a long word; U+FFFD stands for any character. */
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

/** Without additions that no punctuation separates. */
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
  // One letter is added, missing or wrong; those before and after it are right.
  let same = 0;
  while (same < meant.length && read[same] === meant[same]) same += 1;
  return [
    [same + 1, same + 1],
    [same + 1, same],
    [same, same + 1],
  ].some(([here, there]) => read.slice(here) === meant.slice(there));
}
