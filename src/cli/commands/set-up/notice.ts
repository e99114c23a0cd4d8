import { Option } from 'commander';
import type { Definition } from '../../command.ts';
import { type NoticeOptions, noticeCommand } from '../../notice/notice.ts';
import { PAGE_OPTIONS } from './page-options.ts';

export const command: Definition = {
  about:
    'make the notice for the counter: a machine interprets, and what becomes of what is said; one page (HTML)',
  options: [...PAGE_OPTIONS, new Option('--all', 'in twelve languages, not only in those of the desk')],
  examples: { 'dragoman notice --out notice.pdf': 'in the languages of the desk' },
  run: (io, options: NoticeOptions) => noticeCommand(options, io.outside),
};
