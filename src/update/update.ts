import { open } from 'node:fs/promises';
import path from 'node:path';
import koffi from 'koffi';
import { Explained } from '../base/errors.ts';
import { CHECKPOINTS, carryThrough } from './carry.ts';
import { allBut, type Journal } from './plan.ts';
import type { Ports } from './ports.ts';
import { type Asked, PREPARING, type Progress, prepare, prepareBack } from './prepare.ts';
import { NothingToDo } from './refusals.ts';
import { Damaged, type Places } from './store.ts';

/** An update that can't continue; the running release is fine. The message gives the reason and what to do. */
export class UpdateError extends Explained {}

/** All checkpoints of an update, for rehearsals. */
export const ALL_CHECKPOINTS: readonly string[] = [...PREPARING, ...CHECKPOINTS];

/** A checkpoint throws it to end the process: as after a power cut, nothing is cleaned up. */
export class Stopped extends Explained {}

/**
 * Makes an update ready, in the lock of the only one that may be in progress.
 * @returns undefined where what is asked for runs already (and says so)
 * @throws UpdateError, UpdateRefused (already in the store)
 */
export async function begin(
  asked: Asked | 'back',
  places: Places,
  ports: Ports,
  progress: Progress,
  signal: AbortSignal,
): Promise<Journal | undefined> {
  const { store } = ports;
  await clear(ports);
  try {
    return asked === 'back'
      ? await prepareBack(ports)
      : await prepare(asked, places, ports, progress, signal);
  } catch (error) {
    if (error instanceof Stopped) throw error;
    const journal = await store.journal();
    if (error instanceof NothingToDo) {
      const disk = await store.look();
      await store.remove(disk.leftovers);
      await store.close();
      ports.say(error.message);
      return undefined;
    }
    if (journal === undefined) throw error;
    const reason = signal.aborted ? 'it was interrupted' : (error as Error).message;
    await carryThrough(ports, { ...journal, step: 'refuse', reason });
    throw error;
  }
}

/** Removes an update that was interrupted before it was ready. @throws UpdateError while another is in progress */
async function clear(ports: Ports): Promise<void> {
  const journal = await ports.store.journal().catch(damagedIsNone);
  if (journal !== undefined && journal.step !== 'prepare') {
    throw new UpdateError(
      `an update to ${journal.to?.version ?? 'another release'} is in progress: "dragoman update status" reports how far it ` +
        'is, "systemctl start dragoman-update" takes it up again where it was interrupted',
    );
  }
  const disk = await ports.store.look();
  await ports.store.remove(allBut([disk.current, disk.previous], disk));
}

function damagedIsNone(error: unknown): undefined {
  if (!(error instanceof Damaged)) throw error;
}

/** flock(2): LOCK_EX | LOCK_NB. */
const EXCLUSIVE_AT_ONCE = 2 | 4;

/**
 * Takes the lock of the one update that may be in progress. The lock ends with its process, however that ends.
 * @param folder of the releases
 * @returns the lock
 * @throws UpdateError where another process has it; Error of the file system
 */
export async function onlyOne(folder: string): Promise<{ release(): Promise<void> }> {
  // Node closes its files in children, so that no child that lives on keeps the lock.
  const file = await open(path.join(folder, 'lock'), 'a', 0o600);
  // A user who may read a file may lock it: otherwise the daemon's user could block every update.
  await file.chmod(0o600);
  const flock = koffi.load('libc.so.6').func('int flock(int file, int operation)');
  if (flock(file.fd, EXCLUSIVE_AT_ONCE) === 0) return { release: () => file.close() };
  await file.close();
  throw new UpdateError('another update is in progress: "dragoman update status" reports how far it is');
}
