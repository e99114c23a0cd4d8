import { languageName } from '../../../kiosk/languages.ts';
import { loadDeskBook } from '../../../phrasebook/book/own-book.ts';
import { PARTS, WORDS } from '../../../words/index.ts';
import type { Definition } from '../../command.ts';

export const command: Definition = {
  about: 'print what the device says in which language (Markdown: docs/operator/languages-table.md)',
  examples: { 'dragoman words >docs/operator/languages-table.md': 'after a change of src/words' },
  run: async (io) => io.print(await wordsDocument()),
};

const INTRODUCTION = `# What the device says and prints, in which language

Printed by \`dragoman words\`; a change here is lost. Any language of the service can be spoken at the desk; this table is about
what the device itself says and prints. Where a language lacks something, this happens instead:

| column | what it is | where it is missing |
|---|---|---|
| prompts | three spoken sentences | a tone, or your own recordings (\`dragoman prompts list\`) |
| not understood | "I did not understand", dictated to the service | the English sentence |
| sheet, notice | \`dragoman sheet\`, \`dragoman notice\` | no line in this language |
| faults | what to do, in log and status; titles on the card | English |
| card | \`dragoman card\` | refused; \`--language\` chooses another |
| phrases | the built-in phrasebook | [your own phrases](phrasebook.md) |

No native speaker has checked these texts.
`;

const ADDING = `## Add a language, or a part of one

1. Each language is one file, \`src/words/CODE.ts\` (BCP-47, like \`de\` or \`pt-BR\`); \`type.ts\` describes the shape. Copy the parts that
   you want from \`en.ts\` and translate them; keep commands in backticks, settings and \`{service}\` as they are.
2. Add a new file to \`src/words/index.ts\`: behind those of the sheet, or among them if it has a line there.
3. \`scripts/test words\` checks it; \`scripts/dragoman words > docs/operator/languages-table.md\` brings this page up to date. For a sheet or
   a card, \`node test/bench/pages.ts\` prints the pages of all desks and counts them.
`;

/** docs/operator/languages-table.md: what each language has. */
export async function wordsDocument(): Promise<string> {
  const book = await loadDeskBook(undefined);
  const codes = [...new Set([...Object.keys(WORDS), ...book.languages])];
  const rows = codes.map((code) => {
    const has = [...PARTS.map((part) => WORDS[code]?.[part] !== undefined), book.languages.includes(code)];
    return `| ${code} | ${languageName(code)} | ${has.map((one) => (one ? '✓' : '')).join(' | ')} |`;
  });
  const table = [
    '| | | prompts | not understood | sheet | notice | faults | card | phrases |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ];
  return [INTRODUCTION, table.join('\n'), '', ADDING].join('\n');
}
