import { type Clock, sleep } from '../../../base/time.ts';
import { concernsNextTurn, Fault } from '../../../kiosk/faults.ts';
import { Access } from '../../gemini/access.ts';
import type { Catalogue } from '../../gemini/catalogue.ts';
import type { CurrentService, Service } from '../../gemini/client.ts';
import { Models, type Purpose } from '../../gemini/models.ts';
import type { World } from '../../gemini/world.ts';
import type { InterpreterWatcher } from '../../interpreter.ts';
import { Connection, type ConnectionLimits } from './connection.ts';
import type { PastGiven } from './history.ts';
import { type SessionPlan, Spare } from './spare.ts';

export interface SourceSettings extends ConnectionLimits {
  /** Models in order of preference, without the prefix `models/`. */
  readonly models: readonly string[];
  /** How long a connection is held without a turn, in milliseconds; 0 for no spare. */
  readonly spareIdleMs: number;
}

/** A session must last this long after the service ended others (quota: after 0.8 s), in milliseconds. */
const PROBATION_MS = 2000;

/** What only a change can fix is tried again after this, in milliseconds: the change may be at the service. */
const REFUSED_AGAIN_MS = 15 * 60_000;

/** The sessions of an engine: opens them, holds the spare, and reports the availability. */
export class SessionSource {
  /** The connection that is held for the next turn. */
  readonly spare: Spare;
  readonly #engine: string;
  readonly #settings: SourceSettings;
  readonly #world: World;
  readonly #clock: Clock;
  readonly #models: Models;
  readonly #access: Access;
  /** The service ended sessions after they opened: an open one proves nothing yet. */
  #onProbation = false;
  /** A fault that only a change can fix. It is not tried again with the same key for a while. */
  #refused: { readonly fault: Fault; readonly apiKey: string; readonly atMs: number } | undefined;
  readonly #stopping = new AbortController();
  #turnsBegun = 0;
  /** The service refused a session's history, or answered it: no session gets one any more. */
  #pastRefused = false;
  /** The service closed the latest session with a history, perhaps because of it. */
  #pastDoubted = false;

  /** @param catalogue the models that the service offers; without it, only refusals show which are missing */
  constructor(
    service: CurrentService,
    settings: SourceSettings,
    purpose: Omit<Purpose, 'method'>,
    world: World,
    catalogue?: Catalogue,
  ) {
    this.#engine = purpose.engine;
    this.#settings = settings;
    this.#world = world;
    this.#clock = world.clock;
    this.#models = new Models(settings.models, { ...purpose, method: 'bidiGenerateContent' });
    this.#access = new Access(service, [this.#models], world, catalogue);
    this.spare = new Spare(
      (plan, signal, handle) => this.#open(plan, signal, handle),
      settings.spareIdleMs,
      world.clock,
      (fault) => this.ended(fault),
    );
  }

  watch(watcher: InterpreterWatcher): void {
    this.#access.watch(watcher);
  }

  /** Prepares a spare; without spares, finds out whether a session can be opened. */
  prepare(plan: SessionPlan): void {
    this.#access.look();
    if (this.#settings.spareIdleMs > 0) this.spare.prepare(plan);
    // Without a spare, nothing else would show that the service is available again.
    else if (this.#access.reported?.is !== 'ready') void this.#try(plan);
  }

  /** A turn begins: opens its connection unless there is a spare. */
  begin(plan: SessionPlan): void {
    this.#refused = undefined; // a press means that it is to be tried now
    this.#turnsBegun += 1;
    this.spare.prepare(plan);
  }

  /** A turn was answered. */
  answered(): void {
    this.#onProbation = false;
    this.#pastDoubted = false;
    this.#access.report({ is: 'ready' });
  }

  /** A session ended unexpectedly. Reports it if another one would end the same way. */
  ended(fault: Fault): void {
    if (!concernsNextTurn(fault.code)) return;
    const { reported } = this.#access;
    if (reported?.is === 'unreachable' && reported.fault === fault) return; // reported when it could not be opened
    this.#onProbation = true;
    this.#access.report({ is: 'unreachable', fault });
  }

  /** Checks whether the service is available, unless a connection is open. Not billed. */
  async check(): Promise<void> {
    this.#access.look();
    if (this.spare.held) return;
    const turnsBegun = this.#turnsBegun;
    const fault = await this.#access.unreachable(this.#models, this.#settings.connectTimeoutMs);
    // A turn that has begun since then reports more.
    if (fault === undefined || this.spare.held || this.#turnsBegun !== turnsBegun) return;
    this.#access.report({ is: 'unreachable', fault });
  }

  /** The sessions are closed: later messages of the service can't quote what was said. */
  conversationEnded(): void {
    this.#world.confidentiality.conversationEnded();
  }

  /** Closes everything for good. */
  stop(): void {
    this.#stopping.abort(new Error('the kiosk ends'));
    this.#access.stop();
    this.spare.drop();
  }

  /**
   * Opens a session with the first model that the service offers, and reports the availability.
   * @param handle of a session to resume; if that is impossible, a new one is opened
   * @throws Fault when it can't be opened; the signal's reason when that is aborted
   */
  async #open(plan: SessionPlan, signal: AbortSignal, handle?: string): Promise<Connection> {
    this.#access.connecting();
    let apiKey: string | undefined;
    try {
      const connection = await this.#access.withModel(this.#models, (service, model) => {
        apiKey = service.apiKey;
        this.#throwIfRefused(apiKey);
        return this.#openWith(service, model, plan, signal, handle);
      });
      this.#opened(connection);
      return connection;
    } catch (error) {
      if (!(error instanceof Fault)) {
        // Cancelled by us: the availability has not changed.
        if (this.#access.reported !== undefined) this.#access.report(this.#access.reported);
      } else {
        // Models keep their own record of refusals.
        if (error.entry.retry === 'when changed' && error.code !== 'model-gone' && apiKey !== undefined)
          this.#refused ??= { fault: error, apiKey, atMs: this.#clock.now() };
        this.#access.report({ is: 'unreachable', fault: error });
      }
      throw error;
    }
  }

  async #openWith(
    service: Service,
    model: string,
    { config, past }: SessionPlan,
    signal: AbortSignal,
    handle: string | undefined,
  ): Promise<Connection> {
    const open = (given?: PastGiven, setUp = config) =>
      Connection.open(service, model, setUp, this.#settings, signal, this.#world, given);
    if (handle !== undefined && config.sessionResumption !== undefined) {
      try {
        return await open(undefined, { ...config, sessionResumption: { handle } });
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
      }
    }
    if (past.length === 0 || this.#pastRefused) return open();
    const refused = (why: string) => {
      if (this.#pastRefused) return;
      this.#pastRefused = true;
      this.#access.note(
        `${this.#engine}: the service takes no earlier turns (${why}): until the daemon starts again, each turn is interpreted without them`,
      );
    };
    const doubted = (why: string) => {
      if (this.#pastDoubted) refused(why);
      this.#pastDoubted = true;
    };
    // A service that refuses a session with a history may accept one without.
    try {
      return await open({ turns: past, refused, doubted });
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'setup-rejected') throw error;
      const connection = await open();
      refused(error.detail);
      return connection;
    }
  }

  /** Opens and closes a session. Nothing is billed, since nothing is sent. */
  async #try(plan: SessionPlan): Promise<void> {
    try {
      const connection = await this.#open(plan, this.#stopping.signal);
      // On probation, it must last for a while.
      if (this.#onProbation)
        await sleep(this.#clock, 2 * PROBATION_MS, this.#stopping.signal).catch(() => {});
      connection.close();
    } catch (error) {
      // #open has reported the fault.
      if (!(error instanceof Fault) && !this.#stopping.signal.aborted) throw error;
    }
  }

  #throwIfRefused(apiKey: string): void {
    const refused = this.#refused;
    if (refused === undefined) return;
    const same = refused.apiKey === apiKey && this.#clock.now() < refused.atMs + REFUSED_AGAIN_MS;
    if (same) throw refused.fault;
    this.#refused = undefined;
  }

  #opened(connection: Connection): void {
    this.#refused = undefined;
    if (!this.#onProbation) {
      this.#access.report({ is: 'ready' });
      return;
    }
    this.#clock.after(PROBATION_MS, () => {
      if (connection.ready) this.#access.report({ is: 'ready' });
      // Closed for another reason, it has proved nothing: a report makes it be tried again.
      else if (this.#access.reported?.is === 'unreachable') this.#access.report(this.#access.reported);
    });
  }
}
