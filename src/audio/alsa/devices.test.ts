import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { Rig, speech } from '../../../test/rig/playback.ts';
import { CardFiles, STICK } from '../../../test/rig/virtual/card-files.ts';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { PacedLoudspeaker } from '../loudspeaker/paced.ts';
import type { Output, OutputListener, Player } from '../loudspeaker/player.ts';
import { DeviceMissing } from './choice.ts';
import { AlsaDevices, type AlsaDevicesOptions, type Route } from './devices.ts';

const folder = temporaryFolders();
const before = process.env.ALSA_CONFIG_PATH;

beforeEach(() => {
  delete process.env.ALSA_CONFIG_PATH;
});
afterEach(() => {
  if (before !== undefined) process.env.ALSA_CONFIG_PATH = before;
});

function machine(options: Partial<AlsaDevicesOptions> = {}) {
  const root = folder();
  const cards = new CardFiles(root);
  const clock = new VirtualClock();
  const chosen: string[] = [];
  const devices = new AlsaDevices({
    microphone: {},
    loudspeaker: {},
    folder: path.join(root, 'run'),
    places: cards.places,
    clock,
    chosen: (direction, { id }) => chosen.push(`${direction} ${id}`),
    ...options,
  });
  const written = (device: 'microphone' | 'loudspeaker') =>
    readFileSync(path.join(root, 'run', `${device}-asound.conf`), 'utf8');
  return { cards, clock, chosen, devices, written, root };
}

const HDMI = { id: 'vc4hdmi0', pcms: ['pcmC0D0p'] };
const DEVICE = { id: 'Device', usbPort: '1-1.3', stream0: STICK };

describe('the device of a direction', () => {
  it('is looked up at each open, whatever number its card has', () => {
    const { cards, devices, written, root } = machine();
    cards.plug(0, HDMI);
    cards.plug(1, DEVICE);
    const first = devices.playback.resolve();
    expect(first).toMatchObject({
      device: 'dragoman_loudspeaker',
      environment: { ALSA_CONFIG_PATH: path.join(root, 'run', 'loudspeaker-alsa.conf') },
    });
    expect(written('loudspeaker')).toContain('dragoman_loudspeaker');
    devices.capture.resolve();
    expect(written('microphone')).toContain('dragoman_microphone');
    cards.unplug(1);
    cards.plug(1, DEVICE);
    expect(devices.playback.resolve().identity).not.toBe(first.identity);
    expect(devices.playback.resolve()).toEqual(devices.playback.resolve());
  });

  it('that is missing is said so, with what there is; the other direction works all the same', () => {
    const { cards, devices, written } = machine({ microphone: { card: 'usb:1-1.2' } });
    cards.plug(0, HDMI);
    expect(() => devices.capture.resolve()).toThrow(DeviceMissing);
    expect(() => devices.capture.resolve()).toThrow(
      'no card "usb:1-1.2" (microphone.card); there is vc4hdmi0',
    );
    devices.playback.resolve();
    expect(written('loudspeaker')).toContain('dragoman_loudspeaker');
    expect(() => written('microphone')).toThrow('ENOENT');
  });

  it('is told of when it is chosen and when it is plugged in again, not each time', () => {
    const { cards, devices, chosen } = machine();
    cards.plug(1, DEVICE);
    devices.capture.resolve();
    devices.playback.resolve();
    devices.playback.resolve();
    cards.unplug(1);
    cards.plug(1, DEVICE);
    devices.playback.resolve();
    expect(chosen).toEqual(['capture Device', 'playback Device', 'playback Device']);
  });

  it('is reported with a signal that is aborted when another card is chosen or nobody watches any more', () => {
    const signals: AbortSignal[] = [];
    const { cards, devices } = machine({ chosen: (_, __, signal) => signals.push(signal) });
    const aborted = () => signals.map((signal) => signal.aborted);
    cards.plug(1, DEVICE);
    const unwatch = devices.playback.watch(() => {});
    devices.playback.resolve();
    devices.playback.resolve();
    expect(aborted()).toEqual([false]);
    cards.unplug(1);
    expect(() => devices.playback.resolve()).toThrow();
    expect(aborted()).toEqual([true]);
    cards.plug(1, DEVICE);
    devices.playback.resolve();
    expect(aborted()).toEqual([true, false]);
    unwatch();
    expect(aborted()).toEqual([true, true]);
  });

  it('is what ALSA calls so where that is set: the recorder needs no configuration for it', () => {
    const { cards, devices, written, root, chosen } = machine({
      microphone: { device: 'dsnoop:CARD=Device' },
      loudspeaker: { device: 'null' },
    });
    cards.plug(1, DEVICE);
    expect(devices.capture.resolve()).toMatchObject({ device: 'dsnoop:CARD=Device', environment: {} });
    expect(existsSync(path.join(root, 'run'))).toBe(false);
    expect(devices.playback.resolve()).toMatchObject({
      device: 'null',
      environment: { ALSA_CONFIG_PATH: expect.any(String) },
    });
    expect(written('loudspeaker')).toContain('slave.pcm "null"');
    expect(chosen).toEqual(['capture Device']);
  });

  it.each(['hw:1,0', 'plughw:CARD=Device,DEV=0'])(
    'is hardware behind plug, whatever its rate and channels, where the microphone is named so (%s)',
    (device) => {
      const { cards, devices, written } = machine({ microphone: { device } });
      cards.plug(0, HDMI);
      expect(devices.capture.resolve()).toMatchObject({ device: 'dragoman_microphone', channels: 2 });
      expect(written('microphone')).toContain(`{ type plug slave.pcm "${device.replace('plug', '')}" }`);
      cards.plug(1, DEVICE);
      expect(devices.capture.resolve()).toMatchObject({ device: 'dragoman_microphone', channels: 1 });
    },
  );

  it.each([
    ['one channel of one', 1, undefined, 1, undefined],
    ['both of two', 2, undefined, 2, undefined],
    ['the first of six', 6, undefined, 1, 0],
    ['the one of six that is set', 6, 4, 1, 4],
    ['the one of two that is set', 2, 1, 1, 1],
  ])('is recorded in %s', (_, there, channel, recorded, only) => {
    const { cards, devices, written } = machine({ microphone: { channel } });
    cards.plug(1, { ...DEVICE, stream0: STICK.replaceAll('Channels: 1', `Channels: ${there}`) });
    expect(devices.capture.resolve().channels).toBe(recorded);
    expect(/ttable\.0\.(\d) 1/.exec(written('microphone'))?.[1]).toBe(
      only === undefined ? undefined : String(only),
    );
  });

  it('is missing where it has no such channel as is set', () => {
    const { cards, devices } = machine({ microphone: { channel: 6 } });
    cards.plug(1, { ...DEVICE, stream0: STICK.replaceAll('Channels: 1', 'Channels: 6') });
    expect(() => devices.capture.resolve()).toThrow(
      'Device (usb:1-1.3) has no channel 6 (microphone.channel): they are 0 to 5',
    );
  });

  it('is one channel of what ALSA calls so where a channel is set', () => {
    const { devices, written } = machine({ microphone: { device: 'array', channel: 3 } });
    expect(devices.capture.resolve()).toMatchObject({ device: 'dragoman_microphone', channels: 1 });
    expect(written('microphone')).toContain('{ type plug ttable.0.3 1 slave.pcm "array" }');
  });

  it("is ALSA's default where ALSA_CONFIG_PATH is set, and nothing is written", () => {
    process.env.ALSA_CONFIG_PATH = '/some/asound.conf';
    const { cards, devices, root } = machine();
    cards.plug(1, DEVICE);
    for (const routing of [devices.capture, devices.playback])
      expect(routing.resolve()).toMatchObject({ device: undefined, environment: {} });
    expect(existsSync(path.join(root, 'run'))).toBe(false);
    delete process.env.ALSA_CONFIG_PATH;
  });
});

describe('a card that comes or goes', () => {
  it('is told within a second, until nobody watches; then the files are gone too', () => {
    const { cards, clock, devices, root } = machine();
    let changes = 0;
    const stops = [devices.capture, devices.playback].map((routing) =>
      routing.watch(() => {
        changes += 1;
      }),
    );
    clock.advance(10_000);
    expect(changes).toBe(0);
    cards.plug(1, DEVICE);
    clock.advance(1000);
    expect(changes).toBe(2);
    cards.unplug(1);
    clock.advance(1000);
    expect(changes).toBe(4);
    cards.plug(0, HDMI);
    devices.playback.resolve();
    stops[0]?.();
    expect(existsSync(path.join(root, 'run'))).toBe(true);
    stops[1]?.();
    expect(existsSync(path.join(root, 'run'))).toBe(false);
    cards.plug(1, DEVICE);
    clock.advance(10_000);
    expect(changes).toBe(4);
  });
});

describe('the loudspeaker', () => {
  /** Opens at once what there is; a card that goes away is not noticed by it, as while nothing is written. */
  class PatientPlayer implements Player {
    readonly latencyMs = 0;
    readonly routes: Route[] = [];
    readonly #rig: Rig;
    constructor(rig: Rig) {
      this.#rig = rig;
    }
    open(listener: OutputListener, route: Route): Output {
      this.routes.push(route);
      this.#rig.clock.after(0, () => listener.ready());
      return {
        pid: undefined,
        waitingMs: 0,
        write: (samples) => this.#rig.play(samples, this.#rig.clock.now()),
        end: async () => {},
      };
    }
    async stop() {}
  }

  function desk() {
    const rig = new Rig();
    const player = new PatientPlayer(rig);
    const { cards, devices } = machine({ clock: rig.clock });
    const details: string[] = [];
    const loudspeaker = new PacedLoudspeaker(player, { clock: rig.clock, routing: devices.playback });
    const start = () =>
      loudspeaker.start({
        ...rig.listener,
        state: (state) => {
          rig.listener.state(state);
          if (state.kind === 'trouble') details.push(`${state.trouble}: ${state.detail}`);
        },
      });
    return { rig, player, cards, loudspeaker, details, start };
  }

  it('that is pulled out while idle is missed at once, and taken up within a second when it is back', async () => {
    const { rig, player, cards, details, start } = desk();
    cards.plug(1, DEVICE);
    start();
    await rig.clock.pass(60_000);
    cards.unplug(1);
    await rig.clock.pass(1000);
    expect(new Set(details)).toEqual(
      new Set(['missing: no card that can play; there is no sound card at all']),
    );
    // By now it would be tried again only every 10 s.
    await rig.clock.pass(120_000);
    cards.plug(2, DEVICE);
    await rig.clock.pass(1000);
    expect(rig.all('state').at(-1)).toEqual(['state', 'working']);
    expect(player.routes).toHaveLength(2);
  });

  it('that is not there at the start is taken up within a second when it comes', async () => {
    const { rig, player, cards, start } = desk();
    start();
    await rig.clock.pass(60_000);
    expect(rig.all('state').every(([, kind]) => kind === 'trouble')).toBe(true);
    expect(player.routes).toEqual([]);
    cards.plug(0, HDMI);
    await rig.clock.pass(1000);
    expect(rig.all('state').at(-1)).toEqual(['state', 'working']);
  });

  it('moves to the card that is meant when that is plugged in, and goes on with what plays', async () => {
    const { rig, player, cards, loudspeaker, start } = desk();
    cards.plug(0, HDMI);
    start();
    await rig.clock.pass(1000);
    const playback = loudspeaker.begin();
    playback.write(speech(2000));
    playback.end();
    await rig.clock.pass(500);
    cards.plug(1, DEVICE);
    await rig.clock.pass(4000);
    expect(player.routes).toHaveLength(2);
    expect(rig.all('state')).toEqual([['state', 'working']]);
    expect(rig.all('drained')).toHaveLength(1);
  });

  it('stays when another card comes or goes', async () => {
    const { rig, player, cards, start } = desk();
    cards.plug(1, DEVICE);
    start();
    await rig.clock.pass(1000);
    cards.plug(0, HDMI);
    await rig.clock.pass(1000);
    cards.unplug(0);
    await rig.clock.pass(1000);
    expect(player.routes).toHaveLength(1);
    expect(rig.all('state')).toEqual([['state', 'working']]);
  });
});
