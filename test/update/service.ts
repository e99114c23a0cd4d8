import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../src/base/time.ts';
import type { DaemonLook } from '../../src/update/health.ts';
import type { Daemon, Service } from '../../src/update/ports.ts';
import { type Nature, natureOf } from './releases.ts';

/** The service manager waits so long before it starts a daemon that has ended, in milliseconds. */
const RESTART_MS = 100;
/** A daemon answers so long after its start, in milliseconds. */
const ANSWERS_AFTER_MS = 1000;
/** A daemon that crashes lives so long, in milliseconds. */
const CRASHES_AFTER_MS = 50;

interface Process {
  readonly version: string;
  readonly nature: Nature;
  readonly startedMs: number;
}

/** A service manager and its daemon in simulated time. Whenever the daemon has ended, it starts the tree that `running` names. */
export class SimulatedService {
  readonly #clock: Clock;
  readonly #running: () => string;
  #process: Process | undefined;
  #runs = 0;

  constructor(clock: Clock, running: () => string) {
    this.#clock = clock;
    this.#running = running;
  }

  start(): void {
    this.#runs += 1;
    const tree = this.#running();
    const { version } = JSON.parse(readFileSync(path.join(tree, 'release.json'), 'utf8')) as Process;
    const process = { version, nature: natureOf(tree), startedMs: this.#clock.now() };
    this.#process = process;
    if (process.nature === 'crashes') this.#clock.after(CRASHES_AFTER_MS, () => this.#end(process));
  }

  #end(process: Process | undefined): void {
    if (process === undefined || this.#process !== process) return;
    this.#process = undefined;
    this.#clock.after(RESTART_MS, () => this.start());
  }

  #answer(): DaemonLook | undefined {
    if (this.#process === undefined) return undefined;
    const { version, nature, startedMs } = this.#process;
    const agedMs = this.#clock.now() - startedMs;
    if (nature === 'crashes' || nature === 'hangs' || agedMs < ANSWERS_AFTER_MS) return undefined;
    const loudspeaker = nature === 'without loudspeaker' ? 'loudspeaker-failed' : 'working';
    return {
      version,
      uptimeS: Math.floor(agedMs / 1000),
      vacant: true,
      devices: { microphone: 'working', loudspeaker, panel: 'working' },
    };
  }

  readonly daemon: Daemon = {
    look: async () => this.#answer(),
    restart: async () => {
      if (this.#answer() === undefined) return false;
      this.#end(this.#process);
      return true;
    },
  };

  readonly service: Service = {
    look: async () => ({
      active: this.#process !== undefined,
      run: this.#runs === 0 ? '' : `run${this.#runs}`,
    }),
    restart: async () => this.#end(this.#process),
  };
}
