import type { TurnLog } from '../../src/daemon/turn-log.ts';
import { OUT_RATE } from '../../src/standin/protocol/sound.ts';
import { must } from './checks.ts';
import { settled } from './cuts.ts';
import { type DeskInside, LINES, partsHeard } from './desk.ts';
import { exposureOf, limitsOf, type Memory, memoryOf, startOf, wearOf } from './figures.ts';
import { nothingKept, plantedIsFound } from './kept.ts';
import type { Machine } from './machine.ts';
import type { Figure } from './report.ts';
import type { Rig } from './rig.ts';
import type { Said } from './service.ts';
import { blocked, hostileNames } from './usb.ts';

/** What the machine must show, in the order in which it is looked at; each statement leaves a working desk. */

export interface Shown {
  readonly told: readonly Figure[];
  /** How long a turn takes here, in seconds. */
  readonly turnSeconds: number;
  /** How long an update takes; without it, this package has none, or none was healthy. */
  readonly updateSeconds: number | undefined;
  /** What is looked at when everything else is over. */
  last(): Promise<void>;
}

const KEY = 'a-key-of-the-stand-in';
const CGROUP = '/sys/fs/cgroup/system.slice/dragoman.service';
/** How long nobody comes while it is counted what goes to the disk. */
const WEAR_SECONDS = 60;
/** Debian's own kernels have both ways to the lines; of Raspberry Pi's, those of trixie have the character device only. */
const GPIO = { bookworm: 'sysfs', trixie: 'chardev' } as const;
const UPDATE_TIMEOUT_MS = 1_800_000;

/** @returns nothing when the machine does not even boot, or its desk does not work: there is no more to look at. */
export async function appliance(rig: Rig): Promise<Shown | undefined> {
  const { machine, desk, checks } = rig;
  const told: Figure[] = [];
  const tell = (name: string, value: string) => {
    told.push({ name, value });
    process.stdout.write(`    ${name}: ${value}\n`);
  };
  const up = await checks.that('boots with a clock that was never set', async () => {
    await machine.boot({ rtc: '1970-01-01T00:00:00' });
    const fsck = await machine.sh("dmesg | grep -o 'machine: e2fsck.*'");
    must(fsck === 'machine: e2fsck 0', fsck);
    return `the clock shows ${await machine.sh('date -Is')}`;
  });
  if (!up) return undefined;
  tell('kernel', await machine.sh('uname -r'));
  tell('systemd', (await machine.sh('systemctl --version')).split('\n')[0] ?? '');
  tell('Debian', await machine.sh('. /etc/os-release; echo "$PRETTY_NAME ($(cat /etc/debian_version))"'));
  await checks.that('without a key the unit is READY and shows the fault', async () => {
    const { faults } = await desk.until('missing its key', ({ faults }) =>
      faults.some(({ code }) => code === 'key-missing'),
    );
    await active(machine);
    return faults.map(({ id, code }) => `${id} ${code}`).join(', ');
  });
  const works = await checks.that(
    'with configuration and key it works: microphone, loudspeaker, panel, service',
    async () => {
      await machine.sh(rig.service.forward);
      await desk.configure(configuration(rig, await updates(machine)));
      await machine.sh(`printf %s '${KEY}' | dragoman key set`);
      await machine.sh('systemctl restart dragoman');
      await desk.works();
      must(await desk.lit(LINES.connection), 'the connection light is off');
      return panelDriver(rig);
    },
  );
  if (!works) return undefined;
  const start = await startOf(machine, desk);
  tell('from the start of the unit to READY', `${(start.ready - start.unitStarted).toFixed(1)} s`);
  tell('by part, from the start of the process (ms)', parts(start.parts));
  tell('systemd-analyze', (await machine.sh('systemd-analyze time')).split('\n')[0] ?? '');

  await checks.that('systemd-analyze security rates it 2.0 or better', async () => {
    const { score, against } = await exposureOf(machine);
    tell('systemd-analyze security', `${score}; deductions: ${against.join(', ')}`);
    must(score <= 2, `${score}`);
    return `${score}`;
  });
  await checks.that('the kernel enforces its memory and task limits and gives it no swap', async () => {
    const limits = await limitsOf(machine);
    const text = Object.entries(limits)
      .map(([file, value]) => `${file} ${value}`)
      .join(', ');
    tell('limits', text);
    must(limits['memory.swap.max'] === '0', text);
    must(
      ['memory.max', 'pids.max'].every((file) => /^\d+$/.test(limits[file] ?? '')),
      text,
    );
    return text;
  });
  await checks.that(
    'within its unit, sound and GPIO can be opened; disk and memory cannot, even by root',
    () => devices(machine),
  );
  await checks.that(
    'the kernel kills a process that allocates beyond memory.max, and the daemon keeps running',
    () => outOfMemory(machine, desk),
  );

  await checks.that(`an idle desk writes nothing to the disk in ${WEAR_SECONDS} s`, async () => {
    const wear = await wearOf(machine, WEAR_SECONDS);
    must(wear.unitKb === 0, `${wear.unitKb} KB by the daemon and its children`);
    return `0 KB by the daemon and its children, ${wear.diskKb} KB by the whole system`;
  });
  await checks.that('the memory of all its idle processes can be measured', async () => {
    const idle = await memoryOf(machine);
    tell('PSS idle', memoryText(idle));
    return `${idle.pssMb.toFixed(0)} MB`;
  });
  const talks: number[] = [];
  let talking: Memory | undefined;
  for (const [number, { turn: script, wav }] of rig.said.entries()) {
    await checks.that(
      `turn ${number + 1}, ${script.side}: “${script.utterance?.text}” is translated and heard`,
      async () => {
        const began = performance.now();
        const watch = number === 0 ? largest(machine) : undefined;
        const { turn, heard } = await desk.turn(wav).finally(() => watch?.stop());
        talks.push((performance.now() - began) / 1000);
        talking = (await watch?.memory) ?? talking;
        return said(turn, rig, script.translation ?? '', heard);
      },
    );
  }
  if (talking !== undefined) tell('PSS talking', memoryText(talking));

  await checks.that('the clock is set while it runs: turns are booked on the current day', () => clock(rig));
  await checks.that('netem, 80 ms ± 20 ms and 2 % loss: a turn is translated', () => netem(rig));
  await checks.that('netem, 100 % loss: the desk shows it and recovers by itself', () => outage(rig));
  await checks.that('the sound card is unplugged: shown; plugged in again: a turn is translated', () =>
    card(rig),
  );
  await checks.that('USB: keyboards, storage and network devices get no driver', () => blocked(rig));
  await checks.that('USB: the name of a sound card is only ever treated as text', () => hostileNames(rig));
  await checks.that(
    'systemd feeds the hardware watchdog; a hanging kernel is reset, and the desk works again',
    () => watchdog(rig),
  );
  const updateSeconds = await update(rig, tell);
  return {
    told,
    turnSeconds: Math.max(5, talks.reduce((sum, seconds) => sum + seconds, 0) / Math.max(1, talks.length)),
    updateSeconds,
    last: async () => {
      const { wav, turn: script } = rig.said[0] as Said;
      await checks.that('at the end, a turn is translated and heard', async () => {
        const { turn, heard } = await desk.turn(wav);
        return said(turn, rig, script.translation ?? '', heard);
      });
      await checks.that('nothing that was said, or quoted in the service’s errors, is left anywhere', () =>
        nothingKept(rig),
      );
      await checks.that('text planted in such places is found', () => plantedIsFound(rig));
    },
  };
}

/** Whether the package in the machine has `dragoman update`. */
async function updates(machine: Machine): Promise<boolean> {
  return (await machine.try("dragoman config defaults | grep -q '^\\[update\\]'")).code === 0;
}

function configuration({ kind, service, releases }: Rig, withUpdates: boolean): string {
  return [
    `[service]\nbase_url = "${service.urlInside}"\ncheck_s = 5\n`,
    // The phrasebook's recogniser has its own figures; here a turn is the service's or fails.
    '[interpreters]\nengines = ["dialogue"]\n',
    // Software emulation on a busy machine is slower than any Raspberry Pi.
    '[live]\nconnect_timeout_ms = 30000\nsetup_timeout_ms = 30000\nanswer_timeout_ms = 30000\n',
    '[turn]\ndeliver_within_s = 60\n',
    // A virtual card is used only where it is set.
    '[microphone]\ncard = "Loopback"\n[loudspeaker]\ncard = "Loopback"\n',
    `[panel]\ngpio = "${GPIO[kind.suite]}"\n`,
    withUpdates ? `[update]\npublic_keys = ["${releases.publicKey}"]\n` : '',
  ].join('');
}

/** Until systemd has taken the daemon's READY. */
async function active(machine: Machine): Promise<void> {
  const { output } = await machine.try(
    'timeout 240 sh -c "until systemctl is-active -q dragoman; do sleep 1; done"; systemctl is-active dragoman',
    300_000,
  );
  must(output.trim() === 'active', `the unit is ${output.trim()}`);
}

/** Which way it has taken to the lines, as the kernel tells. */
async function panelDriver({ kind, machine }: Rig): Promise<string> {
  const exported = Number(await machine.sh('ls -d /sys/class/gpio/gpio[0-9]* 2>/dev/null | wc -l'));
  const asked = Number(await machine.sh(`gpioinfo | grep -cE '"dragoman"|consumer=dragoman' || true`));
  const seen = `${exported} lines through sysfs, ${asked} through the character device`;
  must(GPIO[kind.suite] === 'sysfs' ? exported > 0 && asked === 0 : exported === 0 && asked > 0, seen);
  return `GPIO: ${seen}`;
}

async function devices(machine: Machine): Promise<string> {
  const within = (what: string) =>
    machine.try(
      `echo $$ >${CGROUP}/cgroup.procs && ${what}; status=$?; echo $$ >/sys/fs/cgroup/cgroup.procs; exit $status`,
    );
  for (const device of ['/dev/snd/controlC0', '/dev/gpiochip0', '/dev/null']) {
    const { code, output } = await within(`: <>${device}`);
    must(code === 0, `${device}: ${output}`);
  }
  const denied: string[] = [];
  for (const device of ['/dev/vda', '/dev/mem', '/dev/kmsg', '/dev/vport1p1']) {
    if ((await machine.try(`[ -e ${device} ] && : <${device}`)).code !== 0) continue; // nobody may
    const { code, output } = await within(`: <${device}`);
    must(code !== 0 && output.includes('Operation not permitted'), `${device} can be opened`);
    denied.push(device);
  }
  must(denied.includes('/dev/vda'), 'the disk was not tried');
  return `denied: ${denied.join(', ')}`;
}

async function outOfMemory(machine: Machine, desk: DeskInside): Promise<string> {
  const kills = async () =>
    Number((await machine.sh(`sed -n 's/^oom_kill //p' ${CGROUP}/memory.events`)) || 0);
  const [before, pid] = [await kills(), await desk.mainPid()];
  // In the unit, and the first that the kernel ends there. tail keeps what it reads while no line ends.
  const { code } = await machine.try(
    `cd ${CGROUP}
     (echo 1000 >/proc/self/oom_score_adj; sh -c 'echo $$ >cgroup.procs; head -c 700M /dev/zero | tail')`,
    300_000,
  );
  const killed = (await kills()) - before;
  must(killed > 0, `nothing was killed (exit code ${code})`);
  must((await desk.mainPid()) === pid, 'the daemon was killed as well');
  await desk.works();
  return `${killed} killed, the daemon has the same process id`;
}

/** Looks again and again what the unit's processes take, until it is told to stop. */
function largest(machine: Machine): { stop(): void; memory: Promise<Memory | undefined> } {
  let stopped = false;
  const look = async () => {
    let most: Memory | undefined;
    while (!stopped) {
      const now = await memoryOf(machine).catch(() => undefined);
      if (now !== undefined && now.pssMb > (most?.pssMb ?? 0)) most = now;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    return most;
  };
  return {
    stop: () => {
      stopped = true;
    },
    memory: look(),
  };
}

/** A turn was right: understood, translated, and its sound came out of the loudspeaker. */
function said(
  turn: TurnLog,
  { service }: Rig,
  translation: string,
  heard: Parameters<typeof partsHeard>[2],
): string {
  must(turn.outcome === 'translated', `${turn.outcome}${turn.fault === undefined ? '' : ` (${turn.fault})`}`);
  const answer = service.answered();
  must(
    answer?.said.text === translation,
    `the service heard “${answer?.heard.text}” and said “${answer?.said.text}”`,
  );
  const { found, of } = partsHeard(answer?.pcm24k ?? new Int16Array(), OUT_RATE, heard);
  must(found * 2 >= of && of > 0, `${found} of ${of} parts of the translation were heard in the room`);
  return `“${answer?.said.text}”, ${found} of ${of} parts heard in the room, ${turn.latencyMs ?? '?'} ms`;
}

async function clock(rig: Rig): Promise<string> {
  const { machine, desk } = rig;
  const now = new Date();
  await machine.sh(`date -s '@${Math.round(now.getTime() / 1000)}'`);
  await desk.log(({ msg }) => msg === 'the clock was set', 60_000);
  await turnOf(rig, 1);
  // What is booked is written in batches, and at the end.
  await machine.sh('systemctl restart dragoman');
  await desk.works();
  const ledger = await machine.sh('dragoman costs --json');
  const today = now.toISOString().slice(0, 10);
  must(ledger.includes(today), `nothing of ${today} in: ${ledger.slice(0, 300)}`);
  must(!ledger.includes('1970-'), 'something was booked in 1970');
  return `booked on ${today}`;
}

async function turnOf(rig: Rig, number: number): Promise<string> {
  const { turn: script, wav } = rig.said[number] as Said;
  const { turn, heard } = await rig.desk.turn(wav);
  return said(turn, rig, script.translation ?? '', heard);
}

const NIC = '$(ls /sys/class/net | grep -v lo | head -n 1)';

async function netem(rig: Rig): Promise<string> {
  await rig.machine.sh(`tc qdisc add dev ${NIC} root netem delay 80ms 20ms loss 2%`);
  try {
    return await turnOf(rig, 2);
  } finally {
    await rig.machine.sh(`tc qdisc del dev ${NIC} root`);
  }
}

async function outage({ machine, desk }: Rig): Promise<string> {
  await machine.sh(`tc qdisc add dev ${NIC} root netem loss 100%`);
  let told = '';
  try {
    const { faults } = await desk.until('unreachable', ({ service }) => service.is === 'unreachable');
    told = faults.map(({ id, code }) => `${id} ${code}`).join(', ');
  } finally {
    await machine.sh(`tc qdisc del dev ${NIC} root`);
  }
  await desk.works();
  await active(machine);
  return told;
}

async function card(rig: Rig): Promise<string> {
  const { desk } = rig;
  await desk.card('unbind');
  let told = '';
  try {
    const gone = await desk.until(
      'missing its card',
      ({ devices }) => devices.microphone !== 'working' && devices.loudspeaker !== 'working',
    );
    told = `microphone ${gone.devices.microphone}, loudspeaker ${gone.devices.loudspeaker}`;
  } finally {
    await desk.card('bind');
  }
  await desk.works();
  return `${told}; ${await turnOf(rig, 0)}`;
}

async function watchdog({ machine, desk }: Rig): Promise<string> {
  const held = await machine.sh('systemctl show -p RuntimeWatchdogUSec --value');
  must(held === '15s', `RuntimeWatchdogUSec is ${held}`);
  await machine.sh('sync');
  // The machine does not end by itself: panic=0 waits for ever, as a hung kernel does.
  await machine.resets('echo c >/proc/sysrq-trigger');
  await desk.works();
  return `armed with ${held}`;
}

/** @returns how long it took, in seconds */
async function update(rig: Rig, tell: (name: string, value: string) => void): Promise<number | undefined> {
  const { machine, desk, releases, checks } = rig;
  if (!(await updates(machine))) {
    tell('updates', 'this package has no `dragoman update`');
    return undefined;
  }
  let took: number | undefined;
  await checks.that('an update to a signed release succeeds and is kept', async () => {
    const file = await releases.next();
    const began = performance.now();
    const { output } = await machine.try(
      `dragoman update /room/${file.split('/').at(-1)}`,
      UPDATE_TIMEOUT_MS,
    );
    const outcome = await settled(machine);
    took = (performance.now() - began) / 1000;
    must(outcome.endsWith('kept'), `${outcome}; ${output}`);
    const { version } = await desk.works();
    must(outcome.startsWith(`${version} `), `${version} runs, and ${outcome}`);
    return outcome;
  });
  return took;
}

function parts(ms: Readonly<Record<string, number>>): string {
  return Object.entries(ms)
    .map(([name, value]) => `${name} ${Math.round(Number(value))}`)
    .join(', ');
}

function memoryText({ pssMb, processes }: Memory): string {
  return `${pssMb.toFixed(0)} MB (${processes.map(({ name, pssMb: one }) => `${name} ${one.toFixed(0)}`).join(', ')})`;
}
