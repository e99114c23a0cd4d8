/**
 * What has to be there before the desk is ready, in the order in which it mostly comes. `parts`: all that is read and
 * put together before anything is started.
 */
export type StartPart =
  | 'modules'
  | 'configuration'
  | 'detector'
  | 'parts'
  | 'panel'
  | 'microphone'
  | 'loudspeaker'
  | 'control'
  | 'ready';

/** When each part was there for the first time, in whole milliseconds since the process was started. */
export class StartTimes {
  readonly #times = new Map<StartPart, number>();

  reached(part: StartPart): void {
    if (!this.#times.has(part)) this.#times.set(part, Math.round(performance.now()));
  }

  get all(): Readonly<Partial<Record<StartPart, number>>> {
    return Object.fromEntries(this.#times);
  }
}
