/**
 * The storm: desks in virtual time, each with its own history, with a fault in half of the rounds. scripts/storm says how
 * to call it.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { simulateDays } from './days.ts';
import { type History, inWords } from './history.ts';
import { everyKind, historyOf } from './make.ts';
import { type Played, play } from './play.ts';
import { shortHistory, Tries } from './shorten.ts';
import { spokenSentences } from './speech.ts';

/** Rounds of one desk: enough for faults that show only after many turns, few enough to replay within a minute. */
const ROUNDS = 200;
const PROGRESS_MS = 5000;
const SHORTEN = { tries: 400, seconds: 600 };
const GROWTH = 1.1;

const USAGE = `Usage: scripts/storm [--turns N] [--minutes N] [--seed N] [--verbose] [--history FILE] [--days N] [--every-kind]
  --turns N       the number of turns in total, half of them with a fault; default 1000
  --minutes N     runs for N minutes instead
  --seed N        the seed of the first desk; the desks after it have the seeds N + 1, N + 2 …
  --every-kind    plays each kind of round once instead, at a separate desk; shows all failures
  --rounds N      rounds per desk, default ${ROUNDS}; fewer rounds are the beginning of the same history
  --verbose       prints all events as a timeline, in virtual time
  --history FILE  replays a saved history instead of generated ones
  --days N        plays N days at one desk instead, with office hours, guests and nights; about 360 turns a day
The last line is "hash HEX", computed from the whole log with its times. The same options give the same hash.`;

const { values } = parseArgs({
  options: {
    turns: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    rounds: { type: 'string' },
    'every-kind': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    history: { type: 'string' },
    days: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const line = (atMs: number, who: string, what: string) =>
  `${(atMs / 1000).toFixed(3).padStart(11)}  ${who.padEnd(7)}  ${what}`;
const tell = values.verbose
  ? (atMs: number, who: string, what: string) => console.log(line(atMs, who, what))
  : undefined;

const sameKind = (a: Played['violation'], b: Played['violation']) =>
  a !== undefined && b !== undefined && kindOf(a) === kindOf(b);
/** The violation without its numbers. */
const kindOf = ({ invariant, what }: NonNullable<Played['violation']>) =>
  `${invariant}: ${what.split('\n')[0]?.replaceAll(/\d+/g, 'N')}`;

async function failed(
  seed: number,
  history: History,
  played: Played,
  speech: readonly Int16Array[],
): Promise<void> {
  const { violation } = played;
  if (violation === undefined) return;
  const name = history.rounds[violation.round]?.name ?? 'the end';
  console.log(
    `\nFAILED seed ${seed}, round ${violation.round} (${name}), at ${(violation.atMs / 1000).toFixed(3)} s`,
  );
  console.log(`  ${violation.invariant}: ${violation.what}`);
  console.log(`  again: scripts/storm --seed ${seed} --turns 1 --verbose`);
  console.log('shortening its history …');
  const upTo = { ...history, rounds: history.rounds.slice(0, violation.round + 1) };
  const fails = async (shorter: History) => sameKind((await play(shorter, speech)).violation, violation);
  const budget = new Tries(SHORTEN.tries, SHORTEN.seconds, () => performance.now());
  const shortest = await shortHistory(upTo, fails, budget);
  const file = `/tmp/storm-${seed}.json`;
  writeFileSync(file, JSON.stringify(shortest));
  const steps = shortest.rounds.reduce((sum, { steps }) => sum + steps.length, 0);
  console.log(
    `the shortest history that still fails: ${shortest.rounds.length} rounds, ${steps} steps, at a desk with`,
  );
  console.log(`  ${JSON.stringify(shortest.settings)}`);
  for (const { name, steps } of shortest.rounds) {
    console.log(`  ${name}`);
    for (const step of steps) console.log(`    ${inWords(step)}`);
  }
  console.log('and what happens then, in virtual time:');
  await play(shortest, speech, { tell: (...told) => console.log(line(...told)) });
  console.log(`again: scripts/storm --history ${file} --verbose`);
}

const gc = (globalThis as { gc?: () => void }).gc ?? (() => {});
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Sound is in array buffers, which V8 does not count as its heap. */
function memory(): number {
  gc();
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const handles = () => readdirSync('/proc/self/fd').length;

async function storm(speech: readonly Int16Array[]): Promise<boolean> {
  const first =
    values.seed === undefined ? Math.floor(performance.timeOrigin % 2 ** 31) : Number(values.seed);
  const turnsWanted = values.minutes === undefined ? Number(values.turns ?? 1000) : Number.POSITIVE_INFINITY;
  const untilMs = performance.now() + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  const rounds = Number(values.rounds ?? ROUNDS);
  console.log(`storm: seed ${first}`);
  const hash = createHash('sha256');
  const outcomes = new Map<string, number>();
  const weights: { turns: number; bytes: number; handles: number }[] = [];
  const beganMs = performance.now();
  const cpu = process.cpuUsage();
  let [turns, virtualMs, desks, faulty, played] = [0, 0, 0, 0, 0];
  let progressMs = beganMs;
  let ok = true;
  for (let seed = first; turns < turnsWanted && performance.now() < untilMs; seed += 1) {
    const history = historyOf(seed, rounds);
    const result = await play(history, speech, {
      ...(tell === undefined ? {} : { tell }),
      roundEnded: (_index, turnsOfDesk) => {
        if (performance.now() - progressMs < PROGRESS_MS) return;
        progressMs = performance.now();
        const all = turns + turnsOfDesk;
        const perSecond = all / ((progressMs - beganMs) / 1000);
        console.log(`  seed ${seed}: ${all} turns, ${perSecond.toFixed(1)} a second`);
      },
    });
    desks += 1;
    turns += result.turns;
    virtualMs += result.virtualMs;
    faulty += history.rounds.filter(({ name }) => name !== 'no fault').length;
    played += history.rounds.length;
    hash.update(result.hash);
    for (const [outcome, count] of result.outcomes)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
    if (result.violation !== undefined) {
      await failed(seed, history, result, speech);
      ok = false;
      break;
    }
    weights.push({ turns, bytes: memory(), handles: handles() });
  }
  const seconds = (performance.now() - beganMs) / 1000;
  const used = process.cpuUsage(cpu);
  const cpuSeconds = (used.user + used.system) / 1e6;
  console.log(`turns: ${turns} at ${desks} desks, in ${played} rounds, ${faulty} of them with a fault`);
  const counted = [...outcomes]
    .toSorted(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${outcome} ${count}`);
  console.log(`outcomes: ${counted.join(', ')}`);
  console.log(
    `time: ${(virtualMs / 3_600_000).toFixed(1)} hours at the desks, ${seconds.toFixed(1)} s here; ` +
      `${(turns / seconds).toFixed(1)} turns a second, ${(turns / cpuSeconds).toFixed(1)} a second of processor time`,
  );
  const early = weights.find((one) => one.turns >= 1000);
  const late = weights.at(-1);
  if (early !== undefined && late !== undefined && late !== early) {
    console.log(
      `memory: ${mib(early.bytes)} and ${early.handles} open files after ${early.turns} turns, ${mib(late.bytes)} and ${late.handles} after ${late.turns}`,
    );
    if (late.bytes > early.bytes * GROWTH || late.handles > early.handles + 2) {
      console.log('FAILED memory and handles stay flat');
      ok = false;
    }
  }
  console.log(`hash ${hash.digest('hex')}`);
  return ok;
}

async function kinds(speech: readonly Int16Array[]): Promise<boolean> {
  const hash = createHash('sha256');
  let failures = 0;
  const histories = everyKind(Number(values.seed ?? 1));
  for (const [i, history] of histories.entries()) {
    const result = await play(history, speech, tell === undefined ? {} : { tell });
    hash.update(result.hash);
    if (result.violation === undefined) continue;
    failures += 1;
    const file = `/tmp/storm-${history.seed}.json`;
    writeFileSync(file, JSON.stringify(history));
    const { invariant, what } = result.violation;
    console.log(`FAILED ${i + 1} of ${histories.length}, ${history.rounds[0]?.name}: ${invariant}: ${what}`);
    console.log(`  again: scripts/storm --history ${file} --verbose`);
  }
  console.log(`${histories.length} kinds of round, ${failures} failed`);
  console.log(`hash ${hash.digest('hex')}`);
  return failures === 0;
}

async function replay(file: string, speech: readonly Int16Array[]): Promise<boolean> {
  const history = JSON.parse(readFileSync(file, 'utf8')) as History;
  const { violation, hash } = await play(history, speech, tell === undefined ? {} : { tell });
  if (violation !== undefined) console.log(`FAILED ${violation.invariant}: ${violation.what}`);
  console.log(`hash ${hash}`);
  return violation === undefined;
}

let rejected = 0;
process.on('unhandledRejection', (reason) => {
  rejected += 1;
  console.log('FAILED an unhandled rejection:', reason);
});

if (values.help) console.log(USAGE);
else {
  const speech = await spokenSentences();
  const ok =
    values.history !== undefined
      ? await replay(values.history, speech)
      : values.days !== undefined
        ? await simulateDays(
            {
              days: Number(values.days),
              seed: Number(values.seed ?? 1),
              ...(tell === undefined ? {} : { tell }),
            },
            speech,
          )
        : values['every-kind']
          ? await kinds(speech)
          : await storm(speech);
  process.exitCode = ok && rejected === 0 ? 0 : 1;
}
