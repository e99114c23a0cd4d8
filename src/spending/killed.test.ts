import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { BATCH, NOON } from '../../test/rig/ledger-entries.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { ledgerFile, readLedgerFile } from './files.ts';
import { Ledger } from './ledger.ts';
import type { Sum } from './tally.ts';

const CHILD = fileURLToPath(new URL('../../test/rig/real/children/appends.ts', import.meta.url));
const LIVES = 4;

const folder = temporaryFolders();

/** A process that appends to the ledger until SIGKILL, at a moment that nobody chose. */
async function life(at: string, withinMs: number) {
  const child = spawn(process.execPath, [CHILD, at], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const output = text(child.stdout);
  await once(child.stdout, 'data');
  const kill = setTimeout(() => child.kill('SIGKILL'), Math.random() * withinMs);
  await ended;
  clearTimeout(kill);
  const lines = (await output).split('\n');
  const last = (word: string) => Number(lines.findLast((line) => line.startsWith(word))?.split(' ')[1] ?? 0);
  return { appended: last('appended'), written: last('written') };
}

async function sumIn(at: string): Promise<Sum> {
  const ledger = await Ledger.open(at, { clock: new VirtualClock({ wall: NOON }) });
  const sum = ledger.month(NOON).all;
  await ledger.stop();
  return sum;
}

it(`survives SIGKILL ${LIVES} times: it opens, has lost the last batch at most, and its sums are right`, async () => {
  const at = folder();
  let before = await sumIn(at);
  for (let n = 0; n < LIVES; n += 1) {
    const { appended, written } = await life(at, 60);
    const sum = await sumIn(at);
    const kept = sum.turns - before.turns;
    expect(kept).toBeGreaterThanOrEqual(written);
    // The last one may have been written before it was reported.
    expect(kept).toBeLessThanOrEqual(appended + 1);
    expect(appended - kept).toBeLessThanOrEqual(BATCH);
    // The turns of a life cost 1, 2, 3 …: none is missing before the last, none occurs twice.
    expect(sum.microdollars - before.microdollars).toBe((kept * (kept + 1)) / 2);
    before = sum;
  }
  // What one life left half written, the next one has cut off.
  expect((await readLedgerFile(path.join(at, ledgerFile(NOON)))).skipped).toBeLessThanOrEqual(1);
});
