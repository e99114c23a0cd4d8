import { type Frame, frameEndMs } from '../audio/pcm/frame.ts';
import type { Clock } from '../base/time.ts';
import { Fault } from '../kiosk/faults.ts';
import type { Turn } from '../turn/turn.ts';
import type { Gate } from './gate.ts';

/** The last frames of an utterance may arrive late, by at most this, in milliseconds. */
const LATE_FRAMES_MS = 1000;

/** Sound before the release that may be lost without harm, in milliseconds: less than a syllable. */
const MAX_LOST_MS = 100;

export interface UtteranceOptions {
  /** Sound after the release that still belongs to the utterance, in milliseconds. */
  readonly tailMs: number;
  readonly clock: Clock;
  /** Called once, as soon as the gate is certain of speech. */
  readonly speechStarted?: () => void;
  /** Called once, when the utterance takes no more frames, for whatever reason. */
  readonly captured?: () => void;
}

/**
 * The sound of one utterance, from the microphone through the gate into the turn. The gate ends it, or the frame captured at
 * release + tail. Only capture times count, not the arrival of frames.
 */
export class Utterance {
  readonly #turn: Turn;
  readonly #gate: Gate;
  readonly #options: UtteranceOptions;
  /** Frames that the gate has not been given yet. */
  #frames: Frame[];
  #heardUntilMs = Number.NEGATIVE_INFINITY;
  #releasedAtMs: number | undefined;
  #started = false;
  /** The gate is deciding. */
  #busy = false;
  /** No more frames come. */
  #ended = false;
  #abandoned = false;
  #over = false;
  #stopWaiting = () => {};
  readonly #done = Promise.withResolvers<void>();

  /** @param first frames that were captured before: the pre-roll */
  constructor(turn: Turn, gate: Gate, first: readonly Frame[], options: UtteranceOptions) {
    this.#turn = turn;
    this.#gate = gate;
    this.#frames = [...first];
    this.#options = options;
    this.#done.promise.catch(() => {}); // a turn that was dropped does not wait for it
  }

  /**
   * Resolves when the turn holds the whole utterance.
   * @throws Fault when the microphone went silent before the release; never settles after `abandon`
   */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** Takes no more frames. */
  get over(): boolean {
    return this.#over;
  }

  /** The button has ended it. */
  get released(): boolean {
    return this.#releasedAtMs !== undefined;
  }

  /** Capture time up to which the utterance was heard: sound after it belongs to the next one. */
  get heardUntilMs(): number {
    return this.#heardUntilMs;
  }

  /** The gate's detector is free. Frames that come before are kept. */
  start(): void {
    this.#started = true;
    this.#read();
  }

  /** The next frame, in the order of capture. */
  push(frame: Frame): void {
    if (this.#ended) return;
    this.#frames.push(frame);
    this.#read();
  }

  /** The button ended the utterance. */
  release(atMs: number): void {
    const { clock, tailMs } = this.#options;
    this.#releasedAtMs = atMs;
    this.#stopWaiting = clock.after(tailMs + LATE_FRAMES_MS, () => this.end());
  }

  /** No more frames come. */
  end(): void {
    this.#ended = true;
    this.#read();
  }

  /** The utterance is no longer needed. */
  abandon(): void {
    this.#abandoned = true;
    this.#ended = true;
    if (!this.#busy) this.#stop();
  }

  #read(): void {
    if (this.#started && !this.#busy && !this.#over) void this.#readFrames();
  }

  async #readFrames(): Promise<void> {
    this.#busy = true;
    try {
      for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
        const arrivedMs = this.#options.clock.now();
        this.#heardUntilMs = frameEndMs(frame);
        const isLast = this.#tailHeard;
        const passed = this.#gate.push(frame);
        this.#turn.append(passed instanceof Promise ? await passed : passed);
        this.#markSpeech();
        if (!isLast && !this.#gate.over) continue;
        this.#turn.mark('captured', arrivedMs);
        this.#ended = true;
        break;
      }
      if (this.#ended) await this.#finish();
    } catch (error) {
      this.#stop();
      this.#done.reject(error as Error);
    } finally {
      this.#busy = false;
    }
  }

  #next(): Frame | undefined {
    return this.#abandoned ? undefined : this.#frames.shift();
  }

  get #tailHeard(): boolean {
    return (
      this.#releasedAtMs !== undefined && this.#heardUntilMs >= this.#releasedAtMs + this.#options.tailMs
    );
  }

  #markSpeech(): void {
    const startedMs = this.#gate.speechStartedMs;
    if (startedMs === undefined || this.#turn.marks.speechStarted !== undefined) return;
    this.#turn.mark('speechStarted', startedMs);
    this.#options.speechStarted?.();
  }

  /** Takes no more frames. */
  #stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#frames = [];
    // Frames that the gate held back after the end may begin the next utterance.
    const last = this.#turn.frames.at(-1);
    if (last !== undefined) this.#heardUntilMs = frameEndMs(last);
    this.#stopWaiting();
    this.#options.captured?.();
  }

  async #finish(): Promise<void> {
    if (this.#abandoned) {
      this.#stop();
      return;
    }
    const turn = this.#turn;
    const gate = this.#gate;
    const { clock } = this.#options;
    turn.mark('captured', clock.now()); // if the last frames never came
    const releasedAtMs = gate.over ? undefined : this.#releasedAtMs;
    const doneAtMs = gate.over ? gate.lastSpeechEndMs : releasedAtMs;
    if (doneAtMs !== undefined) turn.mark('released', doneAtMs);
    // Half a sentence is worse than none: the listener would not know that the other half is missing.
    if (releasedAtMs !== undefined && this.#heardUntilMs < releasedAtMs - MAX_LOST_MS)
      throw new Fault('microphone-stalled', 'the end of the utterance never came from the microphone');
    const { frames, speechMs, tooQuiet } = await gate.end();
    turn.append(frames);
    turn.speechMs = speechMs;
    turn.tooQuiet = tooQuiet;
    this.#markSpeech();
    turn.mark('gated', clock.now());
    turn.close();
    this.#stop();
    this.#done.resolve();
  }
}
