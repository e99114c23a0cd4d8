import type { GenerateContentConfig, GoogleGenAI } from '@google/genai';
import { Fault } from '../../../kiosk/faults.ts';
import { clientOf, type Service } from '../client.ts';
import { faultOfRequest } from '../errors/request-faults.ts';
import type { KeyPlace } from '../key-places.ts';
import type { World } from '../world.ts';
import { Http, type HttpEvents } from './http.ts';

/** How a request is made, and how it is ended. */
export interface Handle {
  readonly client: GoogleGenAI;
  /** The same way, for what is not asked through the SDK. */
  readonly fetch: typeof fetch;
  /** To be spread into the request's config. */
  readonly config: Pick<GenerateContentConfig, 'abortSignal'>;
  /** The request fails with this fault `ms` milliseconds from now; replaces what was watched for before. */
  watch(ms: number, fault: () => Fault): void;
}

/**
 * Makes one request: bounded in time, and really over when it is over. Time-outs are kept here, by phase: the SDK's own
 * also ask the service for a deadline, which it refuses when it is below 10 s.
 * @param place where the key is sent
 * @param events the connection's; its time-out is that of `http`
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
  // What the SDK does with an abort in the middle of reading does not matter; nobody waits for it.
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(abortSignal.reason);
  abortSignal.addEventListener('abort', abort, { once: true });
  try {
    const made = make({
      get client() {
        return clientOf(service, fetch);
      },
      fetch,
      config: { abortSignal },
      watch,
    });
    made.catch(() => {});
    return await Promise.race([made, aborted.promise]);
  } catch (error) {
    signal.throwIfAborted();
    const reason = over.signal.aborted ? over.signal.reason : error;
    throw faultOfRequest(reason, service.apiKey, confidentiality.applies);
  } finally {
    stopWatching();
    abortSignal.removeEventListener('abort', abort);
    // A stream that is left unread continues, and is billed, unless its connection is ended.
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
 * Asks the service for something that is not billed, over a connection of its own: one that is kept would prove nothing
 * about the network of now.
 * @returns the JSON of the answer, as text
 * @throws Fault why there is none; the signal's reason when that is aborted
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
    // Nothing has been in progress that could be lost: another attempt would end the same way.
    const lost = error instanceof Fault && error.code === 'connection-lost';
    throw lost ? new Fault('network-unreachable', error.detail) : error;
  }
}

/**
 * Asks for the model's description: that takes the network, the name, the clock and TLS, as a session does, and costs
 * nothing. (It says nothing about the quota, nor whether the model serves Live.)
 * @throws Fault why a session could not be had
 */
export async function probe(service: Service, model: string, timeoutMs: number, world: World): Promise<void> {
  await askService(service, { path: `models/${model}`, timeoutMs }, world);
}
