import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const LOGS = fileURLToPath(new URL('../../build/machine/logs/', import.meta.url));
const EVERY_MS = 10_000;
let number = 0;

/** Does something that takes its time, tells how it is getting on, and where its output lies if it fails. */
export async function step<T>(title: string, work: (log: string) => Promise<T>): Promise<T> {
  await mkdir(LOGS, { recursive: true });
  number += 1;
  const log = path.join(LOGS, `${process.pid}-${number}.log`);
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  process.stdout.write(`${title} ...`);
  const timer = setInterval(() => process.stdout.write(` ${seconds()} s`), EVERY_MS);
  try {
    const made = await work(log);
    process.stdout.write(` done (${seconds()} s)\n`);
    return made;
  } catch (error) {
    process.stdout.write(` failed (${log})\n`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
