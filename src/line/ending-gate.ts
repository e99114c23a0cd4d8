import { type Frame, frameEndMs } from '../audio/pcm/frame.ts';
import { Gate, type Gated, type GateSettings, joined, NO_FRAMES } from './gate.ts';

export interface EndingGateSettings extends GateSettings {
  /** Silence after the last speech that ends the utterance, in milliseconds. */
  readonly endAfterMs: number;
  /** Less speech than this in total, in milliseconds, counts as noise. */
  readonly minSpeechMs: number;
  /** An utterance ends this long after its first speech, in milliseconds, even if somebody still speaks. */
  readonly maxUtteranceMs: number;
}

/**
 * Capture times that jump by more than this, in milliseconds, are a gap: sound was masked or lost, and counts as
 * silence. Smaller steps come from the framer's estimate of capture times.
 */
const GAP_MS = 100;

/**
 * The gate of `tap` and `open`: it finds the end of the utterance itself. Perhaps nobody speaks, so nothing passes before
 * there are `minSpeechMs` of speech, and it never fails open.
 *
 * Frames after the last one that passed belong to the next utterance.
 */
export class EndingGate extends Gate<EndingGateSettings> {
  /** There was enough speech. */
  #meant = false;
  #over = false;
  /** Capture time at which the latest frame ended. */
  #heardUntilMs = Number.NaN;

  override get speechStartedMs(): number | undefined {
    return this.#meant ? this.startedMs : undefined;
  }

  override get lastSpeechEndMs(): number | undefined {
    return this.#meant ? this.lastEndMs : undefined;
  }

  override get over(): boolean {
    return this.#over;
  }

  override push(frame: Frame): readonly Frame[] | Promise<readonly Frame[]> {
    if (this.#over) return NO_FRAMES;
    const isGap = frame.capturedAtMs - this.#heardUntilMs > GAP_MS;
    this.#heardUntilMs = frameEndMs(frame);
    return isGap ? this.#pushAfterGap(frame) : super.push(frame);
  }

  async end(): Promise<Gated> {
    let frames = this.#over ? NO_FRAMES : await this.flush();
    if (this.state === 'open' && this.#meant && !this.#over) frames = joined(frames, this.held.splice(0));
    const speechMs = this.#meant ? this.speechMs : 0;
    return { frames, speechMs, speechStartedMs: this.speechStartedMs, failedOpen: false, tooQuiet: false };
  }

  protected override passing(untilMs: number): readonly Frame[] {
    this.#meant ||= this.speechMs >= this.settings.minSpeechMs;
    return this.#meant ? this.release(untilMs) : NO_FRAMES;
  }

  protected override pause(): void {
    super.pause();
    if (this.#meant) return;
    // A click or a cough: as if it had not happened.
    this.state = 'shut';
    this.everOpened = false;
    this.speechMs = 0;
    this.startedMs = undefined;
    this.lastEndMs = Number.NEGATIVE_INFINITY;
  }

  protected override decided(untilMs: number): void {
    const { endAfterMs, maxUtteranceMs } = this.settings;
    if (!this.#meant) return;
    this.#over =
      untilMs - this.lastEndMs >= endAfterMs || untilMs - (this.startedMs as number) >= maxUtteranceMs;
    if (this.#over) this.held = [];
  }

  async #pushAfterGap(frame: Frame): Promise<readonly Frame[]> {
    const before = await this.#gap(frame.capturedAtMs);
    return this.#over ? before : joined(before, await super.push(frame));
  }

  /** There is no sound until this capture time: a pause like any other. */
  async #gap(untilMs: number): Promise<readonly Frame[]> {
    const frames = await this.flush();
    if (this.#over) return frames;
    this.forgetOnset();
    if (this.state === 'open') {
      if (untilMs - this.lastEndMs < this.settings.hangoverMs) return frames;
      // The hangover ends at the gap; sound after it is not a part of it.
      const hangover = this.#meant ? this.release(untilMs) : NO_FRAMES;
      this.pause();
      this.decided(untilMs);
      return joined(frames, hangover);
    }
    this.drop(untilMs);
    this.decided(untilMs);
    return frames;
  }
}
