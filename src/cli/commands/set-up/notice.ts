import { Option } from 'commander';
import { configurationAt } from '../../../system/config/load.ts';
import type { Definition } from '../../command.ts';
import { notice } from '../../notice/notice.ts';
import { type PrintOptions, printDocument } from '../../page/print.ts';
import { PAGE_OPTIONS } from './page-options.ts';

export const command: Definition = {
  about:
    'make the notice for the counter: a machine interprets, and what becomes of what is said; one page (HTML)',
  options: [...PAGE_OPTIONS, new Option('--all', 'in twelve languages, not only in those of the desk')],
  examples: { 'dragoman notice --out notice.pdf': 'in the languages of the desk' },
  async run(io, options: PrintOptions & { readonly all?: boolean }) {
    const config = await configurationAt(options.config);
    await printDocument('notice', notice(config, options.all, options.paper), options, io.outside);
  },
};
