import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from '../../base/child-environment.ts';

/** What a command printed; undefined where there is no such command, or it failed. */
export type Run = (command: string, ...args: readonly string[]) => Promise<string | undefined>;

/** The device that is looked at. Whatever can't be read is undefined, or an empty list. */
export class Device {
  readonly #root: string;
  readonly run: Run;

  /** @param root the file system, in place of this machine's */
  constructor(root = '/', run: Run = runHere) {
    this.#root = root;
    this.run = run;
  }

  /** Where a file of the device lies for this process. */
  at(file: string): string {
    return path.join(this.#root, file);
  }

  text(file: string): string | undefined {
    return attempt(() => readFileSync(this.at(file), 'utf8'));
  }

  /** Names in a folder, sorted. */
  names(folder: string): readonly string[] {
    return attempt(() => readdirSync(this.at(folder)).toSorted()) ?? [];
  }

  stat(file: string): Stats | undefined {
    return attempt(() => statSync(this.at(file)));
  }

  link(file: string): string | undefined {
    return attempt(() => readlinkSync(this.at(file)));
  }

  /** The name of a user or a group, by its number. */
  named(kind: 'passwd' | 'group', id: number): string {
    const lines = (this.text(`/etc/${kind}`) ?? '').split('\n').map((line) => line.split(':'));
    return lines.find((fields) => fields[2] === `${id}`)?.[0] ?? `${id}`;
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Longer than any of these commands takes. */
const TIMEOUT_MS = 20_000;

const execute = promisify(execFile);

async function runHere(command: string, ...args: readonly string[]): Promise<string | undefined> {
  const options = { env: childEnvironment(), timeout: TIMEOUT_MS };
  return await execute(command, args, options).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
}
