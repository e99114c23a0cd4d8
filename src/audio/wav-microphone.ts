import { type Clock, sleep } from '../base/time.ts';
import { CAPTURE_RATE_HZ, FRAME_MS, FRAME_SAMPLES, type Frame, framesOf } from './pcm/frame.ts';
import { resample } from './pcm/resample.ts';
import { readWav } from './pcm/wav.ts';

/** A sound in place of a microphone, in real time: each frame comes when its last sample is captured. */
export interface RecordedUtterance {
  /** Length of the sound in milliseconds. */
  readonly durationMs: number;
  /** The file held more. */
  readonly cut: boolean;
  /**
   * The frames of the sound from now on, and silence after it without end.
   * @param startMs when the first sample counts as captured, on the clock
   */
  frames(startMs: number, clock: Clock): AsyncGenerator<Frame, never, void>;
}

/**
 * Reads a WAV file of any rate and number of channels.
 * @param maxMs sound after this is left out
 * @param channel of several, as for the microphone
 * @throws WavError when it can't be read as one
 */
export function recordedUtterance(file: Uint8Array, maxMs: number, channel?: number): RecordedUtterance {
  const sound = readWav(file, channel);
  const kept = sound.samples.subarray(0, Math.ceil((sound.sampleRate * maxMs) / 1000));
  const samples = resample(kept, sound.sampleRate, CAPTURE_RATE_HZ);
  return {
    cut: kept.length < sound.samples.length,
    durationMs: (samples.length * 1000) / CAPTURE_RATE_HZ,
    frames: (startMs, clock) => paced(framesOf(samples, startMs), startMs, clock),
  };
}

async function* paced(
  sound: readonly Frame[],
  startMs: number,
  clock: Clock,
): AsyncGenerator<Frame, never, void> {
  const silence = new Int16Array(FRAME_SAMPLES);
  for (let i = 0; ; i++) {
    const frame = sound[i] ?? { samples: silence, capturedAtMs: startMs + i * FRAME_MS };
    const waitMs = frame.capturedAtMs + FRAME_MS - clock.now();
    if (waitMs > 0) await sleep(clock, waitMs);
    yield frame;
  }
}
