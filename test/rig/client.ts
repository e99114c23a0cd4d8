import { type IncomingMessage, request } from 'node:http';
import { type Duplex, Readable } from 'node:stream';

/** Clients of HTTP that go over a stream of their own, as one of the virtual network. */

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Makes one request. @param dial opens the connection for it */
export async function ask(
  dial: () => Duplex,
  url: string,
  asked: Asked = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await answerTo(dial, url, asked);
  let text = '';
  for await (const part of answer) text += String(part);
  return { status: answer.statusCode ?? 0, text };
}

/** What the SDK and others take in place of the global fetch. */
export function fetchOver(dial: () => Duplex): typeof fetch {
  return async (input, init = {}) => {
    const { method = 'GET', body, signal } = init;
    const answer = await answerTo(dial, String(input), {
      method,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(typeof body === 'string' ? { body } : {}),
      ...(signal ? { signal } : {}),
    });
    const headers = Object.entries(answer.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    );
    // Node's and the DOM's declaration of a web stream differ, in nothing that is used here.
    const stream = Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>;
    return new Response(stream, { status: answer.statusCode ?? 0, headers });
  };
}

function answerTo(
  dial: () => Duplex,
  url: string,
  { method = 'GET', headers = {}, body, signal }: Asked & { readonly signal?: AbortSignal },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, createConnection: () => dial(), ...(signal ? { signal } : {}) };
    request(url, options, resolve).on('error', reject).end(body);
  });
}
