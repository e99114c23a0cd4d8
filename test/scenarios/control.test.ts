import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { type Counter, tap } from '../rig/counter.ts';
import { counters } from '../rig/counters.ts';
import { longAnswer } from '../rig/standin.ts';
import { spoken } from '../rig/voices.ts';

/** What the daemon answers to commands, and does for them. Its socket is in test/control.rig.test.ts. */

const open = counters();

async function statusOf(counter: Counter): Promise<Record<string, unknown>> {
  const { code, body } = await counter.control('GET', '/status');
  expect(code).toBe(200);
  return body as Record<string, unknown>;
}

const put = (counter: Counter, route: string, body: object) =>
  counter.control('PUT', route, JSON.stringify(body));

describe('the status', () => {
  let speech: Int16Array;
  beforeAll(async () => {
    speech = await spoken('Do you need a doctor?', 'rms');
  });

  it('is what an idle desk knows', async () => {
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
      notes: [],
      faults: [],
      languages: { host: 'en', guest: { code: 'es', by: 'default' } },
      volumePercent: 70,
      version: packageJson.version,
      pid: expect.any(Number),
      uptimeS: expect.any(Number),
      vacant: true,
    });
    const { code, stdout, stderr } = await counter.command('status', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ activity: 'nothing', vacant: true });
    const text = await counter.command('status');
    expect(text.stdout).toMatch(/^doing +nothing$/m);
    expect(text.stdout).toMatch(/^route +dialogue \(preferred\)$/m);
    expect(text.stdout).toMatch(/^guest +es \(Spanish\), configured: nobody has been heard yet$/m);
  });

  it('follows a turn from the press to its end, and no word of it is in there', async () => {
    const counter = await open({ standin: { answerer: longAnswer(20) } });
    const { desk, turnEnds, ready } = counter;
    await ready();
    desk.press('talk');
    await desk.untilLed('talk', true);
    expect(await statusOf(counter)).toMatchObject({ activity: 'listening', turn: 1, vacant: false });
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
    expect(devices).toMatchObject({ microphone: 'microphone-missing' });
    expect(faults).toContainEqual({
      code: 'microphone-missing',
      id: 'D21',
      title: 'There is no microphone',
      hint: expect.stringContaining('Plug the microphone in'),
    });
    const { stdout } = await counter.command('status');
    expect(stdout).toMatch(/^D21 There is no microphone\n +what to do: Plug the microphone in/m);
  });

  it('of a daemon that has ended is that none is running', async () => {
    const { command, endDaemon, ready } = await open();
    await ready();
    expect((await command('status')).code).toBe(0);
    await endDaemon();
    const { code, stderr } = await command('status');
    expect(code).toBe(1);
    expect(stderr).toMatch(/nothing listens at \S+; "systemctl status dragoman" says why/);
  });
});

describe('a restart', () => {
  it('ends an idle daemon at once, for systemd to start it again', async () => {
    const counter = await open();
    await counter.ready();
    expect((await counter.command('restart')).stdout).toBe('dragoman restarts\n');
    await counter.daemonEnds();
    expect(counter.running).toBe(false);
    await counter.startDaemon();
    await counter.ready();
    expect(await statusOf(counter)).toMatchObject({ activity: 'nothing', faults: [] });
  });

  it('waits until the guest has left', async () => {
    const counter = await open({ config: '[kiosk]\nguest_idle_s = 5\n' });
    const { desk, turnEnds } = counter;
    await counter.ready();
    desk.press('talk');
    await desk.untilLed('talk', true);
    expect((await counter.command('restart')).stdout).toContain('as soon as the guest has left');
    expect(counter.running).toBe(true);
    desk.release('talk');
    expect(await turnEnds()).toMatchObject({ turn: 1, outcome: 'nothing said' });
    const pressedMs = await tap(desk, 'talk');
    expect(await turnEnds()).toMatchObject({ turn: 2, outcome: 'nothing said' });
    await counter.daemonEnds();
    expect(desk.now() - pressedMs).toBeGreaterThan(5000);
  });

  it('now does not', async () => {
    const counter = await open();
    const { desk } = counter;
    await counter.ready();
    desk.press('talk');
    await desk.untilLed('talk', true);
    await counter.command('restart');
    expect((await counter.command('restart', '--now')).stdout).toBe('dragoman restarts\n');
    await counter.daemonEnds();
    expect(counter.running).toBe(false);
  });
});

describe('dragoman vacant', () => {
  it('says whether somebody is being served, and waits until the guest has left', async () => {
    const { desk, command, drive, ready } = await open({ config: '[kiosk]\nguest_idle_s = 5\n' });
    await ready();
    expect(await command('vacant')).toEqual({ code: 0, stdout: 'nobody is being served\n', stderr: '' });
    desk.press('talk');
    await desk.untilLed('talk', true);
    expect(await command('vacant')).toEqual({ code: 1, stdout: 'somebody is being served\n', stderr: '' });
    const waits = command('vacant', '--within', '60');
    desk.release('talk');
    const { stderr, ...ended } = await drive(waits);
    expect(ended).toEqual({ code: 0, stdout: 'nobody is being served\n' });
    expect(stderr).toMatch(/^somebody is being served: .* s more at most$/m);
  });
});

describe('the control socket', () => {
  it('that cannot be created is reported in the log, and turns go on', async () => {
    const controlSocket = '/dev/null/control.sock';
    const { log, ready, say, turnEnds } = await open({ controlSocket });
    expect(await log((line) => line.msg === 'there is no control socket', 15_000)).toMatchObject({
      level: 40,
      socket: controlSocket,
    });
    await ready();
    await say(await spoken('Do you need a doctor?', 'rms'));
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  });
});

describe('the language of the guest', () => {
  it('can be chosen, which the lights show, until it is to be heard again', async () => {
    const counter = await open();
    const { desk, ready } = counter;
    await ready();
    expect(desk.led('language-es')).toBe(false);
    expect(await put(counter, '/language', { language: 'ES-mx' })).toMatchObject({
      code: 200,
      body: { host: 'en', guest: { code: 'es-MX', by: 'pinned' } },
    });
    await desk.untilLed('language-es', true);
    expect((await statusOf(counter)).languages).toMatchObject({ guest: { code: 'es-MX', by: 'pinned' } });
    expect(await put(counter, '/language', { language: 'auto' })).toMatchObject({
      code: 200,
      body: { guest: { code: 'es', by: 'default' } },
    });
    await desk.untilLed('language-es', false);
  });

  it('stays as it is when a choice is wrong, and the answer says what is wrong', async () => {
    const counter = await open();
    await counter.ready();
    await put(counter, '/language', { language: 'fr' });
    for (const [language, code, message] of [
      ['spanish', 400, /"spanish" is no language code like "fr".*"auto"/],
      ['en-GB', 409, /en-GB is the host's language \(en\)/],
    ] as const) {
      expect(await put(counter, '/language', { language })).toMatchObject({
        code,
        body: { error: expect.stringMatching(message) },
      });
    }
    expect((await statusOf(counter)).languages).toMatchObject({ guest: { code: 'fr', by: 'pinned' } });
  });

  it('is pinned by the command, which says what is wrong with a choice', async () => {
    const { command, ready } = await open();
    await ready();
    const pinned = await command('language', 'ES-mx');
    expect(pinned).toMatchObject({ code: 0, stderr: '' });
    expect(pinned.stdout).toMatch(/^host +en \(English\)\nguest +es-MX \(Mexican Spanish\), chosen/);
    for (const [args, message] of [
      [['spanish'], /"spanish" is no language code like "fr".*"auto"/],
      [['en-GB'], /en-GB is the host's language \(en\)/],
      [['de', '--side', 'host'], /languages\.host/],
      [['de', '--side', 'left'], /--side .*Allowed choices are guest, host/],
    ] as const) {
      const { code, stdout, stderr } = await command('language', ...args);
      expect(stderr).toMatch(message);
      expect(stdout).toBe('');
      expect(code).toBe(2);
    }
    expect((await command('language')).stdout).toBe(pinned.stdout);
    expect((await command('language', 'auto')).stdout).toMatch(/^guest +es \(Spanish\), configured/m);
  });

  it('is chosen as it was asked for where a country may have been meant, and the command says so', async () => {
    const { command, ready } = await open();
    await ready();
    const { code, stdout, stderr } = await command('language', 'se');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^guest +se \(Northern Sami\), chosen/m);
    expect(stderr).toMatch(/warning: "se" is Northern Sami; Swedish is "sv"/);
    expect((await command('language', 'jp')).stderr).toContain('did you mean "ja" (Japanese)?');
  });
});
