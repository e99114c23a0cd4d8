import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { dragomanInProcess, type Ran } from './rig/command.ts';
import { temporaryFolders } from './rig/folders.ts';
import { KEY } from './rig/live.ts';
import { DRAGOMAN } from './rig/real/counter.ts';
import { type DeskProcess, nodeEnvironment, start } from './rig/real/processes.ts';

/** The socket between processes. What the daemon answers and does is in scenarios/control.test.ts. */

const folder = temporaryFolders();

const daemons: DeskProcess[] = [];
afterAll(async () => {
  await Promise.all(daemons.map((daemon) => daemon.kill()));
});

interface Place {
  readonly socket: string;
  /** Starts a daemon, which finds no device and no service. */
  run(): DeskProcess;
  command(...args: string[]): Promise<Ran>;
}

function place(): Place {
  const at = folder();
  const socket = path.join(at, 'control.sock');
  const config = path.join(at, 'dragoman.toml');
  writeFileSync(
    config,
    [
      '[service]\nbase_url = "http://127.0.0.1:9"\n',
      '[interpreters]\nengines = ["dialogue"]\n',
      '[microphone]\ndevice = "none"\n[loudspeaker]\ndevice = "none"\ndriver = "aplay"\n[panel]\ndriver = "none"\n',
      `[spending]\nfolder = "${at}/ledger"\n[control]\nsocket = "${socket}"\n`,
    ].join(''),
  );
  const environment = { ...nodeEnvironment(), RUNTIME_DIRECTORY: at, GEMINI_API_KEY: KEY };
  return {
    socket,
    run: () => {
      const daemon = start('dragoman', process.execPath, [DRAGOMAN, 'run', '--config', config], environment);
      daemons.push(daemon);
      return daemon;
    },
    command: (...args) => dragomanInProcess([...args, '--config', config]),
  };
}

const runs = (daemon: DeskProcess) => daemon.nextLine('"dragoman runs"', 15_000);

describe('the control socket', () => {
  it('of a daemon that was killed is replaced by that of the next, and gone when that has ended', async () => {
    const { socket, run, command } = place();
    const killed = run();
    await runs(killed);
    await killed.kill();
    expect(existsSync(socket)).toBe(true);
    expect((await command('status')).stderr).toContain('no daemon is running');
    const next = run();
    await runs(next);
    expect((await command('status')).code).toBe(0);
    next.signal('SIGTERM');
    expect(await next.exited).toMatchObject({ code: 0 });
    expect(existsSync(socket)).toBe(false);
    const { code, stderr } = await command('status');
    expect(code).toBe(1);
    expect(stderr).toContain(`nothing listens at ${socket}; "systemctl status dragoman" says why`);
  });

  describe('of two desks', () => {
    const [desk, beside] = [place(), place()];
    const running: DeskProcess[] = [];
    beforeEach(async () => {
      for (const [index, { run }] of [desk, beside].entries()) {
        if (running[index]?.running) continue;
        running[index] = run();
        await runs(running[index]);
      }
    });

    it('is one for each: two daemons run beside each other', async () => {
      for (const { command } of [desk, beside]) expect((await command('status')).code).toBe(0);
    });

    it('stays with the first of two daemons, also for its restart; the second says who runs, and ends', async () => {
      const { run, command } = desk;
      const [first] = running as [DeskProcess];
      const second = run();
      expect(await second.exited).toMatchObject({ code: 6 });
      expect(second.errors.all.map(({ text }) => text)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^dragoman: a daemon already runs here \\(pid ${first.pid}, since [-\\d]{10} [:\\d]{5}\\): .*systemctl stop`,
          ),
        ),
      ]);
      await command('language', 'fr');
      expect((await command('language')).stdout).toMatch(/^guest +fr /m);
      expect(await command('restart', '--now')).toEqual({
        code: 0,
        stdout: 'dragoman restarts\n',
        stderr: '',
      });
      expect(await first.exited).toMatchObject({ code: 0 });
    });
  });
});
