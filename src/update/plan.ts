/**
 * The plan of an update, pure: what its journal and what lies on the disk ask for next. Every operation may be done
 * twice, so that whoever is cut off at any moment finds the way by reading the journal again.
 */

/** The name of the release that Debian's package manager installed, among those in the folder of the releases. */
export const PACKAGED = 'packaged';

/** A new release gets so many attempts to be found healthy; one that takes the machine down each time goes. */
export const ATTEMPTS = 3;

export interface Release {
  /** Of its folder, or PACKAGED. */
  readonly name: string;
  readonly version: string;
}

/** The release that is on its way in. */
export interface NewRelease extends Release {
  /** Of the package it came in, in hexadecimal; none where it was here already. */
  readonly sha256?: string;
  /** The line of the package's signature that tells it from every other. */
  readonly signature?: string;
}

export type Step =
  /** The package is fetched, verified, unpacked and run once; nothing of it is in use. */
  | 'prepare'
  /** Nobody is to be served. */
  | 'wait'
  /** From here on the new release is the one that is started. */
  | 'switch'
  | 'restart'
  | 'trial'
  /** It stays. */
  | 'keep'
  /** The one from before is the one that is started. */
  | 'return'
  | 'restart back'
  | 'settle'
  /** The one from before is back. */
  | 'taken back'
  /** Nothing was switched. */
  | 'refuse';

/** What is known of an update that goes on: all that a power cut leaves of it. */
export interface Journal {
  readonly step: Step;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What ran when it began. */
  readonly from: Release;
  /** Not known before it is prepared. */
  readonly to?: NewRelease;
  /** Of the new release, the present one included. */
  readonly attempts: number;
  /** Devices that worked before, and the sound cards that were there. */
  readonly before?: Before;
  /** Why it is taken back or refused, in words. */
  readonly reason?: string;
}

export interface Before {
  readonly working: readonly string[];
  readonly cards: readonly string[];
}

/** What lies in the folder of the releases. */
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

export type OutcomeName = 'kept' | 'taken back' | 'refused';

/** What became of an update. */
export interface Ending {
  readonly outcome: OutcomeName;
  /** `unknown` where the package could not be read. */
  readonly version: string;
  /** The version that ran before. */
  readonly from: string;
  /** In words; empty where it was kept. */
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What became of the last update. The daemon reads it. */
export interface Outcome extends Ending {
  /** Where it was refused: the one before that was taken back, since a refusal changes nothing of that. */
  readonly takenBack?: Ending;
}

export type Operation =
  | { readonly do: 'wait'; readonly release: NewRelease }
  /** What became of the last update is not to be told of this one. */
  | { readonly do: 'forget' }
  | { readonly do: 'point'; readonly to: string }
  /** @property patient nobody who is being served is cut off */
  | { readonly do: 'restart'; readonly patient: boolean }
  | { readonly do: 'watch'; readonly release: NewRelease; readonly before: Before }
  | { readonly do: 'settle'; readonly release: Release; readonly before: Before }
  | { readonly do: 'remember'; readonly previous: string }
  | { readonly do: 'mark bad'; readonly release: NewRelease; readonly reason: string }
  | { readonly do: 'remove'; readonly names: readonly string[] }
  | { readonly do: 'tell'; readonly outcome: Omit<Ending, 'at'> }
  | { readonly do: 'close' };

/** What became of a step. */
export type Result =
  | { readonly is: 'done'; readonly before?: Before }
  | { readonly is: 'failed'; readonly reason: string };

const NOTHING_BEFORE: Before = { working: [], cards: [] };

/** The operations of each step, in their order. */
export const OPERATIONS = {
  prepare: [],
  wait: ['wait'],
  switch: ['forget', 'point'],
  restart: ['restart'],
  trial: ['watch'],
  keep: ['point', 'remember', 'remove', 'tell', 'close'],
  return: ['point', 'tell'],
  'restart back': ['restart'],
  settle: ['settle'],
  'taken back': ['point', 'remove', 'mark bad', 'tell', 'close'],
  refuse: ['point', 'remove', 'tell', 'close'],
} as const satisfies Record<Step, readonly Operation['do'][]>;

/** While these go on, the new release may be what takes the machine down. */
const NEW_RUNS: ReadonlySet<Step> = new Set(['switch', 'restart', 'trial', 'keep']);

/** What goes on with an update that was cut off: called once when a process takes it up again. */
export function resumed(journal: Journal): Journal {
  if (journal.step === 'prepare') {
    return {
      ...journal,
      step: 'refuse',
      reason: 'it was interrupted before it was ready; nothing was changed',
    };
  }
  if (!NEW_RUNS.has(journal.step) || journal.step === 'keep') return journal;
  if (journal.attempts >= ATTEMPTS) {
    return {
      ...journal,
      step: 'return',
      reason: `the machine or its updater went down ${journal.attempts} times while it was tried`,
    };
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

/** What there is to do in the journal's step, in this order. */
export function operations(journal: Journal, disk: Disk): readonly Operation[] {
  const { step, to } = journal;
  const known = { ...journal, home: home(journal, disk) };
  if (to === undefined) return step === 'refuse' ? refuse(known, disk) : [];
  switch (step) {
    case 'prepare':
      return [];
    case 'wait':
      return [{ do: 'wait', release: to }];
    case 'switch':
      return [{ do: 'forget' }, { do: 'point', to: to.name }];
    case 'restart':
      return [{ do: 'restart', patient: true }];
    case 'trial':
      return [{ do: 'watch', release: to, before: journal.before ?? NOTHING_BEFORE }];
    case 'keep':
      return keep(journal, to, disk);
    case 'return':
      // Told already, since the daemon that is started next reads it.
      return [
        { do: 'point', to: known.home.name },
        { do: 'tell', outcome: outcomeOf('taken back', journal) },
      ];
    case 'restart back':
      return [{ do: 'restart', patient: false }];
    case 'settle':
      return [{ do: 'settle', release: known.home, before: journal.before ?? NOTHING_BEFORE }];
    case 'taken back':
      return takenBack(known, to, disk);
    case 'refuse':
      return refuse(known, disk);
  }
}

/** The journal behind a step; undefined where the update is over. */
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
      // Whatever it is: there is nothing better to go to.
      const also = failed === undefined ? '' : `; the one from before is not well either: ${failed}`;
      return { ...journal, step: 'taken back', reason: `${journal.reason ?? ''}${also}` };
    }
    case 'keep':
    case 'taken back':
    case 'refuse':
      return undefined;
  }
}

/** What was running before the update, if that is still there. */
function home({ from }: Journal, { releases }: Disk): Release {
  return from.name in releases ? from : { name: PACKAGED, version: releases[PACKAGED] ?? from.version };
}

type Known = Journal & { readonly home: Release };

function keep(journal: Journal, to: NewRelease, disk: Disk): Operation[] {
  const previous = home(journal, disk).name;
  return [
    { do: 'point', to: to.name },
    { do: 'remember', previous },
    { do: 'remove', names: allBut([to.name, previous], disk) },
    { do: 'tell', outcome: outcomeOf('kept', journal) },
    { do: 'close' },
  ];
}

function takenBack(journal: Known, to: NewRelease, disk: Disk): Operation[] {
  const reason = journal.reason ?? '';
  return [
    { do: 'point', to: journal.home.name },
    // First, since what is removed makes room for what is written.
    { do: 'remove', names: allBut([journal.home.name, disk.previous], disk) },
    { do: 'mark bad', release: to, reason },
    { do: 'tell', outcome: outcomeOf('taken back', journal) },
    { do: 'close' },
  ];
}

function refuse(journal: Known, disk: Disk): Operation[] {
  return [
    { do: 'point', to: journal.home.name },
    { do: 'remove', names: allBut([journal.home.name, disk.previous], disk) },
    { do: 'tell', outcome: outcomeOf('refused', journal) },
    { do: 'close' },
  ];
}

/** All that may go: releases that are not used, and leftovers. */
export function allBut(used: readonly (string | undefined)[], { releases, leftovers }: Disk): string[] {
  const names = Object.keys(releases).filter((name) => name !== PACKAGED && !used.includes(name));
  return [...names, ...leftovers];
}

function outcomeOf(outcome: OutcomeName, { to, from, reason }: Journal): Omit<Ending, 'at'> {
  return {
    outcome,
    version: to?.version ?? 'unknown',
    from: from.version,
    reason: outcome === 'kept' ? '' : (reason ?? ''),
  };
}
