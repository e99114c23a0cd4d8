import { EXIT } from '../../base/errors.ts';
import { wallDate } from '../../base/time.ts';
import { loadPrices } from '../../spending/prices.ts';
import { type Finding, findingText, type Remark, warning } from '../../system/config/finding.ts';
import { CONFIG_FILE, readConfig, understood } from '../../system/config/load.ts';
import type { Config } from '../../system/config/schema.ts';
import type { Io } from '../io.ts';
import { count } from '../text.ts';
import { coverageOf } from './coverage.ts';
import { deskOf, summary } from './summary.ts';

/** What was understood, and what is wrong or looks wrong. @throws ConfigError where the file can't be read */
export async function configCheck(file: string = CONFIG_FILE, io: Io): Promise<void> {
  const { config, findings, placed } = understood(await readConfig(file));
  if (config === undefined) {
    for (const finding of findings) io.note(`${findingText(finding, file)}\n`);
    if (io.json) io.report({ file, findings }, '');
    io.note(counted(findings, file));
    io.exitCode = EXIT.wrongUse;
    return;
  }
  const { coverage, remarks } = await coverageOf(config);
  const all = [...findings, ...[...remarks, ...withoutBudget(config)].map(placed)];
  const desk = deskOf(config, coverage, loadPrices(), wallDate(io.outside.clock));
  io.report({ file, findings: all, ...desk }, `${summary(desk)}\n${counted(all, file)}`);
  for (const finding of all) io.note(`${findingText(finding, file)}\n`);
}

/** A desk that may spend without a limit had better have one. */
function withoutBudget({ spending, interpreters }: Config): readonly Remark[] {
  if (spending.dailyBudget !== undefined || interpreters.engines.every((engine) => engine === 'phrasebook'))
    return [];
  const most = spending.monthlyBudget === undefined ? 'any amount' : "the whole month's budget";
  const sentence = `no daily budget is set: a day may cost ${most}; add below [spending]: daily_budget = 2.0`;
  return [warning(['spending', 'daily_budget'], sentence)];
}

function counted(findings: readonly Finding[], file: string): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return `${file}: ${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}\n`;
}
