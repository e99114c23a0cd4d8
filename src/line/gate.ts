import { CAPTURE_RATE_HZ, type Frame, frameEndMs } from '../audio/pcm/frame.ts';
import { type SpeechDetector, WINDOW_MS, WINDOW_SAMPLES } from './detector.ts';

export interface GateSettings {
  /** Probability from which a window counts as speech while the gate is shut, 0 to 1. */
  readonly openThreshold: number;
  /** Probability from which it still does while the gate is open, 0 to 1, at most openThreshold. */
  readonly closeThreshold: number;
  /** Sound that passes before the first speech, in milliseconds, so that no first syllable is lost. */
  readonly preRollMs: number;
  /** Sound that passes after the last speech, in milliseconds. */
  readonly hangoverMs: number;
  /** A pause up to this length, in milliseconds, is kept whole. A longer one is cut to hangover and pre-roll. */
  readonly maxPauseMs: number;
}

/** The gate opens when this many of the last OPENING_WINDOWS windows are speech: 64 of 96 ms. */
const OPENING_ACTIVE = 2;
const OPENING_WINDOWS = 3;

export const NO_FRAMES: readonly Frame[] = [];

/** The result of an utterance that has ended. */
export interface Gated {
  /** The last frames to be sent. */
  readonly frames: readonly Frame[];
  /** Milliseconds that the detector took for speech. */
  readonly speechMs: number;
  /** Capture time at which speech began; undefined when no frame passed. */
  readonly speechStartedMs: number | undefined;
  /** The detector found no speech, but there was a loud sound, and all of the press passed. */
  readonly failedOpen: boolean;
  /** No frame passed, but there was a sound, softer than that. */
  readonly tooQuiet: boolean;
}

/**
 * The voice-activity gate of one utterance: frames go in, and come out as soon as it is known that they belong to
 * speech.
 *
 * `shut` until speech begins; `open` during speech and its hangover; then `pausing`: frames are held until it is known
 * whether speech continues. The subclasses decide how an utterance ends.
 */
export abstract class Gate<Settings extends GateSettings = GateSettings> {
  protected readonly settings: Settings;
  readonly #detector: SpeechDetector;
  readonly #window = new Float32Array(WINDOW_SAMPLES);
  #filled = 0;
  /** Capture time at which the window being filled began. */
  #windowStartMs = Number.NaN;
  /** Which of the last windows were speech, newest last. */
  #recent: boolean[] = [];
  protected state: 'shut' | 'open' | 'pausing' = 'shut';
  protected everOpened = false;
  /** Frames that have not passed yet. */
  protected held: Frame[] = [];
  protected startedMs: number | undefined;
  protected lastEndMs = Number.NEGATIVE_INFINITY;
  protected speechMs = 0;

  /** @param detector has been reset, or has heard only what came right before this press */
  constructor(detector: SpeechDetector, settings: Settings) {
    this.#detector = detector;
    this.settings = settings;
  }

  /** Capture time at which speech began, once it is certain that it has. */
  get speechStartedMs(): number | undefined {
    return this.startedMs;
  }

  /** Capture time at which the last speech so far ended, once it is certain that there was some. */
  get lastSpeechEndMs(): number | undefined {
    return this.startedMs === undefined ? undefined : this.lastEndMs;
  }

  /** The gate has ended the utterance: no more frames pass. */
  get over(): boolean {
    return false;
  }

  /**
   * Takes the next frame of the press, the pre-roll first. The next one may be pushed when the result is there.
   * @returns the frames that may be sent now, oldest first; a promise where the detector is asked
   */
  push(frame: Frame): readonly Frame[] | Promise<readonly Frame[]> {
    this.held.push(frame);
    if (frame.samples.length >= WINDOW_SAMPLES - this.#filled) return this.#pushWindow(frame);
    this.#fill(frame, 0);
    return NO_FRAMES;
  }

  /** The utterance has ended: decides about the frames that are left. */
  abstract end(): Promise<Gated>;

  /** The next window begins another stretch of sound. */
  protected forgetOnset(): void {
    this.#recent = [];
  }

  /** A pause in speech has begun. */
  protected pause(): void {
    this.forgetOnset();
    this.state = 'pausing';
  }

  /** The frames that pass in speech, as far as the detector has heard it, by capture time. */
  protected passing(untilMs: number): readonly Frame[] {
    return this.release(untilMs);
  }

  /** A decision has been made about the sound up to a capture time. */
  protected decided(_untilMs: number): void {}

  async #pushWindow(frame: Frame): Promise<readonly Frame[]> {
    let passed = NO_FRAMES;
    for (let taken = 0; taken < frame.samples.length && !this.over; ) {
      taken += this.#fill(frame, taken);
      if (this.#filled === WINDOW_SAMPLES) passed = joined(passed, await this.#decideWindow());
    }
    return passed;
  }

  /** Copies samples of a frame into the window. @returns how many there was room for */
  #fill({ samples, capturedAtMs }: Frame, from: number): number {
    // The start is that of the frame, not of the window before: capture times jump where samples were lost.
    if (this.#filled === 0) this.#windowStartMs = capturedAtMs + (from * 1000) / CAPTURE_RATE_HZ;
    const count = Math.min(WINDOW_SAMPLES - this.#filled, samples.length - from);
    for (let i = 0; i < count; i++) this.#window[this.#filled + i] = (samples[from + i] as number) / 32768;
    this.#filled += count;
    return count;
  }

  /** Decides about a window that is not full as if silence followed. */
  protected async flush(): Promise<readonly Frame[]> {
    if (this.#filled === 0) return NO_FRAMES;
    this.#window.fill(0, this.#filled);
    return this.#decideWindow();
  }

  /** Asks the detector about the full window. @returns the frames that may be sent now */
  async #decideWindow(): Promise<readonly Frame[]> {
    this.#filled = 0;
    const probability = await this.#detector.probability(this.#window);
    const { openThreshold, closeThreshold, hangoverMs } = this.settings;
    const startMs = this.#windowStartMs;
    const endMs = startMs + WINDOW_MS;
    const speech = probability >= (this.state === 'open' ? closeThreshold : openThreshold);
    this.#recent = [...this.#recent, speech].slice(-OPENING_WINDOWS);
    let passed = NO_FRAMES;
    if (this.state === 'open') {
      if (speech) {
        this.lastEndMs = endMs;
        this.speechMs += WINDOW_MS;
      }
      passed = this.passing(endMs);
      if (!speech && endMs - this.lastEndMs >= hangoverMs) this.pause();
    } else if (speech && this.#recent.filter(Boolean).length >= OPENING_ACTIVE) {
      passed = this.#open(startMs, endMs);
    } else this.drop(endMs);
    this.decided(endMs);
    return passed;
  }

  #open(startMs: number, endMs: number): readonly Frame[] {
    const { maxPauseMs, preRollMs } = this.settings;
    const first = this.#recent.indexOf(true);
    const onsetMs = startMs - (this.#recent.length - 1 - first) * WINDOW_MS;
    if (!this.everOpened || onsetMs - this.lastEndMs > maxPauseMs)
      this.held = this.held.filter((frame) => frameEndMs(frame) > onsetMs - preRollMs);
    this.everOpened = true;
    this.state = 'open';
    this.startedMs ??= onsetMs;
    this.speechMs += this.#recent.filter(Boolean).length * WINDOW_MS;
    this.lastEndMs = endMs;
    return this.passing(endMs);
  }

  /** Frames that the detector has heard to the end, or nearly: the next window decides no better. */
  protected release(untilMs: number): readonly Frame[] {
    const count = this.held.findIndex((frame) => frame.capturedAtMs >= untilMs);
    return this.held.splice(0, count === -1 ? this.held.length : count);
  }

  /** Drops held frames that no later decision can let pass, so that a long silence costs no memory. */
  protected drop(nowMs: number): void {
    const { maxPauseMs, preRollMs } = this.settings;
    const openingMs = OPENING_WINDOWS * WINDOW_MS;
    if (this.everOpened && nowMs - this.lastEndMs <= maxPauseMs + openingMs) return;
    const fromMs = nowMs - openingMs - preRollMs;
    const keep = this.held.findIndex((frame) => frameEndMs(frame) > fromMs);
    if (keep > 0) this.held.splice(0, keep);
  }
}

export function joined(first: readonly Frame[], then: readonly Frame[]): readonly Frame[] {
  if (first.length === 0) return then;
  return then.length === 0 ? first : [...first, ...then];
}
