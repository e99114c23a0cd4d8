import { Worker } from 'node:worker_threads';
import type { Action, ConnectionStep, TurnStep } from '../../src/standin/script.ts';
import type { SharedTime } from '../support/fast-clock.ts';

/** What the stand-in is told to do: its script, by message. */
export type Order =
  /** The steps of the next connection, of the one after it, … */
  | { readonly do: 'connections'; readonly steps: readonly (readonly ConnectionStep[])[] }
  | { readonly do: 'every connection'; readonly steps: readonly ConnectionStep[] }
  | { readonly do: 'turns'; readonly steps: readonly (readonly TurnStep[])[] }
  /** To the newest connection. */
  | { readonly do: 'act'; readonly actions: readonly Action[] }
  | { readonly do: 'clear' }
  | { readonly do: 'stop' };

/** The stand-in in a thread of its own. */
export class FarEnd {
  readonly #worker: Worker;
  readonly url: string;
  readonly #waiting = new Map<number, () => void>();
  #orders = 0;

  static async start(time: SharedTime): Promise<FarEnd> {
    const worker = new Worker(new URL('./standin-worker.ts', import.meta.url), { workerData: { time } });
    const url = await new Promise<string>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', ({ url }: { url: string }) => resolve(url));
    });
    return new FarEnd(worker, url);
  }

  private constructor(worker: Worker, url: string) {
    this.#worker = worker;
    this.url = url;
    worker.on('message', ({ number }: { number: number }) => {
      this.#waiting.get(number)?.();
      this.#waiting.delete(number);
    });
  }

  /** Resolves when it holds. */
  order(order: Order): Promise<void> {
    const number = ++this.#orders;
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#worker.postMessage({ number, order });
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    void this.order({ do: 'stop' });
    await ended;
  }
}
