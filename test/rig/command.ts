import { execFile } from 'node:child_process';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { REAL_TIME } from '../../src/base/time.ts';
import type { Outside } from '../../src/cli/outside.ts';
import { dragoman as runDragoman } from '../../src/cli/program/program.ts';

const COMMAND = fileURLToPath(new URL('../../scripts/dragoman', import.meta.url));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `dragoman` as a user does. The environment is the machine's, without keys, and what is given. */
export function dragoman(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  const { GEMINI_API_KEY, GOOGLE_API_KEY, ...rest } = process.env;
  return new Promise((resolve) => {
    execFile(COMMAND, args, { env: { ...rest, ...environment } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** Runs it in this process. @param around what it finds around it; else nothing in its environment, and this machine */
export async function dragomanInProcess(
  args: readonly string[],
  around: Partial<Outside> = {},
): Promise<Ran> {
  const [stdout, stderr] = [new Written(), new Written()];
  const code = await runDragoman(args, {
    stdout,
    stderr,
    environment: {},
    signal: new AbortController().signal,
    clock: REAL_TIME,
    ...around,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Written extends Writable {
  text = '';

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(text: string, _: string, done: () => void): void {
    this.text += text;
    done();
  }
}
