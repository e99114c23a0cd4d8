/** An updater as a process of its own, with short limits, which can be killed at any checkpoint. */
import { carryThrough } from '../../src/update/carry.ts';
import type { Asked } from '../../src/update/prepare.ts';
import type { Places } from '../../src/update/store.ts';
import { begin, onlyOne } from '../../src/update/update.ts';
import { testPorts } from './ports.ts';

export interface UpdaterOptions {
  readonly places: Places;
  readonly socket: string;
  /** The program that stands for systemctl. */
  readonly systemctl: string;
  /** None: what was begun is taken up. */
  readonly asked?: Asked | 'back';
  /** Kills itself, and its children, there. */
  readonly killAt?: string;
}

const options = JSON.parse(process.argv[2] ?? '') as UpdaterOptions;
const { places, killAt, asked } = options;
const { signal } = new AbortController();
const ports = await testPorts(places, options.socket, options.systemctl, {
  checkpoint: killIfAt,
  say: (line) => process.stdout.write(`${line}\n`),
});

/** It was started as the leader of a group: all of it goes, as in a power cut. */
function killIfAt(name: string): void {
  if (name === killAt) process.kill(-process.pid, 'SIGKILL');
}

const lock = await onlyOne(places.releases);
if (asked === undefined) await carryThrough(ports);
else {
  const progress = (line: string) => killIfAt(line.replace(/: .*/s, ''));
  const journal = await begin(asked, places, ports, progress, signal);
  if (journal !== undefined) await carryThrough(ports, journal);
}
await lock.release();
