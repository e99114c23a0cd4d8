import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { NotifySocket, notifySocketMissing } from '../../test/rig/real/notify-socket.ts';
import { NO_NOTIFY, openNotify } from './notify.ts';

const folder = temporaryFolders();
const missing = notifySocketMissing();

describe.skipIf(missing !== undefined)(`the service manager (missing here: ${missing ?? 'nothing'})`, () => {
  const sockets: NotifySocket[] = [];
  afterEach(async () => {
    delete process.env.NOTIFY_SOCKET;
    for (const socket of sockets.splice(0)) await socket.close();
  });

  async function socket() {
    const opened = new NotifySocket(path.join(folder(), 'notify.sock'));
    sockets.push(opened);
    await opened.open();
    process.env.NOTIFY_SOCKET = opened.path; // the library looks at the process's environment
    return opened;
  }

  it('is told what is to be told, in order, several assignments at once', async () => {
    const manager = await socket();
    const troubles: Error[] = [];
    const notify = await openNotify((error) => troubles.push(error));
    notify.report('READY=1', 'STATUS=the desk is ready: é');
    notify.report('WATCHDOG=1');
    notify.report('STOPPING=1');
    await manager.first((assignment) => assignment === 'STOPPING=1');
    expect(manager.messages).toEqual(['READY=1\nSTATUS=the desk is ready: é', 'WATCHDOG=1', 'STOPPING=1']);
    expect(troubles).toEqual([]);
  });

  it('that does not listen is one trouble, and nothing fails of it', async () => {
    const manager = await socket();
    const troubles: string[] = [];
    const notify = await openNotify((error) => troubles.push(error.message));
    await manager.close();
    sockets.splice(0);
    notify.report('WATCHDOG=1');
    notify.report('WATCHDOG=1');
    expect(troubles).toEqual([expect.stringMatching(/^sd_notify failed with errno \d+$/)]);
  });
});

describe('without a service manager', () => {
  const trouble = (error: Error) => expect.unreachable(error.message);

  it('nobody is told anything, and no library is loaded', async () => {
    expect(await openNotify(trouble, {}, '/nonexistent')).toBe(NO_NOTIFY);
    expect(await openNotify(trouble, { NOTIFY_SOCKET: '' }, '/nonexistent')).toBe(NO_NOTIFY);
    NO_NOTIFY.report('READY=1');
  });

  it('without its library the daemon is told so, and goes on', async () => {
    const troubles: Error[] = [];
    const told = (error: Error) => troubles.push(error);
    const environment = { NOTIFY_SOCKET: '/nonexistent', WATCHDOG_USEC: '1000' };
    expect(await openNotify(told, environment, 'libnonexistent.so.0')).toBe(NO_NOTIFY);
    expect(troubles).toHaveLength(1);
    expect(troubles[0]?.message).toContain('libnonexistent.so.0');
  });
});

describe('the time limit of the watchdog', () => {
  const limit = async (environment: NodeJS.ProcessEnv) =>
    (await openNotify((error) => expect.unreachable(error.message), { NOTIFY_SOCKET: '/x', ...environment }))
      .watchdogMs;

  it('is told in microseconds', async () => {
    expect(await limit({ WATCHDOG_USEC: '30000000' })).toBe(30_000);
    expect(await limit({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(process.pid) })).toBe(30_000);
  });

  it('is none where it is not set, is nonsense, or is meant for another process', async () => {
    expect(await limit({})).toBeUndefined();
    expect(await limit({ WATCHDOG_USEC: '0' })).toBeUndefined();
    expect(await limit({ WATCHDOG_USEC: 'x' })).toBeUndefined();
    expect(await limit({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' })).toBeUndefined();
  });
});
