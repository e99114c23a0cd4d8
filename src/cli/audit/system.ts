import { keptBeforePressMs } from '../../daemon/compose.ts';
import type { Config } from '../../system/config/schema.ts';
import { ENABLE_LIMITS } from '../../system/swap.ts';
import type { Device } from './device.ts';
import { type Finding, Question, right, wrong } from './finding.ts';

/** The highest exposure level of each unit, from 0 to 10, that our tests allow (`systemd-analyze security`). */
const MOST_EXPOSED = {
  'dragoman.service': 1.3,
  'dragoman-update.service': 2.5,
  'dragoman-boot.service': 2.5,
};

/** What the system enforces, and which services the device contacts. */
export async function systemFindings(device: Device, config: Config): Promise<readonly Finding[]> {
  return [await units(device), limits(device), kernel(device), cards(config), speech(config)];
}

async function units(device: Device): Promise<Finding> {
  const check = 'systemd-analyze security dragoman.service';
  const question = new Question('units', 'How much of the system can its services reach?', check);
  const exposed = Object.entries(MOST_EXPOSED).map(async ([unit, most]) => {
    const printed = (await device.run('systemd-analyze', 'security', '--no-pager', unit)) ?? '';
    const level = /Overall exposure level for \S+: ([\d.]+)/.exec(printed)?.[1];
    if (level === undefined) return [];
    const text = `${unit}: ${Number(level)} of 10 (at most ${most})`;
    return [Number(level) <= most ? right(text) : wrong(text)];
  });
  const known = (await Promise.all(exposed)).flat();
  return known.length === 0
    ? question.unknown('there are no units of it here, or systemd-analyze may not look (sudo)')
    : question.promised(known, 'systemctl cat dragoman.service shows what changes the unit here');
}

function limits(device: Device): Finding {
  const check = 'cat /sys/fs/cgroup/cgroup.controllers';
  const question = new Question('limits', 'Does the kernel enforce limits of memory?', check);
  const controllers = device.text('/sys/fs/cgroup/cgroup.controllers');
  if (controllers === undefined) return question.unknown('control groups are not version 2 here');
  const most = device.text('/sys/fs/cgroup/system.slice/dragoman.service/memory.max')?.trim();
  const found = controllers.split(/\s+/).includes('memory')
    ? right(`yes${most === undefined ? '' : `: ${most} bytes for the daemon`}`)
    : wrong('no: a leak could take the whole device with it');
  return question.promised([found], `${ENABLE_LIMITS} and restart`);
}

function kernel(device: Device): Finding {
  const system =
    /^PRETTY_NAME="?([^"\n]*)/m.exec(device.text('/etc/os-release') ?? '')?.[1] ?? 'an unknown system';
  const release = device.text('/proc/sys/kernel/osrelease')?.trim() ?? 'unknown';
  const updated = device.stat('/var/lib/dpkg/status')?.mtime.toISOString().slice(0, 10);
  return new Question('system', 'Which system is it?', 'cat /etc/os-release; uname -r').fact([
    `${system}, kernel ${release}${updated === undefined ? '' : `; packages last changed on ${updated}`}`,
  ]);
}

/** A card that is not named is chosen by its kind, and USB comes first. */
function cards(config: Config): Finding {
  const question = "Can a guest's USB sound card take the place of the desk's?";
  const open = (['microphone', 'loudspeaker'] as const).filter(
    (part) => config[part].card === undefined && config[part].device === undefined,
  );
  return new Question('cards', question, 'dragoman devices').promisedUnless(
    'no: the configuration names the cards',
    open.map((part) => `yes: the configuration names no card for the ${part}, and one on USB comes first`),
    'set microphone.card and loudspeaker.card; `dragoman devices` lists the names and USB ports of the cards',
  );
}

function speech(config: Config): Finding {
  const { service, interpreters, microphone, live, gate } = config;
  const online = interpreters.engines.filter((engine) => engine !== 'phrasebook');
  const to = new URL(service.baseUrl).origin;
  const [kept, sent] = [keptBeforePressMs(config) / 1000, gate.preRollMs / 1000];
  const question = 'Where does speech go, and when is the microphone open?';
  return new Question('speech', question, 'sudo dragoman config show').fact([
    online.length === 0
      ? 'speech stays on the device (phrasebook)'
      : `speech goes to ${to} (${online.join(', ')})`,
    microphone.listen === 'always'
      ? `the microphone is open unless the mute switch is on; the last ${kept} s are kept, up to ${sent} s before a press are sent`
      : 'the microphone is open while the button is pressed',
    live.turnsPerConnection > 1
      ? 'sessions are resumed: the service keeps the conversation for up to 24 hours'
      : 'no session is resumed',
  ]);
}
