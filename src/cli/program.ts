import os from 'node:os';
import { CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { EXIT, Explained } from '../base/errors.ts';
import { printable, printableLines } from '../base/foreign-text.ts';
import type { Fault } from '../kiosk/faults.ts';
import { DragomanCommand } from './command.ts';
import { GROUPS } from './commands/index.ts';
import { Io } from './io.ts';
import type { Outside } from './outside.ts';

/** The reason of `Outside.signal` when a signal has ended the command. */
export class Interruption extends Error {
  readonly signalName: NodeJS.Signals;
  constructor(signalName: NodeJS.Signals) {
    super(`interrupted by ${signalName}`);
    this.signalName = signalName;
  }
}

/**
 * The command `dragoman`.
 * @param args without the program's name
 * @returns the exit code; errors are printed
 */
export async function dragoman(args: readonly string[], outside: Outside): Promise<number> {
  const io = new Io(outside);
  try {
    // Completion is for all commands.
    const isMeant = (name: string) => args.includes(name) || args[0] === 'completion';
    await (await programFor(io, isMeant)).parseAsync(args, { from: 'user' });
    return io.exitCode;
  } catch (error) {
    return exitCodeOf(error, io);
  } finally {
    io.end();
  }
}

/** @param isMeant whether the code of a command has to be loaded */
export async function programFor(io: Io, isMeant: (name: string) => boolean): Promise<DragomanCommand> {
  const { stdout, stderr } = io.outside;
  const program = new DragomanCommand('dragoman')
    .description('The interpreter on the counter.')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(printableLines(text)),
    })
    .showHelpAfterError('(see dragoman --help)');
  for (const [group, commands] of Object.entries(GROUPS)) {
    program.commandsGroup(`${group}:`);
    for (const [name, [summary, load]] of Object.entries(commands)) {
      const command = program.command(name).summary(summary);
      if (isMeant(name)) command.define((await load()).command, io);
    }
  }
  return program
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', '\n"dragoman COMMAND --help" shows options, examples and exit codes of a command.');
}

async function exitCodeOf(error: unknown, io: Io): Promise<number> {
  const reason: unknown = io.outside.signal.reason;
  // What failed because of the interruption is no error of its own.
  if (reason instanceof Interruption) return 128 + os.constants.signals[reason.signalName];
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrongUse; // commander has printed it
  if (error instanceof Explained) {
    io.warn(error.message);
    return error.exit;
  }
  const { Fault } = await import('../kiosk/faults.ts');
  if (error instanceof Fault) {
    const { code, detail, entry } = error;
    if (io.json)
      io.report({ outcome: 'failed', fault: { code, title: entry.title, detail, hint: entry.hint } }, '');
    io.note(faultText(error));
    return EXIT.fault;
  }
  io.warn(`this is a bug, please report it:\n${(error as Error).stack ?? String(error)}`);
  return EXIT.unable;
}

/** Of what happened this time; several addresses that were tried in turn have a line each. In characters. */
const MOST_DETAIL = 1000;

export function faultText(fault: Fault): string {
  return `dragoman: ${fault.code}: ${printable(fault.message, MOST_DETAIL)}\n  what to do: ${fault.entry.hint}\n`;
}
