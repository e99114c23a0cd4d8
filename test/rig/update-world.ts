/** A machine with its disk, daemon, guests and clock, all made up: so that an update can be cut off anywhere, often. */

import type { DaemonLook, UpdateLimits } from '../../src/update/health.ts';
import {
  type Before,
  type Disk,
  type Journal,
  type NewRelease,
  type Outcome,
  PACKAGED,
} from '../../src/update/plan.ts';
import type { Ports, Store } from '../../src/update/ports.ts';
import { VirtualClock } from './virtual/clock.ts';

/** How a release behaves once it is started. */
export type Nature =
  | 'healthy'
  /** It does not answer, and its service is not active. */
  | 'crashes'
  /** Its service is active, but it does not answer. */
  | 'hangs'
  | 'without loudspeaker'
  /** The power goes when it is started. */
  | 'takes the machine down';

const MODEL_LIMITS: UpdateLimits = {
  waitMs: 3_600_000,
  silentMs: 60_000,
  endMs: 120_000,
  everyMs: 5000,
  healthyWithinMs: 120_000,
  healthyForMs: 30_000,
};

const DEVICES: Before = { working: ['microphone', 'loudspeaker', 'panel'], cards: ['Device'] };

export class ModelWorld {
  readonly clock = new VirtualClock();
  current: string | undefined = undefined;
  previous: string | undefined = undefined;
  releases: Record<string, string> = { [PACKAGED]: '1.0' };
  leftovers: string[] = [];
  journal: Journal | undefined = undefined;
  outcome: Outcome | undefined = undefined;
  bad: NewRelease[] = [];
  natures: Record<string, Nature> = {};
  /** From then on no guest is served. */
  vacantFromMs = 0;
  runs: { name: string; startedMs: number } = { name: PACKAGED, startedMs: 0 };
  run = 0;
  /** Guests who were cut off. */
  cutOff = 0;
  /** The numbers of port calls after which the process is killed, one after the other. */
  cuts: { readonly calls: number; readonly done: boolean }[] = [];
  /** Whether a cut takes the machine down, or the process only. */
  reboots = true;
  /** What was found wrong at any moment. */
  readonly broken: string[] = [];
  #calls = 0;

  get startable(): string {
    return this.current !== undefined && this.current in this.releases ? this.current : PACKAGED;
  }

  /** The machine boots: the daemon waits until the updater lets it be started. */
  #booting = false;

  /** The updater lets the daemon be started, at the latest by its end. */
  settle(): void {
    if (this.#booting) this.start();
  }

  start(): void {
    this.run += 1;
    this.runs = { name: this.startable, startedMs: this.clock.now() };
    this.#booting = this.nature === 'takes the machine down';
    if (this.#booting) this.#die();
  }

  #dead = false;
  #die: () => void = () => {};

  /** A process runs on this machine until it ends or is killed. @returns whether it has ended normally */
  async lives(process: () => Promise<void>): Promise<boolean> {
    this.#dead = false;
    const cutOff = new Promise<boolean>((resolve) => {
      this.#die = () => {
        this.#dead = true;
        resolve(false);
      };
    });
    const ended = await Promise.race([cutOff, process().then(() => true)]);
    if (ended) this.settle();
    if (this.#dead && this.reboots) this.#booting = true;
    return !this.#dead;
  }

  get nature(): Nature {
    return this.natures[this.releases[this.runs.name] ?? ''] ?? 'healthy';
  }

  get vacant(): boolean {
    return this.clock.now() >= this.vacantFromMs;
  }

  look(): Disk {
    const { releases, leftovers } = this;
    const current = this.current ?? PACKAGED;
    return {
      current: current in releases ? current : undefined,
      previous: this.previous !== undefined && this.previous in releases ? this.previous : undefined,
      releases: { ...releases },
      leftovers: [...leftovers],
    };
  }

  #answer(): DaemonLook | undefined {
    const { nature } = this;
    if (nature === 'crashes' || nature === 'hangs' || this.#booting) return undefined;
    return {
      version: this.releases[this.runs.name] ?? '',
      uptimeS: Math.floor((this.clock.now() - this.runs.startedMs) / 1000),
      vacant: this.vacant,
      devices: {
        microphone: 'working',
        loudspeaker: nature === 'without loudspeaker' ? 'loudspeaker-failed' : 'working',
        panel: 'working',
      },
    };
  }

  ports(): Ports {
    const store: Store = {
      look: this.#port(() => this.look()),
      journal: this.#port(() => this.journal),
      write: this.#port((journal) => {
        this.journal = journal;
      }),
      close: this.#port(() => {
        this.journal = undefined;
      }),
      point: this.#port((name) => {
        this.current = name === PACKAGED ? undefined : name;
      }),
      remember: this.#port((previous) => {
        this.previous = previous;
      }),
      // Cut off in its middle: each release goes by a rename first.
      remove: async (names) => {
        for (const name of names) await this.#removeOne(name);
      },
      markBad: this.#port((release) => {
        this.bad.push(release);
      }),
      bad: async () => [],
      seen: async () => ({}),
      see: async () => {},
      outcome: async () => this.outcome,
      report: this.#port((outcome) => {
        this.outcome = { ...outcome, at: '' };
      }),
      forget: this.#port(() => {
        this.outcome = undefined;
      }),
    };
    return {
      store,
      daemon: {
        look: this.#port(() => this.#answer()),
        restart: this.#port((when) => {
          if (this.#answer() === undefined) return false;
          if (!this.vacant && when === 'vacant')
            this.clock.advance(Math.max(0, this.vacantFromMs - this.clock.now()));
          this.start();
          return true;
        }),
      },
      service: {
        look: this.#port(() => ({
          active: this.nature !== 'crashes' && !this.#booting,
          run: String(this.run),
        })),
        restart: this.#port(() => {
          if (!this.vacant && !this.#booting && this.nature === 'healthy') this.cutOff += 1;
          this.start();
        }),
      },
      clock: {
        now: () => this.clock.now(),
        wallMs: () => this.clock.wallMs(),
        random: () => this.clock.random(),
        // Nothing else happens while the updater waits.
        after: (ms, then) => {
          void this.#port(() => this.clock.advance(ms))().then(then);
          return () => {};
        },
      },
      sandbox: { run: () => Promise.reject(new Error('nothing is tried out in this world')) },
      signal: new AbortController().signal,
      limits: MODEL_LIMITS,
      get: () => Promise.reject(new Error('nothing is loaded in this world')),
      cards: async () => DEVICES.cards,
      checkpoint: () => {},
      settled: this.#port(() => this.settle()),
      say: () => {},
    };
  }

  async #removeOne(name: string): Promise<void> {
    await this.#port(() => {
      const { [name]: _, ...others } = this.releases;
      this.releases = others;
      if (!this.leftovers.includes(name)) this.leftovers.push(name);
    })();
    await this.#port(() => {
      this.leftovers = this.leftovers.filter((other) => other !== name);
    })();
  }

  /** A call into the world, before or after which the process may be killed. */
  #port<A extends readonly unknown[], R>(effect: (...given: A) => R): (...given: A) => Promise<R> {
    return async (...given) => {
      const [cut] = this.cuts;
      this.#calls += 1;
      const now = cut !== undefined && this.#calls > cut.calls;
      if (now) {
        this.cuts.shift();
        this.#calls = 0;
        if (!cut.done) this.#die();
      }
      // Who is cut off notices nothing.
      if (this.#dead) return new Promise(() => {});
      const result = effect(...given);
      if (this.look().current === undefined) this.broken.push('the link leads to no whole release');
      if (now) this.#die();
      return this.#dead ? new Promise(() => {}) : result;
    };
  }
}
