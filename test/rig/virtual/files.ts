import type { FileHandle } from 'node:fs/promises';
import * as fs from 'node:fs/promises';
import type { Files } from '../../../src/files.ts';
import type { VirtualClock } from './clock.ts';

/** What is wrong with the disk. `full`: nothing can be added; `read-only`: nothing can be opened for writing. */
export type DiskFault = 'full' | 'read-only';

const CODES: Readonly<Record<DiskFault, string>> = { full: 'ENOSPC', 'read-only': 'EROFS' };

/** What changes a file or a folder. */
const WRITES = new Set(['mkdir', 'appendFile', 'writeFile', 'write', 'truncate', 'sync', 'datasync']);

/**
 * The real files of a real folder, in virtual time: time stands still while the disk works, and results come in the
 * order asked for. The disk can be full or read-only.
 */
export class VirtualFiles {
  readonly #clock: VirtualClock;
  #fault: DiskFault | undefined;
  /** How often something was written. */
  writes = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** For the daemon. */
  readonly files: Files = new Proxy(fs, {
    get: (target, name: keyof Files) =>
      this.#held(name, target[name] as (...args: unknown[]) => Promise<unknown>),
  });

  break(fault: DiskFault): void {
    this.#fault = fault;
  }

  mend(): void {
    this.#fault = undefined;
  }

  #held(
    name: string,
    run: (...args: unknown[]) => Promise<unknown>,
  ): (...args: unknown[]) => Promise<unknown> {
    return async (...args) => {
      this.#refuse(name, args);
      const found = await this.#clock.hold(run(...args));
      return name === 'open' ? this.#handle(found as FileHandle) : found;
    };
  }

  #handle(handle: FileHandle): FileHandle {
    return new Proxy(handle, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function' || typeof name !== 'string') return value;
        return this.#held(name, value.bind(target) as (...args: unknown[]) => Promise<unknown>);
      },
    });
  }

  /** @throws NodeJS.ErrnoException as a broken disk does */
  #refuse(name: string, args: readonly unknown[]): void {
    const opensForWriting = name === 'open' && args[1] !== 'r';
    if (WRITES.has(name)) this.writes += 1;
    if (this.#fault === undefined) return;
    const refused = this.#fault === 'full' ? WRITES.has(name) : WRITES.has(name) || opensForWriting;
    if (!refused) return;
    const code = CODES[this.#fault];
    throw Object.assign(new Error(`${code}: ${name}`), { code });
  }
}
