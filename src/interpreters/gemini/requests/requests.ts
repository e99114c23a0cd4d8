import { Fault } from '../../../kiosk/faults.ts';
import type { Access } from '../access.ts';
import type { Models } from '../models.ts';
import type { World } from '../world.ts';
import { Http, type HttpEvents } from './http.ts';
import { type Handle, request } from './request.ts';

export interface RequestLimits {
  /** From the first packet to the open connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Until the service has described a model, in milliseconds. */
  readonly describeTimeoutMs: number;
}

/** For this long after an answer the service counts as available, in milliseconds. */
const FRESH_MS = 30_000;

const UNWATCHED: HttpEvents = { connected: () => {}, sent: () => {} };

/** The requests of an engine, over kept connections, to models that the service offers. */
export class Requests {
  readonly world: World;
  readonly #access: Access;
  readonly #limits: RequestLimits;
  readonly #http: Http;
  #answeredMs = Number.NEGATIVE_INFINITY;

  constructor(access: Access, limits: RequestLimits) {
    const { connectTimeoutMs } = limits;
    this.world = access.world;
    this.#access = access;
    this.#limits = limits;
    this.#http = new Http(this.world, { connectTimeoutMs, kept: true });
  }

  /** The service has answered recently, and its connection is still open. */
  get fresh(): boolean {
    const isRecent = this.world.clock.now() < this.#answeredMs + FRESH_MS;
    return this.#access.reported?.is === 'ready' && this.#http.warm && isRecent;
  }

  /** Closes the connections: the next requests open new ones. */
  renew(): void {
    this.#answeredMs = Number.NEGATIVE_INFINITY;
    this.#http.renew();
  }

  /**
   * Makes a request to the first model of the list that the service offers.
   * @throws Fault; the signal's reason when that is aborted
   */
  make<T>(
    models: Models,
    events: HttpEvents,
    signal: AbortSignal,
    make: (handle: Handle, model: string) => Promise<T>,
  ): Promise<T> {
    const { world } = this;
    return this.#access.withModel(models, async (service, model) => {
      const made = await world.keyPlaces.attempt('requests', service.apiKey, (place) =>
        request(service, place, this.#http, world, signal, events, (handle) => make(handle, model)),
      );
      this.#answeredMs = world.clock.now();
      return made;
    });
  }

  /** Requests the model's description, which is not billed, and keeps the connection. @throws as `make` */
  async describe(models: Models, signal: AbortSignal): Promise<void> {
    const { describeTimeoutMs } = this.#limits;
    await this.make(models, UNWATCHED, signal, async ({ client, config, watch }, model) => {
      watch(describeTimeoutMs, () => new Fault('no-answer', `no answer within ${describeTimeoutMs} ms`));
      await client.models.get({ model, config });
    });
  }
}
