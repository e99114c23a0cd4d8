import os from 'node:os';
import { Command, CommanderError } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { printableLines } from '../../base/foreign-text.ts';
import { ConfigError } from '../../system/config/load.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { addDaemonCommands } from './daemon.ts';
import { addDeviceCommands } from './device.ts';
import { addDocumentCommands } from './documents.ts';
import type { Invocation } from './invocation.ts';
import { addSpeechCommands } from './speech.ts';
import { addUpdateCommands } from './update.ts';

/** The reason of `Outside.signal` when a signal has ended the command. */
export class Interruption extends Error {
  readonly signalName: NodeJS.Signals;
  constructor(signalName: NodeJS.Signals) {
    super(`interrupted by ${signalName}`);
    this.signalName = signalName;
  }
}

/**
 * Errors of parts that are only loaded when needed, known by their names: a taken port, a phrasebook that is
 * not as it should be, a Debian package that is not there, a daemon that can't be asked or that runs already. Their
 * messages tell what to do.
 */
const EXPLAINED = new Set([
  'StandinError',
  'BookError',
  'FileRefused',
  'MissingDependency',
  'ControlError',
  'DaemonRuns',
  'UpdateError',
  'Stopped',
]);

/**
 * The command `dragoman`: each subcommand's code is loaded when it is called.
 * @param args without the program's name
 * @returns the exit code; errors are printed
 */
export async function dragoman(args: readonly string[], outside: Outside): Promise<number> {
  const invocation: Invocation = { outside, exitCode: EXIT.ok };
  try {
    await programFor(invocation).parseAsync(args, { from: 'user' });
    return invocation.exitCode;
  } catch (error) {
    return exitCodeOf(error, outside);
  }
}

function programFor(invocation: Invocation): Command {
  const { stdout, stderr } = invocation.outside;
  const program = new Command('dragoman')
    .description('The interpreter on the counter.')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(printableLines(text)),
    })
    .showHelpAfterError('(see dragoman --help)');
  addDaemonCommands(program, invocation);
  addDeviceCommands(program, invocation);
  addSpeechCommands(program, invocation);
  addDocumentCommands(program, invocation);
  addUpdateCommands(program, invocation);
  return program;
}

function exitCodeOf(error: unknown, { signal, stderr }: Outside): number {
  const reason: unknown = signal.reason;
  // What failed because of the interruption is no error of its own.
  if (reason instanceof Interruption) return 128 + os.constants.signals[reason.signalName];
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrongUse; // commander has printed it
  const tell = (text: string) => stderr.write(`dragoman: ${printableLines(text)}\n`);
  if (error instanceof UsageError || error instanceof ConfigError || isRefused(error)) {
    tell(error.message);
    return EXIT.wrongUse;
  }
  if (error instanceof Error && EXPLAINED.has(error.name)) {
    tell(error.message);
    return error.name === 'DaemonRuns' ? EXIT.daemonRuns : EXIT.unable;
  }
  tell(`this is a bug, please report it:\n${(error as Error).stack ?? String(error)}`);
  return EXIT.unable;
}

/** A package that can't be taken. */
function isRefused(error: unknown): error is Error {
  return error instanceof Error && error.name === 'UpdateRefused';
}
