import { CAPTURE_RATE_HZ, FRAME_MS, type Frame, frameEndMs } from '../audio/pcm/frame.ts';
import { levelDbfs } from '../audio/pcm/level.ts';
import { type SpeechDetector, WINDOW_MS, WINDOW_SAMPLES } from './detector.ts';

export interface GateSettings {
  /** Probability from which a window counts as speech while the gate is shut, 0 to 1. */
  readonly openThreshold: number;
  /** Probability from which it still does while the gate is open, 0 to 1, at most openThreshold. */
  readonly closeThreshold: number;
  /** Sound let through before the first speech, so that no first syllable is lost. */
  readonly preRollMs: number;
  /** Sound let through behind the last speech. */
  readonly hangoverMs: number;
  /** An inner pause up to this length is kept whole; a longer one is cut to hangover and pre-roll. */
  readonly maxPauseMs: number;
}

/** The gate opens when this many of the last OPENING_WINDOWS windows are speech: 64 of 96 ms. */
const OPENING_ACTIVE = 2;
const OPENING_WINDOWS = 3;

/** The gate fails open only for presses longer than this: a person who only touched the button said nothing. */
const FAIL_OPEN_MIN_PRESS_MS = 1000;
/** What stands this far above the noise of the room is something, not its unsteadiness. */
const FAIL_OPEN_ABOVE_NOISE_DB = 12;
/** A click or a knock is shorter than this; a syllable with its vowel is not. */
const FAIL_OPEN_MIN_MS = 200;
/** The converter's own noise: quieter rooms count as this loud, or a single bit would stand out of them. */
const QUIETEST_ROOM_DBFS = -65;
/** Where nothing was heard before the press, the quietest tenth of the press is taken for the room. */
const ROOM_PERCENTILE = 0.1;

const NOTHING: readonly Frame[] = [];

/** What came of an utterance, when it has ended. */
export interface Gated {
  /** The last frames to be sent. */
  readonly frames: readonly Frame[];
  /** Milliseconds that the detector took for speech. */
  readonly speechMs: number;
  /** Capture time at which speech began; undefined when nothing was let through. */
  readonly speechStartedMs: number | undefined;
  /** The detector found no speech, but something was there and all of it was let through. */
  readonly failedOpen: boolean;
}

/**
 * The voice-activity gate of one press in hold-to-talk: a person decided to speak, so only the edges are
 * trimmed and long inner pauses cut.
 *
 * `shut` until speech begins; `open` while there is speech and for the hangover behind it; then `pausing`:
 * frames are held back until it is known whether the pause was an inner one.
 */
export class Gate {
  readonly #detector: SpeechDetector;
  readonly #settings: GateSettings;
  readonly #noiseDbfs: number | undefined;

  #state: 'shut' | 'open' | 'pausing' = 'shut';
  /** Frames not let through yet. While the gate never opened: the whole press, in case it fails open. */
  #held: Frame[] = [];
  #all: Frame[] = [];
  #everOpened = false;

  readonly #window = new Float32Array(WINDOW_SAMPLES);
  #filled = 0;
  /** Capture time at which the window being filled began. */
  #windowStartMs = Number.NaN;
  /** Which of the last windows were speech, newest last. */
  #recent: boolean[] = [];
  /** Capture time at which the last speech ended. */
  #lastSpeechEndMs = Number.NEGATIVE_INFINITY;
  #speechStartedMs: number | undefined;
  #speechMs = 0;

  /**
   * @param detector has been reset or heard only what came right before this press
   * @param noiseDbfs level of the room measured before the press, if it was
   */
  constructor(detector: SpeechDetector, settings: GateSettings, noiseDbfs?: number) {
    this.#detector = detector;
    this.#settings = settings;
    this.#noiseDbfs = noiseDbfs;
  }

  /** Capture time at which speech began, once it has. */
  get speechStartedMs(): number | undefined {
    return this.#speechStartedMs;
  }

  /**
   * Takes the next frame of the press (its pre-roll first).
   * @returns the frames that may be sent now, oldest first
   */
  async push(frame: Frame): Promise<readonly Frame[]> {
    this.#held.push(frame);
    if (!this.#everOpened) this.#all.push(frame);
    let released: readonly Frame[] = NOTHING;
    let taken = 0;
    while (taken < frame.samples.length) {
      // From the frame, not from the window before: capture times jump where samples were lost.
      if (this.#filled === 0) this.#windowStartMs = frame.capturedAtMs + (taken * 1000) / CAPTURE_RATE_HZ;
      const room = Math.min(WINDOW_SAMPLES - this.#filled, frame.samples.length - taken);
      for (let i = 0; i < room; i++) {
        this.#window[this.#filled + i] = (frame.samples[taken + i] as number) / 32768;
      }
      this.#filled += room;
      taken += room;
      if (this.#filled === WINDOW_SAMPLES) {
        const more = this.#decide(await this.#detector.probability(this.#window));
        released = released.length === 0 ? more : [...released, ...more];
        this.#filled = 0;
      }
    }
    return released;
  }

  /** The utterance has ended: decides about what is left. */
  async end(): Promise<Gated> {
    let frames: readonly Frame[] = NOTHING;
    if (this.#filled > 0) {
      this.#window.fill(0, this.#filled);
      frames = this.#decide(await this.#detector.probability(this.#window));
      this.#filled = 0;
    }
    if (this.#state === 'open') {
      frames = [...frames, ...this.#held];
      this.#held = [];
    }
    if (this.#everOpened) return this.#gated(frames, false);
    const something = this.#somethingMs();
    if (something === undefined) return this.#gated(NOTHING, false);
    this.#speechMs = something.ms;
    this.#speechStartedMs = something.startedMs;
    return this.#gated(this.#all, true);
  }

  #gated(frames: readonly Frame[], failedOpen: boolean): Gated {
    return { frames, speechMs: this.#speechMs, speechStartedMs: this.#speechStartedMs, failedOpen };
  }

  /** The window that has just been filled is speech with this probability: what may be sent now? */
  #decide(probability: number): readonly Frame[] {
    const { openThreshold, closeThreshold, hangoverMs } = this.#settings;
    const startMs = this.#windowStartMs;
    const endMs = startMs + WINDOW_MS;
    const speech = probability >= (this.#state === 'open' ? closeThreshold : openThreshold);
    this.#recent = [...this.#recent, speech].slice(-OPENING_WINDOWS);
    switch (this.#state) {
      case 'shut':
      case 'pausing':
        if (speech && this.#recent.filter(Boolean).length >= OPENING_ACTIVE)
          return this.#open(startMs, endMs);
        this.#forget(endMs);
        return NOTHING;
      case 'open':
        if (speech) {
          this.#lastSpeechEndMs = endMs;
          this.#speechMs += WINDOW_MS;
        } else if (endMs - this.#lastSpeechEndMs >= hangoverMs) {
          this.#state = 'pausing';
          this.#recent = [];
        }
        return this.#release(endMs);
    }
  }

  #open(startMs: number, endMs: number): readonly Frame[] {
    const first = this.#recent.indexOf(true);
    const onsetMs = startMs - (this.#recent.length - 1 - first) * WINDOW_MS;
    const pauseMs = onsetMs - this.#lastSpeechEndMs;
    if (!this.#everOpened || pauseMs > this.#settings.maxPauseMs) {
      const fromMs = onsetMs - this.#settings.preRollMs;
      this.#held = this.#held.filter((frame) => frameEndMs(frame) > fromMs);
    }
    this.#everOpened = true;
    this.#all = [];
    this.#state = 'open';
    this.#speechStartedMs ??= onsetMs;
    this.#speechMs += this.#recent.filter(Boolean).length * WINDOW_MS;
    this.#lastSpeechEndMs = endMs;
    return this.#release(endMs);
  }

  /** Frames whose sound the detector has heard to the end, or nearly: the next window decides no better. */
  #release(untilMs: number): readonly Frame[] {
    const count = this.#held.findIndex((frame) => frame.capturedAtMs >= untilMs);
    return this.#held.splice(0, count === -1 ? this.#held.length : count);
  }

  /** Held frames that no later decision can want are dropped, so that a long silence costs no memory. */
  #forget(nowMs: number): void {
    const { maxPauseMs, preRollMs } = this.#settings;
    const openingMs = OPENING_WINDOWS * WINDOW_MS;
    if (this.#everOpened && nowMs - this.#lastSpeechEndMs <= maxPauseMs + openingMs) return;
    const fromMs = nowMs - openingMs - preRollMs;
    const keep = this.#held.findIndex((frame) => frameEndMs(frame) > fromMs);
    if (keep > 0) this.#held.splice(0, keep);
  }

  /** Whether something in a press in which no speech was found stands clearly above the noise of the room. */
  #somethingMs(): { ms: number; startedMs: number } | undefined {
    if (this.#all.length * FRAME_MS <= FAIL_OPEN_MIN_PRESS_MS) return undefined;
    const levels = this.#all.map((frame) => levelDbfs(frame.samples));
    const quietest = levels.toSorted((a, b) => a - b)[Math.floor(levels.length * ROOM_PERCENTILE)] as number;
    const room = Math.max(QUIETEST_ROOM_DBFS, this.#noiseDbfs ?? quietest);
    const first = levels.findIndex((level) => level >= room + FAIL_OPEN_ABOVE_NOISE_DB);
    const ms = levels.filter((level) => level >= room + FAIL_OPEN_ABOVE_NOISE_DB).length * FRAME_MS;
    if (ms < FAIL_OPEN_MIN_MS) return undefined;
    return { ms, startedMs: (this.#all[first] as Frame).capturedAtMs };
  }
}
