import type { GenerateContentConfig, GoogleGenAI } from '@google/genai';
import { orAborted } from '../../../base/or-aborted.ts';
import { Fault } from '../../../kiosk/faults.ts';
import { clientOf, type Service } from '../client.ts';
import { faultOfRequest } from '../errors/request-faults.ts';
import type { KeyPlace } from '../key-places.ts';
import type { World } from '../world.ts';
import { Http, type HttpEvents } from './http.ts';

/** What a request is made with. */
export interface Handle {
  readonly client: GoogleGenAI;
  /** For requests without the SDK. */
  readonly fetch: typeof fetch;
  /** Part of the request's config. */
  readonly config: Pick<GenerateContentConfig, 'abortSignal'>;
  /** Fails the request with this fault `ms` milliseconds from now. Replaces the previous time-out. */
  watch(ms: number, fault: () => Fault): void;
}

/**
 * Makes one request, with a time-out for each phase. (The SDK's own time-outs also set a deadline for the service, which
 * refuses those below 10 s.) Nothing of the request continues afterwards.
 * @param place where the key is sent
 * @param events of the connection, whose time-out is that of `http`
 * @throws Fault when it fails; the signal's reason when that is aborted
 */
export async function request<T>(
  service: Service,
  place: KeyPlace,
  http: Http,
  { clock, confidentiality }: World,
  signal: AbortSignal,
  events: HttpEvents,
  make: (handle: Handle) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  let stopWatching = () => {};
  const watch = (ms: number, fault: () => Fault) => {
    stopWatching();
    stopWatching = clock.after(ms, () => over.abort(fault()));
  };
  const abortSignal = AbortSignal.any([signal, over.signal]);
  const fetch = http.fetch(events, place);
  try {
    const made = make({
      get client() {
        return clientOf(service, fetch);
      },
      fetch,
      config: { abortSignal },
      watch,
    });
    // Not left to the SDK, which may ignore an abort while it reads.
    return await orAborted(made, abortSignal);
  } catch (error) {
    signal.throwIfAborted();
    const reason = over.signal.aborted ? over.signal.reason : error;
    throw faultOfRequest(reason, service.apiKey, confidentiality.applies);
  } finally {
    stopWatching();
    // An unread stream continues, and is billed, until its connection is closed.
    over.abort();
  }
}

export interface Question {
  /** Below the version, with its query. */
  readonly path: string;
  /** For the connection, and then for the answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly place?: KeyPlace;
  readonly signal?: AbortSignal;
  /** See HttpLimits. */
  readonly maxValues?: number;
}

/**
 * Makes a request that is not billed, over a new connection: a kept one would prove nothing about the present network.
 * @returns the JSON of the answer, as text
 * @throws Fault when there is none; the signal's reason when that is aborted
 */
export async function askService(
  service: Service,
  { path, timeoutMs, place = 'header', signal = new AbortController().signal, maxValues }: Question,
  world: World,
): Promise<string> {
  const late = () => new Fault('connect-timeout', `no answer within ${timeoutMs} ms`);
  let connected = () => {};
  const events = { connected: () => connected(), sent: () => {} };
  const http = new Http(world, { connectTimeoutMs: timeoutMs, kept: false, maxValues });
  try {
    return await request(service, place, http, world, signal, events, async ({ fetch, config, watch }) => {
      connected = () => watch(timeoutMs, late);
      const { apiKey, apiVersion, baseUrl } = service;
      const headers = { 'x-goog-api-key': apiKey };
      const signal = config.abortSignal ?? null;
      const response = await fetch(`${baseUrl}/${apiVersion}/${path}`, { headers, signal });
      return await response.text();
    });
  } catch (error) {
    // No work was in progress that could be lost.
    const lost = error instanceof Fault && error.code === 'connection-lost';
    throw lost ? new Fault('network-unreachable', error.detail) : error;
  }
}

/**
 * Requests the model's description, which is not billed. Like a session, that needs the network, the name server, a
 * correct clock and TLS. (It shows neither the quota nor whether the model serves Live.)
 * @throws Fault why a session could not be opened
 */
export async function probe(service: Service, model: string, timeoutMs: number, world: World): Promise<void> {
  await askService(service, { path: `models/${model}`, timeoutMs }, world);
}
