import { execFile } from 'node:child_process';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { REAL_TIME } from '../../src/base/time.ts';
import { Io } from '../../src/cli/io.ts';
import type { Outside } from '../../src/cli/outside.ts';
import { programFor, dragoman as runDragoman } from '../../src/cli/program.ts';

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
  const { outside, ran } = captured(around);
  return ran(await runDragoman(args, outside));
}

/** Runs part of a command, with devices that only a test has. */
export async function inProcess(
  part: (io: Io) => Promise<void>,
  around: Partial<Outside> = {},
): Promise<Ran> {
  const { outside, ran } = captured(around);
  const io = new Io(outside);
  await part(io);
  return ran(io.exitCode);
}

/** The command with the code of all its commands. */
export const wholeProgram = () => programFor(new Io(captured({}).outside), () => true);

function captured(around: Partial<Outside>) {
  const [stdout, stderr] = [new Written(), new Written()];
  const signal = new AbortController().signal;
  return {
    outside: { stdout, stderr, environment: {}, signal, clock: REAL_TIME, ...around },
    ran: (code: number): Ran => ({ code, stdout: stdout.text, stderr: stderr.text }),
  };
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
