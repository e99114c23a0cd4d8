import { languageName } from '../../kiosk/languages.ts';
import type { Book } from '../../phrasebook/book/book.ts';
import { parseAddition, readBook } from '../../phrasebook/book/book-file.ts';
import { MissingDependency, missingDependencies } from '../../phrasebook/libraries.ts';
import { alikeIn } from '../../phrasebook/recognise/alike.ts';
import { grammarOf, listeningFor } from '../../phrasebook/recognise/grammar.ts';
import { lexiconOf } from '../../phrasebook/recognise/lexicon.ts';
import { table } from '../costs/table.ts';
import { EXIT } from '../exit.ts';
import type { Result } from '../outside.ts';
import { type DeskBook, deskBook } from './desk-book.ts';
import { type Listened, listenToAll } from './listen.ts';

export interface CheckOptions {
  readonly config?: string;
  /** Have every phrase spoken and listened to. */
  readonly listen?: boolean;
}

/**
 * Fewer phones than this don't keep two phrases apart. Measured with twelve pairs of made-up phrases and three voices
 * (flite): one phone apart, 1 of 42 was taken for the other ("bath", "path"); two to four apart, none of 30.
 */
const TOO_ALIKE_PHONES = 2;

/**
 * `dragoman phrasebook check`: whether the phrasebook can be used as it is.
 * @param progress takes a line for the terminal now and then, while it listens
 * @throws BookError, ConfigError
 */
export async function phrasebookCheck(
  file: string | undefined,
  options: CheckOptions,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<Result> {
  const desk = await deskBook(file, options.config);
  const problems = missingDependencies();
  const complete = problems.length === 0;
  if (complete) problems.push(...desk.book.languages.flatMap((language) => problemsIn(desk.book, language)));
  const listened =
    options.listen === true && problems.length === 0 ? await listen(desk.book, progress, signal) : undefined;
  for (const [language, { wrong }] of listened ?? []) {
    for (const { phrase, heard } of wrong) {
      problems.push(`${language}: "${phrase.texts[language]}" (${phrase.id}) is taken for ${heard.id}`);
    }
  }
  const own = await textsIn(desk.file);
  return {
    exitCode: problems.length === 0 ? EXIT.ok : EXIT.unable,
    stdout: `${heading(desk)}\npackages: ${complete ? 'all there' : 'some are missing'}\n\n${table(rows(desk.book, own, listened), [1, 2, 4, 5, 6])}${without(desk)}${missed(own, listened)}`,
    stderr: [
      ...problems.map((problem) => `dragoman: ${problem}\n`),
      ...(complete ? [] : ['dragoman: pronunciations can only be checked with all packages\n']),
    ].join(''),
  };
}

function heading({ book, file }: DeskBook): string {
  const over = file === undefined ? '' : ` with ${file}`;
  return `the built-in phrasebook${over}: ${book.phrases.length} phrases`;
}

function rows(
  book: Book,
  own: ReadonlySet<string>,
  listened: ReadonlyMap<string, Listened> | undefined,
): string[][] {
  const spoken = listened === undefined ? [] : ['right', 'wrong', 'rejected'];
  return [
    ['language', 'phrases', 'in your file', 'unlisted speech', ...spoken],
    ...book.languages.map((language) => {
      const phrases = book.phrases.filter(({ texts }) => texts[language] !== undefined);
      const result = listened?.get(language);
      return [
        language,
        String(phrases.length),
        String(phrases.filter(({ id }) => own.has(`${id} ${language}`)).length),
        book.language(language).rejects ? 'is rejected' : 'who spoke is asked',
        ...(result === undefined
          ? []
          : [result.right, result.wrong, result.rejected].map((some) => String(some.length))),
      ];
    }),
  ];
}

function without({ missing }: DeskBook): string {
  return missing.length === 0
    ? ''
    : `\nThis desk also has ${missing.map(languageName).join(', ')}: not in the phrasebook.\n`;
}

/** The phrases of the file that were not recognised. */
function missed(own: ReadonlySet<string>, listened: ReadonlyMap<string, Listened> | undefined): string {
  const lines = [...(listened ?? [])].flatMap(([language, { rejected }]) =>
    rejected
      .filter(({ id }) => own.has(`${id} ${language}`))
      .map(({ id, texts }) => `  ${language}: "${texts[language]}" (${id})\n`),
  );
  return lines.length === 0
    ? ''
    : `\nof your file, espeak-ng's voice was not understood with\n${lines.join('')}`;
}

/** Words that nobody can say, phrases that nobody can tell apart. */
function problemsIn(book: Book, code: string): string[] {
  const language = book.language(code);
  const words = grammarOf(listeningFor(book, language), 'w').words.keys();
  try {
    const lexicon = lexiconOf(words, language);
    return [
      ...[...lexicon.unknown].map(([word, why]) => `${code}: the word "${word}" can't be pronounced: ${why}`),
      ...alikeIn(book, code, lexicon, TOO_ALIKE_PHONES).map(
        ({ one, other, apart }) =>
          `${code}: "${one.text}" (${one.id}) and "${other.text}" (${other.id}) ` +
          `${apart === 0 ? 'sound the same' : 'differ in one sound only'}: they may be taken for one another`,
      ),
    ];
  } catch (error) {
    if (error instanceof MissingDependency) return [`${code}: ${error.message}`];
    throw error;
  }
}

function listen(book: Book, progress: (line: string) => void, signal: AbortSignal) {
  const voice = (language: string) => book.language(language).voice;
  const told = (language: string, done: number, of: number) =>
    progress(`listening to espeak-ng's ${voice(language)}: ${done} of ${of} phrases in ${language}`);
  return listenToAll(book, told, signal);
}

/** The texts in a file that has been checked: "id language". */
async function textsIn(file: string | undefined): Promise<ReadonlySet<string>> {
  if (file === undefined) return new Set();
  const { phrases } = parseAddition(await readBook(file), file);
  return new Set(
    phrases.flatMap(({ id, texts }) => Object.keys(texts).map((language) => `${id} ${language}`)),
  );
}
