import { serviceOf } from '../../src/kiosk/state.ts';
import type { TurnLog } from '../../src/runtime/turn-log.ts';
import type { FastDesk } from '../support/fast-desk.ts';
import type { FarEnd, Order } from './far-end.ts';

/** Where so much goes wrong at once that any outcome is right, as long as it is one. */
export const ANYTHING = '*';

/** A turn of the storm: begun by a press, ended by its line in the log. */
export interface StormTurn {
  readonly number: number;
  /** Which outcomes are right: "translated", "failed: quota". */
  readonly allowed: readonly string[];
  readonly pressedMs: number;
  releasedMs: number | undefined;
  readonly ended: Promise<{ readonly line: TurnLog; readonly atMs: number } | undefined>;
  /** Sound that had come out of the loudspeaker before it, in milliseconds. */
  readonly heardBeforeMs: number;
}

/** Where a round of the storm is played: people, devices and the far end. */
export class Stage {
  readonly desk: FastDesk;
  readonly random: () => number;
  /** The turns of this round. */
  readonly turns: StormTurn[] = [];
  readonly #far: FarEnd;
  readonly #utterances: readonly Int16Array[];

  constructor(desk: FastDesk, far: FarEnd, utterances: readonly Int16Array[], random: () => number) {
    this.desk = desk;
    this.random = random;
    this.#far = far;
    this.#utterances = utterances;
  }

  far(order: Order): Promise<void> {
    return this.#far.order(order);
  }

  wait(ms: number): Promise<void> {
    return this.desk.clock.wait(ms);
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.random() * from.length)];
  }

  between(fromMs: number, toMs: number): number {
    return fromMs + this.random() * (toMs - fromMs);
  }

  press(...allowed: string[]): void {
    const { clock, player } = this.desk;
    const number = this.desk.press();
    const ended = this.desk
      .outcome(number)
      .then((line) => (line === undefined ? undefined : { line, atMs: clock.now() }));
    this.turns.push({
      number,
      allowed,
      pressedMs: clock.now(),
      releasedMs: undefined,
      ended,
      heardBeforeMs: player.audibleMs,
    });
  }

  release(): void {
    const turn = this.turns.at(-1);
    if (turn !== undefined) turn.releasedMs ??= this.desk.clock.now();
    this.desk.release();
  }

  /** Holds the button down without a word. */
  async tap(ms: number, ...allowed: string[]): Promise<void> {
    this.press(...allowed);
    await this.wait(ms);
    this.release();
  }

  /** Presses, speaks, releases. */
  async talk(...allowed: string[]): Promise<void> {
    this.press(...allowed);
    await this.speak();
    this.release();
  }

  async speak(): Promise<void> {
    const sound = this.pick(this.#utterances);
    if (sound !== undefined) await this.desk.say(sound);
  }

  /** Until the desk does this; no longer than its turn lasts. */
  async until(doing: 'speaking' | 'nothing'): Promise<void> {
    while (![doing, 'nothing'].includes(this.desk.kiosk.state.activity.doing)) await this.wait(20);
  }

  /** Until all turns of the round have ended. */
  async ends(): Promise<void> {
    for (const { ended } of this.turns) await ended;
  }

  /** So long without a turn that the spare lapses (live.spare_idle_s): the next press has to connect. */
  async spareLapses(): Promise<void> {
    const { kiosk, clock } = this.desk;
    // What the desk tries by itself when it has no service would open another one.
    const untilMs = clock.now() + 16 * 60_000;
    while (serviceOf(kiosk.state).is !== 'ready' && clock.now() < untilMs) await this.desk.idle(1000);
    await this.desk.idle(65_000);
  }
}
