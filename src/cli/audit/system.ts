import { keptBeforePressMs } from '../../daemon/compose.ts';
import type { Config } from '../../system/config/schema.ts';
import { ENABLE_LIMITS } from '../../system/swap.ts';
import type { Device } from './device.ts';
import { type Finding, fact, promised, unknown } from './finding.ts';

/** The most that `systemd-analyze security` may find of a unit, of 10: what our tests hold them to. */
const MOST_EXPOSED = {
  'dragoman.service': 1.3,
  'dragoman-update.service': 2.5,
  'dragoman-boot.service': 2.5,
};

/** What the system around it enforces, and whom it talks to. */
export async function systemFindings(device: Device, config: Config): Promise<readonly Finding[]> {
  return [await units(device), limits(device), kernel(device), cards(config), speech(config)];
}

async function units(device: Device): Promise<Finding> {
  const about = [
    'units',
    'How much of the system can its services reach?',
    'systemd-analyze security dragoman.service',
  ] as const;
  const exposed = await Promise.all(
    Object.entries(MOST_EXPOSED).map(async ([unit, most]) => {
      const printed = (await device.run('systemd-analyze', 'security', '--no-pager', unit)) ?? '';
      const level = /Overall exposure level for \S+: ([\d.]+)/.exec(printed)?.[1];
      return { unit, level: level === undefined ? undefined : Number(level), most };
    }),
  );
  const known = exposed.filter(({ level }) => level !== undefined);
  if (known.length === 0)
    return unknown(...about, 'there are no units of it here, or systemd-analyze may not look (sudo)');
  const text = ({ unit, level, most }: (typeof exposed)[number]) =>
    `${unit}: ${level} of 10 (at most ${most})`;
  return promised(
    ...about,
    known.filter(({ level, most }) => Number(level) <= most).map(text),
    known.filter(({ level, most }) => Number(level) > most).map(text),
    'systemctl cat dragoman.service shows what changes the unit here',
  );
}

function limits(device: Device): Finding {
  const about = [
    'limits',
    'Does the kernel enforce limits of memory?',
    'cat /sys/fs/cgroup/cgroup.controllers',
  ] as const;
  const controllers = device.text('/sys/fs/cgroup/cgroup.controllers');
  if (controllers === undefined) return unknown(...about, 'control groups are not version 2 here');
  const on = controllers.split(/\s+/).includes('memory');
  const most = device.text('/sys/fs/cgroup/system.slice/dragoman.service/memory.max')?.trim();
  return promised(
    ...about,
    on ? [`yes${most === undefined ? '' : `: ${most} bytes for the daemon`}`] : [],
    on ? [] : ['no: a leak could take the whole device with it'],
    `${ENABLE_LIMITS} and restart`,
  );
}

function kernel(device: Device): Finding {
  const system =
    /^PRETTY_NAME="?([^"\n]*)/m.exec(device.text('/etc/os-release') ?? '')?.[1] ?? 'an unknown system';
  const release = device.text('/proc/sys/kernel/osrelease')?.trim() ?? 'unknown';
  const updated = device.stat('/var/lib/dpkg/status')?.mtime.toISOString().slice(0, 10);
  return fact('system', 'Which system is it?', 'cat /etc/os-release; uname -r', [
    `${system}, kernel ${release}${updated === undefined ? '' : `; packages last changed on ${updated}`}`,
  ]);
}

/** A card that is not named is chosen by its kind, and USB comes first. */
function cards(config: Config): Finding {
  const open = (['microphone', 'loudspeaker'] as const).filter(
    (part) => config[part].card === undefined && config[part].device === undefined,
  );
  return promised(
    'cards',
    "Can a guest's USB sound card take the place of the desk's?",
    'dragoman devices',
    open.length === 0 ? ['no: the configuration names the cards'] : [],
    open.map((part) => `yes: the configuration names no card for the ${part}, and one on USB comes first`),
    'set microphone.card and loudspeaker.card; `dragoman devices` lists the names and USB ports of the cards',
  );
}

function speech(config: Config): Finding {
  const { service, interpreters, microphone, live, gate } = config;
  const online = interpreters.engines.filter((engine) => engine !== 'phrasebook');
  const to = new URL(service.baseUrl).origin;
  const [kept, sent] = [keptBeforePressMs(config) / 1000, gate.preRollMs / 1000];
  return fact(
    'speech',
    'Where does speech go, and when is the microphone open?',
    'sudo dragoman config show',
    [
      online.length === 0
        ? 'speech stays on the device (phrasebook)'
        : `speech goes to ${to} (${online.join(', ')})`,
      microphone.listen === 'always'
        ? `the microphone is open unless the mute switch is on; the last ${kept} s are kept, up to ${sent} s before a press are sent`
        : 'the microphone is open while the button is pressed',
      live.turnsPerConnection > 1
        ? 'sessions are resumed: the service keeps the conversation for up to 24 hours'
        : 'no session is resumed',
    ],
  );
}
