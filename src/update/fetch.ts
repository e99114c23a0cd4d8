import { open } from 'node:fs/promises';
import { UpdateRefused } from './package.ts';
import type { Ports } from './ports.ts';

/** A server that sends nothing for so long has hung, in milliseconds. */
const STALL_MS = 60_000;

/**
 * Loads a file over HTTP.
 * @param room asked before the first byte is written, with the size in bytes where the server tells it
 * @param limit in bytes; what is larger is none of ours
 * @param progress is told how many bytes are here, and of how many
 * @throws UpdateRefused where it can't be had
 */
export async function download(
  url: string,
  file: string,
  { clock, get }: Pick<Ports, 'clock' | 'get'>,
  options: {
    readonly limit: number;
    readonly room?: (bytes: number) => Promise<void>;
    readonly progress?: (bytes: number, of: number | undefined) => void;
  },
  signal: AbortSignal,
): Promise<void> {
  const stalled = new AbortController();
  const stall = () => stalled.abort(new Error(`nothing came for ${STALL_MS / 1000} s`));
  let cancelStall = clock.after(STALL_MS, stall);
  const refused = (why: string) => new UpdateRefused(`${url} can't be loaded: ${why}`);
  const tooLarge = () => refused(`it is larger than ${Math.round(options.limit / 1024)} KiB`);
  const output = await open(file, 'w', 0o600);
  try {
    const response = await get(new URL(url), AbortSignal.any([signal, stalled.signal]));
    if (response.statusCode !== 200) throw refused(`HTTP ${response.statusCode}`);
    const length = Number(response.headers['content-length'] ?? Number.NaN);
    const of = Number.isFinite(length) ? length : undefined;
    if (of !== undefined && of > options.limit) throw tooLarge();
    await options.room?.(of ?? 0);
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      cancelStall();
      cancelStall = clock.after(STALL_MS, stall);
      bytes += chunk.length;
      if (bytes > options.limit) throw tooLarge();
      await output.appendFile(chunk);
      options.progress?.(bytes, of);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UpdateRefused) throw error;
    const { message, code } = (
      stalled.signal.aborted ? stalled.signal.reason : error
    ) as NodeJS.ErrnoException;
    throw refused(message || String(code));
  } finally {
    cancelStall();
    stalled.abort();
    await output.close();
  }
}
