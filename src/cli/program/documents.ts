import type { Command } from 'commander';
import { wallDate } from '../../base/time.ts';
import type { CostsOptions } from '../costs/command.ts';
import { amount, CONFIG_OPTION, type Invocation, printText } from './invocation.ts';

/** What is printed for people: card, sheet, notice, faults, costs. */
export function addDocumentCommands(program: Command, invocation: Invocation): void {
  const { outside } = invocation;
  program
    .command('card')
    .description('print the card for the wall: what the lights say and what to do, one A4 page (SVG)')
    .option('--language <code>', "the card's language, like de; else that of the host")
    .option(...CONFIG_OPTION)
    .option('--out <file>', 'write it there, in place of the standard output')
    .action(async (options: { language?: string; config?: string; out?: string }) => {
      const { cardCommand } = await import('../card/card.ts');
      await cardCommand(options, outside);
    });

  program
    .command('sheet')
    .description(
      'print the sheet for guests: how to speak, in pictures and twelve languages, one A4 page (SVG)',
    )
    .option(...CONFIG_OPTION)
    .option('--out <file>', 'write it there, in place of the standard output')
    .action(async (options: { config?: string; out?: string }) => {
      const { sheetCommand } = await import('../sheet/sheet.ts');
      await sheetCommand(options, outside);
    });

  program
    .command('notice')
    .description('print the notice for the counter: a machine interprets, and what becomes of what is said')
    .option('--all', 'in twelve languages, not only in those of the desk')
    .option(...CONFIG_OPTION)
    .action(async (options: { all?: boolean; config?: string }) => {
      const { noticeCommand } = await import('../notice/notice.ts');
      printText(invocation, await noticeCommand(options));
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
