import { InvalidArgumentError } from 'commander';
import { printableLines } from '../../base/foreign-text.ts';
import type { Outside, Result } from '../outside.ts';

/** One call of the command. */
export interface Invocation {
  readonly outside: Outside;
  /** What it is to end with when nothing is thrown. */
  exitCode: number;
}

export function print(invocation: Invocation, { exitCode, stdout, stderr }: Result): void {
  invocation.outside.stdout.write(printableLines(stdout));
  invocation.outside.stderr.write(printableLines(stderr));
  invocation.exitCode = exitCode;
}

/** Prints what a command that can only go well, or throw, gives on the standard output. */
export function printText({ outside }: Invocation, text: string): void {
  outside.stdout.write(printableLines(text));
}

export const CONFIG_OPTION = [
  '--config <file>',
  'the configuration (TOML); else /etc/dragoman/dragoman.toml, else the defaults',
] as const;

export function port(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new InvalidArgumentError('a port is a whole number from 0 (any free one) to 65535');
  }
  return number;
}

/** A number from `least` to `most`; `whole`: without a fraction. */
export function amount(least: number, most: number, whole: boolean) {
  return (value: string): number => {
    const number = Number(value);
    if (value.trim() === '' || !(number >= least && number <= most) || (whole && !Number.isInteger(number))) {
      throw new InvalidArgumentError(`${whole ? 'a whole number' : 'a number'} from ${least} to ${most}`);
    }
    return number;
  };
}
