import { type Argument, Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../base/errors.ts';
import type { Io } from './io.ts';
import { lines, table } from './text.ts';

/** What an exit code means here. */
type Exits = Readonly<Partial<Record<keyof typeof EXIT, string>>>;

/** A command: what its help says, and what it does. */
export interface Definition {
  /** In its own help and the manual page, in place of the summary. */
  readonly about?: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Command lines, and what each is for. */
  readonly examples?: Readonly<Record<string, string>>;
  /** Where they mean something else than usually. */
  readonly exits?: Exits;
  /** The commands below it. */
  readonly commands?: Readonly<Record<string, Definition & { readonly summary: string }>>;
  /** @param rest the arguments, then the command itself */
  run?(io: Io, options: object, ...rest: readonly unknown[]): Promise<void>;
}

const USUAL: Exits = {
  ok: 'done',
  unable: 'it could not be done, for the reason that is printed',
  wrongUse: 'wrong use, or a configuration with errors',
};

/** A command of commander's that is made of a definition. */
export class DragomanCommand extends Command {
  #definition: Definition = {};

  override createCommand(name?: string): DragomanCommand {
    return new DragomanCommand(name);
  }

  define(definition: Definition, io: Io): this {
    const { about = this.summary(), options = [], commands = {} } = definition;
    this.#definition = definition;
    this.description(about);
    for (const argument of definition.arguments ?? []) this.addArgument(argument);
    for (const option of options) this.addOption(option);
    for (const [name, below] of Object.entries(commands))
      this.command(name).summary(below.summary).define(below, io);
    if (definition.run === undefined) return this;
    this.addHelpText('after', () => {
      const codes = this.exitCodes().map(([code, meaning]) => [`  ${code}`, meaning]);
      const examples = this.examples().flatMap(([line, purpose]) => [`  # ${purpose}`, `  ${line}`]);
      return `\nExit codes:\n${table(codes)}${examples.length === 0 ? '' : `\nExamples:\n${lines(examples)}`}`.trimEnd();
    });
    return this.action(async () => {
      const given = this.optsWithGlobals<{ json?: boolean }>();
      io.json = given.json === true;
      await definition.run?.(io, given, ...this.processedArgs, this);
    });
  }

  /** Those below it, in the order of the help. */
  below(): readonly DragomanCommand[] {
    return this.commands.filter((one) => one instanceof DragomanCommand);
  }

  /** Whether it does something, besides having commands below it. */
  get runs(): boolean {
    return this.#definition.run !== undefined;
  }

  examples(): readonly (readonly [line: string, purpose: string])[] {
    return Object.entries(this.#definition.examples ?? {});
  }

  exitCodes(): readonly (readonly [code: number, meaning: string])[] {
    const all: Exits = { ...USUAL, ...this.#definition.exits };
    return Object.entries(EXIT).flatMap(([name, code]) => {
      const meaning = all[name as keyof typeof EXIT];
      return meaning === undefined ? [] : [[code, meaning] as const];
    });
  }
}

export const CONFIG = new Option(
  '--config <file>',
  'the configuration (TOML); else /etc/dragoman/dragoman.toml, else the defaults',
);

export const JSON_OUTPUT = new Option('--json', 'print one JSON object');

/** Options of most commands. */
export interface Common {
  readonly config?: string;
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
