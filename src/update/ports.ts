import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Clock } from '../base/time.ts';
import type { DaemonLook, ServiceLook, UpdateLimits } from './health.ts';
import type { Disk, Ending, Journal, NewRelease, Outcome } from './plan.ts';

/** The environment of an update. */
export interface Ports {
  readonly store: Store;
  readonly daemon: Daemon;
  readonly service: Service;
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  /** Aborted when the process is to end. */
  readonly signal: AbortSignal;
  readonly limits: UpdateLimits;
  /** Asks once for what lies at an http(s) address. @throws Error of the network */
  get(url: URL, signal: AbortSignal): Promise<IncomingMessage>;
  /** Names of the sound cards that are there. */
  cards(): Promise<readonly string[]>;
  /**
   * Called between two operations, for rehearsals of an interruption. An error that it throws ends the process as a power
   * cut would: nothing is cleaned up.
   */
  checkpoint(name: string): void;
  /** The disk is complete, and the next operation takes time: processes that wait for the disk may continue. */
  settled(): Promise<void>;
  /** For people. */
  say(line: string): void;
}

/** The folder of the releases. All changes are on the disk when a function returns. */
export interface Store {
  look(): Promise<Disk>;
  /** @throws Damaged where it says nothing that can be relied on; Error of the file system */
  journal(): Promise<Journal | undefined>;
  write(journal: Journal): Promise<void>;
  close(): Promise<void>;
  /** Makes it the one that is started. */
  point(name: string): Promise<void>;
  remember(previous: string): Promise<void>;
  remove(names: readonly string[]): Promise<void>;
  markBad(release: NewRelease, reason: string): Promise<void>;
  bad(): Promise<readonly BadMark[]>;
  /** @throws Damaged where it says nothing that can be relied on; Error of the file system */
  seen(): Promise<Seen>;
  see(seen: Seen): Promise<void>;
  outcome(): Promise<Outcome | undefined>;
  report(outcome: Omit<Ending, 'at'>): Promise<void>;
  forget(): Promise<void>;
}

/** What this machine has seen, so that nobody can make it install an older release. */
export const seenSchema = z.object({
  /** The day of the newest signature by a configured key, as YYYY-MM-DD. */
  signedOn: z.iso.date().exactOptional(),
  /** The highest version that was ever taken for an update, whatever became of that, or updated from; and when (ISO 8601). */
  accepted: z.object({ version: z.string(), at: z.string() }).exactOptional(),
});
export type Seen = Readonly<z.output<typeof seenSchema>>;

/** A release that was rolled back. */
export const badMarkSchema = z.object({
  version: z.string(),
  sha256: z.string(),
  signature: z.string(),
  reason: z.string(),
  at: z.string(),
});
export type BadMark = Readonly<z.output<typeof badMarkSchema>>;

/** The running daemon. */
export interface Daemon {
  /** Undefined where it does not answer. */
  look(): Promise<DaemonLook | undefined>;
  /** @returns whether it has taken it */
  restart(when: 'vacant' | 'now'): Promise<boolean>;
}

/** The service manager. */
export interface Service {
  /** Undefined where there is none. */
  look(): Promise<ServiceLook | undefined>;
  /** Asks for a restart at once, and returns. @throws Error */
  restart(): Promise<void>;
}

/** The result of a program. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a release apart from the machine, without any rights. */
export interface Sandbox {
  /**
   * Runs a command of the release to its end, a minute at most.
   * @param folder of the release, which everybody may enter and read
   * @param readable a file that the command may read, and is given as its last argument; its messages name it so
   * @throws UpdateRefused where nothing can be run so; the signal's reason when that is aborted
   */
  run(
    folder: string,
    args: readonly string[],
    readable: string | undefined,
    signal: AbortSignal,
  ): Promise<Ran>;
}
