import type { Device } from './device.ts';
import { type Finding, Question } from './finding.ts';

/** A process, by the fields of /proc/PID/status (proc(5)). */
interface Process {
  readonly pid: string;
  readonly name: string;
  readonly field: (name: string) => string;
}

/** SIGUSR1 in the masks of /proc/PID/status. */
const SIGUSR1 = 1n << 9n;
const CAPABILITIES = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];
const KEY_IN_ENVIRONMENT = /(?:^|\0)[A-Z_]*API_KEY=/;

const NOT_RUNNING = 'dragoman.service does not run, or this user may not see its processes (sudo)';

/**
 * Matches the kernel's list of a process's control groups. Anyone can start a process with the daemon's name, but only root
 * can put it into the group of a system unit. A user's own service manager may have a unit of the same name.
 */
const IN_UNIT = /^\d+:[^:]*:(?!.*\/user\.slice\/).*\/system\.slice\/dragoman\.service$/m;

/** What holds for the processes of the daemon now. */
export function processFindings(device: Device): readonly Finding[] {
  const all = processes(device);
  const own = all.filter(({ pid }) => IN_UNIT.test(device.text(`/proc/${pid}/cgroup`) ?? ''));
  return [
    rights(device, own),
    debuggers(own),
    core(device, own),
    secrets(device, own),
    ...ports(device, all, own),
  ];
}

function processes(device: Device): readonly Process[] {
  const pids = device.names('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const status = device.text(`/proc/${pid}/status`);
    if (status === undefined) return [];
    const field = (name: string) => new RegExp(`^${name}:\\t(.*)`, 'm').exec(status)?.[1] ?? '';
    return [{ pid, name: field('Name'), field }];
  });
}

/** A field of a hexadecimal mask. */
function mask({ field }: Process, name: string): bigint {
  return BigInt(`0x${field(name) || '0'}`);
}

function named({ name, pid }: Process): string {
  return `${name} (${pid})`;
}

function rights(device: Device, own: readonly Process[]): Finding {
  const question = new Question(
    'rights',
    'What may the daemon and its children do?',
    'grep -E "^(Uid|Cap|NoNewPrivs|Seccomp)" /proc/PID/status',
  );
  if (own.length === 0) return question.unknown(NOT_RUNNING);
  const wrong = own.flatMap((one) => [
    ...(one.field('Uid').startsWith('0') ? [`${named(one)} is root`] : []),
    ...CAPABILITIES.filter((set) => mask(one, set) !== 0n).map(
      (set) => `${named(one)} has capabilities (${set} ${one.field(set)})`,
    ),
    ...(one.field('NoNewPrivs') === '1' ? [] : [`${named(one)} may gain privileges`]),
    ...(one.field('Seccomp') === '2' ? [] : [`${named(one)} may make any system call`]),
  ]);
  const user = device.named('passwd', Number.parseInt(own[0]?.field('Uid') ?? '', 10));
  return question.promisedUnless(
    `${own.length} processes of the user ${user}, without capabilities, with a filter of system calls: ${own.map(named).join(', ')}`,
    wrong,
    'run the daemon by its unit: systemctl status dragoman',
  );
}

function debuggers(own: readonly Process[]): Finding {
  const check = 'grep SigBlk /proc/PID/status   # bit 9: SIGUSR1';
  const question = new Question('debugger', 'Can a debugger be opened?', check);
  const node = own.filter(({ name }) => name.startsWith('node'));
  if (node.length === 0) return question.unknown(NOT_RUNNING);
  const open = node.filter((one) => (mask(one, 'SigBlk') & SIGUSR1) === 0n);
  return question.promisedUnless(
    `no: ${node.length} processes of Node.js, SIGUSR1 is blocked`,
    open.map((one) => `${named(one)} opens one on SIGUSR1`),
    'run the daemon by its unit, of this release',
  );
}

function core(device: Device, own: readonly Process[]): Finding {
  const check = 'grep core /proc/PID/limits; cat /proc/PID/coredump_filter';
  const question = new Question('core', 'Can memory end in a core dump?', check);
  const limits = own.flatMap((one) => {
    const limit = /^Max core file size\s+\S+\s+(\S+)/m.exec(device.text(`/proc/${one.pid}/limits`) ?? '');
    return limit === null ? [] : [{ one, hard: limit[1] }];
  });
  if (limits.length === 0) return question.unknown(NOT_RUNNING);
  const raised = limits.filter(({ hard }) => hard !== '0');
  return question.promisedUnless(
    'no: the limit is 0, and cannot be raised',
    raised.map(({ one, hard }) => `${named(one)}: up to ${hard} bytes`),
    'run the daemon by its unit',
  );
}

function secrets(device: Device, own: readonly Process[]): Finding {
  const check = 'sudo tr "\\0" "\\n" </proc/PID/environ';
  const question = new Question('environment', 'Is the key in an environment or an argument?', check);
  const read = own.flatMap((one) => {
    const environment = device.text(`/proc/${one.pid}/environ`);
    return environment === undefined ? [] : [{ one, environment }];
  });
  if (read.length === 0)
    return question.unknown(own.length === 0 ? NOT_RUNNING : 'only root may read it (sudo)');
  const exposed = read.filter(({ environment }) => KEY_IN_ENVIRONMENT.test(environment));
  return question.promisedUnless(
    `no: ${read.length} processes were looked at`,
    exposed.map(({ one }) => `${named(one)} has a key in its environment`),
    'store the key with `dragoman key set`, and take it out of the environment',
  );
}

/** TCP_LISTEN; for UDP: bound, not connected (include/net/tcp_states.h). */
const LISTENING = { tcp: '0A', tcp6: '0A', udp: '07', udp6: '07' } as const;

function ports(device: Device, all: readonly Process[], own: readonly Process[]): readonly Finding[] {
  const check = 'sudo ss -tulpn';
  const owners = new Map<string, Process>();
  for (const one of all)
    for (const fd of device.names(`/proc/${one.pid}/fd`)) {
      const socket = /^socket:\[(\d+)\]$/.exec(device.link(`/proc/${one.pid}/fd/${fd}`) ?? '')?.[1];
      if (socket !== undefined) owners.set(socket, one);
    }
  const open = Object.entries(LISTENING).flatMap(([table, state]) => {
    const [, ...rows] = (device.text(`/proc/net/${table}`) ?? '').split('\n');
    return rows.flatMap((row) => {
      const fields = row.trim().split(/\s+/);
      if (fields[3] !== state) return [];
      const owner = owners.get(fields[9] ?? '');
      const name = owner?.name ?? 'of a process that this user may not see';
      const text = `${table.replace('6', '')} ${address(fields[1] ?? '')}, ${name}`;
      return [{ text, isOurs: owner !== undefined && own.includes(owner) }];
    });
  });
  const textsOf = (isOurs: boolean) => open.filter((one) => one.isOurs === isOurs).map(({ text }) => text);
  const ofDaemon = new Question('daemon-ports', 'Does the daemon listen on the network?', check);
  const others = [...new Set(textsOf(false))].toSorted();
  return [
    own.length === 0
      ? ofDaemon.unknown(NOT_RUNNING)
      : ofDaemon.promisedUnless('no', textsOf(true), 'report it: this release opens none'),
    new Question('device-ports', 'What else listens on this device?', check).fact(
      others.length === 0 ? ['nothing'] : others,
    ),
  ];
}

/** `0100007F:1F90` as in /proc/net/tcp: groups of four bytes, each in reverse order, and the port. */
function address(hex: string): string {
  const [host = '', port = ''] = hex.split(':');
  const bytes = (host.match(/.{8}/g) ?? []).flatMap((group) => (group.match(/../g) ?? []).toReversed());
  const number = Number.parseInt(port, 16);
  if (bytes.length === 4) return `${bytes.map((byte) => Number.parseInt(byte, 16)).join('.')}:${number}`;
  const groups = bytes.join('').match(/.{4}/g) ?? [];
  return `${new URL(`http://[${groups.join(':')}]`).hostname}:${number}`;
}
