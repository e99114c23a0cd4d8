import type { Config } from '../../system/config/schema.ts';
import { CREDENTIALS_FOLDER } from '../../system/credentials.ts';
import { ledgerFolder } from '../../system/paths.ts';
import { ENABLE_LIMITS, swapOnDisk } from '../../system/swap.ts';
import type { Device } from './device.ts';
import { type Finding, fact, promised, unknown } from './finding.ts';

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
  const about = ['files', 'Who may read and change its files?', 'ls -ld FILE'] as const;
  const found = EXPECTED.flatMap(([file, owner, group, most]) => {
    const stat = device.stat(file);
    if (stat === undefined) return [];
    const is = [device.named('passwd', stat.uid), device.named('group', stat.gid)];
    const line = `${octal(stat.mode)} ${is.join(':')} ${file}`;
    const right = is[0] === owner && is[1] === group && (stat.mode & MODE & ~most) === 0;
    return [{ line, right }];
  });
  if (found.length === 0)
    return unknown(...about, 'this is no installed device, or only root may look (sudo)');
  const members = (device.text('/etc/group') ?? '').match(/^dragoman:[^:]*:[^:]*:(.*)$/m)?.[1] ?? '';
  return promised(
    ...about,
    [
      ...found.filter(({ right }) => right).map(({ line }) => line),
      `users in the group dragoman, who may use the control socket: ${members === '' ? 'none' : members}`,
    ],
    found.filter(({ right }) => !right).map(({ line }) => `${line} (others may do more than they should)`),
    'sudo systemd-tmpfiles --create dragoman.conf, and chmod what is left',
  );
}

function keyFile(device: Device): Finding {
  const about = ['key', 'How is the API key stored?', `sudo ls -l ${CREDENTIALS_FOLDER}`] as const;
  const names = device.names(CREDENTIALS_FOLDER);
  if (names.length === 0) return unknown(...about, 'no key is stored there, or only root may look (sudo)');
  const tpm = device.names('/sys/class/tpm').length > 0;
  const files = names.map((name) => {
    const stat = device.stat(`${CREDENTIALS_FOLDER}/${name}`);
    const form = name.endsWith('.cred')
      ? `encrypted by a key ${tpm ? 'that may be in the TPM' : 'of the same card: no help when the card is stolen'}`
      : 'not encrypted: anyone who has the card has the key';
    return {
      line: `${name}: ${octal(stat?.mode ?? 0)}, ${form}`,
      right: stat !== undefined && device.named('passwd', stat.uid) === 'root' && (stat.mode & 0o077) === 0,
    };
  });
  return promised(
    ...about,
    files.filter(({ right }) => right).map(({ line }) => line),
    files.filter(({ right }) => !right).map(({ line }) => `${line} (not root's alone)`),
    `sudo chown root: ${CREDENTIALS_FOLDER}/*; sudo chmod 600 ${CREDENTIALS_FOLDER}/*`,
  );
}

function swap(device: Device): Finding {
  const about = [
    'swap',
    'Can memory be written to the card?',
    'cat /proc/swaps; systemctl show -p MemorySwapMax dragoman',
  ] as const;
  const swaps = device.text('/proc/swaps');
  if (swaps === undefined) return unknown(...about, '/proc/swaps cannot be read');
  const disks = swapOnDisk(swaps);
  if (disks.length === 0) return promised(...about, ['no: there is no swap outside of memory'], [], '');
  const limit = device.text('/sys/fs/cgroup/system.slice/dragoman.service/memory.swap.max')?.trim();
  return promised(
    ...about,
    limit === '0'
      ? [`no: there is swap (${disks.join(', ')}), and the kernel keeps the daemon out of it`]
      : [],
    limit === '0'
      ? []
      : [`yes: there is swap (${disks.join(', ')}), and the kernel holds no limit for the daemon`],
    `${ENABLE_LIMITS} and restart, or switch the swap off`,
  );
}

function ledger(device: Device, config: Config): Finding {
  const folder = ledgerFolder(config);
  const about = ['kept', 'What is kept of conversations?', `sudo head ${folder}/*`] as const;
  const files = device.names(folder);
  const bytes = files.reduce((sum, name) => sum + (device.stat(`${folder}/${name}`)?.size ?? 0), 0);
  return fact(...about, [
    'no word and no sound; a line for each turn with its time, outcome, languages, seconds, price and the guest as a number',
    files.length === 0
      ? `${folder}: empty, or only root may look (sudo)`
      : `${folder}: ${files.length} files, ${bytes} bytes, from ${files[0]} to ${files.at(-1)}; until somebody deletes them`,
  ]);
}

function journal(device: Device): Finding {
  const persistent = device.names('/var/log/journal').length > 0;
  return fact('log', 'Where is the log?', 'journalctl --header | grep "File path"', [
    persistent
      ? 'on the card (/var/log/journal), as this system was set up; it has no word of the conversations'
      : 'in memory (/run/log/journal), gone with the next restart; it has no word of the conversations',
  ]);
}
