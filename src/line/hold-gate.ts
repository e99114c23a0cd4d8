import { FRAME_MS, type Frame, frameEndMs } from '../audio/pcm/frame.ts';
import { levelDbfs } from '../audio/pcm/level.ts';
import type { SpeechDetector } from './detector.ts';
import { Gate, type Gated, type GateSettings, joined, NO_FRAMES } from './gate.ts';

/** A sound in a press in which the detector found no speech. */
interface Sound {
  /** The press, with its pre-roll and tail, is longer than this, in milliseconds. */
  readonly pressMs: number;
  /** The sound is louder than the room by this, in dB, */
  readonly aboveDb: number;
  /** for this long in total, in milliseconds. */
  readonly forMs: number;
}

/**
 * The gate fails open for this. A short touch of the button is not speech; 12 dB is more than the room itself changes; a
 * click or a knock is shorter than 200 ms, a syllable with its vowel is not.
 */
const LOUD: Sound = { pressMs: 1000, aboveDb: 12, forMs: 200 };
/** Somebody spoke too softly: see docs/developers/gate.md for the measurements. */
const SOFT: Sound = { pressMs: 2000, aboveDb: 6, forMs: 200 };
/** The converter's own noise. A quieter room counts as this loud: otherwise a single bit would be a sound. */
const QUIETEST_ROOM_DBFS = -65;
/** Without sound before the press, its 10th percentile counts as the level of the room. */
const ROOM_PERCENTILE = 0.1;

/**
 * The gate of hold-to-talk: the release of the button ends the utterance. A press means speech, so the gate only trims
 * the edges and cuts long pauses, and it fails open.
 */
export class HoldGate extends Gate {
  readonly #noiseDbfs: number | undefined;
  /** The whole press, until the gate opens: all of it passes if the gate fails open. */
  #press: Frame[] = [];

  /** @param noiseDbfs level of the room measured before the press, if it was */
  constructor(detector: SpeechDetector, settings: GateSettings, noiseDbfs?: number) {
    super(detector, settings);
    this.#noiseDbfs = noiseDbfs;
  }

  override push(frame: Frame): readonly Frame[] | Promise<readonly Frame[]> {
    if (this.everOpened) this.#press = [];
    else this.#press.push(frame);
    return super.push(frame);
  }

  async end(): Promise<Gated> {
    let frames = await this.flush();
    if (this.state === 'open') frames = joined(frames, this.held.splice(0));
    if (this.everOpened) return this.#result({ frames });
    const loud = this.#find(LOUD);
    if (loud === undefined) return this.#result({ tooQuiet: this.#find(SOFT) !== undefined });
    this.speechMs = loud.ms;
    this.startedMs = loud.startedMs;
    this.lastEndMs = loud.endedMs;
    return this.#result({ frames: this.#press, failedOpen: true });
  }

  #result(parts: Partial<Gated>): Gated {
    const { speechMs, startedMs: speechStartedMs } = this;
    return { frames: NO_FRAMES, speechMs, speechStartedMs, failedOpen: false, tooQuiet: false, ...parts };
  }

  #find({ pressMs, aboveDb, forMs }: Sound) {
    if (this.#press.length * FRAME_MS <= pressMs) return undefined;
    const levels = this.#press.map((frame) => levelDbfs(frame.samples));
    const quietest = levels.toSorted((a, b) => a - b)[Math.floor(levels.length * ROOM_PERCENTILE)] as number;
    const room = Math.max(QUIETEST_ROOM_DBFS, this.#noiseDbfs ?? quietest);
    const loud = this.#press.filter((_, i) => (levels[i] as number) >= room + aboveDb);
    const ms = loud.length * FRAME_MS;
    const [first, last] = [loud.at(0), loud.at(-1)];
    if (first === undefined || last === undefined || ms < forMs) return undefined;
    return { ms, startedMs: first.capturedAtMs, endedMs: frameEndMs(last) };
  }
}
