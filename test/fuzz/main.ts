/** Fuzzing: generated and damaged input for everything that takes input from outside. scripts/fuzz says how to call it. */
import { parseArgs } from 'node:util';
import { type Failure, failureText, type Target } from './target.ts';
import { TARGETS } from './targets.ts';

const CASES = 10_000;
const PROGRESS_MS = 5000;
/** Cases of a target before the next one's turn. */
const ROUND = 200;

const USAGE = `Usage: scripts/fuzz [--target NAME]… [--cases N] [--seconds N] [--seed N]
  --target NAME   only this target; can be repeated: ${TARGETS.map(({ name }) => name).join(', ')}
  --cases N       the number of cases in total, divided by the shares of the targets; default ${CASES}
  --seconds N     stops after N seconds, even if cases are left
  --seed N        the seed of the first case of each target, then N + 1, N + 2 …; by default a new one each time
A case depends on its seed only. The first failure of a target is shortened, and the target stops.`;

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    cases: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

interface Tally {
  readonly target: Target;
  readonly wanted: number;
  done: number;
  cpuMs: number;
  slowest: { readonly seed: number; readonly ms: number };
  failure: Failure | undefined;
}

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function fuzz(targets: readonly Target[]): Promise<boolean> {
  const seed = values.seed === undefined ? Math.floor(performance.timeOrigin % 2 ** 31) : Number(values.seed);
  const cases = Number(values.cases ?? CASES);
  const untilMs = performance.now() + Number(values.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  const shares = targets.reduce((sum, { share }) => sum + share, 0);
  const tallies = targets.map(
    (target): Tally => ({
      target,
      wanted: Math.ceil((cases * target.share) / shares),
      done: 0,
      cpuMs: 0,
      slowest: { seed, ms: 0 },
      failure: undefined,
    }),
  );
  console.log(`fuzz: seed ${seed}`);
  let progressMs = performance.now();
  const goesOn = ({ done, wanted, failure }: Tally) =>
    done < wanted && failure === undefined && performance.now() < untilMs;
  while (tallies.some(goesOn)) {
    for (const tally of tallies) {
      for (let i = 0; i < ROUND && goesOn(tally); i += 1) {
        await one(tally, seed);
        if (performance.now() - progressMs < PROGRESS_MS) continue;
        progressMs = performance.now();
        console.log(`  ${tallies.reduce((sum, { done }) => sum + done, 0)} cases, at ${tally.target.name}`);
      }
    }
  }
  for (const { target, done, cpuMs: spent, slowest, failure } of tallies) {
    const figures = `${String(done).padStart(8)} cases  ${(spent / 1000).toFixed(1).padStart(7)} s CPU`;
    const longest = `longest ${slowest.ms.toFixed(0)} ms (seed ${slowest.seed})`;
    console.log(`${target.name.padEnd(16)}${figures}  ${longest}${failure === undefined ? '' : '  FAILED'}`);
  }
  const all = tallies.reduce((sum, { done }) => sum + done, 0);
  const failed = tallies.filter(({ failure }) => failure !== undefined).length;
  console.log(`${all} cases, ${failed} of ${tallies.length} targets failed`);
  return failed === 0;
}

async function one(tally: Tally, first: number): Promise<void> {
  const seed = first + tally.done;
  const before = cpuMs();
  tally.failure = await tally.target.run(seed);
  const ms = cpuMs() - before;
  tally.done += 1;
  tally.cpuMs += ms;
  if (tally.failure !== undefined) console.log(failureText(tally.failure));
  else if (ms > tally.slowest.ms) tally.slowest = { seed, ms };
}

let rejected = 0;
process.on('unhandledRejection', (reason) => {
  rejected += 1;
  console.log('FAILED an unhandled rejection:', reason);
});

const unknown = values.target?.filter((name) => !TARGETS.some((one) => one.name === name)) ?? [];
if (values.help) console.log(USAGE);
else if (unknown.length > 0) {
  console.error(`there is no target ${unknown.join(', ')}\n${USAGE}`);
  process.exitCode = 2;
} else {
  const wanted = TARGETS.filter(({ name }) => values.target?.includes(name) ?? true);
  process.exitCode = (await fuzz(wanted)) && rejected === 0 ? 0 : 1;
}
