import { REAL_TIME } from '../base/time.ts';
import { withdrawKeys } from '../system/credentials.ts';
import { dragoman, Interruption } from './program.ts';

/** The program `dragoman`. */

const interrupted = new AbortController();
// A second signal must not end the process during its stop: children would remain, and lights would freeze.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interrupted.abort(new Interruption(name)));
}
// The reader of the output may end first (`| head -1`).
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await dragoman(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: withdrawKeys(process.env),
  signal: interrupted.signal,
  clock: REAL_TIME,
});
