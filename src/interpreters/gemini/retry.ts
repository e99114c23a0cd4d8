import { type Clock, sleep } from '../../base/time.ts';
import { Fault, type FaultCode, mayPassSoon } from '../../kiosk/faults.ts';
import { turnRetryDelayMs } from '../../kiosk/retry.ts';

export interface Retries {
  readonly clock: Clock;
  /** Whether another attempt may be paid for, and there is time for it. */
  worthwhile(fault: Fault): boolean;
  /** An attempt failed and is repeated: all that came of it is void. */
  again(fault: Fault): void;
}

/**
 * Repeats an attempt as long as its faults may pass soon and that is worthwhile.
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
      if (!(error instanceof Fault) || !mayPassSoon(error.code) || !worthwhile(error)) throw error;
      again(error);
    }
    await sleep(clock, turnRetryDelayMs(failures, clock.random()), signal);
  }
}

/** The service has heard everything: asking again costs, and a third attempt rarely helps. */
const OF_THE_ANSWER: ReadonlySet<FaultCode> = new Set([
  'no-answer',
  'silent-answer',
  'answer-broken-off',
  'answer-endless',
  'answer-wrong-language',
  'service-garbled',
]);
const MAX_ANSWERS = 2;

/** Connections that break under an utterance: a bad minute of the network breaks several. */
const MAX_BROKEN = 4;

/** After this many, the rest of an utterance is waited for: it is not sent anew from its beginning each second. */
const BROKEN_BEFORE_WAITING = 2;

/**
 * How often a turn is sent on a session. Connecting costs nothing and is not counted: it is tried until the turn's time
 * is up. Sending costs, and is.
 */
export class SessionTries {
  #answers = 0;
  #broken = 0;

  #waits = false;

  /** The next attempt is to wait until the utterance has ended. */
  get waits(): boolean {
    return this.#waits;
  }

  /**
   * An attempt failed, with a fault that may pass soon.
   * @param sent whether anything of the utterance had been sent
   * @returns whether another connection may be tried
   */
  failed({ code }: Fault, sent: boolean): boolean {
    if (sent && OF_THE_ANSWER.has(code)) this.#answers += 1;
    else if (sent) this.#broken += 1;
    this.#waits = sent && this.#broken >= BROKEN_BEFORE_WAITING;
    return !sent || (this.#answers < MAX_ANSWERS && this.#broken < MAX_BROKEN);
  }
}
