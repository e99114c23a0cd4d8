import { Fault } from '../../kiosk/faults.ts';
import { turnRetryDelayMs } from '../../kiosk/retry.ts';
import { type Clock, sleep } from '../../time.ts';
import type { Turn } from '../../turn/turn.ts';
import type { InterpretationSink } from '../interpreter.ts';
import type { Access } from './access.ts';
import { Tries } from './tries.ts';

export interface Delivery {
  /** An utterance is not tried again when it ended so long ago, in milliseconds. */
  readonly deliverWithinMs: number;
}

/**
 * Tries a turn on one connection after the other, as long as its faults say that it is worth it and there is time.
 * @param attempt one try, on a connection of its own
 * @throws Fault the last one, which is told as the state of the service; the signal's reason when that is aborted
 */
export async function untilAnswered<T>(
  attempt: () => Promise<T>,
  turn: Turn,
  sink: InterpretationSink,
  access: Access,
  { deliverWithinMs }: Delivery,
  clock: Clock,
  signal: AbortSignal,
): Promise<T> {
  const tries = new Tries();
  let waitingSinceMs: number | undefined;
  // The kiosk has a limit of its own for how long a turn is tried; this is for who has none.
  const tooLate = () => waitingSinceMs !== undefined && clock.now() >= waitingSinceMs + deliverWithinMs;
  let last: Fault | undefined;
  let pause = async () => {};
  for (let failures = 1; ; failures++) {
    const sentBefore = turn.meter.attempts;
    try {
      await pause();
      const answer = await attempt();
      access.answered();
      return answer;
    } catch (error) {
      if (!(error instanceof Fault)) {
        // Given up between its tries, for its time was up: what has failed twice would fail the next turn as well.
        if (last !== undefined && failures > 2) access.ended(last);
        throw error;
      }
      // Time that is up on one fresh session after the other is something else, too.
      const again = error.code === 'session-expired' && failures > 1;
      last = again ? new Fault('service-error', error.detail) : error;
      if (turn.closed) waitingSinceMs ??= turn.marks.gated ?? clock.now();
      const verdict = tries.failed(error, turn.meter.attempts > sentBefore);
      if (verdict === 'no more' || tooLate()) {
        access.ended(last);
        throw last;
      }
      turn.unanswered();
      sink.restarted(error);
      pause = async () => {
        await sleep(clock, turnRetryDelayMs(failures, clock.random()), signal);
        if (verdict === 'when it has ended') await turn.reaches(Number.POSITIVE_INFINITY, signal);
      };
    }
  }
}
