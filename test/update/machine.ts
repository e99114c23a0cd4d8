import { carryThrough } from '../../src/update/carry.ts';
import { LIMITS } from '../../src/update/health.ts';
import type { Journal } from '../../src/update/plan.ts';
import type { Ports, Store } from '../../src/update/ports.ts';
import type { Asked } from '../../src/update/prepare.ts';
import { asNobody } from '../../src/update/sandbox.ts';
import { openStore } from '../../src/update/store.ts';
import { begin, onlyOne, Stopped } from '../../src/update/update.ts';
import { VirtualClock } from '../rig/virtual/clock.ts';
import { getOverNetwork } from './ports.ts';
import { Releases } from './releases.ts';
import { SimulatedService } from './service.ts';

export interface Updating {
  /** Without it, what was begun is taken up. */
  readonly asked?: Asked | 'back';
  /** The power goes there: at a checkpoint, or when this progress is reported. */
  readonly cutAt?: string;
  /** Called at every checkpoint. */
  readonly checkpoint?: (name: string) => void;
}

export interface Ended {
  readonly cutOff: boolean;
  /** What it said, in lines. */
  readonly output: string;
}

class PowerCut extends Stopped {}

/**
 * A machine in simulated time. The folder of the releases is real, and so are the programs that verify and unpack a
 * package; time stands still while they work. The service manager and the daemon are simulated.
 */
export class Machine extends Releases {
  readonly clock = new VirtualClock();
  readonly #service = new SimulatedService(this.clock, () => this.running());

  /** Starts the daemon, and again whenever it ends. */
  start(): void {
    this.#service.start();
  }

  /**
   * Runs an updater until it ends, or until the power is cut: then it does nothing any more.
   * @throws what the updater throws
   */
  async update({ asked, cutAt, checkpoint = () => {} }: Updating = {}): Promise<Ended> {
    const lock = await this.clock.hold(onlyOne(this.places.releases));
    const power = new AbortController();
    const lines: string[] = [];
    const ended = (cutOff: boolean) => ({ cutOff, output: lines.join('\n') });
    const cutIfAt = (name: string) => {
      if (name === cutAt) power.abort(new PowerCut(`the power was cut at "${name}"`));
    };
    try {
      const ports = await this.#ports(power.signal, {
        say: (line) => lines.push(line),
        checkpoint(name) {
          checkpoint(name);
          cutIfAt(name);
          power.signal.throwIfAborted();
        },
      });
      if (asked === undefined) await this.clock.drive(carryThrough(ports));
      else {
        const progress = (line: string) => cutIfAt(line.replace(/: .*/s, ''));
        const journal = await begin(asked, this.places, ports, progress, power.signal);
        if (journal !== undefined) await this.clock.drive(carryThrough(ports, journal));
      }
      power.signal.throwIfAborted();
      return ended(false);
    } catch (error) {
      if (error instanceof PowerCut) return ended(true);
      throw error;
    } finally {
      await lock.release();
    }
  }

  /** Prepares an update, and carries nothing through. */
  async begin(
    asked: Asked | 'back',
    checkpoint: (name: string) => void = () => {},
  ): Promise<Journal | undefined> {
    const { signal } = new AbortController();
    const ports = await this.#ports(signal, { checkpoint, say: () => {} });
    return begin(asked, this.places, ports, () => {}, signal);
  }

  async #ports(signal: AbortSignal, more: Pick<Ports, 'checkpoint' | 'say'>): Promise<Ports> {
    const { clock, places } = this;
    const { daemon, service } = this.#service;
    return {
      store: held(await clock.hold(openStore(places, clock)), clock, signal),
      daemon,
      service,
      sandbox: asNobody(false),
      clock,
      signal,
      limits: LIMITS,
      get: getOverNetwork,
      cards: async () => ['Device'],
      settled: async () => {},
      ...more,
    };
  }
}

/** The store, while whose work time stands still. Without power it does nothing. */
function held(store: Store, clock: VirtualClock, power: AbortSignal): Store {
  const over =
    <A extends readonly unknown[], R>(method: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      power.throwIfAborted();
      return clock.hold(method(...given));
    };
  return {
    look: over(store.look),
    journal: over(store.journal),
    write: over(store.write),
    close: over(store.close),
    point: over(store.point),
    remember: over(store.remember),
    remove: over(store.remove),
    markBad: over(store.markBad),
    bad: over(store.bad),
    seen: over(store.seen),
    see: over(store.see),
    outcome: over(store.outcome),
    report: over(store.report),
    forget: over(store.forget),
  };
}
