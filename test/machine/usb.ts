import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { must } from './checks.ts';
import type { Machine } from './machine.ts';
import type { Rig } from './rig.ts';

/** What a guest may plug into a socket of the desk. */

/** USB allows 126 UTF-16 units for a name (USB 2.0, 9.6.7), the kernel's gadget as many bytes of UTF-8. */
const LONGEST_BYTES = 126;
const RIGHT_TO_LEFT = '\u202e';

/** What a device may call itself. */
const NAMES: Readonly<Record<string, string>> = {
  'controls the terminal': '\u001b]0;owned\u0007\u001b[2J\u001b[31mMic\u009b5m',
  'is a command of a shell': 'Mic $(touch /run/owned); `touch /run/owned` | touch /run/owned',
  "is a line of the kernel's list of cards": 'Mic at usb\n 0 [Loopback       ]: USB-Audio - Desk\n   Desk',
  "is ALSA's configuration": 'Mic" } pcm.!default { type file file /run/owned slave.pcm null } ctl { "',
  'is a path': '../../../../../../run/owned',
  'is a line of a log': 'Mic","level":60,"fault":"key-missing","msg":"owned"}\n{"msg":"owned',
  'is written backwards': `Mic${RIGHT_TO_LEFT}drowssap ruoy epyt\u200b\u2066`,
  'is as long as can be': '麦'.repeat(LONGEST_BYTES / 3),
  'is empty': '',
};
const CHOSEN = "is ALSA's configuration";

/** C0 but for the line end, DEL, C1, and what changes the direction of text. */
const CONTROLS = /[[\p{Cc}\u202a-\u202e\u2066-\u2069]--[\n]]/v;

const CONFIG = '/etc/dragoman/dragoman.toml';

/** Sound cards, whatever they are called, are shown as text and change nothing; not even the one that is chosen. */
export async function hostileNames({ machine, desk }: Rig): Promise<string> {
  const pid = await desk.mainPid();
  const shown: string[] = [];
  machine.journal.skip();
  const before = machine.journal.all.length;
  try {
    for (const [what, name] of Object.entries(NAMES)) {
      await plug(machine, 'uac1', name);
      shown.push(cardOf(await harmless(machine, 'devices', what)));
    }
    must((await desk.mainPid()) === pid, 'the daemon was started again');
    await plug(machine, 'uac1', NAMES[CHOSEN] ?? '');
    // A card that is not virtual is chosen by itself.
    await machine.sh(`cp ${CONFIG} /run/machine/toml && sed -i '/^\\[microphone\\]$/,+1d' ${CONFIG}`);
    await machine.sh('systemctl restart dragoman');
    await desk.log(
      ({ msg, direction, card }) =>
        msg === 'the sound card is chosen' && direction === 'capture' && card !== 'Loopback',
    );
    // No sound comes: nothing else is wrong with it.
    const { faults } = await desk.until('without a working microphone', ({ devices }) =>
      devices.microphone.startsWith('microphone-'),
    );
    for (const command of ['devices', 'status', 'audit']) await harmless(machine, command, CHOSEN);
    shown.push(faults.map(({ id, code }) => `${id} ${code}`).join(', '));
  } finally {
    await unplug(machine);
    await machine.sh(`cp /run/machine/toml ${CONFIG} && systemctl restart dragoman || true`);
  }
  await desk.works();
  must((await machine.try('[ -e /run/owned ]')).code !== 0, 'one was executed');
  const raw = machine.journal.all
    .slice(before)
    .find(({ message }) => CONTROLS.test(message) || message.startsWith('{"msg":"owned'));
  must(raw === undefined, `the journal: ${raw?.message}`);
  return `${Object.keys(NAMES).length} names: ${shown.join(', ')}`;
}

/** What a command prints. @throws Error when that does something to a terminal */
async function harmless(machine: Machine, command: string, what: string): Promise<string> {
  const { output } = await machine.try(`dragoman ${command}`);
  must(!CONTROLS.test(output), `a name that ${what}, in dragoman ${command}: ${JSON.stringify(output)}`);
  return output;
}

/** What `dragoman devices` calls the card that is not virtual. */
function cardOf(devices: string): string {
  const name = /^card \d+: ((?!.*virtual).*)$/m.exec(devices)?.[1];
  if (name === undefined) throw new Error(`the USB card is not listed: ${devices}`);
  return `“${name}”`;
}

/** Functions of a gadget, RNDIS in each of its forms, and the driver that would serve each here. */
const BLOCKED: Readonly<Record<string, string>> = {
  hid: 'usbhid',
  mass_storage: 'usb-storage',
  ecm: 'cdc_ether',
  rndis: 'rndis_host',
  'rndis ef 01 01': 'rndis_host',
  'rndis ef 04 01': 'rndis_host',
};

/** The package's udev rules, see systemd/61-dragoman-usb.rules. */
export async function blocked({ machine }: Rig): Promise<string> {
  const seen: string[] = [];
  try {
    for (const [kind, driver] of Object.entries(BLOCKED)) {
      await plug(machine, kind, 'Guest');
      const held = await drivers(machine);
      must(!held.includes(driver), `${kind}: ${held.join(', ')}`);
      seen.push(kind);
    }
    await plug(machine, 'uac1', 'Guest');
    const sound = await drivers(machine);
    must(sound.includes('snd-usb-audio'), `a sound card: ${sound.join(', ')}`);
    await machine.sh('touch /etc/dragoman/allow-usb');
    for (const [kind, driver] of Object.entries(BLOCKED)) {
      await plug(machine, kind, 'Guest');
      const held = await drivers(machine);
      must(held.includes(driver), `allowed, ${kind}: ${held.join(', ')}`);
    }
  } finally {
    await machine.sh('rm -f /etc/dragoman/allow-usb');
    await unplug(machine);
  }
  return `no driver for ${seen.join(', ')}; a driver for a sound card, and for each with /etc/dragoman/allow-usb`;
}

/** Plugs in a device; resolves when udev is done with it. */
async function plug(machine: Machine, kind: string, name: string): Promise<void> {
  writeFileSync(path.join(machine.room, 'name'), name);
  await machine.sh(
    `set -e; /usr/local/lib/machine/gadget plug /room/name ${kind}
     timeout 60 sh -c 'until ls -d ${INTERFACES} >/dev/null 2>&1; do sleep 0.2; done'
     sleep 1; udevadm settle -t 60; modprobe -q ${BLOCKED[kind] ?? ''} || true; sleep 1`,
  );
}

async function unplug(machine: Machine): Promise<void> {
  await machine.sh('/usr/local/lib/machine/gadget unplug && udevadm settle -t 60');
}

const INTERFACES = '/sys/bus/usb/devices/*-1:1.*';

async function drivers(machine: Machine): Promise<string[]> {
  const told = await machine.sh(
    `for at in ${INTERFACES}; do [ -e $at/driver ] && basename $(readlink $at/driver); done; true`,
  );
  return told.split('\n').filter(Boolean);
}
