import { CAPTURE_RATE_HZ, FRAME_MS, FRAME_SAMPLES } from '../../../audio/pcm/frame.ts';
import { orAborted } from '../../../base/or-aborted.ts';
import type { Clock } from '../../../base/time.ts';
import { Fault } from '../../../kiosk/faults.ts';
import type { ModelUsed, Turn } from '../../../turn/turn.ts';
import type { Connection } from './connection.ts';
import type { PendingAnswer } from './pending-answer.ts';

/** The length of a message (live-translate guide). */
const MESSAGE_MS = 100;
const FRAMES_PER_MESSAGE = MESSAGE_MS / FRAME_MS;

/**
 * One attempt of a turn: sends the utterance over a connection, while it is being spoken, and waits for the answer. The
 * attempt fails before the service ends the connection.
 * @param use counts what is sent
 * @throws Fault when it failed; the signal's reason when that is aborted
 */
export async function attempt<T>(
  turn: Turn,
  connection: Connection,
  use: ModelUsed,
  answer: PendingAnswer<T>,
  clock: Clock,
  signal: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  const stopWatching = connection.watchLink();
  let stopHandOver = () => {};
  try {
    let sent = false;
    const leave = () => answer.lost(new Fault('session-expired', 'left before the service ends it'));
    const handOverInTime = () => {
      stopHandOver();
      if (connection.leaveMs === undefined) return;
      const leftMs = connection.leaveMs - clock.now();
      // When it is too late: an utterance that is not complete leaves at once and loses nothing; an answer may still
      // arrive before the end.
      if (leftMs > 0) stopHandOver = clock.after(leftMs, leave);
      else if (!sent) leave();
    };
    connection.listen(answer, handOverInTime);
    handOverInTime();
    const whileWanted = AbortSignal.any([signal, over.signal]);
    const sending = send(turn, connection, use, answer, clock, whileWanted).then(() => {
      sent = true;
      // No answer is due before the utterance has arrived.
      void connection.arrived().then(() => answer.expect(turn.seconds));
    });
    const [parts] = await orAborted(Promise.all([answer.done, sending]), signal);
    return parts;
  } finally {
    over.abort(new Error('the attempt is over'));
    answer.cancel();
    stopWatching();
    stopHandOver();
  }
}

/** Sends the utterance from its first frame while it is being spoken, and its end. */
async function send(
  turn: Turn,
  connection: Connection,
  use: ModelUsed,
  answer: Pick<PendingAnswer<unknown>, 'ends' | 'ended'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  turn.meter.attempts += 1;
  connection.startUtterance();
  for (let cursor = 0; ; ) {
    await turn.reaches(cursor + FRAMES_PER_MESSAGE - 1, signal);
    const frames = turn.frames.slice(cursor, cursor + FRAMES_PER_MESSAGE);
    if (frames.length === 0) break; // closed and sent
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
  answer.ends();
  connection.endUtterance();
  turn.meter.sentWhole += 1;
  await connection.flushed();
  turn.mark('sent', clock.now());
  answer.ended();
}
