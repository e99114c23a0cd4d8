import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Link, World } from '../network/dial.ts';
import type { KeyPlace } from '../network/key-places.ts';
import { faultOf, timeoutFault } from './classify.ts';
import type { Service } from './client.ts';
import { MAX_REFUSAL_CHARACTERS, UpgradeRefused } from './refusal.ts';

/** More of an answer is not read. */
const MAX_ANSWER_CHARACTERS = 2_000_000;

/**
 * Asks the service for the model's description: that takes the network, the name, the clock and TLS, as a session
 * does, and costs nothing. (It says nothing about the quota, nor whether the model serves Live.)
 * @throws Fault why a session could not be had
 */
export async function checkReach(
  service: Service,
  model: string,
  timeoutMs: number,
  world: World,
): Promise<void> {
  await askService(service, `models/${model}`, timeoutMs, world);
}

/**
 * Asks the service for something that is not billed, over a connection of its own: one that is kept would prove
 * nothing about the network of now.
 * @param path below the version, with its query
 * @param signal ends it
 * @param place where the key goes
 * @returns the JSON of the answer, as text
 * @throws Fault why it can't be had
 */
export async function askService(
  { apiKey, apiVersion, baseUrl }: Service,
  path: string,
  timeoutMs: number,
  { clock, dialler, confidentiality }: World,
  signal?: AbortSignal,
  place: KeyPlace = 'header',
): Promise<string> {
  const url = new URL(`${baseUrl}/${apiVersion}/${path}`);
  if (place === 'query') url.searchParams.set('key', apiKey);
  let link: Link | undefined;
  const connect = () => {
    link = dialler.dial(url);
    return link.stream;
  };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const failed = (error: Error) =>
    reject(
      faultOf(
        {
          phase: 'connecting',
          code: 1006,
          reason: '',
          error,
          wallMs: clock.wallMs(),
          confidential: confidentiality.applies,
        },
        apiKey,
      ),
    );
  const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const asking = ask(
    url,
    {
      headers: place === 'header' ? { 'x-goog-api-key': apiKey } : {},
      createConnection: connect,
      ...(signal ? { signal } : {}),
    },
    (response) => {
      const status = response.statusCode ?? 0;
      const type = response.headers['content-type'] ?? '';
      const answered = status === 200 && /json/.test(type);
      const most = answered ? MAX_ANSWER_CHARACTERS : MAX_REFUSAL_CHARACTERS;
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body = `${body}${part}`.slice(0, most);
      });
      response.on('error', failed);
      response.on('end', () => {
        if (answered) resolve(body);
        else failed(new UpgradeRefused(status, body, type, url.protocol === 'https:'));
      });
    },
  );
  asking.on('error', failed);
  const stopWaiting = clock.after(timeoutMs, () => {
    reject(timeoutFault(link, timeoutMs));
    asking.destroy();
  });
  asking.end();
  return await promise.finally(stopWaiting);
}
