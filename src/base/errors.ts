/** The exit codes of `dragoman`; scripts rely on them. */
export const EXIT = {
  ok: 0,
  /** Something is missing or does not work; or a bug: then the stack is printed. */
  unable: 1,
  wrongUse: 2,
  nothingSaid: 3,
  notUnderstood: 4,
  fault: 5,
  /** Of `run`: another daemon runs here. */
  daemonRuns: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error that its reader can act on: `dragoman` prints the message without a stack. */
export class Explained extends Error {
  /** The exit code of the command that it ends. */
  readonly exit: ExitCode = EXIT.unable;

  /**
   * @param message what is wrong, where (a file with its line, a setting, an address), and the way out (a command, a
   * setting): `no daemon is running: nothing listens at /run/x; "dragoman run" starts one`. Without a full stop, and never
   * with a secret.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Wrong use of a command, or an input that can't be used. */
export class UsageError extends Explained {
  override readonly exit = EXIT.wrongUse;
}
