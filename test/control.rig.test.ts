import { existsSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { tap } from './rig/counter.ts';
import { realCounters as counters } from './rig/counters.ts';
import { type RealCounter as Counter, DRAGOMAN } from './rig/real/counter.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';
import { longAnswer } from './rig/standin.ts';
import { dragoman } from './support/command.ts';
import { temporaryFolders } from './support/folders.ts';
import { spoken } from './support/voices.ts';

/** `dragoman` asks the daemon as it ships, on the virtual desk. */

const open = counters();

async function statusOf({ command }: Counter) {
  const { code, stdout, stderr } = await command('status', '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describeWithDesk('dragoman status', () => {
  let speech: Int16Array;
  beforeAll(async () => {
    speech = await spoken('Do you need a doctor?', 'rms');
  });

  it('tells what an idle desk knows', async () => {
    const counter = await open();
    await counter.ready();
    expect(await statusOf(counter)).toEqual({
      activity: 'nothing',
      talkMode: 'hold',
      conversation: false,
      service: { is: 'ready' },
      engines: { dialogue: { is: 'ready' } },
      route: 'dialogue (preferred)',
      money: 'within',
      devices: { microphone: 'working', loudspeaker: 'working', panel: 'working' },
      muted: false,
      faults: [],
      languages: { host: 'en', guest: { code: 'es', by: 'default' } },
      volumePercent: 70,
      version: packageJson.version,
      uptimeS: expect.any(Number),
      vacant: true,
    });
    const { stdout } = await counter.command('status');
    expect(stdout).toMatch(/^doing +nothing$/m);
    expect(stdout).toMatch(/^guest +es \(Spanish\), configured: nobody has been heard yet$/m);
  });

  it('follows a turn from the press to its end, and no word of it is in there', async () => {
    const counter = await open({ standin: { answerer: longAnswer(20) } });
    const { desk, turnEnds, ready } = counter;
    await ready();
    desk.press('talk');
    await desk.untilLed('talk', true);
    expect(await statusOf(counter)).toMatchObject({ activity: 'listening', turn: 1 });
    await desk.speak(speech).ended;
    const releasedMs = desk.release('talk');
    await desk.recorder.nextSound({ afterMs: releasedMs });
    const speaking = await statusOf(counter);
    expect(speaking).toMatchObject({
      activity: 'speaking',
      turn: 1,
      languages: { guest: { code: 'es', by: 'guessed' } }, // "hola" is a single word
    });
    expect(JSON.stringify(speaking)).not.toMatch(/hola|hello/i);
    await tap(desk, 'talk');
    expect(await turnEnds()).toMatchObject({ turn: 1, outcome: 'cancelled' });
    expect(await turnEnds()).toMatchObject({ turn: 2, outcome: 'nothing said' });
    expect(await statusOf(counter)).not.toHaveProperty('turn');
  });

  it('names what is wrong and what to do', async () => {
    const counter = await open({ before: ({ desk }) => desk.microphone.break('gone') });
    await counter.log((line) => line.fault === 'microphone-missing');
    const { faults, devices } = await statusOf(counter);
    expect(devices.microphone).toBe('microphone-missing');
    expect(faults).toContainEqual({
      code: 'microphone-missing',
      id: 'D21',
      title: 'There is no microphone',
      hint: expect.stringContaining('Plug the microphone in'),
    });
    const { stdout } = await counter.command('status');
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

  it('waits until the guest has left', async () => {
    const { desk, daemon, command, ready, turnEnds } = await open({ config: '[kiosk]\nguest_idle_s = 5\n' });
    await ready();
    desk.press('talk');
    await desk.untilLed('talk', true);
    expect((await command('restart')).stdout).toContain('as soon as the guest has left');
    desk.release('talk');
    expect(await turnEnds()).toMatchObject({ turn: 1, outcome: 'nothing said' });
    await tap(desk, 'talk');
    expect(await turnEnds()).toMatchObject({ turn: 2, outcome: 'nothing said' });
    expect(await daemon.exited).toMatchObject({ code: 0 });
  });

  it('with --now does not', async () => {
    const { desk, daemon, command, ready } = await open();
    await ready();
    desk.press('talk');
    await desk.untilLed('talk', true);
    await command('restart', '--now');
    expect(await daemon.exited).toMatchObject({ code: 0 });
  });
});

describeWithDesk('dragoman vacant', () => {
  it('tells whether somebody is being served, and waits until the guest has left', async () => {
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
  it('pins the language of the guest, which the lights show, until it is to be heard again', async () => {
    const counter = await open();
    const { desk, command, ready } = counter;
    await ready();
    expect(desk.led('language-es')).toBe(false);
    const pinned = await command('language', 'ES-mx');
    expect(pinned).toMatchObject({ code: 0, stderr: '' });
    expect(pinned.stdout).toMatch(/^host +en \(English\)\nguest +es-MX \(Mexican Spanish\), chosen/);
    await desk.untilLed('language-es', true);
    expect((await command('language')).stdout).toBe(pinned.stdout);
    expect((await statusOf(counter)).languages.guest).toEqual({ code: 'es-MX', by: 'pinned' });
    expect((await command('language', 'auto')).stdout).toMatch(/^guest +es \(Spanish\), configured/m);
    await desk.untilLed('language-es', false);
  });

  it('says what is wrong with a choice, and nothing changes', async () => {
    const { command, ready } = await open();
    await ready();
    await command('language', 'fr');
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
    expect((await command('language')).stdout).toMatch(/^guest +fr /m);
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
