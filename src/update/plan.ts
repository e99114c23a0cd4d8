/**
 * The plan of an update, pure: the next step by its journal and the content of the disk. Every operation may be done
 * twice, so that an update that was cut off at any moment continues from its journal.
 */

import { z } from 'zod';

/** The name of the release that Debian's package manager installed, among those in the folder of the releases. */
export const PACKAGED = 'packaged';

/** A new release gets this many attempts to be healthy; one that crashes the machine each time is rolled back. */
export const ATTEMPTS = 3;

const releaseSchema = z.object({
  /** Of its folder, or PACKAGED. */
  name: z.string(),
  version: z.string(),
});
export type Release = Readonly<z.output<typeof releaseSchema>>;

/** The release to install. */
const newReleaseSchema = releaseSchema.extend({
  /** Of the package it came in, in hexadecimal; none where it was here already. */
  sha256: z.string().exactOptional(),
  /** The line of its signature that no other package has. */
  signature: z.string().exactOptional(),
});
export type NewRelease = Readonly<z.output<typeof newReleaseSchema>>;

const beforeSchema = z.object({
  working: z.array(z.string()).readonly(),
  cards: z.array(z.string()).readonly(),
});
export type Before = Readonly<z.output<typeof beforeSchema>>;

/** The steps of an update, each with its operations in their order. */
export const OPERATIONS = {
  /** The package is fetched, verified, unpacked and run once; nothing of it is in use. */
  prepare: [],
  /** Waits until nobody is being served. */
  wait: ['wait'],
  /** From here on the new release is the one that is started. Forgets the outcome of the last update. */
  switch: ['forget', 'point'],
  restart: ['restart'],
  trial: ['watch'],
  /** It stays. */
  keep: ['point', 'remember', 'remove', 'report', 'close'],
  /** The one from before is the one that is started: the daemon reads the report at its start. */
  return: ['point', 'report'],
  'restart back': ['restart'],
  settle: ['settle'],
  /** The one from before is back. What is removed makes room for what is written. */
  'rolled back': ['point', 'remove', 'mark bad', 'report', 'close'],
  /** Nothing was switched. */
  refuse: ['point', 'remove', 'report', 'close'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Step = keyof typeof OPERATIONS;
export type Operation = (typeof OPERATIONS)[Step][number];

/** The state of an update in progress: everything that survives a power cut. */
export const journalSchema = z.object({
  step: z.enum(Object.keys(OPERATIONS) as [Step, ...Step[]]),
  /** ISO 8601. */
  startedAt: z.string(),
  /** What ran when it began. */
  from: releaseSchema,
  /** Not known before it is prepared. */
  to: newReleaseSchema.exactOptional(),
  /** Of the new release, the present one included. */
  attempts: z.int(),
  /** Devices that worked before, and the sound cards that were there. */
  before: beforeSchema.exactOptional(),
  /** Why it is rolled back or refused, in words. */
  reason: z.string().exactOptional(),
});
export type Journal = Readonly<z.output<typeof journalSchema>>;

/** The content of the folder of the releases. */
export interface Disk {
  /** What is started; undefined where the link leads nowhere (then the packaged one is). */
  readonly current: string | undefined;
  /** What `dragoman update back` goes back to. */
  readonly previous: string | undefined;
  /** Whole releases by name, with their versions; the packaged one is always among them. */
  readonly releases: Readonly<Record<string, string>>;
  /** What an update that was cut off has left. */
  readonly leftovers: readonly string[];
}

/** The outcome of an update. */
const endingSchema = z.object({
  outcome: z.enum(['kept', 'rolled back', 'refused']),
  /** `unknown` where the package could not be read. */
  version: z.string(),
  /** The version that ran before. */
  from: z.string(),
  /** In words; empty where it was kept. */
  reason: z.string(),
  /** ISO 8601. */
  at: z.string(),
});
export type Ending = Readonly<z.output<typeof endingSchema>>;

/** The outcome of the last update. The daemon reads it. */
export const outcomeSchema = endingSchema.extend({
  /** Where it was refused: the one before that was rolled back, since a refusal changes nothing of that. */
  rolledBack: endingSchema.exactOptional(),
});
export type Outcome = Readonly<z.output<typeof outcomeSchema>>;

/** The result of a step. */
export type Result =
  | { readonly is: 'done'; readonly before?: Before }
  | { readonly is: 'failed'; readonly reason: string };

/** In these steps the new release runs, and may take the machine down. */
export const NEW_RUNS: ReadonlySet<Step> = new Set(['switch', 'restart', 'trial', 'keep']);

/** How an update that was cut off continues: called once when a process takes it up again. */
export function resumed(journal: Journal): Journal {
  if (journal.step === 'prepare') {
    const reason = 'it was interrupted before it was ready; nothing was changed';
    return { ...journal, step: 'refuse', reason };
  }
  if (!NEW_RUNS.has(journal.step) || journal.step === 'keep') return journal;
  if (journal.attempts >= ATTEMPTS) {
    const reason = `the machine or its updater went down ${journal.attempts} times while it was tried`;
    return { ...journal, step: 'return', reason };
  }
  return { ...journal, attempts: journal.attempts + 1 };
}

/** What the journal says, where the disk still has what it speaks of; else the way out. */
export function possible(journal: Journal, disk: Disk): Journal {
  const { step, to } = journal;
  const there = to !== undefined && to.name in disk.releases;
  if (there || step === 'prepare' || step === 'refuse') return journal;
  const reason = journal.reason ?? 'its files are not there any more';
  if (step === 'wait' || to === undefined) return { ...journal, step: 'refuse', reason };
  return NEW_RUNS.has(step) ? { ...journal, step: 'return', reason } : journal;
}

/** The journal after a step; undefined where the update is over. */
export function after(journal: Journal, result: Result): Journal | undefined {
  const failed = result.is === 'failed' ? result.reason : undefined;
  switch (journal.step) {
    case 'prepare':
      return { ...journal, step: 'refuse', reason: failed ?? 'it was never made ready' };
    case 'wait':
      if (failed !== undefined) return { ...journal, step: 'refuse', reason: failed };
      return {
        ...journal,
        step: 'switch',
        ...(result.is === 'done' && result.before !== undefined ? { before: result.before } : {}),
      };
    case 'switch':
      return { ...journal, step: 'restart' };
    case 'restart':
      return { ...journal, step: 'trial' };
    case 'trial':
      if (failed !== undefined) return { ...journal, step: 'return', reason: failed };
      return { ...journal, step: 'keep' };
    case 'return':
      return { ...journal, step: 'restart back' };
    case 'restart back':
      return { ...journal, step: 'settle' };
    case 'settle': {
      // Even if it failed: there is no better release.
      const also = failed === undefined ? '' : `; the one from before is not well either: ${failed}`;
      return { ...journal, step: 'rolled back', reason: `${journal.reason ?? ''}${also}` };
    }
    case 'keep':
    case 'rolled back':
    case 'refuse':
      return undefined;
  }
}

/** What was running before the update, if that is still there. */
export function home({ from }: Journal, { releases }: Disk): Release {
  return from.name in releases ? from : { name: PACKAGED, version: releases[PACKAGED] ?? from.version };
}

/** Everything that may be removed: unused releases and leftovers. */
export function allBut(used: readonly (string | undefined)[], { releases, leftovers }: Disk): string[] {
  const names = Object.keys(releases).filter((name) => name !== PACKAGED && !used.includes(name));
  return [...names, ...leftovers];
}
