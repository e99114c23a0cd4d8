import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Led } from '../../../src/kiosk/shown/lights.ts';
import { FAST, type Look, ON } from '../../../src/kiosk/shown/looks.ts';
import type { GpioPanelSettings } from '../../../src/panel/gpio-panel.ts';
import type { GpioDoor } from '../../../src/panel/open-lines.ts';
import type { Level } from '../wires.ts';
import type { PanelProgramSettings } from './panel-program.ts';

/**
 * What holds of the panel over any lines: through either door of the kernel at the real desk (test/panel.rig.test.ts) and
 * in a virtual machine with the real kernel and the real libgpiod (test/machine/panel-check.ts), and over the simulated
 * lines (test/rig/virtual/lines.test.ts).
 */

/** The wires of a panel, from the other end. All times are in milliseconds of `now`. */
export interface PanelRig {
  /** Label of the chip; undefined for the header of a Raspberry Pi. */
  readonly chip: string | undefined;
  now(): number;
  /** Lets time pass. */
  passes(ms: number): Promise<void>;
  /** Puts a button's line to a level. */
  set(line: number, level: Level): void;
  /** The level of a line now. */
  level(line: number): Level;
  /** Starts a panel; it is ended after the statement. */
  start(settings: GpioPanelSettings): PanelProcess;
}

/** A panel that runs, mostly in a process of its own: see panel-program.ts for what it reads and writes. */
export interface PanelProcess {
  write(text: string): void;
  /** The next line that contains it. @throws Error after `timeoutMs` */
  nextLine(text: string, timeoutMs: number): Promise<PanelLine>;
  /** All that was written. */
  readonly output: { readonly all: readonly PanelLine[] };
  /** What happens while it is stopped comes to it afterwards. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  readonly exited: Promise<{ readonly code: number | null }>;
}

export interface PanelLine {
  readonly text: string;
  /** When it was written. */
  readonly atMs: number;
}

/** One whose GPIO can be taken away and brought back. */
export interface RemovableRig extends PanelRig {
  readonly setPresent: (present: boolean) => void;
}

export const BUTTONS = { talk: 17, mute: 5 } as const;
export const LEDS = { talk: 22, connection: 27, trouble: 23 } as const;

/** An emulated machine on a busy one takes 10 s to start a program. */
const PATIENCE_MS = 60_000;

const PROGRAM = fileURLToPath(new URL('panel-program.ts', import.meta.url));

/** A panel in a process of its own, as arguments for Node. */
export function panelArguments(door: GpioDoor, settings: GpioPanelSettings): string[] {
  return [PROGRAM, JSON.stringify({ door, ...settings } satisfies PanelProgramSettings)];
}

export const PANEL_STATEMENTS: Readonly<Record<string, (rig: PanelRig) => Promise<void>>> = {
  'lights LEDs and reports presses, at the time of the press': async (rig) => {
    const panel = await working(rig);
    shows(panel, { talk: ON });
    await becomes(rig, LEDS.talk, 1);
    deepEqual([rig.level(LEDS.connection), rig.level(LEDS.trouble)], [0, 0]);
    for (const [level, way] of [
      [0, 'down'],
      [1, 'up'],
    ] as const) {
      const beforeMs = rig.now();
      rig.set(BUTTONS.talk, level);
      const { text, atMs } = await next(panel, 'button');
      equal(text.split(' ').slice(0, 3).join(' '), `button talk ${way}`);
      const toldMs = Number(text.split(' ')[3]);
      // A millisecond for what lies between two readings of two clocks.
      ok(
        toldMs > beforeMs - 1 && toldMs < atMs + 1,
        `pressed at ${beforeMs}, told as of ${toldMs}, at ${atMs}`,
      );
    }
  },

  'takes a contact that bounces while the process is busy for one press and one release': async (rig) => {
    const panel = await working(rig);
    for (const level of [0, 1] as const) {
      panel.signal('SIGSTOP');
      for (let edge = 0; edge < 29; edge++) {
        rig.set(BUTTONS.talk, edge % 2 === 0 ? level : level === 0 ? 1 : 0);
      }
      panel.signal('SIGCONT');
      await next(panel, 'button');
    }
    // The report of another button comes after all reports of this one.
    rig.set(BUTTONS.mute, 0);
    await next(panel, 'mute down');
    deepEqual(told(panel), ['button talk down', 'button talk up', 'button mute down']);
  },

  'reports a line that never rests and no press of it; presses again when it rests': async (rig) => {
    const panel = await working(rig);
    // Faster than mains hum: it takes a pause of a second, not of 15 ms, to make a press of it.
    const swings = async (on: () => boolean) => {
      for (let level: Level = 0; on(); level = level === 0 ? 1 : 0) {
        rig.set(BUTTONS.talk, level);
        await rig.passes(2);
      }
    };
    const untilMs = rig.now() + PATIENCE_MS;
    await swings(() => {
      ok(rig.now() < untilMs, 'nothing is told of a line that never rests');
      return panel.output.all.every(({ text }) => text !== 'chatter talk');
    });
    const before = told(panel);
    notEqual(before.at(-1), 'button talk down');
    let more = 100;
    await swings(() => more-- > 0);
    rig.set(BUTTONS.talk, 1);
    await next(panel, 'chatter none');
    deepEqual(told(panel), before);
    rig.set(BUTTONS.talk, 0);
    await next(panel, 'button talk down');
  },

  'hears of a switch that is on from before the start': async (rig) => {
    rig.set(BUTTONS.mute, 0);
    const panel = started(rig);
    await next(panel, 'button mute down');
    rig.set(BUTTONS.mute, 1);
    await next(panel, 'button mute up');
    deepEqual(told(panel), ['button mute up']);
  },

  'says after the start where a switch is, which is off': async (rig) => {
    const panel = started(rig);
    await next(panel, 'button mute up');
  },

  blinks: async (rig) => {
    const panel = await working(rig);
    shows(panel, { connection: FAST, talk: ON });
    for (const level of [1, 0, 1, 0] as const) await becomes(rig, LEDS.connection, level);
    equal(rig.level(LEDS.talk), 1);
  },

  'understands buttons to 3.3 V and LEDs that a line at ground lights': async (rig) => {
    rig.set(BUTTONS.talk, 0);
    rig.set(BUTTONS.mute, 0);
    const panel = await working(rig, { buttonsActiveLow: false, ledsActiveLow: true });
    shows(panel, { talk: ON });
    await becomes(rig, LEDS.talk, 0);
    deepEqual([rig.level(LEDS.connection), rig.level(LEDS.trouble)], [1, 1]);
    rig.set(BUTTONS.talk, 1);
    await next(panel, 'button talk down');
    rig.set(BUTTONS.talk, 0);
    await next(panel, 'button talk up');
  },

  'leaves the look of a dead desk when it stops': async (rig) => {
    const panel = await working(rig);
    shows(panel, { talk: ON, connection: ON });
    await becomes(rig, LEDS.connection, 1);
    panel.write('stop\n');
    await next(panel, 'stopped');
    deepEqual(
      Object.values(LEDS).map((line) => rig.level(line)),
      [0, 0, 1],
    );
    rig.set(BUTTONS.talk, 0);
    equal(await panel.exited.then(({ code }) => code), 0);
    deepEqual(told(panel), []);
  },
};

export const REMOVAL_STATEMENTS: Readonly<Record<string, (rig: RemovableRig) => Promise<void>>> = {
  'says so when the GPIO goes, and takes it back with what the LEDs showed': async (rig) => {
    const panel = await working(rig);
    shows(panel, { talk: ON });
    await becomes(rig, LEDS.talk, 1);
    rig.setPresent(false);
    rig.set(BUTTONS.talk, 0);
    await next(panel, 'panel fails');
    rig.set(BUTTONS.talk, 1);
    rig.setPresent(true);
    await next(panel, 'panel works');
    await becomes(rig, LEDS.talk, 1);
    rig.set(BUTTONS.talk, 0);
    await next(panel, 'button talk down');
  },

  'reports a switch that is turned back while the GPIO is gone, and a button that is still down': async (
    rig,
  ) => {
    const panel = await working(rig);
    rig.set(BUTTONS.mute, 0);
    await next(panel, 'button mute down');
    rig.set(BUTTONS.talk, 0);
    await next(panel, 'button talk down');
    rig.setPresent(false);
    rig.set(BUTTONS.mute, 1);
    await next(panel, 'panel fails');
    rig.setPresent(true);
    await next(panel, 'panel works');
    await next(panel, 'button talk down');
    await next(panel, 'button mute up');
  },
};

/** Every button released: the state before each statement. */
export function letGo(rig: PanelRig): void {
  for (const line of Object.values(BUTTONS)) rig.set(line, 1);
}

function started(rig: PanelRig, wiring: Partial<GpioPanelSettings> = {}): PanelProcess {
  return rig.start({
    chip: rig.chip,
    buttons: BUTTONS,
    leds: LEDS,
    buttonsActiveLow: true,
    ledsActiveLow: false,
    ...wiring,
  });
}

async function working(rig: PanelRig, wiring?: Partial<GpioPanelSettings>): Promise<PanelProcess> {
  const panel = started(rig, wiring);
  await next(panel, 'panel works');
  await next(panel, 'button mute');
  return panel;
}

function shows(panel: PanelProcess, looks: Partial<Record<Led, Look>>): void {
  const dark = Object.fromEntries(Object.keys(LEDS).map((led) => [led, { look: 'off' }]));
  panel.write(`${JSON.stringify({ ...dark, ...looks })}\n`);
}

/** All that was written of buttons, without the times, after where the switch was at the start. */
function told(panel: PanelProcess): string[] {
  return panel.output.all
    .map(({ text }) => text.split(' ').slice(0, 3).join(' '))
    .filter((text) => text.startsWith('button'))
    .slice(1);
}

function next(panel: PanelProcess, text: string): Promise<PanelLine> {
  return panel.nextLine(text, PATIENCE_MS);
}

async function becomes(rig: PanelRig, line: number, level: Level): Promise<void> {
  const untilMs = rig.now() + PATIENCE_MS;
  while (rig.level(line) !== level) {
    ok(rig.now() < untilMs, `line ${line} did not become ${level}`);
    await rig.passes(2);
  }
}
