import { Option } from 'commander';
import { CONFIG } from '../../command.ts';
import { PAPERS } from '../../page/page.ts';

/** Options of the commands that make a page for a printer. */
export const PAGE_OPTIONS = [
  new Option('--paper <size>', 'of the page').choices(Object.keys(PAPERS)).default('a4'),
  new Option('--pdf', 'a PDF instead, also if the file is so named; needs the package chromium'),
  new Option('--out <file>', 'write it there, instead of to the standard output'),
  CONFIG,
];
