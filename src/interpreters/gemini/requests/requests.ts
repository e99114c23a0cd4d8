import { Fault } from '../../../kiosk/faults.ts';
import type { Access } from '../access.ts';
import type { Models } from '../models.ts';
import { Http, type HttpEvents } from './http.ts';
import { type Handle, request } from './request.ts';

export interface RequestLimits {
  /** From the first packet to the open connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Until the service has described a model, in milliseconds. */
  readonly describeTimeoutMs: number;
}

/** For this long after an answer, the service need not be asked whether it is available, in milliseconds. */
const FRESH_MS = 30_000;

const UNWATCHED: HttpEvents = { connected: () => {}, sent: () => {} };

/** All requests of an engine: with the service as it is now, over kept connections, to models that are still offered. */
export class Requests {
  readonly #access: Access;
  readonly #limits: RequestLimits;
  readonly #http: Http;
  #answeredMs = Number.NEGATIVE_INFINITY;

  constructor(access: Access, limits: RequestLimits) {
    const { connectTimeoutMs } = limits;
    this.#access = access;
    this.#limits = limits;
    this.#http = new Http(access.world, { connectTimeoutMs, kept: true });
  }

  /** The service has answered lately: it is available, and its connection is still open. */
  get fresh(): boolean {
    const { reported, world } = this.#access;
    return reported?.is === 'ready' && this.#http.warm && world.clock.now() < this.#answeredMs + FRESH_MS;
  }

  /** Something failed: the next requests go over fresh connections. */
  renew(): void {
    this.#answeredMs = Number.NEGATIVE_INFINITY;
    this.#http.renew();
  }

  /**
   * Makes a request of the first model of the list that the service offers.
   * @throws Fault; the signal's reason when that is aborted
   */
  make<T>(
    models: Models,
    events: HttpEvents,
    signal: AbortSignal,
    make: (handle: Handle, model: string) => Promise<T>,
  ): Promise<T> {
    const { world } = this.#access;
    return this.#access.withModel(models, async (service, model) => {
      const made = await world.keyPlaces.attempt('requests', service.apiKey, (place) =>
        request(service, place, this.#http, world, signal, events, (handle) => make(handle, model)),
      );
      this.#answeredMs = world.clock.now();
      return made;
    });
  }

  /** Asks for the model's description: it is not billed, and its connection is kept. @throws as `make` */
  async describe(models: Models, signal: AbortSignal): Promise<void> {
    const { describeTimeoutMs } = this.#limits;
    await this.make(models, UNWATCHED, signal, async ({ client, config, watch }, model) => {
      watch(describeTimeoutMs, () => new Fault('no-answer', `no answer within ${describeTimeoutMs} ms`));
      await client.models.get({ model, config });
    });
  }
}
