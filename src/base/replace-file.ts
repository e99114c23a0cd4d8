import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { type Files, REAL_FILES } from './files.ts';

/** Permissions, as of chmod(2). */
export interface Modes {
  readonly file: number;
  /** Of the folder, where it has to be made. */
  readonly folder: number;
}

/**
 * Replaces the content of a file atomically, and resolves when it is on the disk: after a power cut the file holds the old
 * or the new content. In a folder that others may write to, none of their links is followed.
 * @throws Error of the file system; the file is as before
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array,
  modes: Modes,
  files: Files = REAL_FILES,
): Promise<void> {
  const folder = path.dirname(file);
  await files.mkdir(folder, { recursive: true, mode: modes.folder });
  const fresh = path.join(folder, `.${path.basename(file)}.new`);
  await files.rm(fresh, { force: true }); // the remains of an interrupted write, which may have other permissions
  try {
    await withHandle(files, fresh, 'wx', modes.file, async (handle) => {
      await handle.chmod(modes.file); // independent of the umask
      await handle.writeFile(content);
      await handle.sync();
    });
    await files.rename(fresh, file);
  } catch (error) {
    await files.rm(fresh, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(folder, files);
}

/** Writes a folder's entries to the disk. */
export async function syncFolder(folder: string, files: Files = REAL_FILES): Promise<void> {
  await withHandle(files, folder, 'r', undefined, (handle) => handle.sync());
}

async function withHandle(
  files: Files,
  file: string,
  flags: string,
  mode: number | undefined,
  use: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await files.open(file, flags, mode);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
