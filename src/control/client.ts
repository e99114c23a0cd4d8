import http from 'node:http';
import type { z } from 'zod';
import { Explained } from '../base/errors.ts';
import { valueOfJson } from '../base/foreign-text.ts';
import { abortAfter, type Clock, REAL_TIME } from '../base/time.ts';
import { errorAnswer } from './protocol.ts';

/** The daemon answers at once; what hangs longer hangs, in milliseconds. */
const ANSWER_LIMIT_MS = 5000;

/** The daemon can't be asked. The message says why and the way out. */
export class ControlError extends Explained {}

/** Nothing listens there: no daemon is running. */
export class NotRunning extends ControlError {}

/** The daemon was asked and refuses: what was asked is wrong. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/**
 * One request of HTTP to a unix socket.
 * @param body sent as JSON
 * @throws Error of the system, with its code
 */
export type Exchange = (
  socket: string,
  method: 'GET' | 'PUT',
  path: string,
  body: unknown,
  signal: AbortSignal,
) => Promise<{ readonly code: number; readonly text: string }>;

/** The way to the daemon. */
export interface Way {
  readonly clock: Clock;
  /** Over the socket if not given. */
  readonly exchange?: Exchange;
}

/**
 * Asks the daemon whose socket this is.
 * @param schema of the answer
 * @throws ControlError, RefusedError
 */
export async function ask<S extends z.ZodType>(
  socket: string,
  method: 'GET' | 'PUT',
  path: string,
  schema: S,
  body?: unknown,
  { clock, exchange = overSocket }: Way = { clock: REAL_TIME },
): Promise<z.output<S>> {
  const limit = abortAfter(clock, ANSWER_LIMIT_MS);
  const { code, text } = await exchange(socket, method, path, body, limit.signal)
    .catch((error: NodeJS.ErrnoException) => {
      throw unreached(socket, error);
    })
    .finally(limit.cancel);
  const answer = valueOfJson(text);
  if (code === 200) {
    const read = schema.safeParse(answer);
    if (read.success) return read.data;
  }
  const { data } = errorAnswer.safeParse(answer);
  // 404 and 405: the daemon does not know what its client does.
  if (data === undefined || code === 404 || code === 405) {
    const why = data === undefined ? `HTTP ${code}` : data.error;
    throw new ControlError(
      `what listens at ${socket} is no daemon of this version (${why}); after an update: systemctl restart dragoman`,
    );
  }
  if (code >= 500) throw new ControlError(data.error);
  throw new RefusedError(data.error);
}

/** The longest answer is a status: some kilobytes. What listens may be anything, in UTF-16 units. */
const LONGEST_ANSWER = 256 * 1024;

const overSocket: Exchange = (socketPath, method, path, body, signal) =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const request = http.request({ socketPath, method, path, headers, signal }, (response) => {
      let read = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        read += chunk;
        if (read.length > LONGEST_ANSWER) response.destroy(new Error('its answer does not end'));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ code: response.statusCode ?? 0, text: read }));
    });
    request.on('error', reject);
    request.end(text);
  });

function unreached(socket: string, error: NodeJS.ErrnoException): ControlError {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ECONNREFUSED':
      return new NotRunning(
        `no daemon is running: nothing listens at ${socket}; "systemctl status dragoman" says why, "dragoman run" starts one by hand`,
      );
    case 'EACCES':
    case 'EPERM':
      return new ControlError(
        `you may not use ${socket}: run this with sudo, or as a member of the socket's group ("stat -c %G ${socket}" names it)`,
      );
    default:
      return new ControlError(
        `the daemon at ${socket} does not answer (${error.message}); "systemctl status dragoman" says more`,
      );
  }
}
