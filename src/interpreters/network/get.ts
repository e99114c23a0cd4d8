import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Dialler } from './dial.ts';
import { isSecure } from './urls.ts';

/**
 * A GET request.
 * @throws Error of the network or the proxy; the signal's reason when that is aborted
 */
export function get(dialler: Dialler, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const ask = isSecure(url) ? httpsRequest : httpRequest;
  const asking = ask(url, { signal, createConnection: () => dialler.dial(url).stream }, resolve);
  asking.on('error', reject);
  asking.end();
  return promise;
}
