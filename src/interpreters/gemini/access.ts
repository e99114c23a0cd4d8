import { Fault, isNetworkFault } from '../../kiosk/faults.ts';
import type { Availability, InterpreterWatcher } from '../interpreter.ts';
import type { Catalogue } from './catalogue.ts';
import type { CurrentService, Service } from './client.ts';
import type { Models } from './models.ts';
import { probe } from './requests/request.ts';
import type { World } from './world.ts';

/** An engine's access to the service: the key, the models that are offered, and the availability, which it reports. */
export class Access {
  readonly world: World;
  readonly #service: CurrentService;
  readonly #lists: readonly Models[];
  readonly #catalogue: Catalogue | undefined;
  #watcher: InterpreterWatcher | undefined;
  /** What was reported last; undefined before the first report. */
  reported: Availability | undefined;
  #note: string | undefined;

  /**
   * @param lists the engine's models
   * @param catalogue the models that the service offers; without it, only refusals show which are missing
   */
  constructor(service: CurrentService, lists: readonly Models[], world: World, catalogue?: Catalogue) {
    this.#service = service;
    this.#lists = lists;
    this.world = world;
    this.#catalogue = catalogue;
    catalogue?.follow((listing, before, apiKey) => {
      for (const models of lists) {
        models.useKey(apiKey);
        models.listed(listing, before);
      }
      this.#reportModels();
      const missing = lists.find((models) => models.missing !== undefined)?.missing;
      if (missing !== undefined && this.reported?.is !== 'unreachable')
        this.report({ is: 'unreachable', fault: missing });
    });
  }

  watch(watcher: InterpreterWatcher): void {
    this.#watcher = watcher;
  }

  report(availability: Availability): void {
    this.reported = availability;
    this.#watcher?.availability(availability);
  }

  /** A connection is being opened. The availability is reported again afterwards, or is as before. */
  connecting(): void {
    this.#watcher?.availability({ is: 'connecting' });
  }

  /** Adds a note for the operator to those on the models. */
  note(text: string): void {
    this.#note = text;
    this.#reportModels();
  }

  /** Requests the service's list of models if that is due. Returns at once. */
  look(): void {
    this.#catalogue?.look(this.#lists.some(({ notes }) => notes.length > 0));
  }

  /** Ends requests for the list. */
  stop(): void {
    this.#catalogue?.stop();
  }

  /**
   * Uses the first model of a list that the service offers, and the next one if the service refuses it.
   * @throws what `use` throws; Fault when the service has refused all models, or there is no key
   */
  async withModel<T>(models: Models, use: (service: Service, model: string) => Promise<T>): Promise<T> {
    for (;;) {
      const service = await this.#service();
      if (models.useKey(service.apiKey)) this.#reportModels();
      const { refusal, current: model } = models;
      if (refusal !== undefined) throw refusal;
      try {
        const made = await use(service, model);
        if (models.works(model)) this.#reportModels();
        return made;
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'model-gone') throw error;
        models.refuse(model, error.detail);
        this.#reportModels();
      }
    }
  }

  /** Why the network does not reach the service; undefined if it does. The request is not billed. */
  async unreachable(models: Models, timeoutMs: number): Promise<Fault | undefined> {
    try {
      await probe(await this.#service(), models.current, timeoutMs, this.world);
      return undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // A session or a request may be accepted even if this one is refused.
      return isNetworkFault(error.code) ? error : undefined;
    }
  }

  /** A missing model is a note; if it is the preferred one, also a fault. */
  #reportModels(): void {
    const notes = this.#lists.flatMap((models) => models.notes);
    this.#watcher?.notes(this.#note === undefined ? notes : [...notes, this.#note]);
    const first = this.#lists.flatMap(({ firstNote }) => firstNote ?? []);
    this.#watcher?.condition(new Fault('model-gone', first.join('; ')), first.length > 0);
  }
}
