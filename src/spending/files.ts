import { constants } from 'node:fs';
import path from 'node:path';
import { type Files, ifMissing, REAL_FILES } from '../base/files.ts';
import { FileRefused, openRegularFile, readRegularFile } from '../base/regular-file.ts';
import { syncFolder } from '../base/replace-file.ts';
import { monthKey } from './calendar.ts';
import { type Content, readLines } from './lines.ts';

/** The ledger's folder: a file for each local month, ledger-2026-11.jsonl. */

/** The name of the file for entries of that time. */
export function ledgerFile(at: Date): string {
  return `ledger-${monthKey(at)}.jsonl`;
}

/** The names of the ledger's files in a folder, oldest first; none where there is no folder. @throws Error of the file system */
export async function ledgerFiles(folder: string, files: Files = REAL_FILES): Promise<string[]> {
  const names = await files.readdir(folder).catch(ifMissing<string[]>([]));
  return names.filter((name) => /^ledger-\d{4}-\d{2}[.]jsonl$/.test(name)).toSorted();
}

/** Of a month: a thousand turns a day are about 10 MiB. */
const MOST_BYTES = 256 * 2 ** 20;

/** A file of the ledger and its size in bytes; empty where there is none. @throws Error of the file system */
export async function readLedgerFile(
  file: string,
  files: Files = REAL_FILES,
): Promise<Content & { readonly bytes: number }> {
  const bytes = await readRegularFile(file, MOST_BYTES, 'refused', files)
    .catch(ifMissing(Buffer.alloc(0)))
    .catch(named(file));
  const text = bytes.toString('latin1');
  return { ...readLines(text), bytes: text.length };
}

/** What is known about the end of a file. */
export interface FileEnd {
  readonly bytes: number;
  /** A write after it has failed: what follows in the file is invalid. */
  readonly failed: boolean;
}

/**
 * Appends lines to a file, by one write that is on the disk when this resolves. What an interrupted or failed write left
 * there is removed first.
 * @param known the end of the file; if unknown, the file is read
 * @param begins called with the file's end just before the write: the next attempt begins there if this one fails
 * @returns where the file ends now
 * @throws Error of the file system
 */
export async function appendLines(
  file: string,
  lines: string,
  known: FileEnd | undefined,
  begins: (bytes: number) => void,
  files: Files = REAL_FILES,
): Promise<number> {
  const { O_APPEND, O_CREAT, O_RDWR } = constants;
  const handle = await openRegularFile(file, O_APPEND | O_CREAT | O_RDWR, 'refused', files).catch(
    named(file),
  );
  try {
    const { size } = await handle.stat();
    const end = known?.failed
      ? Math.min(known.bytes, size)
      : known?.bytes === size
        ? size
        : readLines(await handle.readFile('latin1')).intactBytes;
    if (size > end) await handle.truncate(end);
    begins(end);
    await handle.appendFile(lines, 'latin1');
    await handle.sync();
    if (size === 0) await syncFolder(path.dirname(file), files);
    return end + lines.length;
  } finally {
    await handle.close();
  }
}

/** Adds the name of the file to a FileRefused. */
function named(file: string): (error: Error) => never {
  return (error) => {
    throw error instanceof FileRefused ? new FileRefused(`${file} ${error.message}`) : error;
  };
}
