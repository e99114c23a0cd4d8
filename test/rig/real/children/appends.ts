/**
 * Appends turns to a ledger until it is killed: node appends.ts FOLDER. Prints "appended N" for each, and "written N"
 * when all of them are on the disk.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { REAL_TIME, sleep } from '../../../../src/base/time.ts';
import { Ledger } from '../../../../src/spending/ledger.ts';
import { anEntry, BATCH, NOON } from '../../ledger-entries.ts';

// It is killed, and would leave nothing to the next one.
flushCompileCache();

const [folder = ''] = process.argv.slice(2);
const ledger = await Ledger.open(folder, {
  flushEntries: BATCH,
  clock: { ...REAL_TIME, wallMs: () => NOON.getTime() },
});

for (let n = 1; ; n += 1) {
  ledger.append(anEntry(NOON, { microdollars: n, guest: n }));
  writeSync(1, `appended ${n}\n`);
  if (n % BATCH === 0) {
    await ledger.flush();
    writeSync(1, `written ${n}\n`);
  }
  await sleep(REAL_TIME, 1);
}
