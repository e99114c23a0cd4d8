import { CAPTURE_RATE_HZ, type Frame } from '../audio/pcm/frame.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { Marks } from './marks.ts';
import type { Tokens } from './tokens.ts';

/** Counted in seconds of sound: the service's own counts, kept as well, are not reliable. */
export interface Meter {
  /** Sound sent to the service, repeats included, in seconds. */
  sentSeconds: number;
  /** Sound received from it, in seconds. */
  receivedSeconds: number;
  /** Connections that the turn was sent on: 1, or 2 after a retry; 0 when nothing was said. */
  attempts: number;
  /** How often the whole utterance was sent. */
  sentWhole: number;
  /** The same by model and try, for the ledger. */
  readonly uses: ModelUsed[];
}

/** What one try used of a model. Seconds of sound; text in estimated tokens. */
export interface ModelUsed {
  /** A turn may use several. */
  readonly engine: Engine;
  readonly model: string;
  sentSeconds: number;
  receivedSeconds: number;
  /** Sound of earlier turns of the same session: billed once more with this one. */
  readonly earlierSeconds: number;
  readonly textInTokens: number;
  /** Where words out are billed. */
  textOutTokens?: number;
  /** The service's own count of the same, if it reported one. */
  reported?: Tokens | undefined;
}

/**
 * One press of the button: the utterance's frames that passed the gate, and when things happened to it.
 *
 * The turn owns its sound until it is done. Each sender keeps its own cursor, so that the whole utterance can be sent
 * again on another connection.
 */
export class Turn {
  readonly marks: Marks = {};
  /** Milliseconds of the utterance that the detector took for speech. */
  speechMs = 0;
  /** Nothing passed the gate, but there was sound, too soft to distinguish from the room. */
  tooQuiet = false;

  /** What the turn has used so far, whatever its outcome. */
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

  /** The answer so far is void: its marks will be set again. Those of sending stay. */
  unanswered(): void {
    for (const name of ['heard', 'firstAudio', 'playable', 'playing', 'answered'] as const)
      delete this.marks[name];
  }

  /** The service may still report its own count of a use, until `over` resolves, which it always does. */
  awaitCount(over: Promise<void>): void {
    this.#awaited.add(over);
    void over.then(() => this.#awaited.delete(over));
  }

  /** Resolves when no more counts of the service are awaited; undefined when none is. */
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
