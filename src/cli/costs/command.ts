import { jsonText } from '../../base/foreign-text.ts';
import { budgetsOf } from '../../spending/budget.ts';
import { loadPrices } from '../../spending/prices.ts';
import { configurationAt } from '../../system/config/load.ts';
import { modelsUsed } from '../../system/models.ts';
import { ledgerFolder } from '../../system/paths.ts';
import { UsageError } from '../exit.ts';
import { spendingIn } from './days.ts';
import { spendingJson, spendingText } from './days-report.ts';
import { glossaryCost, glossaryText } from './glossary.ts';
import { wayOf } from './what-if.ts';
import { turnsADay, whatIfJson, whatIfText } from './what-if-report.ts';

export interface CostsOptions {
  readonly days: number;
  readonly json?: boolean;
  readonly config?: string;
  readonly folder?: string;
  readonly whatIf?: string;
  readonly seconds: number;
  readonly answerSeconds: number;
  readonly guestTurns: number;
}

/** `dragoman costs`. @returns what to print @throws ConfigError, UsageError when the ledger can't be read */
export async function costsCommand(options: CostsOptions, now: Date): Promise<string> {
  return options.whatIf === undefined ? spent(options, now) : whatIf(options, options.whatIf, now);
}

async function spent({ days, json, config: file, folder: asked }: CostsOptions, now: Date): Promise<string> {
  const config = await configurationAt(file);
  const folder = asked ?? ledgerFolder(config);
  const spending = await spendingIn(folder, days, now).catch((error: NodeJS.ErrnoException) => {
    const way = error.code === 'EACCES' ? '; run this with sudo' : '';
    throw new UsageError(`the ledger in ${folder} cannot be read: ${error.message}${way}`);
  });
  const { dailyBudget, monthlyBudget, warnAt } = config.spending;
  const budgets = budgetsOf(dailyBudget, monthlyBudget, warnAt);
  return json
    ? `${jsonText(spendingJson(spending, budgets, now, folder), 2)}\n`
    : `${folder}\n\n${spendingText(spending, budgets, now)}`;
}

async function whatIf(options: CostsOptions, text: string, now: Date): Promise<string> {
  const { json, seconds, answerSeconds, guestTurns, config: file } = options;
  const prices = loadPrices();
  const config = await configurationAt(file);
  const [engine = 'phrasebook'] = config.interpreters.engines;
  const asked = {
    desk: wayOf(engine, modelsUsed(config, engine), config.live.turnsPerConnection > 1),
    turnsADay: turnsADay(text),
    turnsAGuest: guestTurns,
    shape: { spoken: seconds, answer: answerSeconds },
  };
  const models = [...modelsUsed(config, 'dialogue'), ...modelsUsed(config, 'cascade').slice(0, 1)];
  const terms = glossaryCost(config.glossary, models, prices, now);
  return json
    ? `${jsonText({ ...whatIfJson(asked, prices, now), glossary: terms }, 2)}\n`
    : `${whatIfText(asked, prices, now)}${glossaryText(terms)}`;
}
