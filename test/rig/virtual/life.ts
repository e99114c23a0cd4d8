import type { Output, Player } from '../../../src/audio/loudspeaker/player.ts';
import type { Cancel, Clock } from '../../../src/base/time.ts';
import type { DaemonPorts } from '../../../src/daemon/ports.ts';
import type { Network, NetworkStream } from '../../../src/interpreters/network/network.ts';

/**
 * One run of the daemon, which can be killed like a process. All runs share the test's process, so what is left of a
 * killed one stays in it. But its timers are gone, what it had open is closed, what it asks for never comes, and
 * nothing that it still does has an effect. A write to a file that has begun is completed.
 */
export class Life {
  #over = false;
  readonly #timers = new Set<Cancel>();
  /** Each closes something, as the kernel does when a process ends. */
  readonly #releases = new Set<() => unknown>();

  get over(): boolean {
    return this.#over;
  }

  /** Resolves when what it had open is closed. */
  async kill(): Promise<void> {
    this.#over = true;
    for (const cancel of [...this.#timers]) cancel();
    await Promise.all([...this.#releases].map((release) => release()));
    this.#releases.clear();
  }

  /** The ports for a daemon of this life. Whoever provides its log leaves out what comes after the end. */
  portsOn(ports: DaemonPorts): DaemonPorts {
    return {
      ...ports,
      clock: this.#clock(ports.clock),
      network: this.#network(ports.network),
      files: this.#asking(ports.files),
      startRecorder: (route) => {
        if (this.#over) throw new Error('this daemon was killed');
        const recording = ports.startRecorder(route);
        const kill = () => recording.process.kill('SIGKILL');
        this.#releases.add(kill);
        recording.process.on('exit', () => this.#releases.delete(kill));
        return recording;
      },
      player: (driver) => this.#player(ports.player(driver)),
      lines:
        (door) =>
        async (...wanted) => {
          const lines = await this.#unlessOver(() => ports.lines(door)(...wanted));
          this.#releases.add(() => lines.leave());
          return lines;
        },
      phrasebookWorker: (...given) => {
        const worker = ports.phrasebookWorker(...given);
        this.#releases.add(() => worker.stop());
        return this.#asking(worker);
      },
      notify: async (trouble) => {
        const { report, watchdogMs } = await ports.notify(trouble);
        return { report: (...assignments) => (this.#over ? undefined : report(...assignments)), watchdogMs };
      },
      control: (...given) => {
        const door = ports.control(...given);
        this.#releases.add(() => door.stop());
        return this.#asking(door);
      },
    };
  }

  /** What was asked for; it never comes when the life is over before or meanwhile. */
  async #unlessOver<T>(ask: () => Promise<T>): Promise<T> {
    const never = new Promise<never>(() => {});
    if (this.#over) return never;
    try {
      const found = await ask();
      return await (this.#over ? never : found);
    } catch (error) {
      if (this.#over) return never;
      throw error;
    }
  }

  /** An object whose methods are all asynchronous. */
  #asking<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => this.#unlessOver(() => value.apply(target, args) as Promise<unknown>);
      },
    });
  }

  #clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      wallMs: () => clock.wallMs(),
      random: () => clock.random(),
      after: (ms, then) => {
        if (this.#over) return () => {};
        const cancelOnClock = clock.after(ms, () => {
          this.#timers.delete(cancel);
          then();
        });
        const cancel = () => {
          this.#timers.delete(cancel);
          cancelOnClock();
        };
        this.#timers.add(cancel);
        return cancel;
      },
    };
  }

  #network(network: Network): Network {
    const closedWhenOver = (stream: NetworkStream) => {
      const close = () => void stream.destroy();
      this.#releases.add(close);
      stream.once('close', () => this.#releases.delete(close));
      if (this.#over) close();
      return stream;
    };
    return {
      lookup: (name) => this.#unlessOver(() => network.lookup(name)),
      unacknowledgedBytes: (stream) => this.#unlessOver(() => network.unacknowledgedBytes(stream)),
      connect: (to) => closedWhenOver(network.connect(to)),
      encrypt: (stream, host) => closedWhenOver(network.encrypt(stream, host)),
    };
  }

  #player(player: Player): Player {
    return {
      latencyMs: player.latencyMs,
      open: (listener, route) => {
        if (this.#over) return NO_OUTPUT;
        const output = player.open(
          {
            ready: () => listener.ready(),
            failed: (...facts) => {
              this.#releases.delete(end);
              listener.failed(...facts);
            },
          },
          route,
        );
        const end = () => void output.end();
        this.#releases.add(end);
        return {
          pid: output.pid,
          get waitingMs() {
            return output.waitingMs;
          },
          write: (samples) => output.write(samples),
          end: () => {
            this.#releases.delete(end);
            return output.end();
          },
        };
      },
      stop: () => player.stop(),
    };
  }
}

const NO_OUTPUT: Output = { pid: undefined, waitingMs: 0, write: () => {}, end: async () => {} };
