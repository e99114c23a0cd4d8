import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { pssBytes } from '../rig/real/processes.ts';
import type { Appliance } from './appliance.ts';

/** Milliseconds from the start of the unit to READY, by part, as text. */
export async function startParts(appliance: Appliance): Promise<string> {
  const at = async (name: string) => Number(await appliance.property(`${name}TimestampMonotonic`)) / 1000;
  const [began, main, ready] = [await at('InactiveExit'), await at('ExecMainStart'), await at('ActiveEnter')];
  // The journal tells it a moment after the daemon serves.
  const line = await appliance.until(async () => {
    const found = appliance.told.findLast((text) => text.includes('"msg":"ready"'));
    expect(found).toBeDefined();
    return found as string;
  });
  const { ms } = JSON.parse(line) as { readonly ms: Readonly<Record<string, number>> };
  const parts = Object.entries(ms).map(([part, partMs]) => `${part} ${partMs}`);
  const before = Math.round(main - began);
  return `start of the unit to READY ${Math.round(ready - began)} ms: ${before} before the daemon (delay, boot look), then within it ${parts.join(', ')}`;
}

/** V8 gives back what a start has left over about 5 s later. */
const REST_MS = 20_000;

/** What is used when nobody comes. */
export async function pssIdle(appliance: Appliance): Promise<string> {
  await sleep(REST_MS);
  return pss(appliance).text;
}

/** Proportional set size of all processes of the unit in MB, in all and by process. */
function pss(appliance: Appliance): { readonly mb: number; readonly text: string } {
  const each = appliance.processes().map(({ pid, commandLine }) => ({
    name: path.basename(/[^ ]*(?:[.]js|arecord|aplay)(?= |$)/.exec(commandLine)?.[0] ?? commandLine),
    mb: pssBytes(pid) / 1e6,
  }));
  const mb = each.reduce((sum, one) => sum + one.mb, 0);
  const parts = each.map((one) => `${one.name} ${one.mb.toFixed(0)}`);
  return { mb, text: `${mb.toFixed(1)} MB (${parts.join(', ')})` };
}

/** The most that is used while something goes on. */
export async function pssDuring(appliance: Appliance, goesOn: Promise<unknown>): Promise<string> {
  let most = pss(appliance);
  let over = false;
  const ended = goesOn.finally(() => {
    over = true;
  });
  while (!over) {
    const now = pss(appliance);
    if (now.mb > most.mb) most = now;
    await sleep(200);
  }
  await ended;
  return most.text;
}

/** What the build of the package said of its size. */
export function sizes(packageFile: string): string {
  const name = path.basename(packageFile, '.deb').replace('package', 'sizes');
  return readFileSync(path.join(path.dirname(packageFile), `${name}.txt`), 'utf8').trimEnd();
}
