import { chmodSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { asAnybody } from '../../test/rig/anybody.ts';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import type { ControlPort, DaemonStatus } from '../control/port.ts';
import { ControlServer, DaemonRuns } from '../control/server.ts';
import { parseConfig } from '../system/config/load.ts';
import { defaultConfig } from '../system/config/schema.ts';
import { openControl } from './control.ts';

const folder = temporaryFolders();

/** @param server the one that opens; at its socket, a real one */
function opening(socket: string, config = defaultConfig(), port: ControlPort = nobody) {
  const written: string[] = [];
  const log = pino({ base: null }, { write: (text: string) => void written.push(text) });
  const clock = new VirtualClock({ startMs: 60_000, wall: new Date(2026, 10, 30, 10, 58, 30) });
  const control = (file: string, answers: Promise<ControlPort>) => new ControlServer(file, answers, () => {});
  const opened = openControl(config, Promise.resolve(port), log, { clock, control }, socket);
  return { opened, written };
}

const nobody: ControlPort = {
  status: () => ({ pid: 4711, uptimeS: 3600 }) as DaemonStatus,
  chooseLanguage: () => false,
  guestLeft: () => {},
  restart: () => {},
};

describe('the control socket of a daemon that starts', () => {
  it('names the one that has it: which process, since when, and what to do', async () => {
    const socket = path.join(folder(), 'control.sock');
    const first = await opening(socket).opened;
    onTestFinished(() => first.stop());
    await expect(opening(socket).opened).rejects.toThrow(
      /^a daemon already runs here \(pid 4711, since 2026-11-30 09:5\d\): "sudo systemctl stop dragoman" first/,
    );
  });

  it("is another user's where the device's folder may not be looked at", async () => {
    const closed = folder();
    chmodSync(closed, 0);
    const socket = path.join(closed, 'control.sock');
    await asAnybody(() => expect(opening(socket).opened).rejects.toThrow(DaemonRuns));
  });

  it('that is configured in a folder which may not be looked at is done without', async () => {
    const closed = folder();
    chmodSync(closed, 0);
    const socket = path.join(closed, 'control.sock');
    const config = parseConfig(`[control]\nsocket = ${JSON.stringify(socket)}\n`, 'x.toml');
    await asAnybody(async () => {
      const { opened, written } = opening(socket, config);
      await opened;
      expect(written.join('')).toContain('there is no control socket');
    });
  });
});
