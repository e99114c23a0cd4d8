/** The effect of a history's step on everything except the people at the desk. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KEY } from '../rig/live.ts';
import type { VirtualCounter } from '../rig/virtual/counter.ts';
import { CONNECTION_FAULTS, TURN_FAULTS } from './faults.ts';
import type { NetworkFault, WorldStep } from './history.ts';

/** The delay of a network that works, in milliseconds. */
const LATENCY_MS = 10;
/** The service refuses it. */
export const BAD_KEY = `AIza${'refused-key-00-'.repeat(2)}`;

const portal = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<!DOCTYPE html><title>Guest Wi-Fi</title><h1>Log in</h1>');
});

/** The file that holds the key of the service. */
export class KeyFile {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'dragoman-key-'));
  readonly file = path.join(this.folder, 'key');
  #is: 'good' | 'missing' | 'refused' | 'empty' | undefined;

  /** Written only when it changes: the daemon takes any writing for a new key. */
  becomes(is: 'good' | 'missing' | 'refused' | 'empty'): void {
    if (is === this.#is) return;
    this.#is = is;
    if (is === 'missing') rmSync(this.file, { force: true });
    else writeFileSync(this.file, is === 'good' ? KEY : is === 'refused' ? BAD_KEY : '');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Does what the step says, at once. */
export function happens(counter: VirtualCounter, key: KeyFile, step: WorldStep): void {
  const { clock, desk, standin, disk } = counter;
  switch (step.do) {
    case 'next connections':
      for (const fault of step.faults) standin.script.nextConnection(...connectionSteps(fault));
      break;
    case 'every connection':
      standin.script.everyConnection(...connectionSteps(step.fault));
      break;
    case 'next turns':
      for (const fault of step.faults) standin.script.nextTurn(...(TURN_FAULTS.get(fault)?.steps ?? []));
      break;
    case 'act':
      void standin.act(step.action);
      break;
    case 'network':
      changeNetwork(counter, step.network);
      break;
    case 'microphone':
    case 'loudspeaker':
      if (step.fault === 'repair') desk[step.do].repair();
      else desk[step.do].break(step.fault);
      break;
    case 'signal':
      if (step.to === 'players') desk.loudspeaker.signal(step.signal);
      else desk.microphone.signal(step.signal);
      break;
    case 'recorder':
      if (step.installed) desk.microphone.install();
      else desk.microphone.uninstall();
      break;
    case 'gpio':
      desk.gpio.setPresent(step.present);
      break;
    case 'wall clock':
      clock.stepWall(step.stepMs);
      break;
    case 'disk':
      if (step.fault === 'repair') disk.repair();
      else disk.break(step.fault);
      break;
    case 'key':
      key.becomes(step.is);
      break;
  }
}

/** Everything that a history can break works again. */
export function repaired(counter: VirtualCounter, key: KeyFile): void {
  const { desk, standin, disk } = counter;
  standin.script.clear();
  changeNetwork(counter, { fault: 'heal' });
  desk.loudspeaker.repair();
  desk.microphone.repair();
  desk.microphone.install();
  desk.gpio.setPresent(true);
  disk.repair();
  key.becomes('good');
}

function changeNetwork({ network }: VirtualCounter, fault: NetworkFault): void {
  switch (fault.fault) {
    case 'half-open':
      network.halfOpen();
      break;
    case 'reset':
      network.reset();
      break;
    case 'refuse':
      network.refuse();
      network.reset();
      break;
    case 'link down':
      network.linkDown();
      break;
    case 'captive portal':
      network.portal(portal);
      network.reset();
      break;
    case 'loss':
      network.loss(fault.percent);
      break;
    case 'latency':
      network.latency(fault.ms);
      break;
    case 'bandwidth':
      network.bandwidth(fault.kbit, fault.way);
      break;
    case 'dns':
      network.dns(fault.mode);
      network.reset();
      break;
    case 'certificate':
      network.certificate(fault.certificate);
      network.reset();
      break;
    case 'heal':
      network.heal();
      network.latency(LATENCY_MS);
      break;
  }
}

function connectionSteps(fault: string) {
  return CONNECTION_FAULTS.get(fault)?.steps ?? [];
}
