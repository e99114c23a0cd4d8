import type { Clock } from '../base/time.ts';

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
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #times = new Map<StartPart, number>();

  /** @param startedMs when the process was started, on the clock */
  constructor(clock: Clock, startedMs: number) {
    this.#clock = clock;
    this.#startedMs = startedMs;
  }

  reached(part: StartPart): void {
    if (this.#times.has(part)) return;
    this.#times.set(part, Math.round(this.upMs));
  }

  /** How long the process has been running, in milliseconds. */
  get upMs(): number {
    return this.#clock.now() - this.#startedMs;
  }

  get all(): Readonly<Partial<Record<StartPart, number>>> {
    return Object.fromEntries(this.#times);
  }
}
