/** The unit in which sound moves inside: 20 ms of 16 kHz mono 16-bit PCM with its capture time. */

/** What the Live API takes and what the voice detector was trained on (live-translate guide: 16 kHz PCM16 mono). */
export const CAPTURE_RATE_HZ = 16_000;
export const FRAME_MS = 20;
export const FRAME_SAMPLES = (CAPTURE_RATE_HZ * FRAME_MS) / 1000;

export interface Frame {
  /** Exactly FRAME_SAMPLES samples. Not to be changed by receivers. */
  readonly samples: Int16Array;
  /** When the first sample was captured: milliseconds on the monotonic clock. */
  readonly capturedAtMs: number;
}

/** When the last sample of the frame was captured, in the same milliseconds. */
export function frameEndMs(frame: Frame): number {
  return frame.capturedAtMs + FRAME_MS;
}

/**
 * Cuts a sound into frames, the first captured at `startMs`; the last one is filled up with silence.
 * @param samples mono at CAPTURE_RATE_HZ
 */
export function framesOf(samples: Int16Array, startMs: number): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < samples.length; at += FRAME_SAMPLES) {
    const frame = new Int16Array(FRAME_SAMPLES);
    frame.set(samples.subarray(at, at + FRAME_SAMPLES));
    frames.push({ samples: frame, capturedAtMs: startMs + frames.length * FRAME_MS });
  }
  return frames;
}
