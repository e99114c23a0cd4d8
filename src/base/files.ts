import * as fs from 'node:fs/promises';

/**
 * What the daemon does with files while it runs: Node's own functions. A simulation holds time still while they work,
 * and makes them fail.
 */
export type Files = Pick<
  typeof fs,
  'access' | 'mkdir' | 'open' | 'readFile' | 'readdir' | 'rename' | 'rm' | 'stat' | 'statfs'
>;

export const REAL_FILES: Files = fs;

/** Whether there is a file or folder of this name, as far as it can be seen. */
export function isThere(file: string, files: Pick<Files, 'access'> = REAL_FILES): Promise<boolean> {
  return files.access(file).then(
    () => true,
    () => false,
  );
}

/** For `catch`: this value where there is no such file. @throws any other error */
export function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
