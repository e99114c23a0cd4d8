import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LedgerEntry } from '../../src/spending/entry.ts';
import { Ledger, type LedgerOptions } from '../../src/spending/ledger.ts';
import { NOON } from './ledger-entries.ts';
import { VirtualClock } from './virtual/clock.ts';

/** The file of the month in which NOON lies. */
export const FILE = 'ledger-2026-11.jsonl';

export const open = (at: string, more: LedgerOptions = {}) =>
  Ledger.open(at, { clock: new VirtualClock({ wall: NOON }), ...more });
export const spentIn = (ledger: Ledger, at = NOON) => ledger.month(at).all.microdollars;
export const content = (at: string, file = FILE) => readFileSync(path.join(at, file), 'latin1');

/** A ledger that was closed in good order. @param at its folder @returns the folder */
export async function written(at: string, entries: readonly LedgerEntry[]): Promise<string> {
  const ledger = await open(at);
  for (const entry of entries) ledger.append(entry);
  await ledger.stop();
  return at;
}
