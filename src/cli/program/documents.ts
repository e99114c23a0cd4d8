import { type Command, Option } from 'commander';
import { wallDate } from '../../base/time.ts';
import type { CardOptions } from '../card/card.ts';
import type { CostsOptions } from '../costs/command.ts';
import type { NoticeOptions } from '../notice/notice.ts';
import { PAPERS } from '../page/page.ts';
import type { PrintOptions } from '../page/print.ts';
import { amount, CONFIG_OPTION, type Invocation, printText } from './invocation.ts';

/** What is printed for people: card, sheet, notice, faults, words, costs. */
export function addDocumentCommands(program: Command, invocation: Invocation): void {
  const { outside } = invocation;
  const printed = (name: string, description: string) =>
    program
      .command(name)
      .description(`${description} (HTML)`)
      .addOption(new Option('--paper <size>', 'of the page').choices(Object.keys(PAPERS)).default('a4'))
      .option('--pdf', 'a PDF instead, also if the file is so named; needs the package chromium')
      .option('--out <file>', 'write it there, instead of to the standard output')
      .option(...CONFIG_OPTION);

  printed(
    'card',
    'the card for the wall: what the lights say and what to do; a page for staff, one for the technician',
  )
    .option('--language <code>', "the card's language, like de; else that of the host")
    .action(async (options: CardOptions) => {
      const { cardCommand } = await import('../card/card.ts');
      await cardCommand(options, outside);
    });

  printed('sheet', 'the sheet for guests: how to speak, in pictures and twelve languages, one page').action(
    async (options: PrintOptions) => {
      const { sheetCommand } = await import('../sheet/sheet.ts');
      await sheetCommand(options, outside);
    },
  );

  printed(
    'notice',
    'the notice for the counter: a machine interprets, and what becomes of what is said; one page',
  )
    .option('--all', 'in twelve languages, not only in those of the desk')
    .action(async (options: NoticeOptions) => {
      const { noticeCommand } = await import('../notice/notice.ts');
      await noticeCommand(options, outside);
    });

  program
    .command('words')
    .description('print what the device says in which language (Markdown; docs/operator/languages-table.md)')
    .action(async () => {
      const { wordsDocument } = await import('../words.ts');
      printText(invocation, await wordsDocument());
    });

  program
    .command('faults')
    .description('print everything that can go wrong, and what to do (Markdown; docs/operator/faults.md)')
    .action(async () => {
      const { faultsDocument } = await import('../faults.ts');
      printText(invocation, faultsDocument());
    });

  program
    .command('costs')
    .description('what was spent, by day, engine and guest; or what turns would cost')
    .option('--days <n>', 'so many days, today included', amount(1, 366, true), 30)
    .option('--what-if <text>', '"200 turns a day": what they would cost, by engine')
    .option('--seconds <n>', 'with --what-if: speech in a turn', amount(0, 300, false), 6)
    .option('--answer-seconds <n>', 'with --what-if: translated speech in a turn', amount(0, 300, false), 6)
    .option('--guest-turns <n>', 'with --what-if: turns of a guest', amount(1, 1000, true), 8)
    .option('--json', 'print one JSON object')
    .option(...CONFIG_OPTION)
    .option('--folder <dir>', 'the folder of the ledger, in place of what the configuration says')
    .action(async (options: CostsOptions) => {
      const { costsCommand } = await import('../costs/command.ts');
      printText(invocation, await costsCommand(options, wallDate(outside.clock)));
    });
}
