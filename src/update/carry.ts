import { HEALTHY_FOR_MS, HEALTHY_WITHIN_MS } from './health.ts';
import {
  after,
  allBut,
  type Disk,
  type Journal,
  OPERATIONS,
  type Operation,
  operations,
  PACKAGED,
  possible,
  type Result,
  resumed,
} from './plan.ts';
import type { Ports, UpdateLimits } from './ports.ts';
import { Damaged, isFull } from './store.ts';
import { restart, untilVacant, watch } from './watch.ts';

export const LIMITS: UpdateLimits = {
  waitMs: 12 * 3_600_000,
  // A slow card starts the daemon in a few seconds, after a growing delay where it has just died.
  silentMs: 60_000,
  endMs: 120_000,
  everyMs: 1000,
  healthyWithinMs: HEALTHY_WITHIN_MS,
  healthyForMs: HEALTHY_FOR_MS,
};

const DONE: Result = { is: 'done' };

/** Before each step, and after each operation: where an update in progress can be cut off. */
export const CHECKPOINTS: readonly string[] = Object.entries(OPERATIONS).flatMap(([step, names]) =>
  step === 'prepare' ? [] : [step, ...names.map((name) => `${step}, ${name}`)],
);

/**
 * Carries the update through whose journal there is, to its end; without one, clears away what was left.
 * @param begins the journal of an update that has not been interrupted: it was just prepared
 */
export async function carryThrough(ports: Ports, begins?: Journal): Promise<void> {
  let journal = begins ?? (await takenUp(ports));
  while (journal !== undefined) {
    const disk = await ports.store.look();
    let next: Journal | undefined = possible(journal, disk);
    if (next === journal) {
      ports.checkpoint(journal.step);
      next = after(journal, await perform(journal, disk, ports));
    }
    if (next !== undefined) await save(next, ports);
    journal = next;
  }
}

/** The update that was interrupted, as it continues. */
async function takenUp(ports: Ports): Promise<Journal | undefined> {
  const { store, say } = ports;
  const journal = await store.journal().catch((error: Error) => {
    if (!(error instanceof Damaged)) throw error;
    say(`the journal of the update was damaged: ${error.message}`);
    return undefined;
  });
  if (journal === undefined) {
    await clearAway(ports);
    return undefined;
  }
  const next = resumed(journal);
  if (next !== journal) await save(next, ports);
  return next;
}

async function clearAway({ store }: Ports): Promise<void> {
  const disk = await store.look();
  // The link leads nowhere: the packaged release is what is started, and the link is to say so.
  if (disk.current === undefined) await store.point(PACKAGED);
  await store.remove(allBut([disk.current, disk.previous], disk));
  await store.close();
}

async function perform(journal: Journal, disk: Disk, ports: Ports): Promise<Result> {
  let result = DONE;
  for (const operation of operations(journal, disk)) {
    result = await doIt(operation, ports);
    ports.checkpoint(`${journal.step}, ${operation.do}`);
    if (result.is === 'failed') break;
  }
  return result;
}

async function doIt(operation: Operation, ports: Ports): Promise<Result> {
  const { store, say } = ports;
  switch (operation.do) {
    case 'wait':
      await ports.settled();
      return untilVacant(operation.release, ports);
    case 'point':
      await store.point(operation.to);
      return DONE;
    case 'restart':
      await ports.settled();
      await restart(operation.patient, ports);
      return DONE;
    case 'watch':
    case 'settle':
      await ports.settled();
      say(`watching release ${operation.release.version}`);
      return watch(operation.release.version, operation.before, ports);
    case 'remember':
      await store.remember(operation.previous);
      return DONE;
    case 'mark bad':
      await whereThereIsRoom(
        'that it was rolled back',
        store.markBad(operation.release, operation.reason),
        say,
      );
      return DONE;
    case 'remove':
      await store.remove(operation.names);
      return DONE;
    case 'report':
      await whereThereIsRoom('its outcome', store.report(operation.outcome), say);
      return DONE;
    case 'forget':
      await store.forget();
      return DONE;
    case 'close':
      await store.close();
      return DONE;
  }
}

function save(journal: Journal, { store, say }: Ports): Promise<void> {
  return whereThereIsRoom('the journal of the update', store.write(journal), say);
}

/** A full disk must not keep the desk with a release that is not well: then it continues with this unwritten. */
async function whereThereIsRoom(what: string, written: Promise<void>, say: Ports['say']): Promise<void> {
  await written.catch((error: NodeJS.ErrnoException) => {
    if (!isFull(error)) throw error;
    say(`${what} can't be written: ${error.message}`);
  });
}
