import path from 'node:path';
import { afterEach, it } from 'vitest';
import { realCounters } from './rig/counters.ts';
import { temporaryFolders } from './rig/folders.ts';
import { NotifySocket } from './rig/real/notify-socket.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';

/**
 * The daemon in a process of its own, started by something that asks for its signs of life. What it does when
 * something is wrong is in scenarios/alive.test.ts.
 */

const open = realCounters();
const folder = temporaryFolders();
const managers: NotifySocket[] = [];
afterEach(async () => {
  for (const manager of managers.splice(0)) await manager.close();
});

async function serviceManager() {
  const manager = new NotifySocket(path.join(folder(), 'notify.sock'));
  managers.push(manager);
  await manager.open();
  const env = { NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: '3000000' };
  return { manager, env };
}

const is = (assignment: string) => (one: string) => one === assignment;

describeWithDesk('the service manager', () => {
  it('receives READY when all parts have reported their state, then WATCHDOG, and STOPPING at the end', async () => {
    const { manager, env } = await serviceManager();
    const counter = await open({ env });
    const ready = await counter.log(({ msg }) => msg === 'ready', 20_000);
    console.log(`measured: ${JSON.stringify(ready.ms)} ms from the start of the process`);
    await manager.first(is('READY=1'));
    await manager.first(is('STATUS=idle; dialogue (preferred)'));
    await manager.first(is('WATCHDOG=1'));
    counter.daemon.signal('SIGTERM');
    await manager.first(is('STOPPING=1'));
    await counter.daemon.exited;
  });
});
