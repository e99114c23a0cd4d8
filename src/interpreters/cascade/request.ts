import type { GenerateContentConfig, GoogleGenAI } from '@google/genai';
import type { Fault } from '../../kiosk/faults.ts';
import { clientOf, type Service } from '../live/client.ts';
import type { World } from '../network/dial.ts';
import type { KeyPlace } from '../network/key-places.ts';
import { faultBehind } from './faults.ts';
import type { Line, LineEvents } from './line.ts';

/** What a request needs of the SDK's: who asks, and how to end it. */
export interface Handle {
  readonly client: GoogleGenAI;
  /** To be spread into the request's config. */
  readonly config: Pick<GenerateContentConfig, 'abortSignal'>;
  /** From now on there are so many milliseconds until this fault; replaces what was watched for before. */
  watch(ms: number, fault: () => Fault): void;
}

/**
 * Makes one request over the SDK: bounded in time, and really over when it is over. Time-outs are kept here, by phase:
 * the SDK's own also ask the service for a deadline, which it refuses when it is below 10 s.
 * @param place where the key is sent
 * @param events the connection's; its time-out is the line's
 * @throws Fault when it fails; the signal's reason when that is aborted
 */
export async function request<T>(
  service: Service,
  place: KeyPlace,
  line: Line,
  { clock, confidentiality }: Pick<World, 'clock' | 'confidentiality'>,
  signal: AbortSignal,
  events: LineEvents,
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
  const client = clientOf(service, line.fetch(events, place));
  // What the SDK does with an abort in the middle of reading is its own affair; nobody waits for it.
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(abortSignal.reason);
  abortSignal.addEventListener('abort', abort, { once: true });
  try {
    const made = make({ client, config: { abortSignal }, watch });
    made.catch(() => {});
    return await Promise.race([made, aborted.promise]);
  } catch (error) {
    signal.throwIfAborted();
    const reason = over.signal.aborted ? over.signal.reason : error;
    throw faultBehind(reason, service.apiKey, confidentiality.applies);
  } finally {
    stopWatching();
    abortSignal.removeEventListener('abort', abort);
    // A stream that is left unread goes on, and is billed, unless its connection is ended.
    over.abort();
  }
}
