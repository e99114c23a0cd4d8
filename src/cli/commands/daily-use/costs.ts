import { Option } from 'commander';
import { UsageError } from '../../../base/errors.ts';
import { wallDate } from '../../../base/time.ts';
import { budgetsOf } from '../../../spending/budget.ts';
import { loadPrices } from '../../../spending/prices.ts';
import { configurationAt } from '../../../system/config/load.ts';
import { modelsUsed } from '../../../system/models.ts';
import { ledgerFolder } from '../../../system/paths.ts';
import { amount, CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';
import { spendingIn } from '../../costs/days.ts';
import { spendingJson, spendingText } from '../../costs/days-report.ts';
import { glossaryCost, glossaryText } from '../../costs/glossary.ts';
import { wayOf } from '../../costs/what-if.ts';
import { turnsADay, whatIfJson, whatIfText } from '../../costs/what-if-report.ts';
import type { Io } from '../../io.ts';

interface Options extends Common {
  readonly days: number;
  readonly folder?: string;
  readonly whatIf?: string;
  readonly seconds: number;
  readonly answerSeconds: number;
  readonly guestTurns: number;
}

const seconds = amount(0, 300, false);

export const command: Definition = {
  about: 'show what was spent, by day, engine and guest; or what turns would cost',
  options: [
    new Option('--days <n>', 'this many days, today included').argParser(amount(1, 366, true)).default(30),
    new Option('--what-if <text>', '"200 turns a day": what they would cost, by engine'),
    new Option('--seconds <n>', 'with --what-if: speech in a turn').argParser(seconds).default(6),
    new Option('--answer-seconds <n>', 'with --what-if: translated speech in a turn')
      .argParser(seconds)
      .default(6),
    new Option('--guest-turns <n>', 'with --what-if: turns of a guest')
      .argParser(amount(1, 1000, true))
      .default(8),
    JSON_OUTPUT,
    CONFIG,
    new Option('--folder <folder>', 'the folder of the ledger, in place of what the configuration says'),
  ],
  examples: {
    'sudo dragoman costs --days 7': 'the last week',
    'dragoman costs --what-if "200 turns a day"': 'what a busy desk would cost',
  },
  exits: { wrongUse: 'wrong use, or the ledger cannot be read' },
  async run(io, options: Options) {
    const now = wallDate(io.outside.clock);
    await (options.whatIf === undefined ? spent(io, options, now) : whatIf(io, options, options.whatIf, now));
  },
};

/** @throws ConfigError, UsageError when the ledger can't be read */
async function spent(io: Io, { days, config: file, folder: asked }: Options, now: Date): Promise<void> {
  const config = await configurationAt(file);
  const folder = asked ?? ledgerFolder(config);
  const spending = await spendingIn(folder, days, now).catch((error: NodeJS.ErrnoException) => {
    const way = error.code === 'EACCES' ? '; run this with sudo' : '';
    throw new UsageError(`the ledger in ${folder} cannot be read: ${error.message}${way}`);
  });
  const { dailyBudget, monthlyBudget, warnAt } = config.spending;
  const budgets = budgetsOf(dailyBudget, monthlyBudget, warnAt);
  io.report(
    spendingJson(spending, budgets, now, folder),
    `${folder}\n\n${spendingText(spending, budgets, now)}`,
  );
}

async function whatIf(io: Io, options: Options, text: string, now: Date): Promise<void> {
  const prices = loadPrices();
  const config = await configurationAt(options.config);
  const [engine = 'phrasebook'] = config.interpreters.engines;
  const asked = {
    desk: wayOf(engine, modelsUsed(config, engine), config.live.turnsPerConnection > 1),
    turnsADay: turnsADay(text),
    turnsAGuest: options.guestTurns,
    shape: { spoken: options.seconds, answer: options.answerSeconds },
  };
  const models = [...modelsUsed(config, 'dialogue'), ...modelsUsed(config, 'cascade').slice(0, 1)];
  const glossary = glossaryCost(config.glossary, models, prices, now);
  io.report(
    { ...whatIfJson(asked, prices, now), glossary },
    `${whatIfText(asked, prices, now)}${glossaryText(glossary)}`,
  );
}
