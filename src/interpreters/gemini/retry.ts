import { type Clock, sleep } from '../../base/time.ts';
import { Fault, type FaultCode, mayPassSoon } from '../../kiosk/faults.ts';
import { turnRetryDelayMs } from '../../kiosk/retry.ts';

export interface Retries {
  readonly clock: Clock;
  /** Whether there is time for another attempt, and its cost is acceptable. */
  worthwhile(): boolean;
  /** An attempt failed and is repeated: its results are void. */
  again(fault: Fault): void;
}

/**
 * Repeats an attempt while its faults may pass soon and that is worthwhile.
 * @throws Fault the last one; the signal's reason when that is aborted
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  { clock, worthwhile, again }: Retries,
  signal: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Fault) || !mayPassSoon(error.code) || !worthwhile()) throw error;
      again(error);
    }
    await sleep(clock, turnRetryDelayMs(failures, clock.random()), signal);
  }
}

/** The service has received the whole utterance: a repetition is billed, and a third attempt rarely helps. */
const OF_THE_ANSWER: ReadonlySet<FaultCode> = new Set([
  'no-answer',
  'silent-answer',
  'answer-broken-off',
  'answer-endless',
  'answer-wrong-language',
  'service-garbled',
]);
const MAX_ANSWERS = 2;

/** Connections that break during an utterance: a bad network breaks several within a minute. */
const MAX_BROKEN = 4;

/** After this many, the next attempt waits for the end of the utterance, instead of sending its beginning every second. */
const BROKEN_BEFORE_WAITING = 2;

/** How often a turn is sent on a session. Only what is billed counts: connecting is tried until the turn's time is up. */
export class SessionTries {
  #answers = 0;
  #broken = 0;
  /** The next attempt must wait until the utterance has ended. */
  waits = false;

  /**
   * Counts an attempt that failed.
   * @param sent whether anything of the utterance had been sent
   * @returns whether another connection may be tried
   */
  failed({ code }: Fault, sent: boolean): boolean {
    if (sent && OF_THE_ANSWER.has(code)) this.#answers += 1;
    else if (sent) this.#broken += 1;
    this.waits = sent && this.#broken >= BROKEN_BEFORE_WAITING;
    return !sent || (this.#answers < MAX_ANSWERS && this.#broken < MAX_BROKEN);
  }
}
