import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type FakeRelease, Releases } from './releases.ts';
import type { UpdaterOptions } from './updater.ts';

const UPDATER = fileURLToPath(new URL('updater.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A machine of real processes in real time: the updater, the daemon, and a program that stands for systemctl. */
export class MachineOfProcesses extends Releases {
  readonly #systemctl = path.join(this.folder, 'systemctl');
  readonly #stopped = new AbortController();
  #daemon: ChildProcess | undefined;
  #supervision: Promise<void> | undefined;

  override install(packaged: FakeRelease, releases: readonly FakeRelease[] = []): void {
    super.install(packaged, releases);
    // Stands for systemctl: reports what the supervisor has noted, and ends the daemon so that it is started again.
    writeFileSync(
      this.#systemctl,
      `#!/bin/sh
case $1 in
  show) cat "${this.folder}/unit" ;;
  restart) kill -KILL "$(cat "${this.folder}/pid")" 2>/dev/null || true ;;
esac
`,
      { mode: 0o755 },
    );
    this.#note('inactive', '');
  }

  /** Starts the daemon, and again whenever it ends. */
  start(): void {
    this.#supervision = this.#supervise();
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stopped;
    for (let run = 1; !signal.aborted; run++) {
      const daemon = spawn(path.join(this.running(), 'bin/dragoman'), ['run'], { stdio: 'ignore' });
      this.#daemon = daemon;
      writeFileSync(path.join(this.folder, 'pid'), String(daemon.pid));
      this.#note('active', `run${run}`);
      await once(daemon, 'exit').catch(() => {});
      this.#note('activating', `run${run}`);
      await sleep(100);
    }
  }

  #note(state: string, run: string): void {
    writeFileSync(path.join(this.folder, 'unit'), `ActiveState=${state}\nInvocationID=${run}\n`);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#daemon?.kill('SIGKILL');
    await this.#supervision;
  }

  /** Runs an updater until it ends or is killed. */
  async update(options: Pick<UpdaterOptions, 'asked' | 'killAt'> = {}): Promise<Ended> {
    const { places, socket } = this;
    const all: UpdaterOptions = { places, socket, systemctl: this.#systemctl, ...options };
    const child = spawn(process.execPath, [UPDATER, JSON.stringify(all)], {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal };
  }
}
