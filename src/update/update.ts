import { CHECKPOINTS, carryThrough } from './carry.ts';
import { type Lock, lock } from './lock.ts';
import { allBut, type Journal, type Outcome } from './plan.ts';
import type { Ports } from './ports.ts';
import { type Asked, PREPARING, type Progress, prepare, prepareBack } from './prepare.ts';
import { NothingToDo, UpdateRefused } from './refusals.ts';
import { Damaged, type Places } from './store.ts';

/** An update that can't go on; nothing is wrong with what runs. The message says why and the way out. */
export class UpdateError extends Error {
  override readonly name = 'UpdateError';
}

/** Everywhere an update can be cut off, for rehearsals. */
export const ALL_CHECKPOINTS: readonly string[] = [...PREPARING, ...CHECKPOINTS];

/** What a checkpoint throws to end the process there: as after a power cut, nothing is cleaned up. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * Makes an update ready, in the lock of the one that may go on.
 * @returns undefined where what is asked for runs already (and says so)
 * @throws UpdateError, UpdateRefused (already told to the store)
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

/** One that was cut off before it was ready goes; one that is on its way is not to be disturbed. */
async function clear(ports: Ports): Promise<void> {
  const journal = await ports.store.journal().catch(damagedIsNone);
  if (journal !== undefined && journal.step !== 'prepare') {
    throw new UpdateError(
      `an update to ${journal.to?.version ?? 'another release'} goes on: "dragoman update status" tells how far it ` +
        'is, "systemctl start dragoman-update" takes it up again where it was interrupted',
    );
  }
  const disk = await ports.store.look();
  await ports.store.remove(allBut([disk.current, disk.previous], disk));
}

function damagedIsNone(error: unknown): undefined {
  if (!(error instanceof Damaged)) throw error;
}

/** @throws UpdateError where another update goes on */
export async function onlyOne(folder: string): Promise<Lock> {
  const own = await lock(folder);
  if (own !== undefined) return own;
  throw new UpdateError(
    'another update goes on at this moment: "dragoman update status" tells how far it is',
  );
}

export { carryThrough, NothingToDo, type Outcome, UpdateRefused };
