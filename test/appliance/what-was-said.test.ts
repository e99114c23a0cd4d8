import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { quoting } from '../rig/quoting.ts';
import type { Appliance } from './appliance.ts';
import { describeAppliance, tell } from './with-appliance.ts';

/** Part of what was said, and of its translation: see `Appliance.turn`. */
const WORDS = ['penicilina', 'penicillin'];
const QUOTED = `utterance "Tengo alergia a la ${WORDS[0]}", answer "I am allergic to ${WORDS[1]}"`;

/** What the daemon, and others for it, may write to. The release holds a phrasebook, with the same sentences. */
const FOLDERS =
  '/var/lib/dragoman/ledger /var/lib/dragoman/state /var/log /var/tmp /tmp /run /etc /root /home /dev/shm';

const found = (text: string | Buffer) => WORDS.some((word) => text.includes(word));

/** Where the words are to be found on the device. */
async function placesWithWords(appliance: Appliance): Promise<string[]> {
  const { machine } = appliance;
  const patterns = WORDS.map((word) => `-e ${word}`).join(' ');
  const files = await machine.try('sh', '-c', `grep -rlaF ${patterns} ${FOLDERS} 2>/dev/null`);
  const printed: Record<string, string> = {
    'the journal': await machine.run('journalctl', '--no-pager', '--boot', '--output=export'),
    'the list of processes': await machine.run('sh', '-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null; true'),
  };
  for (const command of ['status', 'costs', 'audit', 'config show', 'update status'])
    printed[`dragoman ${command}`] = JSON.stringify(await appliance.dragoman(...command.split(' ')));
  return [
    ...files.stdout.split('\n').filter(Boolean),
    ...Object.entries(printed).flatMap(([place, text]) => (found(text) ? [place] : [])),
  ];
}

/** How many regions of a process's memory hold the words, as UTF-8 or as V8 has them. @param pid its id out here */
function regionsWithWords(pid: number): number {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm);
    return [...maps].filter(([, from = '', to = '']) =>
      holdsWords(memory, Number.parseInt(from, 16), Number.parseInt(to, 16)),
    ).length;
  } finally {
    closeSync(memory);
  }
}

function holdsWords(memory: number, from: number, to: number): boolean {
  const block = Buffer.alloc(1 << 20);
  for (let at = from; at < to; at += block.length - 64) {
    let read = 0;
    try {
      read = readSync(memory, block, 0, Math.min(block.length, to - at), at);
    } catch {
      return false; // reserved only
    }
    const bytes = block.subarray(0, read);
    if (found(bytes) || WORDS.some((word) => bytes.includes(word, 0, 'utf16le'))) return true;
  }
  return false;
}

describeAppliance('what was said', ({ debian, open, hears }) => {
  it('is nowhere, with a service that quotes it in its errors', async () => {
    const appliance = await open();
    await hears(appliance);
    for (const step of quoting(QUOTED)) {
      appliance.standin.script.clear().nextTurn(step);
      await hears(appliance);
    }
    await appliance.machine.run('dragoman', 'guest', 'new');
    expect(await placesWithWords(appliance)).toEqual([]);
    const [daemon, ...children] = appliance.processes();
    expect(children.length).toBeGreaterThan(0);
    for (const { pid, commandLine } of children) expect(regionsWithWords(pid), commandLine).toBe(0);
    tell(
      debian,
      `regions of the daemon's memory with words, after the guest left: ${regionsWithWords(daemon?.pid ?? 0)}`,
    );
  });

  it('is found where it has been planted', async () => {
    const appliance = await open();
    const { machine } = appliance;
    await machine.run('sh', '-c', `echo '${QUOTED}' >/var/lib/dragoman/state/planted`);
    await machine.run('logger', QUOTED);
    const planted = machine.spawn('sh', '-c', `sleep 600; : '${QUOTED}'`);
    onTestFinished(async () => void (await planted.kill()));
    const places = await placesWithWords(appliance);
    expect(places).toContain('/var/lib/dragoman/state/planted');
    expect(places).toContain('the journal');
    expect(places).toContain('the list of processes');
    expect(regionsWithWords(planted.pid)).toBeGreaterThan(0);
  });
});
