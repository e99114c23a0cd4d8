import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import packageJson from '../../../package.json' with { type: 'json' };
import { childEnvironment } from '../../base/child-environment.ts';
import { EXIT, type ExitCode, UsageError } from '../../base/errors.ts';
import { printable } from '../../base/foreign-text.ts';
import { sleep } from '../../base/time.ts';
import { Dialler } from '../../interpreters/network/dial.ts';
import { get } from '../../interpreters/network/get.ts';
import { SYSTEM_NETWORK } from '../../interpreters/network/network.ts';
import { proxiesFrom } from '../../interpreters/network/proxies.ts';
import { ConfigError, installedConfig, updaterSettingsAt } from '../../system/config/load.ts';
import { defaultConfig, type UpdaterSettings } from '../../system/config/schema.ts';
import { controlSocket, isInstalled } from '../../system/paths.ts';
import { carryThrough } from '../../update/carry.ts';
import { LIMITS } from '../../update/health.ts';
import {
  booted,
  daemonAt,
  notifyReady,
  soundCards,
  systemd,
  UPDATE_UNIT,
  unattended,
} from '../../update/machine.ts';
import type { Journal, Outcome } from '../../update/plan.ts';
import type { Ports, Store } from '../../update/ports.ts';
import { asNobody, bySystemd } from '../../update/sandbox.ts';
import { Damaged, INSTALLED, isFull, openStore, type Places, storeIn } from '../../update/store.ts';
import { ALL_CHECKPOINTS, begin, onlyOne, Stopped, UpdateError } from '../../update/update.ts';
import { journalText, outcomeText, statusJson, statusText } from '../../update/words.ts';
import type { Io } from '../io.ts';

export interface UpdateOptions {
  readonly config?: string;
  /** The folder of the releases, where it is not the device's. */
  readonly releases?: string;
  /** For rehearsals: the checkpoint at which it ends as if the power had been cut. */
  readonly stopAt?: string;
}

export interface BeginOptions extends UpdateOptions {
  readonly again?: boolean;
  readonly downgrade?: boolean;
  readonly foreground?: boolean;
}

/** How often the update of another process is checked, in milliseconds. */
const FOLLOW_EVERY_MS = 500;

/**
 * `dragoman update FILE|URL`, and with `source` undefined `dragoman update back`.
 * @throws UpdateError, UpdateRefused, ConfigError
 */
export async function updateCommand(
  source: string | undefined,
  options: BeginOptions,
  io: Io,
): Promise<void> {
  const { signal } = io.outside;
  needInstalled(options);
  const settings = await updaterSettingsAt(options.config).catch((error: Error) => {
    // A rollback needs nothing from the file. A new release must be signed by a key that the file names.
    if (source !== undefined) throw error;
    return withoutErrors(error);
  });
  if (options.foreground !== true && !booted()) {
    throw new UsageError('no systemd runs here to carry the update through: --foreground does it at once');
  }
  const { places, ports } = await worldOf(options, settings, io);
  const configFile = options.config ?? (await installedConfig());
  const asked =
    source === undefined
      ? 'back'
      : {
          source,
          keys: settings.update.publicKeys.map((key) => ({ key, notAfter: settings.update.notAfter[key] })),
          configFile,
          again: options.again === true,
          downgrade: options.downgrade === true,
        };
  const lock = await onlyOne(places.releases).catch(unusable(places.releases));
  try {
    const journal = await begin(asked, places, ports, (line) => io.progress(line), signal).catch(
      unusable(places.releases),
    );
    if (journal === undefined) return;
    if (options.foreground === true) {
      await carryThrough(ports, journal);
      return reportOutcome(await ports.store.outcome(), io);
    }
  } catch (error) {
    if (signal.aborted && (await ports.store.journal()) !== undefined) {
      io.note('interrupted half-way: "dragoman update resume" continues it\n');
    }
    throw error;
  } finally {
    await lock.release();
  }
  await start();
  await follow(ports.store, io);
}

/** `dragoman update resume`: the unit's. That a release was rolled back is no failure of the unit. */
export async function resumeCommand(options: UpdateOptions, io: Io): Promise<void> {
  needInstalled(options);
  // A configuration with errors must not keep a desk between two releases.
  const settings = await updaterSettingsAt(options.config).catch(withoutErrors);
  const { places, ports } = await worldOf(options, settings, io);
  const lock = await onlyOne(places.releases).catch(unusable(places.releases));
  try {
    const isUnderWay = (await ports.store.journal().catch(() => undefined)) !== undefined;
    await carryThrough(ports);
    await ports.settled();
    if (isUnderWay) reportOutcome(await ports.store.outcome(), io);
    io.exitCode = EXIT.ok;
  } finally {
    await lock.release();
  }
}

/** `dragoman update status`. */
export async function updateStatus(options: UpdateOptions, io: Io): Promise<void> {
  const { environment, clock } = io.outside;
  if (!mayUpdate(options)) return reportCheckout(io);
  const starts = environment.DRAGOMAN_STARTS ?? '/run/dragoman-starts'; // the variable is for tests
  const places = placesOf(options);
  const store = storeIn(places, clock);
  const status = {
    disk: await store.look().catch(unusable(places.releases)),
    journal: await store.journal().catch((error: Error) => {
      if (!(error instanceof Damaged)) throw error;
      throw new UpdateError(`${error.message}\nthe file is damaged: "dragoman update resume" clears it away`);
    }),
    outcome: await store.outcome(),
    // Where it is damaged, the next update says so.
    seen: await store.seen().catch(() => ({})),
    nowMs: clock.wallMs(),
    // In a row, as systemd's start-delay counts them.
    failures: Number(await readFile(`${starts}/failures`, 'utf8').catch(() => 0)),
  };
  io.report(statusJson(status), statusText(status));
}

/** Whether there is a release that an update could replace: not in a checkout, unless a folder of releases is named. */
function mayUpdate({ releases }: UpdateOptions): boolean {
  return releases !== undefined || isInstalled();
}

function needInstalled(options: UpdateOptions): void {
  if (mayUpdate(options)) return;
  throw new UsageError('no package is installed here that could be updated: this is a checkout');
}

function reportCheckout(io: Io): void {
  const { version } = packageJson;
  const release = { standsInFor: null, before: null, newestSignature: null, accepted: null };
  io.report(
    { runs: { version, packaged: false }, ...release, inProgress: null, last: null },
    `runs      ${version}, from a checkout: no package is installed here that could be updated\n`,
  );
}

function withoutErrors(error: Error): UpdaterSettings {
  if (error instanceof ConfigError) return defaultConfig();
  throw error;
}

async function worldOf(options: UpdateOptions, settings: UpdaterSettings, io: Io) {
  const { environment, signal, clock } = io.outside;
  const { stopAt } = options;
  if (stopAt !== undefined && !ALL_CHECKPOINTS.includes(stopAt)) {
    throw new UsageError(`--stop-at is one of: ${ALL_CHECKPOINTS.map((name) => `"${name}"`).join(' ')}`);
  }
  const places = placesOf(options);
  const daemon = daemonAt(() => controlSocket(settings));
  const dialler = new Dialler(SYSTEM_NETWORK, clock, proxiesFrom(settings.service.proxy, environment));
  let ready: Promise<void> | undefined;
  const ports: Ports = {
    store: await openStore(places, clock).catch(unusable(places.releases)),
    daemon,
    service: booted() ? systemd() : unattended(daemon),
    sandbox: booted() ? bySystemd() : asNobody(),
    clock,
    signal,
    limits: LIMITS,
    get: (url, abort) => get(dialler, url, abort),
    cards: () => soundCards(),
    checkpoint(name) {
      if (name === stopAt) throw new Stopped(`stopped at "${name}", as asked for`);
    },
    settled() {
      ready ??= notifyReady(environment);
      return ready;
    },
    say: (line) => io.print(`${printable(line)}\n`),
  };
  return { places, ports };
}

function placesOf({ releases = INSTALLED.releases }: UpdateOptions): Places {
  return { ...INSTALLED, releases };
}

/** Turns errors of the file system into advice about the folder. */
function unusable(folder: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.syscall === undefined) throw error;
    const out = isFull(error) ? 'make room (df)' : 'updates are made by root (sudo)';
    throw new UpdateError(`${folder} can't be used: ${error.message}; ${out}`);
  };
}

/** Starts the unit that continues the update: it survives this command and a power failure. */
async function start(): Promise<void> {
  await systemctl('start', '--no-block', UPDATE_UNIT).catch((error: Error) => {
    throw new UpdateError(
      `${UPDATE_UNIT} can't be started (${error.message.trim()}); "dragoman update resume" does its work by hand`,
    );
  });
}

const systemctl = (...args: readonly string[]) =>
  promisify(execFile)('systemctl', args, { env: childEnvironment() });

/** The longest that the unit runs after the journal is gone: 10 s, in checks. */
const UNIT_ENDS = 10_000 / FOLLOW_EVERY_MS;

/** The unit is restarted after 30 s: twice that, in checks. */
const UNIT_AWAY = 60_000 / FOLLOW_EVERY_MS;

/** Reports what the unit does until there is an outcome. */
async function follow(store: Store, io: Io): Promise<void> {
  const { signal, clock } = io.outside;
  let last = '';
  let idle = 0;
  let began = '';
  for (;;) {
    if (signal.aborted) {
      io.print('the update continues without you: "dragoman update status" shows how it ends\n');
      return;
    }
    const journal: Journal | undefined = await store.journal();
    if (journal === undefined) {
      // The next update is refused until the unit has released the lock.
      for (let i = 0; i < UNIT_ENDS && (await unitRuns()); i++) await sleep(clock, FOLLOW_EVERY_MS);
      const outcome = await store.outcome();
      return reportOutcome(outcome !== undefined && outcome.at >= began ? outcome : undefined, io);
    }
    began = journal.startedAt;
    const text = journalText(journal);
    if (text !== last) io.print(`${text}\n`);
    last = text;
    // A unit that failed is started again; one that stays away has been stopped.
    idle = (await unitRuns()) ? 0 : idle + 1;
    if (idle > UNIT_AWAY) {
      throw new UpdateError(
        `${UPDATE_UNIT} has ended before its work was done: "journalctl -u ${UPDATE_UNIT}" shows why, ` +
          `"systemctl start ${UPDATE_UNIT}" continues it, and so does the next boot`,
      );
    }
    await sleep(clock, FOLLOW_EVERY_MS, signal).catch(() => {});
  }
}

async function unitRuns(): Promise<boolean> {
  const shown = await systemctl('show', '-p', 'ActiveState', '--value', UPDATE_UNIT).catch(() => ({
    stdout: '',
  }));
  return ['active', 'activating'].includes(shown.stdout.trim());
}

const EXITS: Readonly<Record<Outcome['outcome'], ExitCode>> = {
  kept: EXIT.ok,
  'rolled back': EXIT.unable,
  refused: EXIT.wrongUse,
};

function reportOutcome(outcome: Outcome | undefined, io: Io): void {
  if (outcome === undefined) {
    throw new UpdateError(
      'the update has left no word of its outcome: an upgrade by apt has taken its place, or somebody has removed it; ' +
        '"dragoman update status" shows which release runs',
    );
  }
  io.print(`${outcomeText(outcome)}\n`);
  io.exitCode = EXITS[outcome.outcome];
}
