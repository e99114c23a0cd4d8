import type { Frame } from '../../src/audio/pcm/frame.ts';
import type { SpeechDetector } from '../../src/line/detector.ts';
import { EndingGate, type EndingGateSettings } from '../../src/line/ending-gate.ts';

/** What one gate let through of a stream that it shares with other gates. */
export interface FoundUtterance {
  readonly frames: readonly Frame[];
  /** Capture times of its first and its last speech, in milliseconds. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** What the detector took for speech, in milliseconds. */
  readonly speechMs: number;
  /** The gate found its end; else the stream ended first. */
  readonly over: boolean;
}

/** Feeds one stream to gates, each from where the one before it let nothing through any more, as a conversation does. */
export async function utterancesIn(
  stream: readonly Frame[],
  detector: SpeechDetector,
  settings: EndingGateSettings,
): Promise<FoundUtterance[]> {
  const found: FoundUtterance[] = [];
  for (let at = 0; at < stream.length; ) {
    detector.reset();
    const gate = new EndingGate(detector, settings);
    const frames: Frame[] = [];
    for (let i = at; i < stream.length && !gate.over; i++)
      frames.push(...(await gate.push(stream[i] as Frame)));
    const { frames: last, speechMs } = await gate.end();
    frames.push(...last);
    const [startedMs, endedMs] = [gate.speechStartedMs, gate.lastSpeechEndMs];
    if (startedMs === undefined || endedMs === undefined) break;
    found.push({ frames, startedMs, endedMs, speechMs, over: gate.over });
    at = stream.indexOf(frames.at(-1) as Frame) + 1;
  }
  return found;
}
