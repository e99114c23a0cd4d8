import { createInterface } from 'node:readline';
import { REAL_TIME } from '../../../src/base/time.ts';
import type { Led } from '../../../src/kiosk/shown/lights.ts';
import type { Look } from '../../../src/kiosk/shown/looks.ts';
import { GpioPanel, type GpioPanelSettings } from '../../../src/panel/gpio-panel.ts';
import { kernelOriginMs } from '../../../src/panel/kernel-clock.ts';
import { type GpioDoor, linesThrough } from '../../../src/panel/open-lines.ts';

/**
 * The panel in a process of its own: `panel-program.ts SETTINGS`, JSON. A line of its input is what the LEDs show,
 * JSON too, or `stop`. Its output, a line each, times in milliseconds of CLOCK_MONOTONIC:
 *   panel works|fails DETAIL | button ROLE down|up TIME | chatter ROLES|none | stopped
 */
export interface PanelProgramSettings extends GpioPanelSettings {
  readonly door: GpioDoor;
}

const { door, ...settings } = JSON.parse(process.argv[2] ?? '{}') as PanelProgramSettings;
const ORIGIN_MS = kernelOriginMs(REAL_TIME);
const panel = new GpioPanel(settings, linesThrough(door, REAL_TIME), REAL_TIME);
panel.start({
  button: (role, down, atMs) => {
    process.stdout.write(`button ${role} ${down ? 'down' : 'up'} ${ORIGIN_MS + atMs}\n`);
  },
  chatter: (roles) => process.stdout.write(`chatter ${roles.join(' ') || 'none'}\n`),
  state: (working, detail) => process.stdout.write(`panel ${working ? 'works' : 'fails'} ${detail}\n`),
});

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') break;
  panel.show(JSON.parse(line) as Record<Led, Look>);
}
await panel.stop();
process.stdout.write('stopped\n');
process.stdin.destroy(); // nothing else may keep the process alive now
