import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { type Counter, tap } from '../rig/counter.ts';
import { counters } from '../rig/counters.ts';
import { longAnswer } from '../rig/standin.ts';
import { spoken } from '../support/voices.ts';

/** What the daemon answers to commands, and does for them. The program `dragoman` is in test/control.rig.test.ts. */

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
      faults: [],
      languages: { host: 'en', guest: { code: 'es', by: 'default' } },
      volumePercent: 70,
      version: packageJson.version,
      uptimeS: expect.any(Number),
      vacant: true,
    });
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
  });
});

describe('a restart', () => {
  it('ends an idle daemon at once, for systemd to start it again', async () => {
    const counter = await open();
    await counter.ready();
    expect(await put(counter, '/restart', { when: 'vacant' })).toMatchObject({
      code: 200,
      body: { restarts: 'now' },
    });
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
    expect(await put(counter, '/restart', { when: 'vacant' })).toMatchObject({
      code: 200,
      body: { restarts: 'vacant' },
    });
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
    expect(await put(counter, '/restart', { when: 'now' })).toMatchObject({ body: { restarts: 'now' } });
    await counter.daemonEnds();
    expect(counter.running).toBe(false);
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
});
