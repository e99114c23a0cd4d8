import type { Outcome } from '../kiosk/state.ts';
import { entryOf } from '../spending/entry.ts';
import { Ledger } from '../spending/ledger.ts';
import { loadPrices, type Prices } from '../spending/prices.ts';
import type { TurnRecord } from './turns.ts';

/** Keeps the account of what turns cost. Its methods return at once and don't throw. */
export interface Accounts {
  /** A turn is over, however it ended: what it used is paid for. */
  turn(outcome: Outcome, record: TurnRecord | undefined): void;
  /** The next turn is another guest's. */
  guestLeft(): void;
  /** Writes what is not written yet. */
  stop(): Promise<void>;
}

/** No account is kept. */
export const NO_ACCOUNTS: Accounts = { turn: () => {}, guestLeft: () => {}, stop: async () => {} };

/**
 * The account in a ledger on disk.
 * @param trouble told why it can't be written, and with undefined when it can be again; it goes on in memory
 */
export async function openAccounts(
  folder: string,
  trouble: (error: Error | undefined) => void,
): Promise<Accounts> {
  const ledger = await Ledger.open(folder, { trouble });
  return new LedgerAccounts(ledger, loadPrices());
}

class LedgerAccounts implements Accounts {
  readonly #ledger: Ledger;
  readonly #prices: Prices;
  #guest: number;

  constructor(ledger: Ledger, prices: Prices) {
    this.#ledger = ledger;
    this.#prices = prices;
    this.#guest = ledger.nextGuest(new Date());
  }

  turn(outcome: Outcome, record: TurnRecord | undefined): void {
    const models = record?.turn.meter.uses ?? [];
    if (models.length === 0) return; // nothing was sent: nothing is billed
    const { heard, said } = record?.report ?? {};
    const facts = { at: new Date(), guest: this.#guest, outcome, from: heard?.language, to: said?.language };
    this.#ledger.append(entryOf(facts, { engine: 'dialogue', models }, this.#prices));
  }

  guestLeft(): void {
    this.#guest = this.#ledger.nextGuest(new Date());
  }

  async stop(): Promise<void> {
    await this.#ledger.stop();
  }
}
