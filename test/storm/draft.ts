import type { ButtonRole } from '../../src/panel/panel.ts';
import { SENTENCES, type Step } from './history.ts';

/** Collects the steps of a round: random choices, and what people usually do. */
export class Draft {
  readonly random: () => number;
  #steps: Step[] = [];
  #sentence = 0;

  constructor(random: () => number) {
    this.random = random;
  }

  /** The steps since the last call. */
  taken(): Step[] {
    const steps = this.#steps;
    this.#steps = [];
    return steps;
  }

  add(...steps: readonly Step[]): void {
    this.#steps.push(...steps);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.random() * from.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  /** Whole milliseconds. */
  between(fromMs: number, toMs: number): number {
    return Math.round(fromMs + this.random() * (toMs - fromMs));
  }

  wait(fromMs: number, toMs = fromMs): void {
    this.add({ do: 'wait', ms: this.between(fromMs, toMs) });
  }

  press(...right: readonly string[]): void {
    this.add({ do: 'press', button: 'talk', right });
  }

  release(): void {
    this.add({ do: 'release', button: 'talk' });
  }

  speak(): void {
    this.add({ do: 'speak', sentence: this.sentence() });
  }

  sentence(): number {
    this.#sentence += 1;
    return this.#sentence % SENTENCES;
  }

  /** Presses, speaks, releases. */
  talk(...right: readonly string[]): void {
    this.press(...right);
    this.speak();
    this.release();
  }

  /** Holds the button down without a word. */
  tap(ms: number, ...right: readonly string[]): void {
    this.press(...right);
    this.wait(ms);
    this.release();
  }

  /** Any other button. */
  push(button: ButtonRole): void {
    this.add({ do: 'press', button }, { do: 'wait', ms: 60 }, { do: 'release', button });
  }

  until(activity: 'speaking' | 'nothing', atMostMs = 30_000): void {
    this.add({ do: 'until', activity, atMostMs });
  }

  /** So long without a turn that the spare lapses (live.spare_idle_s): the next press has to connect. */
  spareLapses(): void {
    this.add({ do: 'until ready' }, { do: 'wait', ms: 65_000 });
  }
}
