import { EXIT, type ExitCode } from '../base/errors.ts';
import { jsonText, printableLines } from '../base/foreign-text.ts';
import type { Outside } from './outside.ts';
import { Progress } from './progress.ts';

/** The output and exit code of a command. Control characters in foreign text are never printed. */
export class Io {
  readonly outside: Outside;
  /** What the command ends with when nothing is thrown. */
  exitCode: ExitCode = EXIT.ok;
  /** A program reads the output: --json was given. */
  json = false;
  readonly #progress: Progress;

  constructor(outside: Outside) {
    this.outside = outside;
    this.#progress = new Progress(outside.stderr, outside.clock);
  }

  /** Prints the value as JSON where that was asked for, else the text that says the same. */
  report(value: unknown, text: string): void {
    this.print(this.json ? `${jsonText(value, 2)}\n` : text);
  }

  /** Prints whole lines on the standard output. */
  print(lines: string): void {
    this.#progress.end();
    this.outside.stdout.write(printableLines(lines));
  }

  /** Prints whole lines that are not the result on the standard error. */
  note(lines: string): void {
    this.#progress.end();
    this.outside.stderr.write(printableLines(lines));
  }

  /** Prints a problem on the standard error. */
  warn(message: string): void {
    this.note(`dragoman: ${message}\n`);
  }

  /** Shows how far the command is, until something is printed. */
  progress(line: string): void {
    this.#progress.show(line);
  }

  end(): void {
    this.#progress.end();
  }
}
