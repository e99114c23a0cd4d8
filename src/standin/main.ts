/** The stand-in that understands the phrasebook: what `dragoman standin`, the demo and `--standin` start. */
import { loadBook } from '../phrasebook/book/book-file.ts';
import { PhrasebookWorker } from '../phrasebook/phrasebook-worker.ts';
import { PhrasebookAnswerer } from './phrasebook-answerer.ts';
import { type RunOptions, runWith } from './run.ts';
import { type Standin, type StandinOptions, startStandin } from './server/server.ts';

/** A stand-in that understands the phrasebook that comes with Dragoman; it listens when this resolves. */
export async function startPhrasebookStandin(
  options: Omit<StandinOptions, 'answerer'> = {},
): Promise<Standin> {
  return await startStandin({ ...options, answerer: await phrasebookAnswerer() });
}

/**
 * The program: prints where it listens, then what happens, until `signal` (or SIGINT, SIGTERM) ends it.
 * @throws StandinError when the port is taken; BookError and MissingDependency of the phrasebook
 */
export async function runStandin(options: RunOptions): Promise<void> {
  await runWith(await phrasebookAnswerer(), options);
}

export async function phrasebookAnswerer(): Promise<PhrasebookAnswerer> {
  return new PhrasebookAnswerer(new PhrasebookWorker(), await loadBook());
}
