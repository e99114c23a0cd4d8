import path from 'node:path';
import { must } from './checks.ts';
import { type DeskInside, isWorking } from './desk.ts';
import type { Machine } from './machine.ts';
import type { Releases } from './releases.ts';
import type { Said } from './service.ts';

/** One power cut, and what was found behind it. */
export interface Cut {
  readonly during: 'a turn' | 'an update';
  /** Since the press, or since `dragoman update` was started. */
  readonly afterSeconds: number;
  /** The last that the desk told before. */
  readonly last: string;
  /** Exit code of `e2fsck -fn` when the file system's journal has been replayed: 0 is clean. */
  readonly fsck: string;
  /** From the start of the emulator until microphone, loudspeaker, panel and service are there. */
  readonly workingAfterSeconds: number;
  readonly release: string;
  /** What became of the update. */
  readonly update: string;
  readonly ledger: string;
  readonly problems: readonly string[];
}

/** What is needed to pull the plug in the middle of something. */
export interface CutOptions {
  readonly machine: Machine;
  readonly desk: DeskInside;
  readonly said: readonly Said[];
  /** Without it, there are only turns. */
  readonly releases: Releases | undefined;
  /** How long a turn takes here, and an update, in seconds: cuts fall within. */
  readonly turnSeconds: number;
  readonly updateSeconds: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

const UPDATE_TIMEOUT_MS = 1_200_000;

/** Pulls the plug once at a random moment, boots, and looks. */
export async function cutOnce(options: CutOptions, during: Cut['during']): Promise<Cut> {
  const { machine, desk, random, releases } = options;
  const afterSeconds = random() * (during === 'a turn' ? options.turnSeconds : options.updateSeconds);
  // Packed before the clock runs.
  const release = during === 'an update' ? await releases?.next() : undefined;
  const { wav } = options.said[Math.floor(random() * options.said.length)] as Said;
  const busy =
    release === undefined
      ? desk.say(wav)
      : machine.try(`dragoman update /room/${path.basename(release)}`, UPDATE_TIMEOUT_MS);
  busy.catch(() => {}); // it is cut off: that is what it is for
  await new Promise((resolve) => setTimeout(resolve, afterSeconds * 1000));
  const last = machine.journal.all.at(-1);
  await machine.cut();
  const began = performance.now();
  machine.journal.skip();
  await machine.boot();
  const problems: string[] = [];
  const find = async <T>(what: string, look: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await look();
    } catch (error) {
      problems.push(`${what}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const fsck = await machine.sh("dmesg | sed -n 's/.*machine: e2fsck \\([0-9]*\\)$/\\1/p'");
  if (fsck !== '0') problems.push(`the file system: ${await machine.sh("dmesg | grep 'machine: e2fsck'")}`);
  const update =
    (await find('the update', async () => (releases === undefined ? '' : await settled(machine)))) ?? '';
  const status = await find('the desk', () => desk.works());
  const workingAfterSeconds = status === undefined ? Number.NaN : (performance.now() - began) / 1000;
  await find('the configuration', () => machine.sh('dragoman config check'));
  const ledger = (await find('the ledger', () => ledgerOf(machine))) ?? '';
  if (status !== undefined && !isWorking(status)) problems.push('it does not work');
  return {
    during,
    afterSeconds,
    last: last === undefined ? '' : shorten(last.message),
    fsck,
    workingAfterSeconds,
    release: status?.version ?? '',
    update,
    ledger,
    problems,
  };
}

interface UpdateState {
  readonly runs: { readonly version: string };
  readonly inProgress: { readonly step: string } | null;
  readonly last: { readonly outcome: string; readonly version: string } | null;
}

/** Waits until no update goes on. @returns what became of the last one */
export async function settled(machine: Machine): Promise<string> {
  const untilMs = performance.now() + UPDATE_TIMEOUT_MS;
  while (performance.now() < untilMs) {
    const { code, output } = await machine.try('dragoman update status --json');
    if (code === 0) {
      const { inProgress, last, runs } = JSON.parse(output) as UpdateState;
      if (inProgress === null)
        return last === null ? `${runs.version} runs` : `${last.version} ${last.outcome}`;
    }
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
  throw new Error(`it still goes on after ${UPDATE_TIMEOUT_MS / 1000} s`);
}

/** The ledger can be read. @returns how many lines it has */
async function ledgerOf(machine: Machine): Promise<string> {
  const costs = await machine.try('dragoman costs --json');
  must(costs.code === 0, costs.output);
  const lines = await machine.sh('find /var/lib/dragoman/ledger -type f -exec cat {} + | wc -l');
  return `${lines} lines`;
}

function shorten(message: string): string {
  try {
    const line = JSON.parse(message) as { msg?: string; device?: string };
    return [line.device, line.msg].filter((word) => word !== undefined).join(' ');
  } catch {
    return message.slice(0, 80);
  }
}
