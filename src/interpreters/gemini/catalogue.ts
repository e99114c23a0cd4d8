import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Fault } from '../../kiosk/faults.ts';
import type { CurrentService, Service } from './client.ts';
import { askService } from './requests/request.ts';
import type { World } from './world.ts';

/** How a model can be asked. */
export type Method = 'bidiGenerateContent' | 'generateContent';

/** What the service offers to the holder of a key. */
export class Listing {
  readonly #methods: ReadonlyMap<string, readonly string[]>;

  /** @param methods of each model, by its name without `models/` */
  constructor(methods: ReadonlyMap<string, readonly string[]>) {
    this.#methods = methods;
  }

  offers(model: string, method: Method): boolean {
    return this.#methods.get(model)?.includes(method) ?? false;
  }

  /** The models for a method, in the order of the service. */
  offering(method: Method): readonly string[] {
    return [...this.#methods.keys()].filter((model) => this.offers(model, method));
  }

  equals(other: Listing): boolean {
    return isDeepStrictEqual(this.#methods, other.#methods);
  }
}

/** @param before what it offered when it was last asked with the same key */
export type Follower = (listing: Listing, before: Listing | undefined, apiKey: string) => void;

const pageSchema = z.object({
  models: z
    .array(z.object({ name: z.string(), supportedGenerationMethods: z.array(z.string()).default([]) }))
    .default([]),
  nextPageToken: z.string().optional(),
});

/** The largest page that the API allows. */
const PAGE_SIZE = 1000;
const MAX_PAGES = 20;
/** A model takes some 20 values. */
const MAX_PAGE_VALUES = 20_000;
/** For one page, in milliseconds: some 60 kB. */
const PAGE_TIMEOUT_MS = 20_000;

/** A list is valid for this long, in milliseconds; for the shorter time if a model, or the list itself, is missing. */
const HOLDS_MS = 60 * 60_000;
const MISSING_HOLDS_MS = 60_000;

/**
 * The service's list of its models, shared by the engines. It is requested at the start, after a change of the key, and
 * when it is no longer valid. The request is not billed. A missing list has no consequences.
 */
export class Catalogue {
  readonly #service: CurrentService;
  readonly #world: World;
  readonly #followers: Follower[] = [];
  readonly #stopping = new AbortController();
  #asking = false;
  #apiKey: string | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;
  #listing: Listing | undefined;

  constructor(service: CurrentService, world: World) {
    this.#service = service;
    this.#world = world;
  }

  /** @param follower called with each list that comes from now on */
  follow(follower: Follower): void {
    this.#followers.push(follower);
  }

  /** Requests the list if that is due. Returns at once. @param missing a configured model is not offered */
  look(missing: boolean): void {
    if (this.#asking || this.#stopping.signal.aborted) return;
    this.#asking = true;
    void this.#look(missing).finally(() => {
      this.#asking = false;
    });
  }

  /** Ends all requests. Safe to call again. */
  stop(): void {
    this.#stopping.abort();
  }

  async #look(missing: boolean): Promise<void> {
    try {
      const service = await this.#service();
      const { clock } = this.#world;
      const holdsMs = missing || this.#listing === undefined ? MISSING_HOLDS_MS : HOLDS_MS;
      if (service.apiKey === this.#apiKey && clock.now() < this.#askedMs + holdsMs) return;
      const before = service.apiKey === this.#apiKey ? this.#listing : undefined;
      this.#apiKey = service.apiKey;
      this.#askedMs = clock.now();
      this.#listing = before;
      const listing = await listModels(service, this.#world, this.#stopping.signal);
      this.#listing = listing;
      for (const follower of this.#followers) follower(listing, before, service.apiKey);
    } catch (error) {
      if (!(error instanceof Fault) && !this.#stopping.signal.aborted) throw error; // a bug
    }
  }
}

/** What the service offers to the holder of this key. @throws Fault when there is no complete list */
export async function listModels(service: Service, world: World, signal: AbortSignal): Promise<Listing> {
  const methods = new Map<string, readonly string[]>();
  let token = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = `pageSize=${PAGE_SIZE}${token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`}`;
    const limits = { timeoutMs: PAGE_TIMEOUT_MS, maxValues: MAX_PAGE_VALUES };
    const text = await world.keyPlaces.attempt('requests', service.apiKey, (place) =>
      askService(service, { path: `models?${query}`, ...limits, signal, place }, world),
    );
    const { models, nextPageToken } = pageOf(text);
    for (const { name, supportedGenerationMethods } of models)
      methods.set(name.replace(/^models\//, ''), supportedGenerationMethods);
    token = nextPageToken ?? '';
    if (token === '') break;
  }
  // After an incomplete or empty list, models would be reported as missing that are offered.
  if (token !== '' || methods.size === 0) throw new Fault('service-garbled', 'no whole list of models');
  return new Listing(methods);
}

function pageOf(text: string): z.output<typeof pageSchema> {
  try {
    return pageSchema.parse(JSON.parse(text));
  } catch {
    throw new Fault('service-garbled', 'what came is no list of models');
  }
}
