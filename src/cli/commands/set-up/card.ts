import { Option } from 'commander';
import { type CardOptions, cardCommand } from '../../card/card.ts';
import type { Definition } from '../../command.ts';
import { PAGE_OPTIONS } from './page-options.ts';

export const command: Definition = {
  about:
    'make the card for the wall: what the lights say and what to do; a page for staff, one for the technician (HTML)',
  options: [
    ...PAGE_OPTIONS,
    new Option('--language <code>', "the card's language, like de; else that of the host"),
  ],
  examples: { 'dragoman card --language de --out card.pdf': 'the card in German' },
  run: (io, options: CardOptions) => cardCommand(options, io.outside),
};
