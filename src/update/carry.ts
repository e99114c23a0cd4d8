import {
  after,
  allBut,
  type Before,
  type Disk,
  home,
  type Journal,
  NEW_RUNS,
  OPERATIONS,
  type Operation,
  PACKAGED,
  possible,
  type Result,
  resumed,
} from './plan.ts';
import type { Ports } from './ports.ts';
import { Damaged, isFull } from './store.ts';
import { restart, untilVacant, watch } from './watch.ts';

const DONE: Result = { is: 'done' };
const NOTHING_BEFORE: Before = { working: [], cards: [] };

/** Before each step, and after each operation: where an update in progress can be cut off. */
export const CHECKPOINTS: readonly string[] = Object.entries(OPERATIONS).flatMap(([step, names]) =>
  step === 'prepare' ? [] : [step, ...names.map((name) => `${step}, ${name}`)],
);

/**
 * Carries the update in the journal to its end. Without a journal it removes leftovers.
 * @param begins the journal of an update that was just prepared
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
  // The link leads nowhere, so the packaged release is started: the link must not name another one.
  if (disk.current === undefined) await store.point(PACKAGED);
  await store.remove(allBut([disk.current, disk.previous], disk));
  await store.close();
}

async function perform(journal: Journal, disk: Disk, ports: Ports): Promise<Result> {
  let result = DONE;
  if (journal.to === undefined && journal.step !== 'refuse') return result;
  for (const operation of OPERATIONS[journal.step]) {
    result = await doOperation(operation, journal, disk, ports);
    ports.checkpoint(`${journal.step}, ${operation}`);
    if (result.is === 'failed') break;
  }
  return result;
}

async function doOperation(name: Operation, journal: Journal, disk: Disk, ports: Ports): Promise<Result> {
  const { store, say } = ports;
  const { step, to, before = NOTHING_BEFORE, reason = '' } = journal;
  const from = home(journal, disk);
  const release = to ?? from;
  const runs = NEW_RUNS.has(step) ? release : from;
  switch (name) {
    case 'wait':
      await ports.settled();
      return untilVacant(release, ports);
    case 'point':
      await store.point(runs.name);
      return DONE;
    case 'restart':
      await ports.settled();
      // Only the way to the new release waits for as long as a guest stays.
      await restart(step === 'restart', ports);
      return DONE;
    case 'watch':
    case 'settle':
      await ports.settled();
      say(`watching release ${runs.version}`);
      return watch(runs.version, before, ports);
    case 'remember':
      await store.remember(from.name);
      return DONE;
    case 'mark bad':
      await whereThereIsRoom('that it was rolled back', store.markBad(release, reason), say);
      return DONE;
    case 'remove':
      await store.remove(allBut([runs.name, step === 'keep' ? from.name : disk.previous], disk));
      return DONE;
    case 'report': {
      const outcome = step === 'keep' ? 'kept' : step === 'refuse' ? 'refused' : 'rolled back';
      const version = to?.version ?? 'unknown';
      const ending = {
        outcome,
        version,
        from: journal.from.version,
        reason: step === 'keep' ? '' : reason,
      } as const;
      await whereThereIsRoom('its outcome', store.report(ending), say);
      return DONE;
    }
    case 'forget':
    case 'close':
      await store[name]();
      return DONE;
  }
}

function save(journal: Journal, { store, say }: Ports): Promise<void> {
  return whereThereIsRoom('the journal of the update', store.write(journal), say);
}

/** A full disk must not stop a rollback: the update continues without this record. */
async function whereThereIsRoom(what: string, written: Promise<void>, say: Ports['say']): Promise<void> {
  await written.catch((error: NodeJS.ErrnoException) => {
    if (!isFull(error)) throw error;
    say(`${what} can't be written: ${error.message}`);
  });
}
