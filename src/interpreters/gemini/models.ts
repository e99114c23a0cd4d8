import type { Engine } from '../../kiosk/engines.ts';
import { Fault } from '../../kiosk/faults.ts';
import type { ModelUsed } from '../../turn/turn.ts';
import type { Listing, Method } from './catalogue.ts';

/** What the models of a list are for. */
export interface Purpose {
  readonly engine: Engine;
  /** Where they are configured. */
  readonly setting: string;
  readonly method: Method;
}

/**
 * The configured models, in their order, as far as the service offers them. Its list decides which one to try first; only
 * a refusal takes a model out, until the key or the list changes.
 */
export class Models {
  readonly #all: readonly string[];
  readonly #purpose: Purpose;
  #apiKey: string | undefined;
  /** Have served, or opened a session. */
  readonly #working = new Set<string>();
  /** Not in the service's list. */
  readonly #unlisted = new Set<string>();
  /** "Not found", with the service's words. */
  readonly #refused = new Map<string, string>();

  /** @param all at least one, the preferred first, without the prefix `models/` */
  constructor(all: readonly string[], purpose: Purpose) {
    this.#all = all;
    this.#purpose = purpose;
  }

  /** The one to use now: the first that is offered; else the first that was not refused. */
  get current(): string {
    const [first = ''] = this.#all;
    return this.#offered ?? this.#all.find((model) => !this.#refused.has(model)) ?? first;
  }

  /** Why none is to be asked for: the service has refused them all. */
  get refusal(): Fault | undefined {
    return this.#refused.size < this.#all.length ? undefined : this.missing;
  }

  /** As far as is known none of them is offered. */
  get missing(): Fault | undefined {
    return this.#offered === undefined ? new Fault('model-gone', this.notes.join('; ')) : undefined;
  }

  /** For the operator: a line for each model that is not offered. */
  get notes(): readonly string[] {
    return this.#all.flatMap((model) => this.#noteOf(model) ?? []);
  }

  /** The same of the preferred model alone. */
  get firstNote(): string | undefined {
    const [first = ''] = this.#all;
    return this.#noteOf(first);
  }

  /** With another key other models may be offered. @returns whether it is another key */
  useKey(apiKey: string): boolean {
    const other = this.#apiKey !== undefined && this.#apiKey !== apiKey;
    this.#apiKey = apiKey;
    if (!other) return false;
    this.#working.clear();
    this.#unlisted.clear();
    this.#refused.clear();
    return true;
  }

  /** The service does not know it, or does not serve it in this way. @param detail its words: the first sentence is kept */
  refuse(model: string, detail: string): void {
    this.#working.delete(model);
    this.#refused.set(model, detail.replace(/\. .*$/s, ''));
  }

  /** It serves, whatever the list says. @returns whether that is news */
  works(model: string): boolean {
    this.#working.add(model);
    return this.#unlisted.delete(model);
  }

  /** The service has sent its list. @param before the list before it */
  listed(listing: Listing, before: Listing | undefined): void {
    const { method } = this.#purpose;
    const changed = before !== undefined && !listing.equals(before);
    for (const model of this.#all) {
      if (listing.offers(model, method)) {
        this.#unlisted.delete(model);
        if (changed) this.#refused.delete(model);
      }
      // One that serves without being listed stays in use; one that has left the list may soon be gone.
      else if (!this.#working.has(model) || before?.offers(model, method)) this.#unlisted.add(model);
    }
  }

  get #offered(): string | undefined {
    return this.#all.find((model) => !this.#refused.has(model) && !this.#unlisted.has(model));
  }

  #noteOf(model: string): string | undefined {
    const { engine, setting, method } = this.#purpose;
    const refused = this.#refused.get(model);
    if (refused === undefined && !this.#unlisted.has(model)) return undefined;
    const why =
      refused === undefined
        ? `is not in the service's list of models for ${method}`
        : `is refused by the service (${refused})`;
    const way =
      this.#offered === undefined
        ? `name another model in ${setting}`
        : `${this.#offered} is used; take ${model} out of ${setting}`;
    return `${engine}: ${model} ${why}: ${way}`;
  }
}

/** One use of a model, of which nothing has been sent yet. @param textInTokens see `textTokens` */
export function usedOf(engine: Engine, model: string, textInTokens: number, earlierSeconds = 0): ModelUsed {
  return { engine, model, sentSeconds: 0, receivedSeconds: 0, earlierSeconds, textInTokens };
}
