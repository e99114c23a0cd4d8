import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ran } from '../rig/command.ts';
import {
  type DeskProcess,
  descendants,
  isRunning,
  signalQuietly,
  start,
  startRigPart,
} from '../rig/real/processes.ts';

const BOOT = fileURLToPath(new URL('boot.sh', import.meta.url));
/** What machines write lies here, and not where temporary files are: that may be in memory. */
export const MACHINES = fileURLToPath(new URL('../../build/appliance/machines/', import.meta.url));
mkdirSync(MACHINES, { recursive: true });
const PREFIX = 'dragoman-';
const CONTROL_GROUPS = ['systemd', 'unified', '.'].map((name) => path.join('/sys/fs/cgroup', name));

/** What a root shell on the machine has in its environment. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
};

/**
 * Namespaces of its own for systemd-nspawn. It is the first process of one for process ids: the kernel ends everything
 * in that when it dies, also when it dies with the tests. Otherwise the machine's own systemd would go on without it.
 */
const APART = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** How long a machine may take until its systemd answers. It takes 0.3 s where nothing else goes on. */
const BOOT_MS = 60_000;

/** A command on the machine ended with an exit code that was not awaited. */
class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly ran: Ran;
  constructor(command: readonly string[], ran: Ran) {
    super(`${command.join(' ')}: exit code ${ran.code}\n${ran.stdout}${ran.stderr}`);
    this.ran = ran;
  }
}

export interface MachineOptions {
  /** Root file systems, the topmost first. None of them is written to. */
  readonly layers: readonly string[];
  /** More arguments of systemd-nspawn, as --bind. */
  readonly nspawn?: readonly string[];
}

/**
 * A Debian with systemd as its first process, in a container that has the network of this machine. What it writes lies
 * in a folder of its own and is there again after the next boot, also after a power cut.
 */
export class Machine {
  readonly folder: string;
  readonly #name: string;
  readonly #options: MachineOptions;
  #container: DeskProcess | undefined;
  #leader = 0;

  constructor(options: MachineOptions) {
    sweep();
    this.folder = mkdtempSync(path.join(MACHINES, `${PREFIX}${process.pid}-`));
    this.#name = path.basename(this.folder);
    this.#options = options;
  }

  /** What the machine has written so far: a layer for others, once it is switched off. */
  get written(): string {
    return path.join(this.folder, 'written');
  }

  /** Its first process, by its id out here. */
  get leader(): number {
    return this.#leader;
  }

  get isOn(): boolean {
    return this.#container?.running ?? false;
  }

  /** Resolves when its systemd answers; it may still be starting units. */
  async boot(): Promise<void> {
    if (this.isOn) throw new Error('the machine is on');
    const { layers, nspawn = [] } = this.#options;
    const boot = [BOOT, this.#name, layers.join(':'), this.folder, ...nspawn];
    const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' };
    const container = startRigPart('machine', 'unshare', [...APART, ...boot], env);
    this.#container = container;
    const until = Date.now() + BOOT_MS;
    while (container.running && Date.now() < until) {
      const inside = descendants(container.pid);
      const nspawn = inside.find(({ name }) => name === 'systemd-nspawn');
      const leader = inside.find(({ parent, name }) => parent === nspawn?.pid && name === 'systemd');
      this.#leader = leader?.pid ?? 0;
      if (leader !== undefined && (await this.try('systemctl', 'show', '--property=Version')).code === 0)
        return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const said = [...container.output.all, ...container.errors.all].slice(-20).map(({ text }) => text);
    await this.cut();
    throw new Error(`the machine did not boot:\n${said.join('\n')}`);
  }

  /** Runs a command on the machine as root. */
  try(...command: readonly string[]): Promise<Ran> {
    return this.#run(command, undefined);
  }

  /** The same for one that has to succeed. @returns its output @throws CommandFailed */
  async run(...command: readonly string[]): Promise<string> {
    return this.feed(undefined, ...command);
  }

  /** The same with something on its standard input. */
  async feed(input: string | undefined, ...command: readonly string[]): Promise<string> {
    const ran = await this.#run(command, input);
    if (ran.code !== 0) throw new CommandFailed(command, ran);
    return ran.stdout;
  }

  /** Starts a command on the machine; it ends with the machine. */
  spawn(...command: readonly string[]): DeskProcess {
    return start(path.basename(command[0] ?? ''), 'nsenter', this.#entering(command), ENVIRONMENT);
  }

  /** Where a file of the machine that is on lies for this process. */
  file(inside: string): string {
    return path.join(`/proc/${this.#leader}/root`, inside);
  }

  /** The processes of a unit, by their ids out here. */
  processesOf(unit: string): number[] {
    const found = CONTROL_GROUPS.flatMap((groups) =>
      globSync(path.join(groups, this.#name, `{,payload/}system.slice/${unit}/**/cgroup.procs`)),
    );
    return [...new Set(found.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean)))].map(
      Number,
    );
  }

  /** Switches off in order. */
  async powerOff(): Promise<void> {
    if (!this.isOn) return;
    await this.try('systemctl', 'poweroff');
    await this.#container?.exited;
  }

  /** Cuts the power: nothing on the machine gets a moment more. */
  async cut(): Promise<void> {
    if (this.#leader !== 0) signalQuietly(this.#leader, 'SIGKILL');
    await this.#container?.kill();
    this.#leader = 0;
  }

  /** Ends the machine and removes what it has written. May be called more than once. */
  async stop(): Promise<void> {
    await this.cut();
    remove(this.folder);
  }

  #run(command: readonly string[], input: string | undefined): Promise<Ran> {
    return new Promise((resolve) => {
      const options = { env: ENVIRONMENT, maxBuffer: 1 << 26 };
      const child = execFile('nsenter', this.#entering(command), options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, stdout, stderr });
      });
      child.stdin?.on('error', () => {});
      child.stdin?.end(input);
    });
  }

  #entering(command: readonly string[]): string[] {
    return ['-t', `${this.#leader}`, '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--', ...command];
  }
}

/** Removes what machines left whose tests were killed: they have ended by themselves. */
function sweep(): void {
  for (const folder of globSync(path.join(MACHINES, `${PREFIX}*`))) {
    const owner = Number(path.basename(folder).slice(PREFIX.length).split('-')[0]);
    if (Number.isInteger(owner) && !isRunning(owner)) remove(folder);
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  for (const groups of CONTROL_GROUPS) removeGroups(path.join(groups, path.basename(folder)));
}

function removeGroups(folder: string): void {
  for (const inner of globSync('*/', { cwd: folder })) removeGroups(path.join(folder, inner));
  try {
    rmdirSync(folder);
  } catch {
    // There is none, or the last process in it is just going.
  }
}
