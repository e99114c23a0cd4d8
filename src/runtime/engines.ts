import type { Logger } from 'pino';
import type { Availability, Interpreter } from '../interpreters/interpreter.ts';
import type { Engine, Service } from '../kiosk/engines.ts';
import type { Fault, FaultCode } from '../kiosk/faults.ts';
import type { Languages } from '../kiosk/languages.ts';
import type { Clock } from '../time.ts';
import { ServiceRetry } from './service-retry.ts';

/** The engines that there are; at least one. */
export type Interpreters = Readonly<Partial<Record<Engine, Interpreter>>>;

export interface EnginesListener {
  /** How an engine is, as far as it knows. */
  service(engine: Engine, service: Service): void;
  /** Something lasting that does not keep turns from being interpreted begins or has ended. */
  condition(fault: Fault, on: boolean): void;
  /** What the log says of a fault. */
  facts(fault: FaultCode): object;
  /** Between which languages the next turn will be, as far as anybody knows. */
  languages(): Languages;
  /** The turn that is going on is this engine's. */
  busy(engine: Engine): boolean;
}

/** The background waits so long for a turn to end that is trying the same. */
const TRY_BEHIND_TURN_MS = 1000;

interface Held {
  readonly interpreter: Interpreter;
  readonly retry: ServiceRetry;
  is: Availability | undefined;
  notes: readonly string[];
  stopWaiting: () => void;
}

/** Looks after the engines: tells how they are, and tries what is away again by its rule. It does not choose. */
export class Engines {
  readonly #held: ReadonlyMap<Engine, Held>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #told: EnginesListener;
  /** Who has told a condition and not its end. */
  readonly #conditions = new Map<FaultCode, Set<Engine>>();
  #stopped = false;

  constructor(interpreters: Interpreters, clock: Clock, log: Logger, told: EnginesListener) {
    this.#clock = clock;
    this.#log = log;
    this.#told = told;
    this.#held = new Map(
      (Object.entries(interpreters) as [Engine, Interpreter][]).map(([engine, interpreter]) => [
        engine,
        {
          interpreter,
          retry: new ServiceRetry(clock, () => this.#try(engine)),
          is: undefined,
          notes: [],
          stopWaiting: () => {},
        },
      ]),
    );
  }

  start(): void {
    for (const [engine, { interpreter }] of this.#held) {
      interpreter.watch({
        availability: (availability) => this.#available(engine, availability),
        condition: (fault, on) => this.#condition(engine, fault, on),
        notes: (notes) => this.#notes(engine, notes),
      });
      if (!interpreter.abilities.online) this.#look(interpreter);
    }
  }

  /** Notes on the engines for the operator. */
  get notes(): readonly string[] {
    return [...this.#held.values()].flatMap(({ notes }) => notes);
  }

  get(engine: Engine): Interpreter {
    return this.#of(engine).interpreter;
  }

  /** Makes ready for a turn; unless it is away: then its retry rule decides. */
  prepare(engine: Engine): void {
    const { interpreter, is } = this.#of(engine);
    if (is?.is !== 'unreachable') interpreter.prepare(this.#told.languages());
  }

  /** A turn was answered: only that clears the growing waits. */
  worked(engine: Engine): void {
    this.#of(engine).retry.worked();
  }

  /** Something has changed that may have mended what is wrong; or somebody wants it now. */
  tryNow(): void {
    for (const { is, retry } of this.#held.values()) if (is?.is === 'unreachable') retry.now();
  }

  /** Looks whether they could be had now, at no cost: those that seem to be. */
  check(): void {
    for (const { interpreter, is } of this.#held.values()) {
      if (is?.is === 'unreachable') continue;
      this.#look(interpreter);
    }
  }

  #look(interpreter: Interpreter): void {
    interpreter.check().catch((error: unknown) => {
      this.#log.error({ err: error }, 'a bug: an engine could not be looked at');
    });
  }

  /** A guest has left. @param turnGoesOn the next guest's */
  forget(turnGoesOn: boolean): void {
    for (const { interpreter } of this.#held.values()) interpreter.forget(turnGoesOn);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { retry, stopWaiting } of this.#held.values()) {
      retry.stop();
      stopWaiting();
    }
    await Promise.all([...this.#held.values()].map(({ interpreter }) => interpreter.stop()));
  }

  #of(engine: Engine): Held {
    const held = this.#held.get(engine);
    if (held === undefined) throw new Error(`there is no engine ${engine}`);
    return held;
  }

  #available(engine: Engine, availability: Availability): void {
    if (this.#stopped) return;
    const held = this.#of(engine);
    const before = held.is;
    if (availability.is !== 'connecting') held.is = availability;
    if (availability.is !== 'unreachable') {
      this.#log.debug({ engine, service: availability.is }, 'service');
      if (availability.is === 'ready') held.retry.reached();
      if (availability.is === 'ready' && before?.is === 'unreachable')
        this.#log.info({ engine }, 'the service is back');
      this.#told.service(engine, availability);
      return;
    }
    const { code, detail, entry } = availability.fault;
    const retryInMs = Math.round(held.retry.failed(availability.fault, this.#told.busy(engine)));
    const line = { engine, ...this.#told.facts(code), detail, retryInMs };
    if (before?.is === 'unreachable' && before.fault.code === code) this.#log.debug(line, entry.title);
    else this.#log.warn(line, entry.title);
    this.#told.service(engine, { is: 'unreachable', fault: code });
  }

  /** Two engines may have the same trouble: it is over when it is over for both. */
  #condition(engine: Engine, fault: Fault, on: boolean): void {
    const having = this.#conditions.get(fault.code) ?? new Set();
    this.#conditions.set(fault.code, having);
    if (on) having.add(engine);
    else if (!having.delete(engine)) return;
    if (on || having.size === 0) this.#told.condition(fault, on);
  }

  #notes(engine: Engine, notes: readonly string[]): void {
    const held = this.#of(engine);
    for (const note of notes)
      if (!held.notes.includes(note)) this.#log.warn({ engine, detail: note }, 'a note on an engine');
    held.notes = notes;
  }

  /** In the background. A turn that goes on tries for itself, and harder. */
  #try(engine: Engine): void {
    const held = this.#of(engine);
    if (!this.#told.busy(engine)) {
      // What needs no network has to be looked at only; to be ready costs it memory.
      if (held.interpreter.abilities.online) held.interpreter.prepare(this.#told.languages());
      else this.#look(held.interpreter);
      return;
    }
    held.stopWaiting();
    held.stopWaiting = this.#clock.after(TRY_BEHIND_TURN_MS, () => {
      if (held.is?.is === 'unreachable') this.#try(engine);
    });
  }
}
