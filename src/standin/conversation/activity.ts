/** Voice detection for clients that don't mark their utterances: by loudness, in windows of 20 ms. */
import { concat } from '../../audio/pcm/concat.ts';
import type { AutomaticActivityDetection } from '../protocol/messages.ts';
import { IN_RATE } from '../protocol/sound.ts';

interface ActivityRules {
  /** Speech of this length starts an utterance. */
  readonly prefixMs: number;
  /** Silence of this length ends it. */
  readonly silenceMs: number;
  /** RMS above which a window counts as speech. */
  readonly threshold: number;
}

const WINDOW_MS = 20;
const WINDOW = (IN_RATE * WINDOW_MS) / 1000;
/** Sound before the start that belongs to the utterance, so that no first syllable is lost. */
const KEPT_BEFORE_MS = 300;

/** The service names no defaults in milliseconds; these are the stand-in's choice. */
const DEFAULT_PREFIX_MS = 60;
const DEFAULT_SILENCE_MS = { high: 700, low: 1200 };
/** -46 dBFS and -40 dBFS. */
const THRESHOLD = { high: 160, low: 330 };

export function activityRules(asked: AutomaticActivityDetection = {}): ActivityRules {
  const patient = asked.endOfSpeechSensitivity === 'END_SENSITIVITY_LOW';
  const deaf = asked.startOfSpeechSensitivity === 'START_SENSITIVITY_LOW';
  return {
    prefixMs: asked.prefixPaddingMs ?? DEFAULT_PREFIX_MS,
    silenceMs: asked.silenceDurationMs ?? (patient ? DEFAULT_SILENCE_MS.low : DEFAULT_SILENCE_MS.high),
    threshold: deaf ? THRESHOLD.low : THRESHOLD.high,
  };
}

export type Activity =
  | { readonly kind: 'start' }
  | { readonly kind: 'sound'; readonly samples: Int16Array }
  | { readonly kind: 'end' };

/** Finds utterances in a stream of sound. Time is counted in samples, so it hears the same at any speed. */
export class ActivityDetector {
  readonly #rules: ActivityRules;
  #rest: Int16Array = new Int16Array(0);
  #before: Int16Array[] = [];
  #speaking = false;
  #loudMs = 0;
  #quietMs = 0;

  constructor(rules: ActivityRules) {
    this.#rules = rules;
  }

  get speaking(): boolean {
    return this.#speaking;
  }

  /** @returns what was found in the sound, in order */
  push(samples: Int16Array): Activity[] {
    const all = concat([this.#rest, samples]);
    const found: Activity[] = [];
    let at = 0;
    for (; at + WINDOW <= all.length; at += WINDOW) this.#window(all.slice(at, at + WINDOW), found);
    this.#rest = all.slice(at);
    return found;
  }

  /** The stream has paused: an utterance in progress ends here. */
  flush(): Activity[] {
    const wasSpeaking = this.#speaking;
    this.#quiet();
    return wasSpeaking ? [{ kind: 'end' }] : [];
  }

  #window(window: Int16Array, found: Activity[]): void {
    const loud = rms(window) > this.#rules.threshold;
    if (!this.#speaking) {
      this.#loudMs = loud ? this.#loudMs + WINDOW_MS : 0;
      this.#before.push(window);
      if (this.#loudMs === 0 || this.#loudMs < this.#rules.prefixMs) {
        const kept = (KEPT_BEFORE_MS + this.#loudMs) / WINDOW_MS;
        if (this.#before.length > kept) this.#before.shift();
        return;
      }
      this.#speaking = true;
      this.#quietMs = 0;
      found.push({ kind: 'start' });
      for (const earlier of this.#before) found.push({ kind: 'sound', samples: earlier });
      this.#before = [];
      return;
    }
    found.push({ kind: 'sound', samples: window });
    this.#quietMs = loud ? 0 : this.#quietMs + WINDOW_MS;
    if (this.#quietMs < this.#rules.silenceMs) return;
    this.#quiet();
    found.push({ kind: 'end' });
  }

  #quiet(): void {
    this.#speaking = false;
    this.#before = [];
    this.#loudMs = 0;
    this.#quietMs = 0;
  }
}

function rms(window: Int16Array): number {
  let sum = 0;
  for (const sample of window) sum += sample * sample;
  return Math.sqrt(sum / window.length);
}
