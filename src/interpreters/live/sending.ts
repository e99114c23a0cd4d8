import { CAPTURE_RATE_HZ, FRAME_MS, FRAME_SAMPLES } from '../../audio/pcm/frame.ts';
import type { Clock } from '../../time.ts';
import type { ModelUsed, Turn } from '../../turn/turn.ts';
import type { Connection } from './connection.ts';

/** On the wire, 100 ms (live-translate guide); inside, 20 ms. */
const MESSAGE_MS = 100;
const FRAMES_PER_MESSAGE = MESSAGE_MS / FRAME_MS;

/** Sends the utterance from its first frame to its last, as it comes, and counts it. */
export async function sendFrames(
  turn: Turn,
  connection: Connection,
  use: ModelUsed,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let cursor = 0;
  for (;;) {
    await turn.reaches(cursor + FRAMES_PER_MESSAGE - 1, signal);
    const frames = turn.frames.slice(cursor, cursor + FRAMES_PER_MESSAGE);
    if (frames.length === 0) return; // closed, and all of it is sent
    await connection.uplinkFree();
    const message = new Int16Array(frames.length * FRAME_SAMPLES);
    for (const [i, frame] of frames.entries()) message.set(frame.samples, i * FRAME_SAMPLES);
    connection.sendAudio(message);
    turn.mark('firstSent', clock.now());
    const seconds = message.length / CAPTURE_RATE_HZ;
    turn.meter.sentSeconds += seconds;
    use.sentSeconds += seconds;
    connection.sound.add(seconds);
    cursor += frames.length;
  }
}
