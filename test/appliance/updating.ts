import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Appliance } from './appliance.ts';
import { parts } from './parts.ts';
import { type Kind, Releases } from './releases.ts';
import type { Appliances, OpenOptions } from './with-appliance.ts';

/** What `dragoman update status --json` tells. */
export interface UpdateStatus {
  readonly runs: { readonly version: string; readonly packaged: boolean };
  readonly inProgress: { readonly step: string } | null;
  readonly last: { readonly outcome: string; readonly version: string; readonly reason: string } | null;
}

/** Two minutes for the release to become healthy, as long again for the way back, and a slow machine. */
export const UPDATE_MS = 400_000;

const UNIT = 'dragoman-update.service';
const DROP_IN = `/etc/systemd/system/${UNIT}.d/stop.conf`;

/** The releases to which this Debian's package is updated; of these kinds they are there. */
export async function releasesOf({ debian }: Appliances, ...kinds: readonly Kind[]): Promise<Releases> {
  const releases = new Releases((await parts(debian)).package);
  for (const kind of kinds) await releases.make(kind);
  return releases;
}

/** A desk that trusts who signs the releases, which lie at `file()`. */
export async function openForUpdates(
  appliances: Appliances,
  kinds: readonly Kind[],
  options: OpenOptions = {},
): Promise<{ readonly appliance: Appliance; readonly file: (kind: Kind | 'forged') => string }> {
  const releases = await releasesOf(appliances, ...kinds);
  const appliance = await appliances.open({
    config: releases.config,
    nspawn: [releases.bind],
    ...options,
  });
  return { appliance, file: (kind) => releases.inside(kind) };
}

/** A healthy release that somebody else has signed. */
export async function forged(appliances: Appliances): Promise<void> {
  const releases = await releasesOf(appliances);
  const file = path.join(releases.folder, 'forged.deb');
  copyFileSync(await releases.make('healthy'), file);
  releases.foreign.sign(file);
}

export async function updateStatus({ machine }: Appliance): Promise<UpdateStatus> {
  return JSON.parse(await machine.run('dragoman', 'update', 'status', '--json')) as UpdateStatus;
}

/** The version of the daemon that serves. */
export async function serving(appliance: Appliance): Promise<string> {
  return (await appliance.serves()).version;
}

/** Until no update goes on. */
export function decided(appliance: Appliance): Promise<UpdateStatus> {
  return appliance.until(async () => {
    const status = await updateStatus(appliance);
    expect(status.inProgress).toBe(null);
    return status;
  }, UPDATE_MS);
}

/** While the machine is off: from the next boot on the updater stops at a checkpoint; undefined: nowhere. */
export function stopAt(appliance: Appliance, checkpoint: string | undefined): void {
  const command = `/usr/lib/dragoman/bin/dragoman update resume --stop-at "${checkpoint}"`;
  const stop = checkpoint === undefined ? '' : `[Service]\nExecStart=\nExecStart=${command}\n`;
  appliance.writeOff(DROP_IN, stop);
}

/** Until the updater has stopped where it was told to. */
export async function stopped(appliance: Appliance, checkpoint: string): Promise<void> {
  await appliance.until(async () => {
    const told = await appliance.machine.run('journalctl', '--boot', '--no-pager', `--unit=${UNIT}`);
    expect(told).toContain(`stopped at "${checkpoint}"`);
  }, UPDATE_MS);
}
