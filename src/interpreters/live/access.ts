import type { Content, LiveConnectConfig } from '@google/genai';
import { concernsNextTurn, Fault, isNetworkFault } from '../../kiosk/faults.ts';
import { type Clock, sleep } from '../../time.ts';
import type { Availability, InterpreterWatcher } from '../interpreter.ts';
import type { World } from '../network/dial.ts';
import type { Catalogue } from './catalogue.ts';
import type { Service } from './client.ts';
import { Connection, type ConnectionLimits } from './connection.ts';
import type { PastGiven } from './history.ts';
import { Models, type Purpose, report } from './models.ts';
import { checkReach } from './reach.ts';
import { type Opener, Sessions } from './sessions.ts';

export interface AccessSettings extends ConnectionLimits {
  /** Models in the order in which they are to be used, without the prefix `models/`. */
  readonly models: readonly string[];
  /** How long a connection is held without a turn, in milliseconds; 0 for no spare at all. */
  readonly spareIdleMs: number;
}

/** A service that ended sessions behind their set-up (quota: 0.8 s) is believed again after this, in milliseconds. */
const PROBATION_MS = 2000;

/** What only a change can mend is tried again after this without one: the change may be at the other end. */
const REFUSED_AGAIN_MS = 15 * 60_000;

/**
 * An engine's access to the service: opens its sessions, with the first of its models that is offered, holds the
 * spare, and tells the watcher whether a turn could be interpreted now.
 */
export class Access {
  readonly #service: () => Promise<Service>;
  readonly #settings: AccessSettings;
  readonly #world: World;
  readonly #clock: Clock;
  readonly #models: Models;
  readonly #catalogue: Catalogue | undefined;
  /** The connection that is held for the next turn. */
  readonly sessions: Sessions;
  #watcher: InterpreterWatcher | undefined;
  /** What became of the latest session that was opened to the end. */
  #told: Availability | undefined;
  /** Sessions opened and were ended by the service: an open one proves nothing yet. */
  #onProbation = false;
  /** What only a change can mend: not tried again with the same key for a while. */
  #refused: { readonly fault: Fault; readonly apiKey: string; readonly atMs: number } | undefined;
  readonly #stopping = new AbortController();
  #turnsBegun = 0;
  readonly #engine: string;
  /** Why no session is given a past any more: the service refused it, or answered it. */
  #pastRefused: string | undefined;
  /** It may have been the past for which the latest session was closed that had one. */
  #pastDoubted = false;

  /**
   * @param service asked for every connection, so that a key may appear or change while the kiosk runs
   * @param catalogue the models that the service offers; without it, only refusals show what is missing
   */
  constructor(
    service: () => Promise<Service>,
    settings: AccessSettings,
    purpose: Omit<Purpose, 'method'>,
    world: World,
    catalogue?: Catalogue,
  ) {
    const { clock } = world;
    this.#service = service;
    this.#settings = settings;
    this.#clock = clock;
    this.#world = world;
    this.#engine = purpose.engine;
    this.#models = new Models(settings.models, { ...purpose, method: 'bidiGenerateContent' });
    this.#catalogue = catalogue;
    catalogue?.follow((listing, before, apiKey) => {
      this.#models.useKey(apiKey);
      this.#models.listed(listing, before);
      this.#report();
      const { missing } = this.#models;
      if (missing !== undefined && this.#told?.is !== 'unreachable')
        this.#tell({ is: 'unreachable', fault: missing });
    });
    this.sessions = new Sessions(settings.spareIdleMs, clock, (fault) => this.ended(fault));
  }

  watch(watcher: InterpreterWatcher): void {
    this.#watcher = watcher;
  }

  /** Sees to it that a spare is there; where none is wanted, that it is known whether one could be had. */
  prepare(opener: Opener): void {
    this.#look();
    if (this.#settings.spareIdleMs > 0) this.sessions.prepare(opener);
    // Without a spare, nothing would ever tell that the service is there, or there again.
    else if (this.#told?.is !== 'ready') void this.#probe(opener);
  }

  /** A turn begins: its connection is opened now at the latest and hides behind the utterance. */
  begin(opener: Opener): void {
    this.#refused = undefined; // whoever presses wants it tried now
    this.#turnsBegun += 1;
    this.sessions.prepare(opener);
  }

  /** A turn was answered. */
  answered(): void {
    this.#onProbation = false;
    this.#pastDoubted = false;
    this.#tell({ is: 'ready' });
  }

  /** A session ended under us. That is news when another one would end the same way. */
  ended(fault: Fault): void {
    if (!concernsNextTurn(fault.code)) return;
    if (this.#told?.is === 'unreachable' && this.#told.fault === fault) return; // told when it could not be opened
    this.#onProbation = true;
    this.#tell({ is: 'unreachable', fault });
  }

  /** Whether the service could be had, asked in a way that is not billed; an open connection is proof enough. */
  async check(): Promise<void> {
    this.#look();
    if (this.sessions.holding) return;
    const turnsBegun = this.#turnsBegun;
    const fault = await this.#unreachable();
    // A turn that began meanwhile knows better.
    if (fault === undefined || this.sessions.holding || this.#turnsBegun !== turnsBegun) return;
    this.#tell({ is: 'unreachable', fault });
  }

  /** Its sessions are closed, and what the service says next is not about what was said in them. */
  conversationEnded(): void {
    this.#world.confidentiality.conversationEnded();
  }

  /** Nothing is opened or held any more. */
  stop(): void {
    this.#stopping.abort(new Error('the kiosk ends'));
    this.#catalogue?.stop();
    this.sessions.drop();
  }

  /**
   * Opens a session with the first model that the service offers. The watcher is told what became of it.
   * @param resumes whether `config` takes up an earlier session: that this fails says nothing about the service
   * @param past earlier turns that a new session is given, where the service takes them
   * @throws Fault when it can't be had; the signal's reason when that is aborted
   */
  async open(
    config: LiveConnectConfig,
    signal: AbortSignal,
    { resumes = false, past = [] }: { readonly resumes?: boolean; readonly past?: readonly Content[] } = {},
  ): Promise<Connection> {
    this.#watcher?.availability({ is: 'connecting' });
    let apiKey: string | undefined;
    try {
      const service = await this.#service();
      apiKey = service.apiKey;
      this.#throwIfRefused(apiKey);
      const connection = await this.#openModel(service, config, past, signal);
      this.#opened(connection);
      return connection;
    } catch (error) {
      if (!(error instanceof Fault)) {
        if (this.#told !== undefined) this.#watcher?.availability(this.#told); // given up by us: it is as it was
      } else if (!resumes) {
        // Of models it is known for each whether it is to be asked for again.
        if (error.entry.retry === 'when changed' && error.code !== 'model-gone' && apiKey !== undefined)
          this.#refused ??= { fault: error, apiKey, atMs: this.#clock.now() };
        this.#tell({ is: 'unreachable', fault: error });
      }
      throw error;
    }
  }

  async #openModel(
    service: Service,
    config: LiveConnectConfig,
    past: readonly Content[],
    signal: AbortSignal,
  ): Promise<Connection> {
    if (this.#models.useKey(service.apiKey)) this.#report();
    for (;;) {
      const { refusal, current: model } = this.#models;
      if (refusal !== undefined) throw refusal;
      try {
        const connection = await this.#openWith(service, model, config, past, signal);
        if (this.#models.works(model)) this.#report();
        return connection;
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'model-gone') throw error;
        this.#models.refuse(model, error.detail);
        this.#report();
      }
    }
  }

  /** A service that refuses a session with a past may grant one without. */
  async #openWith(
    service: Service,
    model: string,
    config: LiveConnectConfig,
    past: readonly Content[],
    signal: AbortSignal,
  ): Promise<Connection> {
    const open = (given?: PastGiven) =>
      Connection.open(service, model, config, this.#settings, signal, this.#world, given);
    if (past.length === 0 || this.#pastRefused !== undefined) return open();
    const refused = (why: string) => {
      this.#pastRefused ??= why;
      this.#report();
    };
    const doubted = (why: string) => {
      if (this.#pastDoubted) refused(why);
      this.#pastDoubted = true;
    };
    try {
      return await open({ turns: past, refused, doubted });
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'setup-rejected') throw error;
      const connection = await open();
      refused(error.detail);
      return connection;
    }
  }

  #report(): void {
    const why = this.#pastRefused;
    const note = `${this.#engine}: the service takes no earlier turns (${why}): until the daemon starts again, each turn is interpreted without them`;
    report([this.#models], this.#watcher, why === undefined ? [] : [note]);
  }

  #look(): void {
    this.#catalogue?.look(this.#models.notes.length > 0);
  }

  /** A session that is opened and closed: nothing is said in it, so nothing is billed. */
  async #probe(opener: Opener): Promise<void> {
    try {
      const connection = await opener.open(this.#stopping.signal, undefined);
      // One that has to prove itself is looked at behind that.
      if (this.#onProbation)
        await sleep(this.#clock, 2 * PROBATION_MS, this.#stopping.signal).catch(() => {});
      connection.close();
    } catch (error) {
      // What is wrong has been told by who opened it.
      if (!(error instanceof Fault) && !this.#stopping.signal.aborted) throw error;
    }
  }

  /** Why the service could not be had now, as far as that can be known without a session. */
  async #unreachable(): Promise<Fault | undefined> {
    const { connectTimeoutMs } = this.#settings;
    try {
      await checkReach(await this.#service(), this.#models.current, connectTimeoutMs, this.#world);
      return undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // What else is refused here may be given to a session all the same.
      return isNetworkFault(error.code) ? error : undefined;
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
      this.#tell({ is: 'ready' });
      return;
    }
    this.#clock.after(PROBATION_MS, () => {
      if (connection.ready) this.#tell({ is: 'ready' });
      // Given up for another reason, it has proved nothing: told again, so that it is tried again.
      else if (this.#told?.is === 'unreachable') this.#tell(this.#told);
    });
  }

  #tell(availability: Availability): void {
    this.#told = availability;
    this.#watcher?.availability(availability);
  }
}
