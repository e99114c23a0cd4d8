import { CAPTURE_RATE_HZ, type Frame } from '../audio/pcm/frame.ts';
import { orAborted } from '../base/or-aborted.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { Marks } from './marks.ts';
import type { Tokens } from './tokens.ts';

/** Counted in seconds of sound: the service's own counts, kept as well, are not reliable. */
export interface Meter {
  /** Repeats included. */
  sentSeconds: number;
  receivedSeconds: number;
  /** Connections that the turn was sent on: 1, or 2 after a retry; 0 when nothing was said. */
  attempts: number;
  /** How often the whole utterance was sent. */
  sentWhole: number;
  /** The same by model and attempt, for the ledger. */
  readonly uses: ModelUsed[];
}

/** What one attempt used of a model. Seconds of sound; text in estimated tokens. */
export interface ModelUsed {
  readonly engine: Engine;
  /** As the API names it. */
  readonly model: string;
  /** Repeats included. */
  sentSeconds: number;
  receivedSeconds: number;
  /** Sound of earlier turns of the same session, sent and received: billed again, as input. 0 without any. */
  readonly earlierSeconds: number;
  /** Of the instruction or prompt. */
  readonly textInTokens: number;
  /** Missing where the answer's words are not billed. */
  textOutTokens?: number;
  /** The service's own count of the same, if it reported one. */
  reported?: Tokens | undefined;
}

/**
 * One press of the button: the frames of the utterance that passed the gate, and the times of what happened to it. Each
 * sender keeps its own cursor, so that the whole utterance can be sent again on another connection.
 */
export class Turn {
  readonly marks: Marks = {};
  /** Milliseconds of the utterance that the detector classified as speech. */
  speechMs = 0;
  /** Nothing passed the gate, but there was sound, too soft to distinguish from the room. */
  tooQuiet = false;

  /** What the turn has used so far, whatever its outcome. */
  readonly meter: Meter = { sentSeconds: 0, receivedSeconds: 0, attempts: 0, sentWhole: 0, uses: [] };

  readonly #awaited = new Set<Promise<void>>();
  readonly #frames: Frame[] = [];
  #closed = false;
  /** Resolves at the next change. */
  #changed = Promise.withResolvers<void>();

  /** Frames that passed the gate, in the order of their capture. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** The utterance has ended: no more frames will come. */
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

  /** Sets a mark when it is reached for the first time. Later calls change nothing. */
  mark(name: keyof Marks, atMs: number): void {
    this.marks[name] ??= atMs;
  }

  /** Removes the marks of an answer that failed; those of sending stay. */
  unanswered(): void {
    for (const name of ['heard', 'firstAudio', 'playable', 'playing', 'answered'] as const)
      delete this.marks[name];
  }

  /** The service may report its own count of a use until `over` resolves. `over` never rejects. */
  awaitCount(over: Promise<void>): void {
    this.#awaited.add(over);
    void over.then(() => this.#awaited.delete(over));
  }

  /** Resolves when no count of the service is awaited; undefined when none is now. */
  get counted(): Promise<void> | undefined {
    if (this.#awaited.size === 0) return undefined;
    return Promise.all(this.#awaited).then(() => this.counted);
  }

  /**
   * Resolves as soon as the turn holds a frame at `cursor` or is closed.
   * @throws the signal's reason when it is aborted first
   */
  async reaches(cursor: number, signal: AbortSignal): Promise<void> {
    while (this.#frames.length <= cursor && !this.#closed) await orAborted(this.#changed.promise, signal);
    signal.throwIfAborted();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
