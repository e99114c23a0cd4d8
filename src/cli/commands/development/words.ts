import type { Definition } from '../../command.ts';
import { wordsDocument } from '../../words.ts';

export const command: Definition = {
  about: 'print what the device says in which language (Markdown: docs/operator/languages-table.md)',
  examples: { 'dragoman words >docs/operator/languages-table.md': 'after a change of src/words' },
  run: async (io) => io.print(await wordsDocument()),
};
