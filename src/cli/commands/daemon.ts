import type { z } from 'zod';
import { UsageError } from '../../base/errors.ts';
import { ask, RefusedError, type Way } from '../../control/client.ts';
import { configurationToRun } from '../../system/config/last-good.ts';
import { controlSocket } from '../../system/paths.ts';
import type { Common } from '../command.ts';

/**
 * A way to ask the running daemon: GET, or with a body PUT. What is asked throws ControlError, or UsageError when the
 * daemon refuses.
 * @throws ConfigError
 */
export async function daemonOf(way: Way, { config: file }: Common) {
  // The daemon may run with the last valid configuration: then its socket is that one's.
  const socket = controlSocket((await configurationToRun(file, undefined)).config);
  return <S extends z.ZodType>(path: string, schema: S, body?: object): Promise<z.output<S>> =>
    ask(socket, body === undefined ? 'GET' : 'PUT', path, schema, body, way).catch((error: unknown) => {
      throw error instanceof RefusedError ? new UsageError(error.message) : error;
    });
}
