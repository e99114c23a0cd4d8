import { CAPTURE_RATE_HZ, type Frame } from '../audio/pcm/frame.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { Marks } from './marks.ts';
import type { Tokens } from './tokens.ts';

/** Counted in seconds of sound: the service's own counts are not reliable. They are kept beside it. */
export interface Meter {
  /** Sound sent to the service, repeats included, in seconds. */
  sentSeconds: number;
  /** Sound received from it, in seconds. */
  receivedSeconds: number;
  /** Connections that the turn was sent on: 1, or 2 after a retry; 0 when nothing was said. */
  attempts: number;
  /** How often the whole utterance was sent. */
  sentWhole: number;
  /** The same by model and try: for the account. */
  readonly uses: ModelUsed[];
}

/** What one try used of a model. Seconds of sound; text in tokens, about. */
export interface ModelUsed {
  /** A turn may be moved from one engine to another. */
  readonly engine: Engine;
  readonly model: string;
  sentSeconds: number;
  receivedSeconds: number;
  /** Sound of earlier turns of the same session: billed once more with this one. */
  readonly earlierSeconds: number;
  readonly textInTokens: number;
  /** Where words out are billed. */
  textOutTokens?: number;
  /** The service's own count of the same, as far as it told one. */
  reported?: Tokens | undefined;
}

/**
 * One press of the button: the utterance's frames that passed the gate, and when things happened to it.
 *
 * The turn owns its sound until it is done. Who sends it keeps a cursor of its own, so that the whole
 * utterance can be sent again on another connection.
 */
export class Turn {
  readonly marks: Marks = {};
  /** Milliseconds of the utterance that the detector took for speech. */
  speechMs = 0;
  /** Nothing passed the gate, but something was there, too soft to be told from the room. */
  tooQuiet = false;

  /** What the turn has cost so far, whatever becomes of it. */
  readonly meter: Meter = { sentSeconds: 0, receivedSeconds: 0, attempts: 0, sentWhole: 0, uses: [] };

  readonly #awaited = new Set<Promise<void>>();
  readonly #frames: Frame[] = [];
  #closed = false;
  #waiting: (() => void)[] = [];

  /** Frames that passed the gate, in the order of their capture. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** No more frames will come: the utterance has ended. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Length of the sound that passed the gate, in seconds. */
  get seconds(): number {
    return this.#frames.reduce((sum, frame) => sum + frame.samples.length, 0) / CAPTURE_RATE_HZ;
  }

  append(frames: readonly Frame[]): void {
    if (this.#closed) throw new Error('a closed turn takes no more frames');
    if (frames.length === 0) return;
    this.#frames.push(...frames);
    this.#wake();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake();
  }

  /** Sets a mark the first time it is reached; later calls leave it as it is. */
  mark(name: keyof Marks, atMs: number): void {
    this.marks[name] ??= atMs;
  }

  /** The answer so far is void: what it had reached is reached once more. What was sent stays sent. */
  unanswered(): void {
    for (const name of ['heard', 'firstAudio', 'playable', 'playing', 'answered'] as const)
      delete this.marks[name];
  }

  /** The service may still tell its own count of a use: until `told` resolves, which it always does. */
  awaitCount(told: Promise<void>): void {
    this.#awaited.add(told);
    void told.then(() => this.#awaited.delete(told));
  }

  /** Resolves when the service's counts have come or are not waited for any more; undefined when none is awaited. */
  get counted(): Promise<void> | undefined {
    if (this.#awaited.size === 0) return undefined;
    return Promise.all(this.#awaited).then(() => this.counted);
  }

  /**
   * Resolves as soon as the turn holds a frame at `cursor` or is closed.
   * @throws the signal's reason when it is aborted first
   */
  async reaches(cursor: number, signal: AbortSignal): Promise<void> {
    while (this.#frames.length <= cursor && !this.#closed) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const done = () => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        signal.addEventListener('abort', done, { once: true });
        this.#waiting.push(done);
      });
    }
    signal.throwIfAborted();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
