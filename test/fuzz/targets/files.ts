import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { unacknowledgedIn } from '../../../src/interpreters/network/tcp-table.ts';
import { ENGINES } from '../../../src/kiosk/engines.ts';
import { entrySchema, type LedgerEntry } from '../../../src/spending/entry.ts';
import { lineOf, readLines } from '../../../src/spending/lines.ts';
import { nothingInherited } from '../invariants.ts';
import { anyJson, anyText, damaged } from '../mutate.ts';
import { target } from '../target.ts';

const count = fc.oneof(fc.nat(100_000), fc.constantFrom(0, Number.MAX_SAFE_INTEGER));
const language = fc.option(
  fc.oneof(fc.constantFrom('es', 'en-US', 'zh-Hant-TW', 'x-y', 'iw', 'passport'), anyText),
  { nil: undefined },
);
const told = fc.record({
  at: fc.oneof(fc.constantFrom(0, 1_764_500_000_000, 253_402_300_799_999), fc.nat()),
  guest: count,
  engine: fc.constantFrom(...ENGINES),
  models: fc.array(fc.oneof(fc.constantFrom('gemini-3.8-live', 'models/x'), anyText), { maxLength: 8 }),
  outcome: fc.constantFrom('translated', 'nothing said', 'failed'),
  from: language,
  to: language,
  sentMs: count,
  receivedMs: count,
  microdollars: count,
  estimated: fc.boolean(),
  reported: fc.option(
    fc.record({ textIn: count, textOut: count, audioIn: count, audioOut: count, microdollars: count }),
    { nil: undefined },
  ),
});
const entry: fc.Arbitrary<LedgerEntry> = told.map((facts) => entrySchema.parse(facts));
const other = anyJson.map((value) => lineOf(value as LedgerEntry)); // with a valid checksum
const file = fc
  .array(fc.oneof({ weight: 5, arbitrary: entry.map(lineOf) }, { weight: 1, arbitrary: other }), {
    maxLength: 4,
  })
  .map((lines) => lines.join(''));

/** What was written is read again, whatever lies between; what is read can be written, and the rest is truncated. */
export const ledger = target(
  'ledger',
  60_000,
  fc.tuple(fc.array(entry, { maxLength: 3 }), fc.oneof(file, damaged(file))),
  ([entries, text]) => {
    const { entries: read, skipped, intactBytes } = readLines(Buffer.from(text).toString('latin1'));
    nothingInherited();
    const bytes = Buffer.from(text).toString('latin1');
    ok(intactBytes <= bytes.length && (intactBytes === 0 || bytes[intactBytes - 1] === '\n'));
    ok(read.length + skipped <= bytes.split('\n').length);
    for (const one of read) deepEqual(entrySchema.parse(one), one);
    const kept = bytes.slice(0, intactBytes) + entries.map(lineOf).join('');
    const again = readLines(kept).entries;
    deepEqual(
      again.slice(again.length - entries.length),
      entries.map((one) => JSON.parse(JSON.stringify(one))),
    );
    equal(readLines(kept).intactBytes, kept.length);
  },
);

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0000000000000000 100 0 0 10 0
   1: 0100007F:C350 0100007F:01BB 01 00000A2F:00000000 01:00000014 00000000  1000        0 23456 2 0000000000000000 20 4 30 10 -1
`;

/** A size in bytes; undefined: unknown. */
export const tcpTable = target(
  'tcp-table',
  80_000,
  fc.oneof(damaged(fc.constant(TABLE)), anyText),
  (text) => {
    const bytes = unacknowledgedIn(text, 50_000, 443);
    ok(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0), String(bytes));
  },
);
