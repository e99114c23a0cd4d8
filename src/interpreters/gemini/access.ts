import { Fault, isNetworkFault } from '../../kiosk/faults.ts';
import type { Availability, InterpreterWatcher } from '../interpreter.ts';
import type { Catalogue } from './catalogue.ts';
import type { CurrentService, Service } from './client.ts';
import type { Models } from './models.ts';
import { probe } from './requests/request.ts';
import type { World } from './world.ts';

/**
 * An engine's access to the service: its key, its models as far as they are offered, and what is known of its
 * availability, which it reports to the watcher.
 */
export class Access {
  readonly world: World;
  readonly #service: CurrentService;
  readonly #lists: readonly Models[];
  readonly #catalogue: Catalogue | undefined;
  #watcher: InterpreterWatcher | undefined;
  #reported: Availability | undefined;
  #note: string | undefined;

  /**
   * @param lists the engine's models
   * @param catalogue the models that the service offers; without it, only refusals show what is missing
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
      if (missing !== undefined && this.#reported?.is !== 'unreachable')
        this.report({ is: 'unreachable', fault: missing });
    });
  }

  watch(watcher: InterpreterWatcher): void {
    this.#watcher = watcher;
  }

  /** What was reported last; undefined before the first report. */
  get reported(): Availability | undefined {
    return this.#reported;
  }

  report(availability: Availability): void {
    this.#reported = availability;
    this.#watcher?.availability(availability);
  }

  /** Something is under way: afterwards the availability is reported anew, or is as it was. */
  connecting(): void {
    this.#watcher?.availability({ is: 'connecting' });
  }

  /** For the operator, beside the notes on the models. */
  note(text: string): void {
    this.#note = text;
    this.#reportModels();
  }

  /** Asks for the service's list of models if that is due. Returns at once. */
  look(): void {
    this.#catalogue?.look(this.#lists.some(({ notes }) => notes.length > 0));
  }

  /** Nothing is asked any more. */
  stop(): void {
    this.#catalogue?.stop();
  }

  /**
   * Uses the first model of a list that the service offers, and the next one when it turns out not to be offered.
   * @throws what `use` throws; Fault when the service has refused them all, or there is no key
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

  /** Why the network does not let us reach the service, asked in a way that is not billed; undefined if it does. */
  async unreachable(models: Models, timeoutMs: number): Promise<Fault | undefined> {
    try {
      await probe(await this.#service(), models.current, timeoutMs, this.world);
      return undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // Whatever else is refused here may be granted to a session or a request.
      return isNetworkFault(error.code) ? error : undefined;
    }
  }

  /** A missing model is a note; a missing preferred one is a fault as well. */
  #reportModels(): void {
    const notes = this.#lists.flatMap((models) => models.notes);
    this.#watcher?.notes(this.#note === undefined ? notes : [...notes, this.#note]);
    const first = this.#lists.flatMap(({ firstNote }) => firstNote ?? []);
    this.#watcher?.condition(new Fault('model-gone', first.join('; ')), first.length > 0);
  }
}
