import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { EventLog } from '../event-log.ts';
import { monotonicMs } from './clock.ts';

export interface Line {
  readonly text: string;
  /** When the line was read here, on the monotonic clock. */
  readonly atMs: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly atMs: number;
}

/** A child with its output as events. It leads a process group of its own, so that nothing of it survives. */
export class DeskProcess {
  readonly pid: number;
  readonly output: EventLog<Line>;
  readonly errors: EventLog<Line>;
  /** Resolves when the process has ended and its output has been read; never rejects. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  #ended = false;

  constructor(child: ChildProcess, name: string, { readOutput = true }: { readOutput?: boolean } = {}) {
    this.#child = child;
    // Without a pid the spawn failed; 'error' and no 'close' follows.
    this.pid = child.pid ?? -1;
    this.output = new EventLog(`output of ${name}`, (line) => line.text);
    this.errors = new EventLog(`errors of ${name}`, (line) => line.text);
    if (child.stdout && readOutput) readLines(child.stdout, this.output);
    if (child.stderr) readLines(child.stderr, this.errors);
    child.stdin?.on('error', () => {}); // it may have ended before it read everything
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null, why: string): void => {
        this.#ended = true;
        const said = this.errors.all.slice(-10).map((line) => `\n  ${line.text}`);
        this.output.close(`${why}${said.length > 0 ? `, saying:${said.join('')}\n ` : ''}`);
        this.errors.close(why);
        resolve({ code, signal, atMs: monotonicMs() });
      };
      child.on('error', (error) => end(null, null, `it could not be started: ${error.message}`));
      child.on('close', (code, signal) => end(code, signal, `it ended (${signal ?? `exit code ${code}`})`));
    });
  }

  get running(): boolean {
    return !this.#ended;
  }

  /** The next line of the output that fits. */
  nextLine(
    fits: string | RegExp | ((text: string) => boolean) = () => true,
    timeoutMs?: number,
  ): Promise<Line> {
    return this.output.next((line) => matches(fits, line.text), timeoutMs);
  }

  nextErrorLine(
    fits: string | RegExp | ((text: string) => boolean) = () => true,
    timeoutMs?: number,
  ): Promise<Line> {
    return this.errors.next((line) => matches(fits, line.text), timeoutMs);
  }

  /** To its standard input. */
  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** To the process alone, as systemd's or a person's `kill`. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid > 0 && !this.#ended) this.#child.kill(signal);
  }

  /** Ends the process and its group; resolves when it is gone. */
  async kill(): Promise<Exit> {
    this.killNow();
    return await this.exited;
  }

  /** The same without waiting, for when this process is ending itself. */
  killNow(): void {
    const group = this.pid > 0 ? descendants(this.pid) : [];
    if (this.pid > 0 && !this.#ended) signalQuietly(-this.pid, 'SIGKILL');
    // Those that left the group (setsid) and would keep our pipes open.
    for (const { pid } of group) signalQuietly(pid, 'SIGKILL');
  }
}

/** Starts a child in a process group of its own with piped output. */
export function start(
  name: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin: 'pipe' | 'ignore' = 'ignore',
): DeskProcess {
  const child = spawn(command, args, { env: { ...env }, detached: true, stdio: [stdin, 'pipe', 'pipe'] });
  return new DeskProcess(child, name);
}

/** A child of the rig. If the tests die, even by SIGKILL, the kernel sends it `deathSignal`. */
export function startRigPart(
  name: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  deathSignal: 'TERM' | 'KILL' = 'KILL',
): DeskProcess {
  return start(name, 'setpriv', ['--pdeathsig', deathSignal, '--', command, ...args], env);
}

/** What a Node program needs of the machine's environment: where programs and compiled modules are. */
export function nodeEnvironment(): { readonly PATH: string; readonly NODE_COMPILE_CACHE: string } {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  return { PATH, NODE_COMPILE_CACHE };
}

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  /** Name of the executable, at most 15 characters, as the kernel has it. */
  readonly name: string;
  readonly commandLine: string;
}

/** All processes under a process, itself not among them. */
export function descendants(root: number): ProcessInfo[] {
  const byParent = Map.groupBy(processes(), (one) => one.parent);
  const found: ProcessInfo[] = [];
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of byParent.get(pid) ?? []) {
      found.push(child);
      open.push(child.pid);
    }
  }
  return found;
}

/** Every process of the machine that can be seen. Zombies are left out: they are dead and wait for their parent. */
export function processes(): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') continue;
      const commandLine = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      found.push({ pid: Number(entry), parent: Number(parent), name, commandLine });
    } catch {
      // It ended in the meantime.
    }
  }
  return found;
}

/** @returns whether there was a process to be signalled */
export function signalQuietly(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Whether a process of that number lives, no matter whose. */
export function isRunning(pid: number): boolean {
  return processes().some((one) => one.pid === pid);
}

function readLines(from: Readable, to: EventLog<Line>): void {
  createInterface({ input: from }).on('line', (text) => to.push({ text, atMs: monotonicMs() }));
}

function matches(fits: string | RegExp | ((text: string) => boolean), text: string): boolean {
  if (typeof fits === 'string') return text.includes(fits);
  return fits instanceof RegExp ? fits.test(text) : fits(text);
}

/** Proportional set size: what is shared counts by its share. @returns bytes; 0 when it has just ended */
export function pssBytes(pid: number): number {
  try {
    // proc_pid_smaps(5): kB are 1024 bytes.
    return (
      Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1024
    );
  } catch {
    return 0;
  }
}
