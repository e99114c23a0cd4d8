import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { realCounters } from './rig/counters.ts';
import { DRAGOMAN } from './rig/real/counter.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';
import { dragoman } from './support/command.ts';
import { temporaryFolders } from './support/folders.ts';
import { spoken } from './support/voices.ts';

/**
 * The command `dragoman` asks the daemon over its socket. What the daemon answers and does is in
 * scenarios/control.test.ts.
 */

const open = realCounters();

describeWithDesk('dragoman status', () => {
  it('prints what an idle desk knows, as text and as JSON', async () => {
    const { command, ready } = await open();
    await ready();
    const { code, stdout, stderr } = await command('status', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ activity: 'nothing', vacant: true });
    const text = await command('status');
    expect(text.stdout).toMatch(/^doing +nothing$/m);
    expect(text.stdout).toMatch(/^route +dialogue \(preferred\)$/m);
    expect(text.stdout).toMatch(/^guest +es \(Spanish\), configured: nobody has been heard yet$/m);
  });

  it('names what is wrong and what to do', async () => {
    const { command, log } = await open({ before: ({ desk }) => desk.microphone.break('gone') });
    await log((line) => line.fault === 'microphone-missing');
    const { stdout } = await command('status');
    expect(stdout).toMatch(/^D21 There is no microphone\n +what to do: Plug the microphone in/m);
  });
});

describeWithDesk('dragoman restart', () => {
  it('ends an idle daemon at once, for systemd to start it again', async () => {
    const { daemon, command, ready } = await open();
    await ready();
    expect((await command('restart')).stdout).toBe('dragoman restarts\n');
    expect(await daemon.exited).toMatchObject({ code: 0 });
  });

  it('waits until the guest has left; with --now it does not', async () => {
    const { desk, daemon, command, ready } = await open();
    await ready();
    desk.press('talk');
    await desk.untilLed('talk', true);
    expect((await command('restart')).stdout).toContain('as soon as the guest has left');
    expect(daemon.running).toBe(true);
    await command('restart', '--now');
    expect(await daemon.exited).toMatchObject({ code: 0 });
  });
});

describeWithDesk('dragoman vacant', () => {
  it('says whether somebody is being served, and waits until the guest has left', async () => {
    const { desk, command, configFile, ready } = await open({ config: '[kiosk]\nguest_idle_s = 5\n' });
    await ready();
    expect(await command('vacant')).toEqual({ code: 0, stdout: 'nobody is being served\n', stderr: '' });
    desk.press('talk');
    await desk.untilLed('talk', true);
    expect(await command('vacant')).toEqual({ code: 1, stdout: 'somebody is being served\n', stderr: '' });
    const within = [DRAGOMAN, 'vacant', '--within', '60', '--config', configFile];
    const waits = desk.spawn(process.execPath, within);
    await waits.nextErrorLine(/^somebody is being served: .* s more at most$/);
    desk.release('talk');
    await waits.nextLine('nobody is being served', 60_000);
    expect(await waits.exited).toMatchObject({ code: 0 });
  });
});

describeWithDesk('dragoman language', () => {
  it('pins the language of the guest until it is to be heard again, and says what is wrong with a choice', async () => {
    const { command, ready } = await open();
    await ready();
    const pinned = await command('language', 'ES-mx');
    expect(pinned).toMatchObject({ code: 0, stderr: '' });
    expect(pinned.stdout).toMatch(/^host +en \(English\)\nguest +es-MX \(Mexican Spanish\), chosen/);
    for (const [args, message] of [
      [['spanish'], /"spanish" is no language code like "fr".*"auto"/],
      [['en-GB'], /en-GB is the host's language \(en\)/],
      [['de', '--side', 'host'], /languages\.host/],
      [['de', '--side', 'left'], /--side is guest or host/],
    ] as const) {
      const { code, stdout, stderr } = await command('language', ...args);
      expect(stderr).toMatch(message);
      expect(stdout).toBe('');
      expect(code).toBe(2);
    }
    expect((await command('language')).stdout).toBe(pinned.stdout);
    expect((await command('language', 'auto')).stdout).toMatch(/^guest +es \(Spanish\), configured/m);
  });
});

describeWithDesk('the control socket', () => {
  it('is gone when the daemon has ended, and the command says so', async () => {
    const { controlSocket, daemon, command, ready } = await open();
    await ready();
    expect((await command('status')).code).toBe(0);
    daemon.signal('SIGTERM');
    expect(await daemon.exited).toMatchObject({ code: 0 });
    expect(existsSync(controlSocket)).toBe(false);
    const { code, stderr } = await command('status');
    expect(code).toBe(1);
    expect(stderr).toContain(`nothing listens at ${controlSocket}; "systemctl status dragoman" tells why`);
  });

  it('of a daemon that was killed is replaced by that of the next', async () => {
    const { controlSocket, daemon, command, run, ready } = await open();
    await ready();
    await daemon.kill();
    expect(existsSync(controlSocket)).toBe(true);
    expect((await command('status')).stderr).toContain('no daemon is running');
    await run().nextLine('"dragoman runs"', 15_000);
    expect((await command('status')).code).toBe(0);
  });

  it('stays with the first of two daemons; the second goes on without one', async () => {
    const { command, run, ready } = await open();
    await ready();
    const second = run('--panel', 'none');
    const { text } = await second.nextLine('there is no control socket', 15_000);
    expect(JSON.parse(text)).toMatchObject({ level: 40, detail: 'another daemon listens there' });
    await second.nextLine('"dragoman runs"');
    await command('language', 'fr');
    second.signal('SIGTERM');
    await second.exited;
    expect((await command('language')).stdout).toMatch(/^guest +fr /m);
  });

  it('that can not be made is told in the log, and turns go on', async () => {
    const { log, ready, say, turnEnds } = await open({ controlSocket: '/dev/null/control.sock' });
    expect(await log((line) => line.msg === 'there is no control socket', 15_000)).toMatchObject({
      level: 40,
      socket: '/dev/null/control.sock',
    });
    await ready();
    await say(await spoken('Do you need a doctor?', 'rms'));
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  });
});

describe('without a daemon', () => {
  const folder = temporaryFolders();

  it.each(['status', 'language', 'language fr'])(
    'dragoman %s ends with 1 and says what to do',
    async (line) => {
      const at = folder();
      writeFileSync(`${at}/dragoman.toml`, `[control]\nsocket = "${at}/control.sock"\n`);
      const { code, stdout, stderr } = await dragoman([
        ...line.split(' '),
        '--config',
        `${at}/dragoman.toml`,
      ]);
      expect(stderr).toBe(
        `dragoman: no daemon is running: nothing listens at ${at}/control.sock; ` +
          '"systemctl status dragoman" tells why, "dragoman run" starts one by hand\n',
      );
      expect(stdout).toBe('');
      expect(code).toBe(1);
    },
  );
});
