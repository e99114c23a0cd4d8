import { loadSileroDetector, type SpeechDetector } from '../../../src/line/detector.ts';
import type { VirtualClock } from './clock.ts';

let loaded: Promise<SpeechDetector> | undefined;

/** One for all clocks of this process. Inference runs in another thread: time stands still meanwhile. */
export async function detectorOn(clock: VirtualClock): Promise<SpeechDetector> {
  loaded ??= loadSileroDetector();
  const detector = await loaded;
  detector.reset();
  return {
    probability: (window) => clock.hold(detector.probability(window)),
    reset: () => detector.reset(),
  };
}
