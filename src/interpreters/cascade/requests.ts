import { Fault } from '../../kiosk/faults.ts';
import type { Clock } from '../../time.ts';
import type { Service } from '../live/client.ts';
import type { Models } from '../live/models.ts';
import { checkReach } from '../live/reach.ts';
import type { World } from '../network/dial.ts';
import { Line, type LineEvents } from './line.ts';
import { type Handle, request } from './request.ts';

export interface RequestLimits {
  /** From the first packet to the open connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Until the service has described a model, in milliseconds. */
  readonly describeTimeoutMs: number;
}

/** So long after the service answered, it need not be asked whether it can be had, in milliseconds. */
const FRESH_MS = 30_000;

const UNWATCHED: LineEvents = { connected: () => {}, sent: () => {} };

/** All requests of an engine: with the service as it is now, over kept connections, to models that are still there. */
export class Requests {
  readonly #service: () => Promise<Service>;
  readonly #limits: RequestLimits;
  readonly #world: World;
  readonly #clock: Clock;
  readonly #told: () => void;
  readonly #line: Line;
  #answeredMs = Number.NEGATIVE_INFINITY;

  /** @param told called when more, or less, is known of what the service offers */
  constructor(service: () => Promise<Service>, limits: RequestLimits, world: World, told: () => void) {
    this.#service = service;
    this.#limits = limits;
    this.#world = world;
    this.#clock = world.clock;
    this.#told = told;
    this.#line = new Line(world, limits.connectTimeoutMs);
  }

  /** The service has answered lately: it can be had, and its connection is still there. */
  get fresh(): boolean {
    return this.#line.warm && this.#clock.now() < this.#answeredMs + FRESH_MS;
  }

  /** Something failed: what comes next goes over fresh connections. */
  renew(): void {
    this.#answeredMs = Number.NEGATIVE_INFINITY;
    this.#line.renew();
  }

  /**
   * Makes a request of the first model of the list that the service offers.
   * @throws Fault; the signal's reason when that is aborted
   */
  async make<T>(
    models: Models,
    events: LineEvents,
    signal: AbortSignal,
    make: (handle: Handle, model: string) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const service = await this.#service();
      if (models.useKey(service.apiKey)) this.#told();
      const { refusal, current: model } = models;
      if (refusal !== undefined) throw refusal;
      try {
        const made = await this.#world.keyPlaces.attempt('requests', service.apiKey, (place) =>
          request(service, place, this.#line, this.#world, signal, events, (handle) => make(handle, model)),
        );
        this.#answeredMs = this.#clock.now();
        if (models.works(model)) this.#told();
        return made;
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'model-gone') throw error;
        models.refuse(model, error.detail);
        this.#told();
      }
    }
  }

  /** Asks for the model's description: it is not billed, and its connection is kept. @throws as `make` */
  async describe(models: Models, signal: AbortSignal): Promise<void> {
    const { describeTimeoutMs } = this.#limits;
    await this.make(models, UNWATCHED, signal, async ({ client, config, watch }, model) => {
      watch(describeTimeoutMs, () => new Fault('no-answer', `no answer within ${describeTimeoutMs} ms`));
      await client.models.get({ model, config });
    });
  }

  /** The same over a connection of its own: one that is kept would prove nothing about the network of now. @throws Fault */
  async check(models: Models): Promise<void> {
    const { connectTimeoutMs } = this.#limits;
    await checkReach(await this.#service(), models.current, connectTimeoutMs, this.#world);
  }
}
