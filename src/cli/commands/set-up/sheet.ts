import type { Definition } from '../../command.ts';
import type { PrintOptions } from '../../page/print.ts';
import { sheetCommand } from '../../sheet/sheet.ts';
import { PAGE_OPTIONS } from './page-options.ts';

export const command: Definition = {
  about: 'make the sheet for guests: how to speak, in pictures and twelve languages, one page (HTML)',
  options: PAGE_OPTIONS,
  examples: { 'dragoman sheet --out sheet.html': 'the sheet, for any browser to print' },
  run: (io, options: PrintOptions) => sheetCommand(options, io.outside),
};
