import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { realCounters as counters } from './rig/counters.ts';
import type { DeskProcess } from './rig/real/processes.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';
import { temporaryFolders } from './support/folders.ts';
import { NotifySocket } from './support/notify-socket.ts';
import { spoken } from './support/voices.ts';

/** The daemon as it ships, on the virtual desk, started by something that wants to be told whether it lives. */

const open = counters();
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
  it('is told READY when all parts have told how they are, WATCHDOG from then on, and STOPPING', async () => {
    const { manager, env } = await serviceManager();
    const counter = await open({ env });
    const ready = await counter.log(({ msg }) => msg === 'ready', 20_000);
    expect(Object.keys(ready.ms as object).toSorted()).toEqual(
      [
        'configuration',
        'control',
        'detector',
        'loudspeaker',
        'microphone',
        'modules',
        'panel',
        'parts',
        'ready',
      ].toSorted(),
    );
    console.log(`measured: ${JSON.stringify(ready.ms)} ms from the start of the process`);
    await manager.first(is('READY=1'));
    await manager.first(is('STATUS=idle; dialogue (preferred)'));
    await manager.first(is('WATCHDOG=1'));
    counter.daemon.signal('SIGTERM');
    await manager.first(is('STOPPING=1'));
    await counter.daemon.exited;
  });

  it('is told READY by a desk that has nothing to serve with, and what is wrong', async () => {
    const { manager, env } = await serviceManager();
    await open({
      env: { ...env, GEMINI_API_KEY: '' },
      config: '[loudspeaker]\ndevice = "nowhere"\n',
    });
    await manager.first(is('READY=1'));
    const status = await manager.first((one) => one.includes('D31'));
    expect(status).toMatch(/^STATUS=idle; .*D31 There is no loudspeaker.*D51 There is no API key/);
  });
});

describeWithDesk('a configuration with errors', () => {
  it('is no reason not to serve, once there was a valid one: that holds, and D40 is told', async () => {
    const counter = await open();
    const config = path.join(counter.desk.folder, 'dragoman.toml');
    const kept = path.join(counter.desk.folder, 'last-good.toml');
    const ends = async (daemon: DeskProcess) => {
      daemon.signal('SIGTERM');
      await daemon.exited;
    };
    await counter.log(({ msg }) => msg === 'ready', 20_000);
    await ends(counter.daemon);
    const first = counter.run('--last-good', kept);
    await first.nextLine(/"msg":"ready"/, 20_000);
    await ends(first);
    expect(readFileSync(kept, 'utf8')).toBe(readFileSync(config, 'utf8'));
    appendFileSync(config, '[nonsense]\n');
    const again = counter.run('--last-good', kept);
    const error = await again.nextLine(/an error in the configuration/, 20_000);
    expect(error.text).toContain('nonsense: there is no such setting');
    await again.nextLine(/"fault":"config-broken"/, 20_000);
    await again.nextLine(/"msg":"works"/, 20_000);
    await ends(again);
    const without = counter.run();
    expect((await without.exited).code).toBe(2);
  });
});

describeWithDesk('a disk that takes nothing', () => {
  it('is no reason not to serve: what can not be written is told', async () => {
    const counter = await open({
      before: ({ ledger }) => writeFileSync(ledger, 'a file where the folder should be'),
    });
    await counter.log(({ msg }) => msg === 'the ledger cannot be written');
    await counter.ready();
    const ended = counter.turnEnds();
    await counter.say(await spoken('Do you need a doctor?', 'rms'));
    expect(await ended).toMatchObject({ outcome: 'translated' });
    counter.daemon.signal('SIGTERM');
    expect((await counter.daemon.exited).code).toBe(0);
    const again = counter.run('--last-good', path.join(counter.desk.folder, 'ledger', 'last-good.toml'));
    await again.nextLine(/the configuration can not be kept/, 20_000);
    await again.nextLine(/"msg":"ready"/, 20_000);
  });
});
