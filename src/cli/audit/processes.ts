import type { Device } from './device.ts';
import { type Finding, fact, promised, unknown } from './finding.ts';

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
 * In the kernel's list of a process's control groups: only root can put a process into that of a unit of the system, while
 * anyone can start one that is called like the daemon. A user's own service manager may have a unit of the same name.
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
  return device
    .names('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const status = device.text(`/proc/${pid}/status`);
      if (status === undefined) return [];
      const fields = new Map(
        status.split('\n').map((line): [string, string] => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon), line.slice(colon + 1).trim()];
        }),
      );
      const field = (name: string) => fields.get(name) ?? '';
      return [{ pid, name: field('Name'), field }];
    });
}

function named({ name, pid }: Process): string {
  return `${name} (${pid})`;
}

function rights(device: Device, own: readonly Process[]): Finding {
  const about = [
    'rights',
    'What may the daemon and its children do?',
    'grep -E "^(Uid|Cap|NoNewPrivs|Seccomp)" /proc/PID/status',
  ] as const;
  if (own.length === 0) return unknown(...about, NOT_RUNNING);
  const wrong = own.flatMap((one) => [
    ...(one.field('Uid').startsWith('0') ? [`${named(one)} is root`] : []),
    ...CAPABILITIES.filter((set) => BigInt(`0x${one.field(set) || '0'}`) !== 0n).map(
      (set) => `${named(one)} has capabilities (${set} ${one.field(set)})`,
    ),
    ...(one.field('NoNewPrivs') === '1' ? [] : [`${named(one)} may gain privileges`]),
    ...(one.field('Seccomp') === '2' ? [] : [`${named(one)} may make any system call`]),
  ]);
  const user = device.named('passwd', Number(own[0]?.field('Uid').split(/\s+/)[0]));
  const found = `${own.length} processes of the user ${user}, without capabilities, with a filter of system calls: ${own.map(named).join(', ')}`;
  return promised(
    ...about,
    wrong.length === 0 ? [found] : [],
    wrong,
    'run the daemon by its unit: systemctl status dragoman',
  );
}

function debuggers(own: readonly Process[]): Finding {
  const about = [
    'debugger',
    'Can a debugger be opened?',
    'grep SigBlk /proc/PID/status   # bit 9: SIGUSR1',
  ] as const;
  const node = own.filter(({ name }) => name.startsWith('node'));
  if (node.length === 0) return unknown(...about, NOT_RUNNING);
  const open = node.filter(({ field }) => (BigInt(`0x${field('SigBlk') || '0'}`) & SIGUSR1) === 0n);
  return promised(
    ...about,
    [`no: ${node.length} processes of Node.js, SIGUSR1 is blocked`],
    open.map((one) => `${named(one)} opens one on SIGUSR1`),
    'run the daemon by its unit, of this release',
  );
}

function core(device: Device, own: readonly Process[]): Finding {
  const about = [
    'core',
    'Can memory end in a core dump?',
    'grep core /proc/PID/limits; cat /proc/PID/coredump_filter',
  ] as const;
  const limits = own.flatMap((one) => {
    const limit = /^Max core file size\s+(\S+)\s+(\S+)/m.exec(device.text(`/proc/${one.pid}/limits`) ?? '');
    return limit === null ? [] : [{ one, hard: limit[2] }];
  });
  if (limits.length === 0) return unknown(...about, NOT_RUNNING);
  const wrong = limits
    .filter(({ hard }) => hard !== '0')
    .map(({ one, hard }) => `${named(one)}: up to ${hard} bytes`);
  return promised(
    ...about,
    ['no: the limit is 0, and cannot be raised'],
    wrong,
    'run the daemon by its unit',
  );
}

function secrets(device: Device, own: readonly Process[]): Finding {
  const about = [
    'environment',
    'Is the key in an environment or an argument?',
    'sudo tr "\\0" "\\n" </proc/PID/environ',
  ] as const;
  const read = own.flatMap((one) => {
    const environment = device.text(`/proc/${one.pid}/environ`);
    return environment === undefined ? [] : [{ one, environment }];
  });
  if (read.length === 0)
    return unknown(...about, own.length === 0 ? NOT_RUNNING : 'only root may read it (sudo)');
  const wrong = read
    .filter(({ environment }) => KEY_IN_ENVIRONMENT.test(environment))
    .map(({ one }) => named(one));
  return promised(
    ...about,
    [`no: ${read.length} processes were looked at`],
    wrong.map((name) => `${name} has a key in its environment`),
    'store the key with `dragoman key set`, and take it out of the environment',
  );
}

/** TCP_LISTEN; of UDP: bound, to nobody in particular (include/net/tcp_states.h). */
const LISTENING = { tcp: '0A', tcp6: '0A', udp: '07', udp6: '07' } as const;

function ports(device: Device, all: readonly Process[], own: readonly Process[]): readonly Finding[] {
  const check = 'sudo ss -tulpn';
  const owners = new Map<string, Process>();
  for (const one of all)
    for (const fd of device.names(`/proc/${one.pid}/fd`)) {
      const socket = /^socket:\[(\d+)\]$/.exec(device.link(`/proc/${one.pid}/fd/${fd}`) ?? '')?.[1];
      if (socket !== undefined) owners.set(socket, one);
    }
  const open = Object.entries(LISTENING).flatMap(([table, state]) =>
    (device.text(`/proc/net/${table}`) ?? '')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === state)
      .map((fields) => ({
        at: `${table.replace('6', '')} ${address(fields[1] ?? '')}`,
        owner: owners.get(fields[9] ?? ''),
      })),
  );
  const ours = new Set(own.map(({ pid }) => pid));
  const text = ({ at, owner }: (typeof open)[number]) =>
    `${at}, ${owner === undefined ? 'of a process that this user may not see' : owner.name}`;
  const daemons: Finding =
    own.length === 0
      ? unknown('daemon-ports', 'Does the daemon listen on the network?', check, NOT_RUNNING)
      : promised(
          'daemon-ports',
          'Does the daemon listen on the network?',
          check,
          ['no'],
          open.filter(({ owner }) => owner !== undefined && ours.has(owner.pid)).map(text),
          'report it: this release opens none',
        );
  const others = [
    ...new Set(open.filter(({ owner }) => owner === undefined || !ours.has(owner.pid)).map(text)),
  ];
  return [
    daemons,
    fact(
      'device-ports',
      'What else listens on this device?',
      check,
      others.length === 0 ? ['nothing'] : others.toSorted(),
    ),
  ];
}

/** `0100007F:1F90` as in /proc/net/tcp: groups of four bytes, each the other way round, and the port. */
function address(hex: string): string {
  const [host = '', port = ''] = hex.split(':');
  const bytes = (host.match(/.{8}/g) ?? []).flatMap((group) => (group.match(/../g) ?? []).toReversed());
  const number = Number.parseInt(port, 16);
  if (bytes.length === 4) return `${bytes.map((byte) => Number.parseInt(byte, 16)).join('.')}:${number}`;
  const text = (bytes.join('').match(/.{4}/g) ?? []).map((group) => group.toLowerCase()).join(':');
  if (/^(?:0000:){8}$/.test(`${text}:`)) return `[::]:${number}`;
  return `[${new URL(`http://[${text}]`).hostname.slice(1, -1)}]:${number}`;
}
