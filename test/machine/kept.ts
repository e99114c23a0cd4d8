import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { closedBeforeSetupComplete } from '../../src/standin/faults/faults.ts';
import { quoting } from '../rig/quoting.ts';
import { must } from './checks.ts';
import type { Machine } from './machine.ts';
import type { Rig } from './rig.ts';

/** Where words of a conversation are afterwards: nowhere. */

/** What the service has heard and says, in each turn and each error: no word of ours. */
const SPOKEN = 'Wiesenschaumkraut';
/** Of what is hidden on purpose, to show that it would be found. */
const PLANTED = 'Sumpfdotterblume';

const QUOTED = `utterance "${SPOKEN}", answer "${SPOKEN}"`;

const CGROUPS = '/sys/fs/cgroup/system.slice';
const SWAP = '/var/swap';
/** What is in memory only, and what is to be named: the whole disk is searched as well. */
const FOLDERS = '/run /tmp /dev/shm /var/lib/dragoman /var/log /var/tmp /etc /root';
const COMMANDS = ['status', 'costs', 'audit', 'config show', 'update status', 'devices'];

/** Nothing of a conversation, with a service that quotes it in its errors, is left outside of memory. */
export async function nothingKept(rig: Rig): Promise<string> {
  const { machine, desk, service } = rig;
  await swapOn(machine);
  try {
    service.adds(SPOKEN);
    const outcomes = new Set<string>();
    const { wav } = rig.said[0] ?? { wav: '' };
    const { standin } = service;
    const turn = async () => void outcomes.add((await desk.turn(wav)).turn.outcome);
    await turn();
    for (const step of quoting(QUOTED)) {
      standin.script.clear().nextTurn(step);
      await turn();
    }
    standin.script.clear().everyConnection(closedBeforeSetupComplete(1011, QUOTED));
    await standin.act({ do: 'close', code: 1011, reason: QUOTED });
    await turn();
    standin.script.clear();
    await desk.works();
    await turn();
    must(outcomes.has('translated') && outcomes.has('failed'), [...outcomes].join(', '));
    await machine.sh('dragoman guest new');
    // What the kernel may take from the daemon and give to swap.
    await machine.try(`echo 500M >${CGROUPS}/dragoman.service/memory.reclaim`);
    const found = await places(machine, SPOKEN);
    must(found.length === 0, `“${SPOKEN}” was found: ${found.join(', ')}`);
    return `${[...outcomes].join(', ')}; not in files, journal, process arguments, output of commands, disk and swap`;
  } finally {
    await swapOff(machine);
  }
}

/** The same search finds what was hidden at each place. */
export async function plantedIsFound({ machine }: Rig): Promise<string> {
  // Its memory goes to swap; nowhere else is the word written by it.
  writeFileSync(path.join(machine.room, 'word'), `${PLANTED}\n`);
  await swapOn(machine);
  await machine.sh("systemd-run -q --unit=planted sh -c 'read -r word </room/word; sleep infinity & wait'");
  try {
    must(!(await onDisk(machine, PLANTED)), 'it was on the disk before');
    await machine.try(`sleep 1; echo 100M >${CGROUPS}/planted.service/memory.reclaim`);
    must(await onDisk(machine, PLANTED), 'not found in swap');
    await machine.sh(
      `echo ${PLANTED} >/var/lib/dragoman/state/planted; echo ${PLANTED} | systemd-cat
       systemd-run -q --unit=planted-argument sh -c 'sleep infinity; : ${PLANTED}'`,
    );
    const found = await places(machine, PLANTED);
    for (const place of ['/var/lib/dragoman/state/planted', 'the journal', 'process arguments'])
      must(found.includes(place), `not found: ${place}`);
    return found.join(', ');
  } finally {
    await machine.sh(
      `systemctl stop planted planted-argument; rm -f /var/lib/dragoman/state/planted
       journalctl --rotate -q; journalctl --vacuum-time=1s -q`,
    );
    await swapOff(machine);
  }
}

async function swapOn(machine: Machine): Promise<void> {
  await machine.sh(`fallocate -l 256M ${SWAP} && chmod 600 ${SWAP} && mkswap -q ${SWAP} && swapon ${SWAP}`);
}

async function swapOff(machine: Machine): Promise<void> {
  await machine.sh(`swapoff ${SWAP}; rm -f ${SWAP}`);
}

/** Where a word is. */
async function places(machine: Machine, word: string): Promise<string[]> {
  // From a file, as the command would be in the list of processes.
  writeFileSync(path.join(machine.room, 'word'), `${word}\n`);
  const holds = async (what: string) =>
    (await machine.try(`(${what}) 2>&1 | grep -qaF -f /room/word`)).code === 0;
  const { output } = await machine.try(`grep -rlaF -f /room/word ${FOLDERS} 2>/dev/null`);
  const printed = {
    'the journal': 'journalctl --no-pager --output=export',
    'process arguments': 'cat /proc/[0-9]*/cmdline',
    ...Object.fromEntries(COMMANDS.map((command) => [`dragoman ${command}`, `dragoman ${command}`])),
  };
  const found = output.split('\n').filter(Boolean);
  for (const [place, command] of Object.entries(printed)) if (await holds(command)) found.push(place);
  if (await onDisk(machine, word)) found.push('the disk with its swap');
  return found;
}

async function onDisk(machine: Machine, word: string): Promise<boolean> {
  await machine.sh('sync');
  return await machine.diskHolds(word);
}
