import type { Microphone } from '../audio/microphone/microphone.ts';
import { FRAME_SAMPLES, type Frame } from '../audio/pcm/frame.ts';
import type { Clock } from '../base/time.ts';
import type { Mask } from './mask.ts';
import { MOST_KEPT_MS, type PreRoll } from './pre-roll.ts';
import type { Utterance } from './utterance.ts';

const SILENCE = new Int16Array(FRAME_SAMPLES);

export interface ListeningPorts {
  readonly microphone: Microphone;
  readonly preRoll: PreRoll;
  readonly mask: Mask;
  readonly clock: Clock;
}

/** Passes the microphone's frames to the pre-roll and to the utterance being spoken. */
export class Listening {
  readonly #ports: ListeningPorts;
  #utterance: Utterance | undefined;
  #conversing = false;
  #off = false;
  /** When the microphone was switched on: sound from before does not count. */
  #onMs = Number.NEGATIVE_INFINITY;

  constructor(ports: ListeningPorts) {
    this.#ports = ports;
  }

  /** The next frame of the microphone. What the device itself plays counts as silence. */
  frame(frame: Frame): void {
    if (this.#off || frame.capturedAtMs < this.#onMs) return;
    const { mask, preRoll } = this.#ports;
    const masked = mask.masked(frame);
    if (!masked) preRoll.push(frame);
    this.#utterance?.push(masked ? { samples: SILENCE, capturedAtMs: frame.capturedAtMs } : frame);
  }

  /** Frames belong to this utterance from now on. */
  begin(utterance: Utterance): void {
    this.#utterance = utterance;
    this.#ports.microphone.open();
  }

  /** This utterance takes no more frames. */
  end(utterance: Utterance): void {
    utterance.end();
    if (this.#utterance !== utterance) return;
    this.#utterance = undefined;
    if (!this.#conversing) this.#ports.microphone.close();
  }

  /** In a conversation the microphone stays open between turns, and the pre-roll keeps that sound. */
  conversation(open: boolean): void {
    const { preRoll, microphone } = this.#ports;
    this.#conversing = open;
    preRoll.keep(open ? MOST_KEPT_MS : undefined);
    if (open) microphone.open();
    else if (this.#utterance === undefined) microphone.close();
  }

  /** While the microphone is off, nothing is recorded. Earlier sound is dropped. */
  switchOff(off: boolean): void {
    const { microphone, preRoll, clock } = this.#ports;
    this.#off = off;
    if (off) {
      preRoll.clear();
      this.#utterance?.end();
    } else this.#onMs = clock.now();
    microphone.switchOff(off);
  }
}
