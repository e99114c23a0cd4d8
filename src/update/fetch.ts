import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { isProtected } from '../base/addresses.ts';
import { every } from '../base/time.ts';
import type { Ports } from './ports.ts';
import { UpdateRefused } from './refusals.ts';

/** A server that sends nothing for this time hangs, in milliseconds. */
const STALL_MS = 60_000;
/** The longest time of a download, in milliseconds: it holds the lock. */
const WHOLE_MS = 30 * 60_000;
/** The least number of bytes in each window of WINDOW_MS milliseconds. */
const LEAST_BYTES = 256 * 1024;
const WINDOW_MS = 120_000;
/** Free space is checked again after this many bytes. */
const ROOM_EVERY_BYTES = 8 * 1024 * 1024;

const MOST_REDIRECTS = 5;

/** Whether a package is named by an address, and not by a file. */
export function isAddress(source: string): boolean {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(source);
}

/** @throws UpdateRefused where it is no address */
export function addressOf(source: string): URL {
  const url = URL.parse(source);
  if (url === null) throw new UpdateRefused(`${source} is no address of a package`);
  if (isProtected(url)) return url;
  const safe = new URL(url);
  safe.protocol = 'https:';
  const instead = safe.protocol === 'https:' ? `ask for ${safe.href}` : 'ask for an address of https';
  throw new UpdateRefused(
    `${source} is not loaded: ${ONLY_HTTPS}; ${instead}, or bring the package and its .minisig here another way and ` +
      'name the file',
  );
}

const ONLY_HTTPS = 'updates are loaded over https only, and over http from this machine itself';

export interface DownloadOptions {
  /** In bytes; what is larger is no update. */
  readonly limit: number;
  /**
   * Asked before the first byte is written, and again every 8 MiB.
   * @param bytes that may still come @param known whether the server has sent the size; else it is the limit's rest
   * @throws UpdateRefused
   */
  readonly room?: (bytes: number, known: boolean) => Promise<void>;
  /** Gets the number of received bytes, and the total if known. */
  readonly progress?: (bytes: number, of: number | undefined) => void;
}

/**
 * Loads a file, within half an hour.
 * @param url that `addressOf` has returned
 * @throws UpdateRefused where it is not available
 */
export async function download(
  url: URL,
  file: string,
  { clock, get }: Pick<Ports, 'clock' | 'get'>,
  { limit, room, progress }: DownloadOptions,
  signal: AbortSignal,
): Promise<void> {
  const givenUp = new AbortController();
  const giveUp = (why: string) => givenUp.abort(new Error(why));
  let bytes = 0;
  let before = 0;
  const stall = () => clock.after(STALL_MS, () => giveUp(`nothing came for ${STALL_MS / 1000} s`));
  let cancelStall = stall();
  const cancelWhole = clock.after(WHOLE_MS, () =>
    giveUp(`it took longer than ${WHOLE_MS / 60_000} minutes (${kibi(bytes)} came)`),
  );
  const cancelRate = every(clock, WINDOW_MS, () => {
    if (bytes - before < LEAST_BYTES) {
      const came = `${kibi(bytes - before)} came in ${WINDOW_MS / 60_000} minutes`;
      giveUp(`the server is too slow: ${came}, ${kibi(LEAST_BYTES)} at least are needed`);
    }
    before = bytes;
  });
  const refused = (why: string) => new UpdateRefused(`${url} can't be loaded: ${why}`);
  const tooLarge = () => refused(`it is larger than ${kibi(limit)}`);
  const output = await open(file, 'w', 0o600);
  try {
    const response = await answerOf(url, get, AbortSignal.any([signal, givenUp.signal]));
    if (response.statusCode !== 200) throw refused(`HTTP ${response.statusCode}`);
    const length = Number(response.headers['content-length'] ?? Number.NaN);
    const of = Number.isFinite(length) ? length : undefined;
    if (of !== undefined && of > limit) throw tooLarge();
    const needRoom = () => room?.((of ?? limit) - bytes, of !== undefined);
    await needRoom();
    let asked = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      cancelStall();
      cancelStall = stall();
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge();
      await output.appendFile(chunk);
      if (bytes - asked >= ROOM_EVERY_BYTES) {
        await needRoom();
        asked = bytes;
      }
      progress?.(bytes, of);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UpdateRefused) throw error;
    const { message, code } = (
      givenUp.signal.aborted ? givenUp.signal.reason : error
    ) as NodeJS.ErrnoException;
    throw refused(message || String(code));
  } finally {
    for (const cancel of [cancelStall, cancelWhole, cancelRate]) cancel();
    givenUp.abort();
    await output.close();
  }
}

function kibi(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}

/** Follows where a file has moved. @throws Error */
async function answerOf(url: URL, get: Ports['get'], signal: AbortSignal): Promise<IncomingMessage> {
  let at = url;
  for (let redirects = 0; ; redirects += 1) {
    const response = await get(at, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) return response;
    response.destroy();
    if (redirects === MOST_REDIRECTS) throw new Error(`it has moved more than ${MOST_REDIRECTS} times`);
    at = new URL(headers.location, at);
    if (!isProtected(at)) throw new Error(`it has moved to ${at.href}, and ${ONLY_HTTPS}`);
  }
}
