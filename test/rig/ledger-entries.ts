import type { LedgerEntry } from '../../src/spending/entry.ts';

/** A time in the middle of a day and a month. */
export const NOON = new Date(2026, 10, 22, 12);
/** The batches of the process that is killed. */
export const BATCH = 7;

/** A turn of a thousandth of a dollar, with these changes. */
export function anEntry(at: Date, told: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    at: at.getTime(),
    guest: 1,
    engine: 'dialogue',
    models: ['gemini-3.8-live'],
    outcome: 'translated',
    from: 'en',
    to: 'es',
    sentMs: 6000,
    receivedMs: 6000,
    microdollars: 1000,
    estimated: false,
    ...told,
  };
}
