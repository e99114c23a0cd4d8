import * as sync from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import * as fs from 'node:fs/promises';
import type { Files } from '../../../src/base/files.ts';
import type { DiskFault } from '../desk.ts';
import type { VirtualClock } from './clock.ts';

const CODES: Readonly<Record<DiskFault, string>> = { full: 'ENOSPC', 'read-only': 'EROFS' };

/** What adds to a file: on a full disk a beginning of it still fits. */
const ADDS = new Set(['appendFile', 'writeFile', 'write']);

/** What writes to the disk. */
const WRITES = new Set([...ADDS, 'mkdir', 'truncate', 'sync', 'datasync']);

/** What changes a file or a folder. */
const CHANGES = new Set([...WRITES, 'chmod', 'rename', 'rm']);

/** What changes nothing is done at once: to hand it to a thread costs several times as much. */
const AT_ONCE: Readonly<Record<string, (...args: never[]) => unknown>> = {
  access: sync.accessSync,
  readFile: sync.readFileSync,
  readdir: sync.readdirSync,
  stat: sync.statSync,
};

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
    get: (target, name: keyof Files) => {
      const atOnce = AT_ONCE[name] as ((...args: unknown[]) => unknown) | undefined;
      const run = target[name] as (...args: unknown[]) => Promise<unknown>;
      return this.#held(name, atOnce === undefined ? run : async (...args) => atOnce(...args));
    },
  });

  break(fault: DiskFault): void {
    this.#fault = fault;
  }

  repair(): void {
    this.#fault = undefined;
  }

  #held(
    name: string,
    run: (...args: unknown[]) => Promise<unknown>,
  ): (...args: unknown[]) => Promise<unknown> {
    return async (...args) => {
      if (WRITES.has(name)) this.writes += 1;
      const refusal = this.#refusal(name, args);
      if (refusal !== undefined) {
        if (this.#fault === 'full' && ADDS.has(name))
          await this.#clock.hold(run(half(args[0]), ...args.slice(1)));
        throw refusal;
      }
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

  /** The error of a broken disk; undefined for what it still does. */
  #refusal(name: string, args: readonly unknown[]): NodeJS.ErrnoException | undefined {
    if (this.#fault === undefined) return undefined;
    const isThere = name === 'mkdir' && sync.existsSync(String(args[0]));
    const opensForWriting = name === 'open' && writes(args[1] ?? 'r');
    const asksToWrite = name === 'access' && args[1] === sync.constants.W_OK;
    const refused =
      this.#fault === 'full'
        ? ADDS.has(name) || name === 'mkdir'
        : CHANGES.has(name) || opensForWriting || asksToWrite;
    if (!refused || isThere) return undefined;
    // Node looks why a folder could not be made on a read-only disk, and finds none.
    const code = name === 'mkdir' && this.#fault === 'read-only' ? 'ENOENT' : CODES[this.#fault];
    return Object.assign(new Error(`${code}: ${name}`), { code });
  }
}

/** Whether a file opened so can be written. */
function writes(flags: unknown): boolean {
  return typeof flags === 'number'
    ? (flags & (sync.constants.O_WRONLY | sync.constants.O_RDWR)) !== 0
    : flags !== 'r';
}

/** The first half of what was to be written. */
function half(data: unknown): unknown {
  if (typeof data === 'string') return data.slice(0, data.length / 2);
  return data instanceof Uint8Array ? data.subarray(0, data.length / 2) : data;
}
