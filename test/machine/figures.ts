import type { DeskInside } from './desk.ts';
import type { Machine } from './machine.ts';

/** What is measured in the machine, not asserted: it is the machine's, and software emulation's. */

export interface Memory {
  /** MB, proportional: of all the unit's processes. */
  readonly pssMb: number;
  readonly processes: readonly { readonly name: string; readonly pssMb: number }[];
}

const CGROUP = '/sys/fs/cgroup/system.slice/dragoman.service';

/** PSS of all processes of the daemon's unit, the largest first. */
export async function memoryOf(machine: Machine): Promise<Memory> {
  const told = await machine.sh(
    `for pid in $(cat ${CGROUP}/cgroup.procs); do
       pss=$(sed -n 's/^Pss: *\\([0-9]*\\) kB/\\1/p' /proc/$pid/smaps_rollup 2>/dev/null) || continue
       echo "$pss $(tr '\\0' ' ' </proc/$pid/cmdline)"
     done`,
  );
  const processes = told
    .split('\n')
    .flatMap((line) => {
      const [kb, ...words] = line.split(' ');
      // What /proc calls kB is 1024 bytes (proc_pid_smaps(5)).
      return Number(kb) > 0 ? [{ name: nameOf(words), pssMb: (Number(kb) * 1024) / 1e6 }] : [];
    })
    .toSorted((a, b) => b.pssMb - a.pssMb);
  return { pssMb: processes.reduce((sum, { pssMb }) => sum + pssMb, 0), processes };
}

function nameOf(words: readonly string[]): string {
  const script = words.find((word) => /[.][jt]s$/.test(word));
  return (script ?? words[0] ?? '').split('/').at(-1) ?? '';
}

/** What the kernel holds of the unit's limits: file of the cgroup and its content. */
export async function limitsOf(machine: Machine): Promise<Readonly<Record<string, string>>> {
  const files = ['memory.max', 'memory.swap.max', 'pids.max'];
  const told = await machine.sh(`cd ${CGROUP} && head -n 1 ${files.join(' ')} | grep -v '^$' | paste - -`);
  return Object.fromEntries(
    told.split('\n').map((line) => {
      const [, file = '', value = ''] = /==> (\S+) <==\s+(\S+)/.exec(line) ?? [];
      return [file, value];
    }),
  );
}

/** KB that went to the disk meanwhile: from the unit's processes, and from everything (Documentation/admin-guide/iostats.rst). */
export async function wearOf(machine: Machine, seconds: number): Promise<{ unitKb: number; diskKb: number }> {
  const count = `sync
    cat $(sed 's|.*|/proc/&/io|' ${CGROUP}/cgroup.procs) | awk '/^write_bytes/ { unit += $2 / 1024 }
      END { getline disk <"/sys/block/vda/stat"; split(disk, of, " "); print unit, of[7] / 2 }'`;
  const told = await machine.sh(`${count}; sleep ${seconds}; ${count}`, (seconds + 60) * 1000);
  const [before, after] = told.split('\n').map((line) => line.split(' ').map(Number));
  const between = (i: number) => Math.round((after?.[i] ?? Number.NaN) - (before?.[i] ?? Number.NaN));
  return { unitKb: between(0), diskKb: between(1) };
}

export interface Start {
  /** Seconds of the machine's clock since the kernel's start. */
  readonly unitStarted: number;
  readonly ready: number;
  /** Milliseconds from the start of the process, as the daemon logs them. */
  readonly parts: Readonly<Record<string, number>>;
}

/** From the start of the unit to READY. */
export async function startOf(machine: Machine, desk: DeskInside): Promise<Start> {
  const told = await machine.sh(
    'systemctl show dragoman -p InactiveExitTimestampMonotonic -p ExecMainStartTimestampMonotonic -p ActiveEnterTimestampMonotonic',
  );
  const at = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(told)?.[1]) / 1e6;
  const line = desk.logged().findLast(({ msg }) => msg === 'ready');
  return {
    unitStarted: at('InactiveExitTimestampMonotonic'),
    ready: at('ActiveEnterTimestampMonotonic'),
    parts: (line?.ms as Readonly<Record<string, number>> | undefined) ?? {},
  };
}

/** The score of `systemd-analyze security`, and what it holds against the unit. */
export async function exposureOf(machine: Machine): Promise<{ score: number; against: string[] }> {
  const told = await machine.sh('systemd-analyze security --no-pager dragoman.service');
  const score = Number(/exposure level for \S+: ([\d.]+)/.exec(told)?.[1]);
  const against = told
    .split('\n')
    .filter((line) => line.includes('✗'))
    .map(
      (line) =>
        line
          .replace(/^.*✗\s*/u, '')
          .trim()
          .split(/\s+/)[0] ?? '',
    );
  return { score, against };
}
