import { type Fault, type FaultCode, mayPassSoon } from '../../kiosk/faults.ts';

/** What a service that has heard everything makes of it: asking again costs, and a third time rarely helps. */
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

/** After so many of them the rest of an utterance is waited for: it is not sent anew from its beginning each second. */
const BROKEN_BEFORE_WAITING = 2;

/**
 * How often a turn is tried. Connecting costs nothing and is not counted: it is tried until the turn's time is up.
 * Sending costs, and is.
 */
export class Tries {
  #answers = 0;
  #broken = 0;

  /**
   * A try failed.
   * @param sent whether anything of the utterance had been sent
   * @returns whether the turn should go to another connection, at once or when the utterance has ended
   */
  failed({ code }: Fault, sent: boolean): 'again' | 'when it has ended' | 'no more' {
    if (!mayPassSoon(code)) return 'no more';
    if (!sent) return 'again';
    if (OF_THE_ANSWER.has(code)) this.#answers += 1;
    else this.#broken += 1;
    if (this.#answers >= MAX_ANSWERS || this.#broken >= MAX_BROKEN) return 'no more';
    return this.#broken >= BROKEN_BEFORE_WAITING ? 'when it has ended' : 'again';
  }
}
