import { constants, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Explained } from './errors.ts';
import { type Files, REAL_FILES } from './files.ts';

/** The file is not read. The message gives the reason and what to do; it does not name the file. */
export class FileRefused extends Explained {}

/**
 * Whether a symbolic link is followed. A file that an administrator names (configuration, key, phrasebook, prompts) may be
 * a link. A file that the daemon writes to its own folder (ledger, last valid configuration) is none, and root reads it.
 */
export type Links = 'followed' | 'refused';

const CHUNK_BYTES = 64 * 1024;

/**
 * The bytes of a file. A FIFO, a device or an endless file does not block.
 * @param mostBytes more is refused
 * @throws FileRefused for what is no regular file, or too large; Error of the file system
 */
export async function readRegularFile(
  file: string,
  mostBytes: number,
  links: Links,
  files: Files = REAL_FILES,
): Promise<Buffer> {
  const handle = await openRegularFile(file, constants.O_RDONLY, links, files);
  try {
    if ((await handle.stat()).size > mostBytes) throw tooLarge(mostBytes);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (;;) {
      // Files that the kernel generates have no size.
      const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(CHUNK_BYTES), position: null });
      if (bytesRead === 0) return Buffer.concat(chunks);
      bytes += bytesRead;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/**
 * Opens a regular file without blocking.
 * @param flags of open(2); O_NONBLOCK, and O_NOFOLLOW where links are refused, are added
 * @throws FileRefused for what is no regular file; Error of the file system
 */
export async function openRegularFile(
  file: string,
  flags: number,
  links: Links,
  files: Files = REAL_FILES,
): Promise<FileHandle> {
  // Opening a device may have an effect: it starts a watchdog.
  const before = await files.stat(file).catch(() => undefined);
  if (before !== undefined) refuseOthers(before);
  const follow = links === 'followed' ? 0 : constants.O_NOFOLLOW;
  const handle = await files
    .open(file, flags | constants.O_NONBLOCK | constants.O_NOCTTY | follow, 0o666)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ELOOP' || links === 'followed') throw error;
      throw new FileRefused('is a symbolic link, which is not followed here: put the file itself there');
    });
  try {
    refuseOthers(await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function refuseOthers(stats: Stats): void {
  if (stats.isFile()) return;
  const kind = stats.isDirectory()
    ? 'a folder'
    : stats.isFIFO()
      ? 'a FIFO'
      : stats.isSocket()
        ? 'a socket'
        : 'a device';
  throw new FileRefused(`is ${kind} and no regular file: put a file there, or name another one`);
}

function tooLarge(mostBytes: number): FileRefused {
  const most = mostBytes >= 2 ** 20 ? `${mostBytes / 2 ** 20} MiB` : `${mostBytes / 1024} KiB`;
  return new FileRefused(
    `is larger than ${most}, the most that is read: make it smaller, or name another one`,
  );
}
