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
