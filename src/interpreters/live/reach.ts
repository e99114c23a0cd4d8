import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Link, World } from '../network/dial.ts';
import { faultOf, timeoutFault } from './classify.ts';
import { addressOf, type Service } from './client.ts';
import { redact } from './redact.ts';
import { MAX_REFUSAL_CHARACTERS, UpgradeRefused } from './refusal.ts';

/**
 * Asks the service for the model's description: that takes the network, the name, the clock and TLS, as a session
 * does, and costs nothing. (It says nothing about the quota, nor whether the model serves Live.)
 * @throws Fault why a session could not be had
 */
export async function checkReach(
  service: Service,
  model: string,
  timeoutMs: number,
  { clock, dialler }: World,
): Promise<void> {
  const { apiKey, apiVersion } = service;
  const url = new URL(`/${apiVersion}/models/${model}`, addressOf(service));
  let link: Link | undefined;
  const connect = () => {
    link = dialler.dial(url);
    return link.stream;
  };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const failed = (error: Error) =>
    reject(
      faultOf({ phase: 'connecting', code: 1006, reason: '', error, wallMs: clock.wallMs() }, (text) =>
        redact(text, apiKey),
      ),
    );
  const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const asking = ask(
    url,
    // A connection of its own: one that is kept would prove nothing about the network of now.
    { headers: { 'x-goog-api-key': apiKey }, createConnection: connect },
    (response) => {
      let body = '';
      response.on('data', (part: Buffer) => {
        body = `${body}${part}`.slice(0, MAX_REFUSAL_CHARACTERS);
      });
      response.on('error', failed);
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const type = response.headers['content-type'] ?? '';
        if (status === 200 && /json/.test(type)) resolve();
        else failed(new UpgradeRefused(status, body, type, url.protocol === 'https:'));
      });
    },
  );
  asking.on('error', failed);
  const stopWaiting = clock.after(timeoutMs, () => {
    reject(timeoutFault(link?.step ?? 'name', timeoutMs));
    asking.destroy();
  });
  asking.end();
  await promise.finally(stopWaiting);
}
