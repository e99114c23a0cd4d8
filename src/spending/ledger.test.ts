import { appendFileSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { anEntry, NOON } from '../../test/rig/ledger-entries.ts';
import { content, FILE, open, spentIn, written } from '../../test/rig/ledgers.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { entryOf, type LedgerEntry } from './entry.ts';
import { appendLines } from './files.ts';
import { lineOf, readLines } from './lines.ts';
import { loadPrices } from './prices.ts';

const folder = temporaryFolders();
afterEach(() => vi.unstubAllEnvs());

describe('a batch', () => {
  it('grows with what has been written: 1, 2, 4 … up to its limit', async () => {
    const at = folder();
    const ledger = await open(at, { flushEntries: 5 });
    const waiting: number[] = [];
    for (const expected of [0, 1, 0, 1, 2, 3, 0, 1, 2, 3, 4, 0]) {
      ledger.append(anEntry(NOON));
      await vi.waitFor(() => expect(ledger.waiting).toBe(expected));
      await setTimeout(5); // for a write that should not be
      waiting.push(ledger.waiting);
    }
    expect(waiting).toEqual([0, 1, 0, 1, 2, 3, 0, 1, 2, 3, 4, 0]);
    expect(readLines(content(at)).entries).toHaveLength(12);
    await ledger.stop();
  });

  it('does not wait for ever', async () => {
    const at = folder();
    const clock = new VirtualClock();
    const ledger = await open(at, { clock, flushMs: 1000 });
    for (let n = 0; n < 2; n += 1) ledger.append(anEntry(NOON));
    await ledger.flush();
    ledger.append(anEntry(NOON));
    clock.advance(999);
    expect(ledger.waiting).toBe(1);
    clock.advance(1);
    await vi.waitFor(() => expect(ledger.waiting).toBe(0));
    expect(readLines(content(at)).entries).toHaveLength(3);
    await ledger.stop();
  });
});

describe('where it cannot be written', () => {
  it('continues in memory, reports that once, and writes all when it can again', async () => {
    const at = path.join(folder(), 'ledger');
    writeFileSync(at, 'a file where the folder should be');
    const reported: (Error | undefined)[] = [];
    const ledger = await open(at, { trouble: (error) => reported.push(error) });
    for (let n = 0; n < 5; n += 1) ledger.append(anEntry(NOON));
    await ledger.flush();
    await ledger.flush();
    expect(reported).toEqual([expect.any(Error)]);
    expect(spentIn(ledger)).toBe(5000);

    rmSync(at);
    ledger.append(anEntry(NOON));
    await ledger.flush();
    expect(reported).toEqual([expect.any(Error), undefined]);
    expect(readLines(content(at)).entries).toHaveLength(6);
    await ledger.stop();
  });

  it('for one month still writes the other, each turn once', async () => {
    const at = folder();
    mkdirSync(path.join(at, 'ledger-2026-12.jsonl'));
    const ledger = await open(at, { flushEntries: 10 });
    ledger.append(anEntry(NOON));
    await ledger.flush();
    ledger.append(anEntry(NOON));
    ledger.append(anEntry(new Date(2026, 11, 3)));
    await ledger.flush();
    await ledger.flush();
    expect(readLines(content(at)).entries).toHaveLength(2);
    rmSync(path.join(at, 'ledger-2026-12.jsonl'), { recursive: true });
    await ledger.stop();
    expect(readLines(content(at)).entries).toHaveLength(2);
    expect(readLines(content(at, 'ledger-2026-12.jsonl')).entries).toHaveLength(1);
  });

  it('repeats nothing when half of a batch was written and then failed', async () => {
    const at = await written(folder(), [anEntry(NOON)]);
    const before = content(at).length;
    const batch = [anEntry(NOON, { guest: 2 }), anEntry(NOON, { guest: 3 })].map(lineOf).join('');
    for (let half = 0; half <= batch.length; half += 40) {
      truncateSync(path.join(at, FILE), before);
      appendFileSync(path.join(at, FILE), batch.slice(0, half));
      await appendLines(path.join(at, FILE), batch, { bytes: before, failed: true }, () => {});
      expect(readLines(content(at))).toMatchObject({ entries: { length: 3 }, skipped: 0 });
    }
  });
});

describe('days and months', () => {
  it('have files and sums of their own', async () => {
    const at = folder();
    const ledger = await open(at);
    const times = [new Date(2026, 10, 30, 23, 59, 59, 999), new Date(2026, 11, 1), new Date(2026, 11, 2)];
    for (const time of times) ledger.append(anEntry(time));
    await ledger.stop();
    expect(readdirSync(at).toSorted()).toEqual([FILE, 'ledger-2026-12.jsonl']);
    for (const again of [
      ledger,
      await open(at, { clock: new VirtualClock({ wall: new Date(2026, 11, 2) }) }),
    ]) {
      expect(times.map((time) => again.today(time).all.turns)).toEqual([1, 1, 1]);
      expect(times.map((time) => again.month(time).all.turns)).toEqual([1, 2, 2]);
    }
  });

  it('follow the clock of the desk where it is put back', async () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const ledger = await open(folder());
    // The day of 25 hours: 00:30, 02:30 twice, 23:30.
    const day = ['22:30Z', '00:30Z', '01:30Z', '22:30Z'].map(
      (time, i) => new Date(`2026-10-${i === 0 ? 24 : 25}T${time}`),
    );
    for (const time of [...day, new Date('2026-10-25T23:30Z')]) ledger.append(anEntry(time));
    expect(day.map((time) => ledger.today(time).all.turns)).toEqual([4, 4, 4, 4]);
    await ledger.stop();
  });

  it('count what comes when the clock goes back', async () => {
    const at = folder();
    const ledger = await open(at);
    const later = new Date(2026, 11, 5);
    for (const time of [later, NOON, later]) {
      ledger.append(anEntry(time));
      await ledger.flush();
    }
    await ledger.stop();
    const again = await open(at, { clock: new VirtualClock({ wall: new Date(1970, 0, 1) }) });
    for (const one of [ledger, again]) {
      expect([one.today(later).all.turns, one.today(NOON).all.turns]).toEqual([2, 1]);
    }
  });

  it('are known when the clock was wrong at the start and is set afterwards', async () => {
    const at = await written(folder(), [anEntry(NOON)]);
    const ahead = await written(folder(), [anEntry(NOON), anEntry(new Date(2099, 0, 1))]);
    expect(
      (await open(at, { clock: new VirtualClock({ wall: new Date(2026, 3, 1) }) })).today(NOON).all.turns,
    ).toBe(1);
    expect(
      (await open(ahead, { clock: new VirtualClock({ wall: new Date(2099, 0, 1) }) })).today(NOON).all.turns,
    ).toBe(1);
  });

  it('number their guests anew', async () => {
    const ledger = await open(folder());
    expect(ledger.nextGuest(NOON)).toBe(1);
    ledger.append(anEntry(NOON, { guest: 1 }));
    ledger.append(anEntry(NOON, { guest: 1 }));
    expect(ledger.nextGuest(NOON)).toBe(2);
    expect(ledger.today(NOON).guests.get(1)).toMatchObject({ turns: 2, microdollars: 2000 });
    expect(ledger.nextGuest(new Date(2026, 10, 23))).toBe(1);
    await ledger.stop();
  });
});

describe('what is kept of a turn', () => {
  it('is no word of it', async () => {
    expectTypeOf<keyof LedgerEntry>().toEqualTypeOf<
      | 'at'
      | 'guest'
      | 'engine'
      | 'models'
      | 'outcome'
      | 'from'
      | 'to'
      | 'sentMs'
      | 'receivedMs'
      | 'microdollars'
      | 'estimated'
      | 'reported'
    >();
    // @ts-expect-error: there is no field for words
    const entry: LedgerEntry = { ...anEntry(NOON), said: 'my room is cold' };
    const at = await written(folder(), [
      entry,
      { ...entry, from: 'my room is cold', to: 'en-x-cold', models: ['my room is cold'] },
      { ...entry, from: 'coldroom', to: 'en-u-co-cold' },
    ]);
    expect(content(at)).not.toMatch(/cold/);
    expect(content(at)).toContain('"to":"en"');
    expect(readLines(content(at)).entries).toHaveLength(3);
  });

  it('is refused where a number is invalid', async () => {
    const ledger = await open(folder());
    for (const microdollars of [Number.NaN, -1, 0.5]) {
      expect(() => ledger.append(anEntry(NOON, { microdollars }))).toThrow();
    }
    expect(spentIn(ledger)).toBe(0);
    await ledger.stop();
  });

  it('holds both counts, and budgets use the higher', async () => {
    const reported = { textIn: 400, textOut: 136, audioIn: 150, audioOut: 150 };
    const use = { model: 'gemini-3.8-live', sentSeconds: 6, receivedSeconds: 6, textInTokens: 400, reported };
    const facts = { at: NOON, guest: 3, outcome: 'translated', from: 'en', to: 'es' } as const;
    const entry = entryOf(facts, { engine: 'dialogue', models: [use] }, loadPrices());
    expect(entry).toMatchObject({
      sentMs: 6000,
      receivedMs: 6000,
      microdollars: 2550,
      reported: { ...reported, microdollars: 3162 },
    });
    const ledger = await open(folder());
    ledger.append(entry);
    ledger.append(anEntry(NOON));
    expect(ledger.today(NOON).all).toMatchObject({
      microdollars: 3550,
      reportedMicrodollars: 3162,
      reportedTurns: 1,
      countedMicrodollars: 4162,
    });
    await ledger.stop();
  });

  it.each([1e8, 1e16, Number.MAX_VALUE])(
    'is our count alone where the service reports %d tokens: no message uses up a budget',
    async (audioIn) => {
      const reported = { textIn: 0, textOut: 0, audioIn, audioOut: 0 };
      const use = { model: 'gemini-3.8-live', sentSeconds: 6, receivedSeconds: 6, reported };
      const facts = { at: NOON, guest: 3, outcome: 'translated', from: 'en', to: 'es' } as const;
      const ledger = await open(folder());
      ledger.append(entryOf(facts, { engine: 'dialogue', models: [use] }, loadPrices()));
      expect(ledger.today(NOON).all).toMatchObject({ countedMicrodollars: 2250, reportedTurns: 0 });
      await ledger.stop();
    },
  );
});
