/** What the exit codes of `dragoman` mean; scripts rely on them. */
export const EXIT = {
  ok: 0,
  /** Something that is needed is not there, or a bug: then the stack is printed. */
  unable: 1,
  wrongUse: 2,
  nothingSaid: 3,
  notUnderstood: 4,
  fault: 5,
  /** Of `run`: another daemon runs here. */
  daemonRuns: 6,
} as const;

/** Wrong use of a command or an input that can't be used. The message says what is wrong and the way out. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
