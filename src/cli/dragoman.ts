import { REAL_TIME } from '../base/time.ts';
import { withdrawKeys } from '../system/credentials.ts';
import { dragoman, Interruption } from './program.ts';

/** The program `dragoman`. */

const interrupted = new AbortController();
// Every time: a second signal must not end the process in mid-stop, with children left and the lights frozen.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interrupted.abort(new Interruption(name)));
}
// Who reads our output may leave before we do (`| head -1`); that is no reason to fall.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await dragoman(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: withdrawKeys(process.env),
  signal: interrupted.signal,
  clock: REAL_TIME,
});
