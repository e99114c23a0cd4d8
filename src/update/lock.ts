import { open } from 'node:fs/promises';
import path from 'node:path';
import koffi from 'koffi';

/** flock(2): LOCK_EX | LOCK_NB. */
const EXCLUSIVE_AT_ONCE = 2 | 4;

/** The lock of the one update that may go on at a time. It is gone with its process, however that ends. */
export interface Lock {
  release(): Promise<void>;
}

/** @param folder of the releases @returns undefined where another process has it @throws Error of the file system */
export async function lock(folder: string): Promise<Lock | undefined> {
  // Node closes its files in children, so that no child that lives on keeps the lock.
  const file = await open(path.join(folder, 'lock'), 'a', 0o600);
  // Who may read a file may lock it: the daemon's user, too, and no update would go on any more.
  await file.chmod(0o600);
  const flock = koffi.load('libc.so.6').func('int flock(int file, int operation)');
  if (flock(file.fd, EXCLUSIVE_AT_ONCE) === 0) return { release: () => file.close() };
  await file.close();
  return undefined;
}
