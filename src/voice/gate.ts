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
  /**
   * So much silence behind the last speech ends the utterance, in milliseconds. Undefined in hold-to-talk: the
   * release ends it. The settings below count only where it is defined.
   */
  readonly endAfterMs: number | undefined;
  /** Sound that is speech for less than this in all, in milliseconds, is nothing that anyone meant to say. */
  readonly minSpeechMs: number;
  /** An utterance ends so long after its first speech, in milliseconds, whoever still speaks. */
  readonly maxUtteranceMs: number;
}

/** The gate opens when this many of the last OPENING_WINDOWS windows are speech: 64 of 96 ms. */
const OPENING_ACTIVE = 2;
const OPENING_WINDOWS = 3;

/**
 * Capture times that jump by more than this, in milliseconds, are a gap: sound was masked or lost, and silence is
 * what is known of it. Smaller steps are the estimate's own (the framer's).
 */
const GAP_MS = 100;

/** What must be there in a press in which no speech was found. */
interface StandsOut {
  /** The sound of the press, its pre-roll and tail included, is longer than this, in milliseconds. */
  readonly pressMs: number;
  /** So much louder than the room, in dB, */
  readonly aboveDb: number;
  /** for so long in all, in milliseconds. */
  readonly forMs: number;
}

/**
 * Then the gate fails open. A person who only touched the button said nothing; 12 dB above the room is something, not its
 * unsteadiness; a click or a knock is shorter than 200 ms, a syllable with its vowel is not.
 */
const SOMETHING: StandsOut = { pressMs: 1000, aboveDb: 12, forMs: 200 };
/** Then somebody has spoken too softly: see docs/developers/gate.md for what was measured. */
const TOO_QUIET: StandsOut = { pressMs: 2000, aboveDb: 6, forMs: 200 };
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
  /** Nothing was let through, but something was there, softer than that. */
  readonly tooQuiet: boolean;
}

/**
 * The voice-activity gate of one utterance.
 *
 * `shut` until speech begins; `open` while there is speech and for the hangover behind it; then `pausing`:
 * frames are held back until it is known whether the pause was an inner one.
 *
 * In hold-to-talk a person decided to speak, so only the edges are trimmed and long inner pauses cut, and it fails
 * open. With `endAfterMs` it listens to a room in which nobody may have said anything: it also finds the end, lets
 * nothing through before there is speech of `minSpeechMs`, and never fails open.
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
  /** There was enough speech to be meant. */
  #meant = false;
  #over = false;

  readonly #window = new Float32Array(WINDOW_SAMPLES);
  #filled = 0;
  /** Capture time at which the window being filled began. */
  #windowStartMs = Number.NaN;
  /** Capture time at which the latest frame ended. */
  #heardUntilMs = Number.NaN;
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

  /** Capture time at which speech began, once it is known that it has. */
  get speechStartedMs(): number | undefined {
    return this.#meant ? this.#speechStartedMs : undefined;
  }

  /** Capture time at which the last speech so far ended, once it is known that there was some. */
  get lastSpeechEndMs(): number | undefined {
    return this.#meant ? this.#lastSpeechEndMs : undefined;
  }

  /**
   * The utterance has ended by itself (only with `endAfterMs`): nothing is let through any more. What follows the
   * last frame that was let through belongs to the next utterance.
   */
  get over(): boolean {
    return this.#over;
  }

  /**
   * Takes the next frame of the press (its pre-roll first).
   * @returns the frames that may be sent now, oldest first
   */
  async push(frame: Frame): Promise<readonly Frame[]> {
    if (this.#over) return NOTHING;
    let released: readonly Frame[] = NOTHING;
    if (this.#settings.endAfterMs === undefined) {
      if (!this.#everOpened) this.#all.push(frame);
    } else {
      if (frame.capturedAtMs - this.#heardUntilMs > GAP_MS) released = await this.#gap(frame.capturedAtMs);
      if (this.#over) return released;
      this.#heardUntilMs = frameEndMs(frame);
    }
    this.#held.push(frame);
    let taken = 0;
    while (taken < frame.samples.length && !this.#over) {
      // From the frame, not from the window before: capture times jump where samples were lost.
      if (this.#filled === 0) this.#windowStartMs = frame.capturedAtMs + (taken * 1000) / CAPTURE_RATE_HZ;
      const room = Math.min(WINDOW_SAMPLES - this.#filled, frame.samples.length - taken);
      for (let i = 0; i < room; i++) {
        this.#window[this.#filled + i] = (frame.samples[taken + i] as number) / 32768;
      }
      this.#filled += room;
      taken += room;
      if (this.#filled === WINDOW_SAMPLES) released = joined(released, await this.#decideWindow());
    }
    return released;
  }

  /** The utterance has ended: decides about what is left. */
  async end(): Promise<Gated> {
    if (this.#over) return this.#gated(NOTHING);
    let frames = await this.#flush();
    if (this.#state === 'open' && this.#meant && !this.#over) {
      frames = joined(frames, this.#held);
      this.#held = [];
    }
    if (this.#everOpened || this.#settings.endAfterMs !== undefined) return this.#gated(frames);
    const something = this.#standingOut(SOMETHING);
    if (something === undefined)
      return this.#gated(NOTHING, { tooQuiet: this.#standingOut(TOO_QUIET) !== undefined });
    this.#meant = true;
    this.#speechMs = something.ms;
    this.#speechStartedMs = something.startedMs;
    this.#lastSpeechEndMs = something.endedMs;
    return this.#gated(this.#all, { failedOpen: true });
  }

  #gated(frames: readonly Frame[], { failedOpen = false, tooQuiet = false } = {}): Gated {
    const speechMs = this.#meant ? this.#speechMs : 0;
    return { frames, speechMs, speechStartedMs: this.speechStartedMs, failedOpen, tooQuiet };
  }

  /** What is in the window now decides, filled up with silence where it is not full. */
  async #flush(): Promise<readonly Frame[]> {
    if (this.#filled === 0) return NOTHING;
    this.#window.fill(0, this.#filled);
    return this.#decideWindow();
  }

  async #decideWindow(): Promise<readonly Frame[]> {
    this.#filled = 0;
    return this.#decide(await this.#detector.probability(this.#window));
  }

  /** No sound is there until this capture time: a pause like any other. */
  async #gap(untilMs: number): Promise<readonly Frame[]> {
    const frames = await this.#flush();
    if (this.#over) return frames;
    this.#recent = [];
    if (this.#state === 'open') {
      if (untilMs - this.#lastSpeechEndMs < this.#settings.hangoverMs) return frames;
      // The hangover is what there is of it; nothing behind the gap may be taken for a part of it.
      const hangover = this.#meant ? this.#release(untilMs) : NOTHING;
      this.#pause();
      this.#endIfDue(untilMs);
      return joined(frames, hangover);
    }
    this.#forget(untilMs);
    this.#endIfDue(untilMs);
    return frames;
  }

  /** The window that has just been filled is speech with this probability: what may be sent now? */
  #decide(probability: number): readonly Frame[] {
    const { openThreshold, closeThreshold, hangoverMs } = this.#settings;
    const startMs = this.#windowStartMs;
    const endMs = startMs + WINDOW_MS;
    const speech = probability >= (this.#state === 'open' ? closeThreshold : openThreshold);
    this.#recent = [...this.#recent, speech].slice(-OPENING_WINDOWS);
    let frames = NOTHING;
    switch (this.#state) {
      case 'shut':
      case 'pausing':
        if (speech && this.#recent.filter(Boolean).length >= OPENING_ACTIVE) {
          frames = this.#open(startMs, endMs);
        } else {
          this.#forget(endMs);
        }
        break;
      case 'open':
        if (speech) {
          this.#lastSpeechEndMs = endMs;
          this.#speechMs += WINDOW_MS;
        }
        frames = this.#releaseIfMeant(endMs);
        if (!speech && endMs - this.#lastSpeechEndMs >= hangoverMs) this.#pause();
    }
    this.#endIfDue(endMs);
    return frames;
  }

  #pause(): void {
    this.#recent = [];
    if (this.#meant) {
      this.#state = 'pausing';
      return;
    }
    // A click, a cough: as if it had never been.
    this.#state = 'shut';
    this.#everOpened = false;
    this.#speechMs = 0;
    this.#speechStartedMs = undefined;
    this.#lastSpeechEndMs = Number.NEGATIVE_INFINITY;
  }

  #endIfDue(nowMs: number): void {
    const { endAfterMs, maxUtteranceMs } = this.#settings;
    if (endAfterMs === undefined || !this.#meant) return;
    this.#over =
      nowMs - this.#lastSpeechEndMs >= endAfterMs ||
      nowMs - (this.#speechStartedMs as number) >= maxUtteranceMs;
    if (this.#over) this.#held = [];
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
    return this.#releaseIfMeant(endMs);
  }

  #releaseIfMeant(untilMs: number): readonly Frame[] {
    const { endAfterMs, minSpeechMs } = this.#settings;
    this.#meant ||= endAfterMs === undefined || this.#speechMs >= minSpeechMs;
    return this.#meant ? this.#release(untilMs) : NOTHING;
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

  /** What stands out above the noise of the room in a press in which no speech was found. */
  #standingOut({ pressMs, aboveDb, forMs }: StandsOut) {
    if (this.#all.length * FRAME_MS <= pressMs) return undefined;
    const levels = this.#all.map((frame) => levelDbfs(frame.samples));
    const quietest = levels.toSorted((a, b) => a - b)[Math.floor(levels.length * ROOM_PERCENTILE)] as number;
    const room = Math.max(QUIETEST_ROOM_DBFS, this.#noiseDbfs ?? quietest);
    const loud = this.#all.filter((_, i) => (levels[i] as number) >= room + aboveDb);
    const ms = loud.length * FRAME_MS;
    const [first, last] = [loud.at(0), loud.at(-1)];
    if (first === undefined || last === undefined || ms < forMs) return undefined;
    return { ms, startedMs: first.capturedAtMs, endedMs: frameEndMs(last) };
  }
}

function joined(first: readonly Frame[], then: readonly Frame[]): readonly Frame[] {
  if (first.length === 0) return then;
  return then.length === 0 ? first : [...first, ...then];
}
