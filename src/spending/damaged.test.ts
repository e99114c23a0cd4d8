import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { anEntry, NOON } from '../../test/rig/ledger-entries.ts';
import { content, FILE, open, spentIn, written } from '../../test/rig/ledgers.ts';
import { ENGINES } from '../kiosk/engines.ts';
import type { LedgerEntry } from './entry.ts';
import { lineOf, readLines } from './lines.ts';

const folder = temporaryFolders();

const count = fc.nat(1_000_000);
/** Any turn of November 2026, in any zone. */
const anyEntry: fc.Arbitrary<LedgerEntry> = fc.record({
  at: fc.integer({ min: Date.UTC(2026, 10, 2), max: Date.UTC(2026, 10, 29) }),
  guest: fc.nat(50),
  engine: fc.constantFrom(...ENGINES),
  models: fc.constantFrom(['gemini-3.8-live'], [], ['gemini-3.5-flash-lite', 'gemini-3.8-flash-lite-tts']),
  outcome: fc.constantFrom('translated', 'nothing said', 'not understood', 'cancelled', 'failed'),
  from: fc.constantFrom('en', 'pt-BR', 'zh-Hant-TW'),
  to: fc.constantFrom('de', 'sr-Latn'),
  sentMs: count,
  receivedMs: count,
  microdollars: count,
  estimated: fc.boolean(),
});
const anyEntries = fc.array(anyEntry, { minLength: 1, maxLength: 12 });

describe('the ledger', () => {
  it('counts at once and remembers', () =>
    fc.assert(
      fc.asyncProperty(anyEntries, async (entries) => {
        const at = folder();
        const ledger = await open(path.join(at, 'new', 'folder'));
        for (const entry of entries) ledger.append(entry);
        const sum = entries.reduce((micro, entry) => micro + entry.microdollars, 0);
        expect(spentIn(ledger)).toBe(sum);
        const month = ledger.month(NOON);
        await ledger.stop();
        expect((await open(path.join(at, 'new', 'folder'))).month(NOON)).toEqual(month);
      }),
      { numRuns: 20 },
    ));

  it('cut at any byte holds all entries before the cut, and takes new ones', () =>
    fc.assert(
      fc.asyncProperty(anyEntries, fc.nat(), anyEntry, async (entries, place, next) => {
        const at = await written(folder(), entries);
        const length = content(at).length;
        const cut = place % (length + 1);
        truncateSync(path.join(at, FILE), cut);
        const whole = content(at).split('\n').length - 1;

        const ledger = await open(at);
        expect(ledger.month(NOON).all.turns).toBe(whole);
        ledger.append(next);
        await ledger.stop();
        expect(readLines(content(at))).toMatchObject({
          entries: [...entries.slice(0, whole), next],
          skipped: 0,
        });
      }),
      { numRuns: 60 },
    ));

  it('garbled at any byte loses that entry, and its neighbour where the line end is hit', () =>
    fc.assert(
      fc.asyncProperty(
        anyEntries,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (entries, place, flip) => {
          const at = await written(folder(), entries);
          const bytes = readFileSync(path.join(at, FILE));
          const byte = place % bytes.length;
          const hit = bytes.subarray(0, byte).toString('latin1').split('\n').length - 1;
          const lineEnd = bytes[byte] === 0x0a;
          bytes[byte] = (bytes[byte] ?? 0) ^ flip;
          writeFileSync(path.join(at, FILE), bytes);

          const left = entries.filter((_, i) => i !== hit && !(lineEnd && i === hit + 1));
          const ledger = await open(at);
          expect(ledger.month(NOON).all.turns).toBe(left.length);
          expect(ledger.skipped).toBeGreaterThan(0);
          const next = anEntry(NOON);
          ledger.append(next);
          await ledger.stop();
          expect(readLines(content(at)).entries).toEqual([...left, next]);
        },
      ),
      { numRuns: 100 },
    ));

  it('with anything between or after the lines reads the rest', () =>
    fc.assert(
      fc.asyncProperty(
        anyEntries,
        fc.uint8Array({ maxLength: 300 }),
        anyEntries,
        async (before, noise, after) => {
          const at = await written(folder(), before);
          appendFileSync(path.join(at, FILE), noise);
          appendFileSync(path.join(at, FILE), `\n${after.map(lineOf).join('')}`);
          appendFileSync(path.join(at, FILE), noise);
          const sum = [...before, ...after].reduce((micro, entry) => micro + entry.microdollars, 0);
          expect(spentIn(await open(at))).toBe(sum);
        },
      ),
      { numRuns: 30 },
    ));

  it('keeps lines that another process appends meanwhile', async () => {
    const at = folder();
    const [daemon, command] = [await open(at), await open(at)];
    for (const ledger of [daemon, command, daemon, command]) {
      ledger.append(anEntry(NOON));
      await ledger.flush();
    }
    appendFileSync(path.join(at, FILE), '{"crc":"12345678","entry":{"at":'); // and what it leaves when it dies
    daemon.append(anEntry(NOON));
    await daemon.flush();
    expect(readLines(content(at))).toMatchObject({ entries: { length: 5 }, skipped: 0 });
  });

  it('keeps intact lines that it does not understand', async () => {
    const at = folder();
    const later = lineOf({ ...anEntry(NOON), engine: 'telepathy' } as unknown as LedgerEntry);
    writeFileSync(path.join(at, FILE), later);
    const ledger = await open(at);
    expect(ledger.skipped).toBe(1);
    ledger.append(anEntry(NOON));
    await ledger.stop();
    expect(content(at).startsWith(later)).toBe(true);
  });
});
