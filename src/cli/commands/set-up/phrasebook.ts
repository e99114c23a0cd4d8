import { Argument, Option } from 'commander';
import { UsageError } from '../../../base/errors.ts';
import type { Book } from '../../../phrasebook/book/book.ts';
import { CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';
import type { Io } from '../../io.ts';
import { deskBook } from '../../phrasebook/desk-book.ts';
import { count, lines } from '../../text.ts';

const OWN_PHRASES = new Argument(
  '[file]',
  'phrases of your own (JSON); else those that phrasebook.file names, if any',
);

export const command: Definition = {
  commands: {
    list: {
      summary: 'print the phrases',
      arguments: [OWN_PHRASES],
      options: [
        new Option('--languages <codes>', 'only those that can be used between these, like en,fr'),
        new Option('--json', 'print an array of objects, each with a text per language code'),
        CONFIG,
      ],
      examples: { 'dragoman phrasebook list --languages en,es': 'what can be said between these two' },
      run: list,
    },
    check: {
      summary: 'name everything that is wrong with the phrases, and what is missing to understand them',
      arguments: [OWN_PHRASES],
      options: [
        new Option(
          '--listen',
          'have each phrase spoken by espeak-ng and listen to it; takes a minute or more',
        ),
        JSON_OUTPUT,
        CONFIG,
      ],
      examples: { 'dragoman phrasebook check own.json --listen': 'before own phrases are put to use' },
      exits: { ok: 'all is well', unable: 'there are problems' },
      async run(io, options: Common & { readonly listen?: boolean }, file: string | undefined) {
        const { phrasebookCheck } = await import('../../phrasebook/check.ts');
        await phrasebookCheck(io, options, file);
      },
    },
  },
};

/** With languages, the phrases that can be used between all of them. @throws UsageError for a language that the book does not have */
async function list(io: Io, options: Common & { readonly languages?: string }, file: string | undefined) {
  const { book } = await deskBook(file, options.config);
  const codes = options.languages === undefined ? undefined : codesOf(book, options.languages);
  const phrases = book.phrases.flatMap(({ id, texts }) => {
    const shown = Object.entries(texts).filter(([language]) => codes?.includes(language) ?? true);
    return shown.length < (codes?.length ?? 0) ? [] : [{ id, texts: shown }];
  });
  const text = phrases.flatMap(({ id, texts }) => [
    id,
    ...texts.map(([language, text]) => `  ${language}  ${text}`),
  ]);
  io.report(
    phrases.map(({ id, texts }) => ({ id, ...Object.fromEntries(texts) })),
    lines([...text, count(phrases.length, 'phrase')]),
  );
}

function codesOf(book: Book, languages: string): readonly string[] {
  const codes = languages.split(',').map((language) => {
    const code = book.codeOf(language.trim());
    if (code !== undefined) return code;
    throw new UsageError(
      `the phrasebook does not have the language "${language.trim()}"; it has ${book.languages.join(', ')}`,
    );
  });
  return [...new Set(codes)];
}
