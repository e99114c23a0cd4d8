import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type RealCounter as Counter, openRealCounter as openCounter } from '../rig/real/counter.ts';
import { descendants, pssBytes } from '../rig/real/processes.ts';
import { spoken } from '../rig/voices.ts';

/**
 * What the daemon costs a machine: memory of all its processes, idle before and after turns and at most while people
 * talk; CPU when idle; and the time from SIGTERM to its end. On the virtual desk: node test/bench/footprint.ts [RELEASE]
 * RELEASE is the folder of a release (bin/, app/): what is installed, without what the sources need.
 */

const IDLE_SECONDS = 20;
const TURNS = 10;
/** After the last turn V8 gradually frees memory. */
const REST_SECONDS = 65;
const STOPS = 5;

/** Clock ticks a second in /proc (sysconf(_SC_CLK_TCK), 100 on every Linux that Node runs on). */
const TICKS = 100;

const pssMib = (pid: number) => pssBytes(pid) / 2 ** 20;

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function processesOf({ daemon }: Counter): { pid: number; what: string }[] {
  const children = descendants(daemon.pid).map(({ pid, commandLine }) => ({
    pid,
    what: commandLine.split('/').at(-1)?.slice(0, 40) ?? '',
  }));
  return [{ pid: daemon.pid, what: 'daemon' }, ...children];
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));
const mib = (amount: number) => `${amount.toFixed(1).padStart(6)} MiB`;

async function printIdle(counter: Counter): Promise<void> {
  const before = processesOf(counter).map((one) => ({ ...one, cpu: cpuSeconds(one.pid) }));
  await seconds(IDLE_SECONDS);
  let [memory, cpu] = [0, 0];
  for (const { pid, what, cpu: cpuBefore } of before) {
    const share = ((cpuSeconds(pid) - cpuBefore) / IDLE_SECONDS) * 100;
    memory += pssMib(pid);
    cpu += share;
    print(`  ${mib(pssMib(pid))}  ${share.toFixed(2).padStart(5)} %  ${what}`);
  }
  print(`  ${mib(memory)}  ${cpu.toFixed(2).padStart(5)} %  together`);
}

/** Has turns, and looks at the memory meanwhile. */
async function printTalking(counter: Counter): Promise<void> {
  const speech = await spoken('Do you need a doctor?', 'rms');
  let most: readonly { readonly what: string; readonly memory: number }[] = [];
  const sum = (all: typeof most) => all.reduce((total, { memory }) => total + memory, 0);
  const looks = setInterval(() => {
    const now = processesOf(counter).map(({ pid, what }) => ({ what, memory: pssMib(pid) }));
    if (sum(now) > sum(most)) most = now;
  }, 50);
  for (let turn = 0; turn < TURNS; turn++) {
    const ended = counter.turnEnds();
    await counter.say(speech);
    await ended;
  }
  clearInterval(looks);
  for (const { what, memory } of most) print(`  ${mib(memory)}           ${what}`);
  print(`  ${mib(sum(most))}           together`);
}

const [release] = process.argv.slice(2);
const program = release && (['sh', path.resolve(release, 'bin/dragoman')] as const); // with the options that it gives to Node
const stops: number[] = [];
for (let i = 0; i < STOPS; i++) {
  const counter = await openCounter(program ? { program } : {});
  try {
    if (i > 0) await counter.ready();
    else {
      const { ms } = await counter.log(({ msg }) => msg === 'ready', 30_000);
      print(`ready after (ms since the start of the process): ${JSON.stringify(ms)}`);
      print('memory (PSS) and CPU of one core while idle:');
      await printIdle(counter);
      print(`the most memory in ${TURNS} turns:`);
      await printTalking(counter);
      print(`idle ${REST_SECONDS} s behind them:`);
      await seconds(REST_SECONDS);
      await printIdle(counter);
    }
    const beganMs = performance.now();
    counter.daemon.signal('SIGTERM');
    await counter.daemon.exited;
    stops.push(performance.now() - beganMs);
  } finally {
    await counter.stop();
  }
}
stops.sort((a, b) => a - b);
print(
  `SIGTERM to the end, ${STOPS} times: median ${stops[Math.floor(STOPS / 2)]?.toFixed(0)} ms, most ${stops.at(-1)?.toFixed(0)} ms`,
);
