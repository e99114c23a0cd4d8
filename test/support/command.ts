import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../scripts/dragoman', import.meta.url));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `dragoman` as a user does. The environment is the machine's, without keys, and what is given. */
export function dragoman(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  const { GEMINI_API_KEY, GOOGLE_API_KEY, GOOGLE_GEMINI_BASE_URL, ...rest } = process.env;
  return new Promise((resolve) => {
    execFile(COMMAND, args, { env: { ...rest, ...environment } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}
