import { writeFile } from 'node:fs/promises';
import { UsageError } from '../exit.ts';
import type { Output } from '../outside.ts';

/** Writes a page into a file, or where there is none to the standard output. @throws UsageError */
export async function written(file: string | undefined, page: string, stdout: Output): Promise<void> {
  if (file === undefined) {
    stdout.write(page);
    return;
  }
  try {
    await writeFile(file, page);
  } catch (error) {
    throw new UsageError(`${file}: cannot be written: ${(error as Error).message}`);
  }
}
