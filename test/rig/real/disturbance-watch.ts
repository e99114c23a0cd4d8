import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parentPort } from 'node:worker_threads';

/**
 * The thread that measures, started by `disturbance.ts`. It has an event loop of its own, which never has anything
 * else to do: when that is late, the machine was busy. The test's own event loop is also late when the test computes
 * or waits for `spawnSync`, which is no disturbance.
 */

/** Often enough for the short-lived processes of a test; a look takes about a millisecond. */
const LOOK_EVERY_MS = 50;
/** Resolution of `monitorEventLoopDelay`, which reports the delay including this interval. */
const RESOLUTION_MS = 5;
/** /proc/stat counts in steps of 10 ms: in less than this the share of others is noise. */
const SHARE_OVER_MS = 1000;

export interface Figures {
  /** How long the threads of the rig were runnable, but did not run: the sum over all of them. */
  readonly waitingMs: number;
  /** The process that waited the longest. */
  readonly worst: { readonly name: string; readonly waitingMs: number };
  /**
   * Of the CPU time that was used meanwhile, the share that others than the rig used. The processes of the rig wait
   * for each other too, on every machine: a Node.js that starts has more threads than a small machine has cores.
   */
  readonly othersShare: number;
  /** The longest delay of an event loop that has nothing to do. */
  readonly stallMs: number;
  /**
   * The longest that one thread of the rig waited for a CPU between two looks, times the share of others at that time:
   * one short wait of a player or a recorder is a hole in a sound, and vanishes in a sum.
   */
  readonly longestWaitMs: number;
}

/** Nanoseconds since a start: on a CPU, and on a run queue without one. */
interface Times {
  readonly ranNs: number;
  readonly waitedNs: number;
}

interface Watched {
  readonly name: string;
  readonly threads: Map<string, Times>;
}

interface Sample {
  readonly atMs: number;
  readonly machineRanMs: number;
  readonly rigRanMs: number;
}

const parents = new Map<string, string>();
const names = new Map<string, string>();
/** The rig: this process and its descendants, also those whose parent has ended. */
const rig = new Map<string, Watched>();
/** Processes of the rig that have ended since the measurement began. */
let ended: Watched[] = [];
/** How long those ran that ended before. */
let endedBeforeNs = 0;
/** What each process had waited when the measurement began. */
const waitedBefore = new Map<Watched, number>();
let samples: Sample[] = [];
let beganMs = 0;
let longestWaitMs = 0;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

function look(): void {
  const listed = readdirSync('/proc').filter((entry) => /^\d/.test(entry));
  const living = new Set(listed);
  for (const pid of parents.keys()) {
    if (living.has(pid)) continue;
    parents.delete(pid);
    const watched = rig.get(pid);
    if (watched !== undefined) ended.push(watched);
    rig.delete(pid);
  }
  let waitNs = 0;
  // Parents have smaller numbers than their children, nearly always; else the child is found at the next look.
  for (const pid of listed) {
    if (!parents.has(pid)) readParent(pid);
    const parent = parents.get(pid);
    if (parent === undefined) continue;
    if (!rig.has(pid) && (pid === String(process.pid) || rig.has(parent)))
      rig.set(pid, { name: names.get(pid) ?? '?', threads: new Map() });
    const watched = rig.get(pid);
    if (watched !== undefined) waitNs = Math.max(waitNs, readThreads(pid, watched));
  }
  const atMs = performance.now();
  samples.push({ atMs, machineRanMs: machineRanMs(), rigRanMs: rigRanNs() / 1e6 });
  longestWaitMs = Math.max(longestWaitMs, (waitNs / 1e6) * othersShare(atMs));
}

function readParent(pid: string): void {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    names.set(pid, stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')));
    parents.set(pid, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '');
  } catch {
    // It ended in the meantime.
  }
}

/** /proc/PID/schedstat has the main thread only. @returns how long a thread has waited since the last look, at most */
function readThreads(pid: string, watched: Watched): number {
  let longestNs = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [ran, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      const before = watched.threads.get(thread)?.waitedNs ?? 0;
      longestNs = Math.max(longestNs, Number(waited) - before);
      watched.threads.set(thread, { ranNs: Number(ran), waitedNs: Number(waited) });
    }
  } catch {
    // It ended in the meantime.
  }
  return longestNs;
}

/** CPU time that the whole machine has used, and what a hypervisor took from it. */
function machineRanMs(): number {
  const line = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number);
  return (user + nice + system + irq + softirq + steal) * 10;
}

function sum(all: Iterable<Watched>): Times {
  let [ranNs, waitedNs] = [0, 0];
  for (const { threads } of all) {
    for (const times of threads.values()) {
      ranNs += times.ranNs;
      waitedNs += times.waitedNs;
    }
  }
  return { ranNs, waitedNs };
}

function rigRanNs(): number {
  return sum(rig.values()).ranNs + sum(ended).ranNs + endedBeforeNs;
}

function begin(): void {
  look();
  endedBeforeNs += sum(ended).ranNs;
  ended = [];
  waitedBefore.clear();
  for (const watched of rig.values()) waitedBefore.set(watched, sum([watched]).waitedNs);
  // Those that a short measurement needs.
  samples = samples.slice(-Math.ceil(SHARE_OVER_MS / LOOK_EVERY_MS) - 1);
  beganMs = performance.now();
  longestWaitMs = 0;
  delays.reset();
}

function figures(): Figures {
  look();
  let [waitedNs, name, longestNs] = [0, '', 0];
  for (const watched of [...rig.values(), ...ended]) {
    const ns = sum([watched]).waitedNs - (waitedBefore.get(watched) ?? 0);
    waitedNs += ns;
    if (ns > longestNs) [name, longestNs] = [watched.name, ns];
  }
  return {
    waitingMs: waitedNs / 1e6,
    worst: { name, waitingMs: longestNs / 1e6 },
    othersShare: othersShare(beganMs),
    stallMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS),
    longestWaitMs,
  };
}

/** @param sinceMs up to now, for a second at least */
function othersShare(sinceMs: number): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return 1;
  const fromMs = Math.min(sinceMs, last.atMs - SHARE_OVER_MS);
  const from = samples.findLast(({ atMs }) => atMs <= fromMs) ?? first;
  const machineMs = last.machineRanMs - from.machineRanMs;
  const rigMs = last.rigRanMs - from.rigRanMs;
  return machineMs > 0 ? Math.min(1, Math.max(0, 1 - rigMs / machineMs)) : 0;
}

delays.enable();
begin();
setInterval(look, LOOK_EVERY_MS);
parentPort?.on('message', (message: 'begin' | 'figures') => {
  if (message === 'begin') {
    begin();
    parentPort?.postMessage('begun');
  } else parentPort?.postMessage(figures());
});
