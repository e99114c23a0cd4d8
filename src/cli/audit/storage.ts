import type { Config } from '../../system/config/schema.ts';
import { CREDENTIALS_FOLDER } from '../../system/credentials.ts';
import { ledgerFolder } from '../../system/paths.ts';
import { ENABLE_LIMITS, swapOnDisk } from '../../system/swap.ts';
import type { Device } from './device.ts';
import { type Finding, Question, right, wrong } from './finding.ts';

const MODE = 0o777;
const octal = (mode: number) => (mode & MODE).toString(8).padStart(4, '0');

/** What lies on the device, and who may read it. */
export function storageFindings(device: Device, config: Config): readonly Finding[] {
  return [modes(device), keyFile(device), swap(device), ledger(device, config), journal(device)];
}

/** Owner, group and mode at most, of what others must not read or change. */
const EXPECTED: readonly (readonly [file: string, owner: string, group: string, mode: number])[] = [
  ['/etc/dragoman/dragoman.toml', 'root', 'root', 0o644],
  ['/var/lib/dragoman', 'root', 'root', 0o755],
  ['/var/lib/dragoman/credentials', 'root', 'root', 0o700],
  ['/var/lib/dragoman/releases', 'root', 'root', 0o755],
  ['/var/lib/dragoman/ledger', 'dragoman', 'dragoman', 0o750],
  ['/var/lib/dragoman/state', 'dragoman', 'dragoman', 0o750],
  ['/var/lib/dragoman/prompts', 'dragoman', 'dragoman', 0o750],
  ['/run/dragoman', 'dragoman', 'dragoman', 0o750],
  ['/run/dragoman/control.sock', 'dragoman', 'dragoman', 0o660],
];

function modes(device: Device): Finding {
  const question = new Question('files', 'Who may read and change its files?', 'ls -ld FILE');
  const found = EXPECTED.flatMap(([file, owner, group, most]) => {
    const stat = device.stat(file);
    if (stat === undefined) return [];
    const is = `${device.named('passwd', stat.uid)}:${device.named('group', stat.gid)}`;
    const line = `${octal(stat.mode)} ${is} ${file}`;
    if (is === `${owner}:${group}` && (stat.mode & MODE & ~most) === 0) return [right(line)];
    return [wrong(`${line} (others may do more than they should)`)];
  });
  if (found.length === 0)
    return question.unknown('this is no installed device, or only root may look (sudo)');
  const members = (device.text('/etc/group') ?? '').match(/^dragoman:[^:]*:[^:]*:(.*)$/m)?.[1] || 'none';
  const users = right(`users in the group dragoman, who may use the control socket: ${members}`);
  const todo = 'sudo systemd-tmpfiles --create dragoman.conf, and chmod what is left';
  return question.promised([...found, users], todo);
}

function keyFile(device: Device): Finding {
  const question = new Question('key', 'How is the API key stored?', `sudo ls -l ${CREDENTIALS_FOLDER}`);
  const names = device.names(CREDENTIALS_FOLDER);
  if (names.length === 0) return question.unknown('no key is stored there, or only root may look (sudo)');
  const tpm = device.names('/sys/class/tpm').length > 0;
  const files = names.map((name) => {
    const stat = device.stat(`${CREDENTIALS_FOLDER}/${name}`);
    const form = name.endsWith('.cred')
      ? `encrypted by a key ${tpm ? 'that may be in the TPM' : 'of the same card: no help when the card is stolen'}`
      : 'not encrypted: anyone who has the card has the key';
    const line = `${name}: ${octal(stat?.mode ?? 0)}, ${form}`;
    const isRoots = stat !== undefined && device.named('passwd', stat.uid) === 'root';
    return isRoots && (stat.mode & 0o077) === 0 ? right(line) : wrong(`${line} (not root's alone)`);
  });
  const todo = `sudo chown root: ${CREDENTIALS_FOLDER}/*; sudo chmod 600 ${CREDENTIALS_FOLDER}/*`;
  return question.promised(files, todo);
}

function swap(device: Device): Finding {
  const check = 'cat /proc/swaps; systemctl show -p MemorySwapMax dragoman';
  const question = new Question('swap', 'Can memory be written to the card?', check);
  const swaps = device.text('/proc/swaps');
  if (swaps === undefined) return question.unknown('/proc/swaps cannot be read');
  const disks = swapOnDisk(swaps);
  if (disks.length === 0) return question.promised([right('no: there is no swap outside of memory')], '');
  const limit = device.text('/sys/fs/cgroup/system.slice/dragoman.service/memory.swap.max')?.trim();
  const there = `there is swap (${disks.join(', ')}), and the kernel`;
  const found =
    limit === '0'
      ? right(`no: ${there} keeps the daemon out of it`)
      : wrong(`yes: ${there} holds no limit for the daemon`);
  return question.promised([found], `${ENABLE_LIMITS} and restart, or switch the swap off`);
}

function ledger(device: Device, config: Config): Finding {
  const folder = ledgerFolder(config);
  const files = device.names(folder);
  const bytes = files.reduce((sum, name) => sum + (device.stat(`${folder}/${name}`)?.size ?? 0), 0);
  return new Question('kept', 'What is kept of conversations?', `sudo head ${folder}/*`).fact([
    'no word and no sound; a line for each turn with its time, outcome, languages, seconds, price and the guest as a number',
    files.length === 0
      ? `${folder}: empty, or only root may look (sudo)`
      : `${folder}: ${files.length} files, ${bytes} bytes, from ${files[0]} to ${files.at(-1)}; until somebody deletes them`,
  ]);
}

function journal(device: Device): Finding {
  const persistent = device.names('/var/log/journal').length > 0;
  const where = persistent
    ? 'on the card (/var/log/journal), as this system was set up'
    : 'in memory (/run/log/journal), gone with the next restart';
  return new Question('log', 'Where is the log?', 'journalctl --header | grep "File path"').fact([
    `${where}; it has no word of the conversations`,
  ]);
}
