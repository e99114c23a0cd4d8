import { execFile } from 'node:child_process';
import { childEnvironment } from '../child-environment.ts';
import { UpdateRefused } from './refusals.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A package's fields are read, a release answers, within this, also on a slow card; in milliseconds. */
export const PROGRAM_LIMIT_MS = 60_000;

/**
 * Runs a program to its end.
 * @param env all that it finds in its environment
 * @throws UpdateRefused where it is not installed; the signal's reason when that is aborted
 */
export function program(
  file: string,
  args: readonly string[],
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = childEnvironment(),
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = { timeout: PROGRAM_LIMIT_MS, signal, maxBuffer: 1024 * 1024, env };
    execFile(file, args, options, (error, stdout, stderr) => {
      if (signal.aborted) return reject(signal.reason);
      if (error === null) return resolve({ code: 0, stdout, stderr });
      if (error.killed === true)
        return resolve({ code: 1, stdout, stderr: `gave no answer within a minute` });
      if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr });
      reject(new UpdateRefused(`${file} can't be run: ${error.message}`));
    });
  });
}
