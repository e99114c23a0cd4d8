import { loadPrices } from '../../spending/prices.ts';
import { type Finding, findingText, type Remark, warning } from '../../system/config/finding.ts';
import { CONFIG_FILE, readConfig, understood } from '../../system/config/load.ts';
import type { Config } from '../../system/config/schema.ts';
import { EXIT } from '../exit.ts';
import type { Result } from '../outside.ts';
import { coverageOf } from './coverage.ts';
import { summary } from './summary.ts';

/**
 * `dragoman config check`: what was understood, and what is wrong or looks wrong.
 * @param now for the prices of the engines
 * @throws ConfigError where the file can't be read
 */
export async function configCheck(file: string = CONFIG_FILE, now: Date): Promise<Result> {
  const { config, findings, placed } = understood(await readConfig(file));
  if (config === undefined) {
    return { exitCode: EXIT.wrongUse, stdout: '', stderr: `${told(findings, file)}${count(findings, file)}` };
  }
  const { coverage, remarks } = await coverageOf(config);
  const all = [...findings, ...[...remarks, ...withoutBudget(config)].map(placed)];
  return {
    exitCode: EXIT.ok,
    stdout: `${summary(config, coverage, loadPrices(), now)}\n${count(all, file)}`,
    stderr: told(all, file),
  };
}

/** A desk that may spend without a limit had better have one. */
function withoutBudget({ spending, interpreters }: Config): readonly Remark[] {
  if (spending.dailyBudget !== undefined || interpreters.engines.every((engine) => engine === 'phrasebook'))
    return [];
  const most = spending.monthlyBudget === undefined ? 'any amount' : "the whole month's budget";
  const sentence = `no daily budget is set: a day may cost ${most}; add below [spending]: daily_budget = 2.0`;
  return [warning(['spending', 'daily_budget'], sentence)];
}

function told(findings: readonly Finding[], file: string): string {
  return findings.map((finding) => `${findingText(finding, file)}\n`).join('');
}

function count(findings: readonly Finding[], file: string): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return `${file}: ${amount(errors, 'error')}, ${amount(findings.length - errors, 'warning')}\n`;
}

function amount(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;
}
