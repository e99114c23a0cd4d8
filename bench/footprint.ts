import { readFileSync } from 'node:fs';
import { descendants } from '../test/desk/processes.ts';
import { type Counter, openCounter } from '../test/support/counter.ts';

/**
 * What the daemon costs a machine: memory of all its processes, CPU when idle, and the time from SIGTERM to its
 * end. On the virtual desk: node bench/footprint.ts
 */

const IDLE_SECONDS = 20;
const STOPS = 5;

/** Clock ticks a second in /proc (sysconf(_SC_CLK_TCK), 100 on every Linux that Node runs on). */
const TICKS = 100;

function pssKib(pid: number): number {
  const line = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return Number(line?.[1] ?? 0);
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function processesOf({ daemon }: Counter): { pid: number; what: string }[] {
  const children = descendants(daemon.pid).map(({ pid, commandLine }) => ({
    pid,
    what: commandLine.slice(0, 60),
  }));
  return [{ pid: daemon.pid, what: 'daemon' }, ...children];
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const stops: number[] = [];
for (let i = 0; i < STOPS; i++) {
  const counter = await openCounter();
  try {
    await counter.ready();
    if (i === 0) {
      const before = processesOf(counter).map((one) => ({ ...one, cpu: cpuSeconds(one.pid) }));
      await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
      print('memory (PSS) and CPU of one core while idle:');
      let [kib, cpu] = [0, 0];
      for (const { pid, what, cpu: cpuBefore } of before) {
        const share = ((cpuSeconds(pid) - cpuBefore) / IDLE_SECONDS) * 100;
        kib += pssKib(pid);
        cpu += share;
        print(
          `  ${(pssKib(pid) / 1024).toFixed(1).padStart(6)} MiB  ${share.toFixed(2).padStart(5)} %  ${what}`,
        );
      }
      print(`  ${(kib / 1024).toFixed(1).padStart(6)} MiB  ${cpu.toFixed(2).padStart(5)} %  together`);
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
