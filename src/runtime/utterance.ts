import { type Frame, frameEndMs } from '../audio/pcm/frame.ts';
import { Fault } from '../kiosk/faults.ts';
import type { Clock } from '../time.ts';
import type { Turn } from '../turn/turn.ts';
import type { Gate } from '../voice/gate.ts';

/** Sound before the release that may be missing without being missed, in milliseconds: less than a syllable. */
const MAX_LOST_MS = 100;

/**
 * Carries the sound of one utterance from the microphone through the gate into the turn, until it has ended: when
 * the gate says so, or with the frame captured at release + tail, whenever that arrives. Frames may come as fast as
 * they like: only their capture times count.
 * @param frames in the order of their capture, the pre-roll first
 * @param releasedAtMs when the button ended the utterance; undefined until it does
 * @param tailMs sound behind the release that still belongs to the utterance, in milliseconds
 * @param speechStarted called once, as soon as the gate is sure of speech
 * @throws Fault when the microphone fell silent before the release
 */
export async function captureUtterance(
  frames: AsyncIterable<Frame>,
  gate: Gate,
  turn: Turn,
  releasedAtMs: () => number | undefined,
  tailMs: number,
  clock: Clock,
  speechStarted: () => void = () => {},
): Promise<void> {
  const markSpeech = () => {
    if (gate.speechStartedMs === undefined || turn.marks.speechStarted !== undefined) return;
    turn.mark('speechStarted', gate.speechStartedMs);
    speechStarted();
  };
  let heardUntilMs: number | undefined;
  for await (const frame of frames) {
    heardUntilMs = frameEndMs(frame);
    const released = releasedAtMs();
    const last = released !== undefined && frameEndMs(frame) >= released + tailMs;
    const arrivedMs = clock.now();
    if (last) turn.mark('captured', arrivedMs);
    turn.append(await gate.push(frame));
    markSpeech();
    if (gate.over) turn.mark('captured', arrivedMs);
    if (last || gate.over) break;
  }
  turn.mark('captured', clock.now()); // also when the very last frames never came
  const released = gate.over ? undefined : releasedAtMs();
  const doneAtMs = gate.over ? gate.lastSpeechEndMs : released;
  if (doneAtMs !== undefined) turn.mark('released', doneAtMs);
  // Half a sentence is worse than none: who hears its translation can't know that the other half is missing.
  if (released !== undefined && (heardUntilMs ?? Number.NEGATIVE_INFINITY) < released - MAX_LOST_MS) {
    throw new Fault('microphone-stalled', 'the end of the utterance never came from the microphone');
  }
  const gated = await gate.end();
  turn.append(gated.frames);
  turn.speechMs = gated.speechMs;
  turn.tooQuiet = gated.tooQuiet;
  markSpeech();
  turn.mark('gated', clock.now());
  turn.close();
}
