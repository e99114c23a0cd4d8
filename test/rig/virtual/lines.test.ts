import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Led } from '../../../src/kiosk/shown/lights.ts';
import type { Look } from '../../../src/kiosk/shown/looks.ts';
import { GpioPanel, type GpioPanelSettings } from '../../../src/panel/gpio-panel.ts';
import {
  BUTTONS,
  LEDS,
  letGo,
  PANEL_STATEMENTS,
  type PanelLine,
  type PanelProcess,
  REMOVAL_STATEMENTS,
  type RemovableRig,
} from '../contracts/lines.ts';
import { VirtualClock } from './clock.ts';
import { eventsOn } from './events.ts';
import { VirtualGpio } from './lines.ts';

/** The panel of panel-program.ts, in this process and in virtual time. */
function panelOver(
  gpio: VirtualGpio,
  clock: VirtualClock,
  settings: GpioPanelSettings,
): PanelProcess & { stop(): Promise<void> } {
  const lines = eventsOn<PanelLine>(clock, 'panel', ({ text }) => text);
  const all: PanelLine[] = [];
  const write = (text: string) => {
    const line = { text, atMs: clock.now() };
    all.push(line);
    lines.push(line);
  };
  const { promise: exited, resolve } = Promise.withResolvers<{ code: number }>();
  const panel = new GpioPanel(settings, gpio.openLines, clock);
  panel.start({
    button: (role, down, atMs) => write(`button ${role} ${down ? 'down' : 'up'} ${atMs}`),
    chatter: (roles) => write(`chatter ${roles.join(' ') || 'none'}`),
    state: (working, detail) => write(`panel ${working ? 'works' : 'fails'} ${detail}`),
  });
  const stop = async () => {
    await panel.stop();
    write('stopped');
    resolve({ code: 0 });
  };
  return {
    write: (text) => {
      if (text === 'stop\n') void stop();
      else panel.show(JSON.parse(text) as Record<Led, Look>);
    },
    nextLine: (text, timeoutMs) => lines.next((line) => line.text.includes(text), timeoutMs),
    output: { all },
    signal: () => {}, // what happens at one moment of the clock, the panel looks at afterwards
    exited,
    stop,
  };
}

describe('the panel over simulated lines', () => {
  let clock: VirtualClock;
  let rig: RemovableRig;
  const running: { stop(): Promise<void> }[] = [];
  beforeEach(() => {
    clock = new VirtualClock({ startMs: 500 });
    const gpio = new VirtualGpio(clock);
    rig = {
      chip: undefined,
      now: () => clock.now(),
      passes: (ms) => clock.pass(ms),
      set: (line, level) => void gpio.setLine(line, level),
      level: (line) => gpio.level(line),
      setPresent: (present) => gpio.setPresent(present),
      start: (settings) => {
        const panel = panelOver(gpio, clock, settings);
        running.push(panel);
        return panel;
      },
    };
    letGo(rig);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((panel) => panel.stop()));
    clock.stop();
  });

  it.each(Object.entries({ ...PANEL_STATEMENTS, ...REMOVAL_STATEMENTS }))('%s', async (_, holds) => {
    await holds(rig);
  });
});

describe('the simulated lines', () => {
  const settings: GpioPanelSettings = {
    chip: undefined,
    buttons: BUTTONS,
    leds: LEDS,
    buttonsActiveLow: true,
    ledsActiveLow: false,
  };
  const dark = Object.fromEntries(Object.keys(LEDS).map((led) => [led, { look: 'off' }])) as Record<
    Led,
    Look
  >;

  function deskWith(options: { readonly lateMs?: number } = {}) {
    const clock = new VirtualClock();
    const gpio = new VirtualGpio(clock, { buttons: BUTTONS, leds: LEDS, ...options });
    const told: string[] = [];
    const panel = new GpioPanel(settings, gpio.openLines, clock);
    panel.start({
      button: (role, down, atMs) => told.push(`${role} ${down ? 'down' : 'up'} ${atMs}`),
      chatter: (roles) => told.push(`chatter ${roles.join(' ') || 'none'} ${clock.now()}`),
      state: (working, detail) => told.push(`${working ? 'works' : detail} ${clock.now()}`),
    });
    return { clock, gpio, told, panel };
  }

  it('report a press and a release at their times, by name', async () => {
    const { clock, gpio, told } = deskWith();
    await clock.pass(1000);
    expect(gpio.press('talk')).toBe(1000);
    await clock.pass(500);
    expect(gpio.release('talk')).toBe(1500);
    await clock.pass(100);
    expect(told).toEqual(['works 0', 'mute up 15', 'talk down 1000', 'talk up 1500']);
  });

  it('bounce over the time asked for', async () => {
    const { clock, gpio, told } = deskWith();
    await clock.pass(100);
    expect(gpio.bounce('talk', 29, 29)).toBe(128);
    await clock.pass(200);
    expect(told).toEqual(['works 0', 'mute up 15', 'talk down 100']);
  });

  it('show LEDs by name, each change once and at its time', async () => {
    const { clock, gpio, panel } = deskWith();
    await clock.pass(100);
    panel.show({ ...dark, connection: { look: 'fast blink' } });
    expect(await gpio.nextLed()).toEqual({ name: 'connection', line: 27, lit: true, atMs: 100 });
    expect(gpio.led('connection')).toBe(true);
    expect(await gpio.nextLed()).toMatchObject({ name: 'connection', lit: false, atMs: 300 });
    await gpio.untilLed('connection', true);
    expect(clock.now()).toBe(500);
    await expect(gpio.untilLed('talk', true, 3000)).rejects.toThrow('nothing that fits within 3000 ms');
    expect(clock.now()).toBe(3500);
    expect(() => gpio.led('rocket')).toThrow('no LED "rocket": talk, connection, trouble');
  });

  it('keep a bounded history of the LEDs', async () => {
    const { clock, gpio, panel } = deskWith();
    panel.show({ ...dark, connection: { look: 'fast blink' } });
    await clock.pass(600_000);
    expect(gpio.changes.all).toHaveLength(1000);
    expect(gpio.changes.all.at(-1)?.atMs).toBe(599_800);
  });

  it('can not be opened for as long as udev takes', async () => {
    const { clock, told } = deskWith({ lateMs: 600 });
    await clock.pass(2000);
    expect(told).toEqual([
      'EACCES: permission denied, open the lines 0',
      'EACCES: permission denied, open the lines 250',
      'works 750',
      'mute up 765',
    ]);
  });

  it('are not there while the GPIO is away', async () => {
    const { clock, gpio, told } = deskWith();
    await clock.pass(100);
    gpio.setPresent(false);
    await clock.pass(1000);
    gpio.setPresent(true);
    gpio.refuse(500);
    await clock.pass(5000);
    expect(told).toEqual([
      'works 0',
      'mute up 15',
      'ENODEV: no such device, the lines have gone 100',
      'no GPIO: there is no chip at all 350',
      'no GPIO: there is no chip at all 850',
      expect.stringMatching(/^works/),
      expect.stringMatching(/^mute up/),
    ]);
  });

  it('belong to one panel at a time', async () => {
    const { clock, gpio, panel } = deskWith();
    await clock.pass(10);
    const wanted = { ...settings, buttons: [17], leds: new Map() };
    const listener = { moved: () => {}, failed: () => {} };
    await expect(gpio.openLines(wanted, listener)).rejects.toThrow('EBUSY: line 17 is in use');
    await panel.stop();
    expect(gpio.led('trouble')).toBe(true);
    const lines = await gpio.openLines(wanted, listener);
    expect(lines.pressed(17)).toBe(false);
  });
});
