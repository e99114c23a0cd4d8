import type { Logger } from 'pino';
import type { Clock } from '../base/time.ts';
import type { Availability, Interpreter } from '../interpreters/interpreter.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { KioskEvent } from '../kiosk/events.ts';
import type { Fault, FaultCode } from '../kiosk/faults.ts';

/** The engines that are configured; at least one. */
export type Interpreters = Readonly<Partial<Record<Engine, Interpreter>>>;

/** The engines for the mind: their reports become events. */
export class Engines {
  readonly #interpreters: Interpreters;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #happens: (event: KioskEvent) => void;
  /** Engines that have reported a condition and not its end. */
  readonly #conditions = new Map<FaultCode, Set<Engine>>();
  readonly #notes = new Map<Engine, readonly string[]>();
  #stopped = false;

  /** @param happens takes events for the mind */
  constructor(interpreters: Interpreters, clock: Clock, log: Logger, happens: (event: KioskEvent) => void) {
    this.#interpreters = interpreters;
    this.#clock = clock;
    this.#log = log;
    this.#happens = happens;
  }

  start(): void {
    for (const [engine, interpreter] of this.#all)
      interpreter.watch({
        availability: (availability) => this.#available(engine, availability),
        condition: (fault, on) => this.#condition(engine, fault, on),
        notes: (notes) => this.#note(engine, notes),
      });
  }

  /** Notes on the engines for the operator. */
  get notes(): readonly string[] {
    return [...this.#notes.values()].flat();
  }

  get(engine: Engine): Interpreter {
    const interpreter = this.#interpreters[engine];
    if (interpreter === undefined) throw new Error(`there is no engine ${engine}`);
    return interpreter;
  }

  /** Finds out whether it can be reached, at no cost. */
  check(engine: Engine): void {
    this.get(engine)
      .check()
      .catch((error: unknown) => this.#log.error({ err: error }, 'a bug: an engine could not be checked'));
  }

  /** A guest has left. @param turnContinues a turn of the next guest is in progress */
  forget(turnContinues: boolean): void {
    for (const [, interpreter] of this.#all) interpreter.forget(turnContinues);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#all.map(([, interpreter]) => interpreter.stop()));
  }

  get #all(): [Engine, Interpreter][] {
    return Object.entries(this.#interpreters) as [Engine, Interpreter][];
  }

  #available(engine: Engine, availability: Availability): void {
    if (this.#stopped) return;
    const atMs = this.#clock.now();
    if (availability.is !== 'unreachable') {
      this.#happens({ event: 'service', engine, service: availability, atMs });
      return;
    }
    const { code, detail } = availability.fault;
    const service = { is: 'unreachable', fault: code } as const;
    this.#happens({ event: 'service', engine, service, detail, random: this.#clock.random(), atMs });
  }

  /** Two engines may report the same condition: it ends when it has ended for both. */
  #condition(engine: Engine, { code: fault, detail }: Fault, on: boolean): void {
    const having = this.#conditions.get(fault) ?? new Set();
    this.#conditions.set(fault, having);
    if (on) having.add(engine);
    else if (!having.delete(engine)) return;
    if (on || having.size === 0)
      this.#happens({ event: 'condition', fault, on, detail, atMs: this.#clock.now() });
  }

  #note(engine: Engine, notes: readonly string[]): void {
    const before = this.#notes.get(engine) ?? [];
    for (const note of notes)
      if (!before.includes(note)) this.#log.warn({ engine, detail: note }, 'a note on an engine');
    this.#notes.set(engine, notes);
  }
}
