import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Dialler } from './dial.ts';
import { isSecure } from './names.ts';

const MOST_REDIRECTS = 5;

/**
 * Asks for what lies at an address, and follows where it has moved.
 * @throws Error of the network or the proxy; the signal's reason when that is aborted
 */
export async function get(dialler: Dialler, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  let at = url;
  for (let redirects = 0; ; redirects += 1) {
    const response = await answerFrom(dialler, at, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) return response;
    response.destroy();
    if (redirects === MOST_REDIRECTS) throw new Error(`it has moved more than ${MOST_REDIRECTS} times`);
    at = new URL(headers.location, at);
  }
}

function answerFrom(dialler: Dialler, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const ask = isSecure(url) ? httpsRequest : httpRequest;
  const asking = ask(url, { signal, createConnection: () => dialler.dial(url).stream }, resolve);
  asking.on('error', reject);
  asking.end();
  return promise;
}
