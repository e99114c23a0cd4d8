import { Fault } from '../../kiosk/faults.ts';
import type { Clock } from '../../time.ts';
import type { Turn } from '../../turn/turn.ts';
import type { Connection, ConnectionListener } from './connection.ts';
import { HAND_OVER_MS } from './sessions.ts';

/** The answer to one utterance, gathered from what a connection brings. */
export interface DueAnswer<T> extends Pick<ConnectionListener, 'message' | 'lost'> {
  /** Rejects with the Fault that ended it. */
  readonly done: Promise<T>;
  /** The utterance has arrived whole: from now on an answer is due. @param utteranceSeconds how long it was */
  expect(utteranceSeconds: number): void;
  /** Nobody waits for it any more. */
  cancel(): void;
}

/**
 * One try of a turn: sends the utterance over a connection, while it is being spoken, and waits for the answer. The
 * connection is left in time when the service is going to end it.
 * @param send sends the utterance and its end
 * @throws Fault when that failed; the signal's reason when that is aborted
 */
export async function exchange<T>(
  turn: Turn,
  connection: Connection,
  answer: DueAnswer<T>,
  send: (signal: AbortSignal) => Promise<void>,
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
      if (connection.deadlineMs === undefined) return;
      const leftMs = connection.deadlineMs - HAND_OVER_MS - clock.now();
      // When it is too late to leave in time, what is being spoken loses nothing by leaving at once; an answer
      // that is due may still arrive before the end.
      if (leftMs > 0) stopHandOver = clock.after(leftMs, leave);
      else if (!sent) leave();
    };
    connection.listen({
      message: (message) => answer.message(message),
      lost: (fault) => answer.lost(fault),
      retiring: handOverInTime,
    });
    handOverInTime();
    const sentAndDue = send(AbortSignal.any([signal, over.signal])).then(() => {
      sent = true;
      // Nobody can answer what is still on its way.
      void connection.arrived().then(() => answer.expect(turn.seconds));
    });
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over.signal });
    });
    const [parts] = await Promise.race([Promise.all([answer.done, sentAndDue]), cancelled]);
    return parts;
  } finally {
    over.abort(new Error('the attempt is over'));
    answer.cancel();
    stopWatching();
    stopHandOver();
  }
}
