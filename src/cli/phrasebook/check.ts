import { EXIT } from '../../base/errors.ts';
import { languageName } from '../../kiosk/languages.ts';
import type { Book } from '../../phrasebook/book/book.ts';
import { parseAddition, readBook } from '../../phrasebook/book/book-file.ts';
import { MissingDependency, missingDependencies } from '../../phrasebook/libraries.ts';
import { alikeIn } from '../../phrasebook/recognise/alike.ts';
import { grammarOf, listeningFor } from '../../phrasebook/recognise/grammar.ts';
import { lexiconOf } from '../../phrasebook/recognise/lexicon.ts';
import type { Common } from '../command.ts';
import type { Io } from '../io.ts';
import { lines, table, where } from '../text.ts';
import { deskBook } from './desk-book.ts';
import { type Listened, listenToAll } from './listen.ts';

/**
 * Fewer phones than this don't keep two phrases apart. Measured with twelve pairs of made-up phrases and three voices
 * (flite): one phone apart, 1 of 42 was taken for the other ("bath", "path"); two to four apart, none of 30.
 */
const TOO_ALIKE_PHONES = 2;

/** Whether the phrasebook can be used as it is. @throws BookError, ConfigError */
export async function phrasebookCheck(
  io: Io,
  options: Common & { readonly listen?: boolean },
  file: string | undefined,
): Promise<void> {
  const desk = await deskBook(file, options.config);
  const missing = missingDependencies();
  const isComplete = missing.length === 0;
  const problems = isComplete
    ? desk.book.languages.flatMap((language) => problemsIn(desk.book, language))
    : missing;
  const listened = options.listen === true && problems.length === 0 ? await listen(desk.book, io) : undefined;
  for (const [language, { wrong }] of listened ?? []) {
    for (const { phrase, heard } of wrong) {
      problems.push(`${language}: "${phrase.texts[language]}" (${phrase.id}) is taken for ${heard.id}`);
    }
  }
  const own = await textsIn(desk.file);
  const languages = desk.book.languages.map((code) => languageIn(desk.book, code, own, listened?.get(code)));
  const lacks = missed(own, listened);
  const packages = isComplete ? 'all there' : 'some are missing';
  const over = desk.file === undefined ? '' : ` with ${desk.file}`;
  const absent = desk.missing.map(languageName).join(', ');
  io.report(
    {
      file: desk.file ?? null,
      phrases: desk.book.phrases.length,
      packages,
      languages,
      notInIt: desk.missing,
      notUnderstood: lacks,
      problems,
    },
    [
      `the built-in phrasebook${over}: ${desk.book.phrases.length} phrases\npackages: ${packages}\n\n`,
      languagesTable(languages),
      ...where(absent !== '', `\nThis desk also has ${absent}: not in the phrasebook.\n`),
      missedText(lacks),
    ].join(''),
  );
  for (const problem of problems) io.warn(problem);
  if (!isComplete) io.warn('pronunciations can only be checked with all packages');
  if (problems.length > 0) io.exitCode = EXIT.unable;
}

/** Phrases of one language, by number. */
function languageIn(book: Book, language: string, own: ReadonlySet<string>, listened: Listened | undefined) {
  const phrases = book.phrases.filter(({ texts }) => texts[language] !== undefined);
  return {
    language,
    phrases: phrases.length,
    own: phrases.filter(({ id }) => own.has(`${id} ${language}`)).length,
    unlistedSpeech: book.language(language).rejects ? 'is rejected' : 'the speaker is asked',
    ...(listened === undefined
      ? {}
      : {
          right: listened.right.length,
          wrong: listened.wrong.length,
          rejected: listened.rejected.length,
        }),
  };
}

function languagesTable(languages: readonly ReturnType<typeof languageIn>[]): string {
  const heads = ['language', 'phrases', 'in your file', 'unlisted speech', 'right', 'wrong', 'rejected'];
  const rows = languages.map((one) => Object.values(one).map(String));
  return table([heads.slice(0, rows[0]?.length), ...rows], [1, 2, 4, 5, 6]);
}

/** The phrases of the file that were not recognised. */
function missed(own: ReadonlySet<string>, listened: ReadonlyMap<string, Listened> | undefined) {
  return [...(listened ?? [])].flatMap(([language, { rejected }]) =>
    rejected
      .filter(({ id }) => own.has(`${id} ${language}`))
      .map(({ id, texts }) => ({ language, text: texts[language], id })),
  );
}

function missedText(phrases: ReturnType<typeof missed>): string {
  if (phrases.length === 0) return '';
  const listed = phrases.map(({ language, text, id }) => `  ${language}: "${text}" (${id})`);
  return `\n${lines(["of your file, espeak-ng's voice was not understood with", ...listed])}`;
}

/** Words without a pronunciation, and phrases that sound alike. */
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

function listen(book: Book, io: Io) {
  const report = (language: string, done: number, of: number) =>
    io.progress(
      `listening to espeak-ng's ${book.language(language).voice}: ${done} of ${of} phrases in ${language}`,
    );
  return listenToAll(book, report, io.outside.signal);
}

/** The texts in a file that has been checked: "id language". */
async function textsIn(file: string | undefined): Promise<ReadonlySet<string>> {
  if (file === undefined) return new Set();
  const { phrases } = parseAddition(await readBook(file), file);
  return new Set(
    phrases.flatMap(({ id, texts }) => Object.keys(texts).map((language) => `${id} ${language}`)),
  );
}
