import { type Frame, frameEndMs } from '../audio/pcm/frame.ts';
import { Fault } from '../kiosk/faults.ts';
import type { Turn } from '../turn/turn.ts';
import type { Gate } from '../voice/gate.ts';

/** Sound before the release that may be missing without being missed, in milliseconds: less than a syllable. */
const MAX_LOST_MS = 100;

/**
 * Carries the sound of one press from the microphone through the gate into the turn, until the utterance has
 * ended: with the frame captured at release + tail, whenever that arrives.
 * @param frames in the order of their capture, the pre-roll first
 * @param releasedAtMs when the button came up; undefined while it is down
 * @throws Fault when the microphone fell silent before the release
 * @param tailMs sound behind the release that still belongs to the utterance, in milliseconds
 */
export async function captureUtterance(
  frames: AsyncIterable<Frame>,
  gate: Gate,
  turn: Turn,
  releasedAtMs: () => number | undefined,
  tailMs: number,
  now: () => number,
): Promise<void> {
  let heardUntilMs: number | undefined;
  for await (const frame of frames) {
    heardUntilMs = frameEndMs(frame);
    const released = releasedAtMs();
    const last = released !== undefined && frameEndMs(frame) >= released + tailMs;
    if (last) turn.mark('captured', now());
    turn.append(await gate.push(frame));
    if (gate.speechStartedMs !== undefined) turn.mark('speechStarted', gate.speechStartedMs);
    if (last) break;
  }
  turn.mark('captured', now()); // also when the very last frames never came
  const released = releasedAtMs();
  // Half a sentence is worse than none: who hears its translation can't know that the other half is missing.
  if (released !== undefined && (heardUntilMs ?? Number.NEGATIVE_INFINITY) < released - MAX_LOST_MS) {
    throw new Fault('microphone-stalled', 'the end of the utterance never came from the microphone');
  }
  const gated = await gate.end();
  turn.append(gated.frames);
  turn.speechMs = gated.speechMs;
  if (gated.speechStartedMs !== undefined) turn.mark('speechStarted', gated.speechStartedMs);
  turn.mark('gated', now());
  turn.close();
}
