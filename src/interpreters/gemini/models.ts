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
 * The configured models, in order, and which of them the service offers. The service's list decides which one is tried
 * first; only a refusal excludes a model, until the key or the list changes.
 */
export class Models {
  readonly #all: readonly string[];
  readonly #purpose: Purpose;
  #apiKey: string | undefined;
  /** These have answered, or opened a session. */
  readonly #working = new Set<string>();
  /** Not in the service's list. */
  readonly #unlisted = new Set<string>();
  /** These were "not found", in the service's words. */
  readonly #refused = new Map<string, string>();

  /** @param all at least one, the preferred first, without the prefix `models/` */
  constructor(all: readonly string[], purpose: Purpose) {
    this.#all = all;
    this.#purpose = purpose;
  }

  /** The model to use now: the first that is offered, or else the first that was not refused. */
  get current(): string {
    const [first = ''] = this.#all;
    return this.#offered ?? this.#all.find((model) => !this.#refused.has(model)) ?? first;
  }

  /** The fault to report if the service has refused all models. */
  get refusal(): Fault | undefined {
    return this.#refused.size < this.#all.length ? undefined : this.missing;
  }

  /** The fault to report if none of them seems to be offered. */
  get missing(): Fault | undefined {
    return this.#offered === undefined ? new Fault('model-gone', this.notes.join('; ')) : undefined;
  }

  /** For the operator: a line for each model that is not offered. */
  get notes(): readonly string[] {
    return this.#all.flatMap((model) => this.#noteOf(model) ?? []);
  }

  /** The note on the preferred model. */
  get firstNote(): string | undefined {
    const [first = ''] = this.#all;
    return this.#noteOf(first);
  }

  /** Forgets what is known if the key has changed. @returns whether it has */
  useKey(apiKey: string): boolean {
    const changed = this.#apiKey !== undefined && this.#apiKey !== apiKey;
    this.#apiKey = apiKey;
    if (changed) {
      for (const known of [this.#working, this.#unlisted, this.#refused]) known.clear();
    }
    return changed;
  }

  /** The service does not know it, or not for this method. @param detail its words, of which the first sentence is kept */
  refuse(model: string, detail: string): void {
    this.#working.delete(model);
    this.#refused.set(model, detail.replace(/\. .*$/s, ''));
  }

  /** It works, even if it is not listed. @returns whether the list said otherwise */
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
      // A working model may be missing in the list; but one that was removed from it may soon be gone.
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
    const unlisted = `is not in the service's list of models for ${method}`;
    const problem = refused === undefined ? unlisted : `is refused by the service (${refused})`;
    const other = this.#offered;
    const remedy = other
      ? `${other} is used; take ${model} out of ${setting}`
      : `name another model in ${setting}`;
    return `${engine}: ${model} ${problem}: ${remedy}`;
  }
}

/** A use of a model, before anything is sent. @param textInTokens see `textTokens` */
export function usedOf(engine: Engine, model: string, textInTokens: number, earlierSeconds = 0): ModelUsed {
  return { engine, model, sentSeconds: 0, receivedSeconds: 0, earlierSeconds, textInTokens };
}
