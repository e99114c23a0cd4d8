import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parentPort } from 'node:worker_threads';

/**
 * The thread that measures, started by `disturbance.ts`. It has an event loop of its own, which never has anything
 * else to do: when that is late, the machine was busy. The test's own event loop is also late when the test computes
 * or waits for `spawnSync`, which is no disturbance.
 */

/** Often enough for the short-lived processes of a test; a look takes about half a millisecond. */
const LOOK_EVERY_MS = 50;
/** Resolution of `monitorEventLoopDelay`, which reports the delay including this interval. */
const RESOLUTION_MS = 5;

export interface Figures {
  /** How long the threads of the rig were runnable, but did not run: the sum over all of them. */
  readonly waitingMs: number;
  /** The process that waited the longest. */
  readonly worst: { readonly name: string; readonly waitingMs: number };
  /** The longest delay of an event loop that has nothing to do. */
  readonly stallMs: number;
}

interface Watched {
  readonly name: string;
  /** Nanoseconds on the run queue for each thread since it was started. */
  readonly threads: Map<string, number>;
  /** The sum of the threads when the measurement began. */
  beganWith: number;
}

const parents = new Map<string, string>();
const names = new Map<string, string>();
/** The rig: this process and its descendants, those that have ended included. */
const rig = new Map<string, Watched>();
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

/** A process that was ever a descendant stays one: it may lose its parent. */
function look(): void {
  const listed = readdirSync('/proc').filter((entry) => /^\d/.test(entry));
  const living = new Set(listed);
  for (const pid of parents.keys()) {
    if (living.has(pid)) continue;
    parents.delete(pid);
    // The number may be given to another process; the figures are kept.
    const ended = rig.get(pid);
    if (ended === undefined) continue;
    rig.delete(pid);
    rig.set(`${pid} ended ${performance.now()}`, ended);
  }
  // Parents have smaller numbers than their children, nearly always; else the child is found at the next look.
  for (const pid of listed) {
    if (!parents.has(pid)) readParent(pid);
    const parent = parents.get(pid);
    if (parent === undefined) continue;
    if (!rig.has(pid) && (pid === String(process.pid) || rig.has(parent)))
      rig.set(pid, { name: names.get(pid) ?? '?', threads: new Map(), beganWith: 0 });
    const watched = rig.get(pid);
    if (watched !== undefined) readThreads(pid, watched);
  }
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

/** /proc/PID/schedstat has the main thread only. */
function readThreads(pid: string, watched: Watched): void {
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const waited = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[1];
      watched.threads.set(thread, Number(waited));
    }
  } catch {
    // It ended in the meantime.
  }
}

const sum = ({ threads }: Watched): number => [...threads.values()].reduce((a, b) => a + b, 0);

function begin(): void {
  look();
  for (const [key, watched] of rig) {
    if (key.includes('ended')) rig.delete(key);
    else watched.beganWith = sum(watched);
  }
  delays.reset();
}

function figures(): Figures {
  look();
  let [waitingNs, name, longestNs] = [0, '', 0];
  for (const watched of rig.values()) {
    const ns = sum(watched) - watched.beganWith;
    waitingNs += ns;
    if (ns > longestNs) [name, longestNs] = [watched.name, ns];
  }
  return {
    waitingMs: waitingNs / 1e6,
    worst: { name, waitingMs: longestNs / 1e6 },
    stallMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS),
  };
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
