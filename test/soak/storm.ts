/**
 * A storm: thousands of turns on a fast clock, with something wrong in half of them. A program of its own, so that
 * its heap is the kiosk's: node --expose-gc storm.ts [--turns 1000] [--seed N] [--per-connection N] [--verbose]
 *
 * Everything random comes from the seed, by round: the same seed gives the same faults, presses and words, and where
 * a round is played alone (--round N) it is the same round.
 */

import { parseArgs } from 'node:util';
import { FAULTS, type RetryRule } from '../../src/kiosk/faults.ts';
import { serviceOf } from '../../src/kiosk/state.ts';
import { parseConfig } from '../../src/system/config.ts';
import type { LogLine } from '../rig/counter.ts';
import { seeded } from '../rig/random.ts';
import { FastClock, sharedTime } from '../support/fast-clock.ts';
import { FastDesk } from '../support/fast-desk.ts';
import { spoken } from '../support/voices.ts';
import { FarEnd } from './far-end.ts';
import { ANYTHING, Stage, type StormTurn } from './stage.ts';
import { CHAOS } from './storm-chaos.ts';
import { NO_FAULT, type Round, SERVICE_ROUNDS } from './storm-faults.ts';
import { DEVICES, PEOPLE } from './storm-people.ts';
import { Tally } from './tally.ts';

/** Slow enough for the detector and the sockets of a busy machine; the clock waits for them where it is not. */
const SPEEDS = { busy: 20, idle: 600 };

/** From the release to the outcome at the latest: 15 s to deliver it, and the translation itself. In milliseconds. */
const LATEST_MS = 20_000;
/** What is broken is back by itself within this, in milliseconds: the wait of its retry rule and the time to connect. */
const BACK_MS: Readonly<Record<RetryRule, number>> = {
  'at once': 70_000,
  backoff: 70_000,
  slow: 100_000,
  // Nothing was changed at the device; that it was at the other end is tried so often.
  'when changed': 16 * 60_000,
};
/** Of a translation of 600 ms, so much has to be heard. */
const HEARD_MS = 480;
/** Behind `stop` nothing may be armed for longer than this: a closing handshake has its grace. In milliseconds. */
const STOPPED_MS = 10_000;

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '1000' },
    seed: { type: 'string', default: `${Math.floor(Math.random() * 2 ** 31)}` },
    /** Turns that a connection serves: live.turns_per_connection. */
    'per-connection': { type: 'string', default: '1' },
    /** Only this round. */
    round: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.turns);
const seed = Number(values.seed);
const gc = (globalThis as { gc?: () => void }).gc;
if (gc === undefined) throw new Error('node has to be started with --expose-gc');

console.log(`storm: seed ${seed}, ${wanted} turns`);
Math.random = seeded(seed); // the kiosk's own jitter

const beganMs = performance.now();
const problems: string[] = [];
/** What was logged and sounded in this round, and in the one before it: its leavings may be what went wrong. */
let lines: string[] = [];
let earlier: string[] = [];
function problem(round: number, name: string, what: string): void {
  const before = earlier.slice(-12).map((line) => `  before:${line}`);
  const text = `seed ${seed}, round ${round} (${name}): ${what}\n${[...before, ...lines].join('\n')}`;
  problems.push(text);
  console.log(`PROBLEM ${text}`);
}

let current = { number: 0, name: 'start' };
for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
  process.on(event, (error: Error) => problem(current.number, current.name, `${event}: ${error.stack}`));
}

const time = sharedTime();
const clock = new FastClock(SPEEDS.busy, time);
const far = await FarEnd.start(time);
const desk = await FastDesk.open({
  clock,
  config: parseConfig(
    `[service]\nbase_url = "${far.url}"\n[live]\nturns_per_connection = ${values['per-connection']}\n`,
    'storm',
  ),
  speeds: SPEEDS,
  witness: {
    log: (line, atMs) => {
      lines.push(`  ${Math.round(atMs)} ${JSON.stringify(line)}`);
      if (values.verbose) console.log(lines.at(-1));
      check(line);
    },
    sound: (sound, atMs) => lines.push(`  ${Math.round(atMs)} ${JSON.stringify(sound)}`),
  },
});
const utterances = [
  await spoken('Do you need a doctor?', 'rms'),
  await spoken('The bill, please.', 'slt'),
  await spoken('Is breakfast included?', 'awb'),
];
const tally = new Tally();
const heap = new Map<number, number>();
let reported = 0;
let latestReported = 0;

function check(line: LogLine): void {
  if (line.level >= 50) problem(current.number, current.name, `"${line.msg}" in the log`);
  if (line.msg !== 'turn') return;
  reported += 1;
  const turn = line.turn as number;
  if (turn !== latestReported + 1)
    problem(current.number, current.name, `turn ${turn} reported behind turn ${latestReported}`);
  latestReported = turn;
}

function pick(random: () => number): Round {
  if (random() < 0.5) return NO_FAULT;
  const kind = random();
  if (kind > 0.9) return CHAOS;
  const rounds = kind < 0.63 ? SERVICE_ROUNDS : kind < 0.77 ? PEOPLE : DEVICES;
  return rounds[Math.floor(random() * rounds.length)] ?? NO_FAULT;
}

async function judge(round: Round, turn: StormTurn): Promise<void> {
  const wrong = (what: string) => problem(current.number, round.name, `turn ${turn.number}: ${what}`);
  const ended = await turn.ended;
  if (ended === undefined) return wrong('no outcome within two minutes');
  const { outcome, fault } = ended.line;
  const told = fault === undefined ? outcome : `${outcome}: ${fault}`;
  const tookMs = ended.atMs - (turn.releasedMs ?? ended.atMs);
  tally.count(round.name, told, tookMs);
  if (!turn.allowed.includes(told) && !turn.allowed.includes(ANYTHING))
    wrong(`${told}, where ${turn.allowed.join(' or ')} was due`);
  if (tookMs > LATEST_MS && round.name !== 'button held too long') wrong(`took ${Math.round(tookMs)} ms`);
}

/** What is broken comes back, with nobody touching anything. */
async function recovers(stage: Stage, round: Round): Promise<void> {
  const fault = serviceOf(desk.kiosk.state);
  const backMs = BACK_MS[fault.is === 'unreachable' ? FAULTS[fault.fault].retry : 'backoff'];
  const untilMs = clock.now() + backMs;
  const broken = () => {
    const { devices, activity } = desk.kiosk.state;
    const service = serviceOf(desk.kiosk.state);
    const faults = [devices.microphone, devices.loudspeaker].filter((is) => is !== 'working');
    if (activity.doing !== 'nothing') faults.push('internal');
    // Every other time the next guest does not wait for the service: a press tries it now.
    if (service.is === 'unreachable' && waits) faults.push(service.fault);
    return faults;
  };
  const waits = stage.random() < 0.5;
  while (broken().length > 0 && clock.now() < untilMs) await desk.idle(200);
  const still = broken();
  if (still.length > 0)
    problem(current.number, round.name, `not back after ${backMs} ms: ${still.join(', ')}`);
}

async function play(number: number, only?: Round): Promise<void> {
  const random = seeded((seed + Math.imul(number, 0x9e3779b1)) | 0);
  const round = only ?? pick(random);
  current = { number, name: round.name };
  earlier = lines;
  lines = [];
  const stage = new Stage(desk, far, utterances, random);
  await round.play(stage);
  for (const turn of stage.turns) await judge(round, turn);
  const last = stage.turns.at(-1);
  const lastLine = (await last?.ended)?.line;
  if (lastLine?.outcome === 'translated' && desk.player.audibleMs - (last?.heardBeforeMs ?? 0) < HEARD_MS)
    problem(number, round.name, `turn ${last?.number} was translated, but hardly heard`);
  await far.order({ do: 'clear' });
  await recovers(stage, round);
  // The next guest comes at once, or a little later.
  if (random() < 0.8) await stage.wait(stage.between(20, 1500));
}

desk.start();
await clock.wait(1000);
let hundreds = 0;
if (values.round !== undefined) await play(Number(values.round));
else {
  for (let number = 1; desk.kiosk.state.turns < wanted; number++) {
    await play(number);
    if (Math.floor(desk.kiosk.state.turns / 100) === hundreds) continue;
    hundreds = Math.floor(desk.kiosk.state.turns / 100);
    // The sound of the latest turn is kept, so it is the same one at each weighing.
    await play(-hundreds, NO_FAULT);
    lines = [];
    earlier = [];
    gc();
    // Sound is in array buffers, which V8 does not count as its heap.
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    heap.set(hundreds * 100, heapUsed + arrayBuffers);
  }
}

const turns = desk.kiosk.state.turns;
await desk.stop();
await far.stop();
await clock.wait(STOPPED_MS);
current = { number: 0, name: 'the end' };
lines = [];
if (reported !== turns) problem(0, 'the end', `${turns} turns begun, ${reported} reported`);
if (clock.pending.length > 0) problem(0, 'the end', `timers are left, due in ${clock.pending.join(', ')} ms`);
clock.stop();

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
// After the first hundred V8 still drops code that was only needed at the start, 5 MiB of 25: growth must not hide there.
const lowest = Math.min(...heap.values());
const last = [...heap.values()].at(-1) ?? 0;
if (heap.size >= 10 && last > lowest * 1.1)
  problem(0, 'the end', `the heap grew from ${mib(lowest)} to ${mib(last)}`);
console.log(`turns: ${turns}: ${tally.outcomes()}`);
console.log('by fault, with the time from the release to the outcome (median, worst):');
for (const row of tally.faults()) console.log(row);
console.log(
  `heap: ${[...heap].map(([after, bytes]) => `${after}: ${mib(bytes)}`).join(', ') || 'too short to judge'}`,
);
console.log(
  `time: ${Math.round(clock.now() / 1000)} s at the desk, ${((performance.now() - beganMs) / 1000).toFixed(1)} s here`,
);
console.log(problems.length === 0 ? 'no problems' : `${problems.length} problems, seed ${seed}`);
process.exitCode = problems.length === 0 ? 0 : 1;

// Nothing is left that would keep the process: it ends by itself.
setTimeout(() => {
  console.log(`PROBLEM still alive: ${process.getActiveResourcesInfo().join(', ')}`);
  process.exit(1);
}, 5000).unref();
