import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import {
  letGo,
  PANEL_STATEMENTS,
  panelArguments,
  REMOVAL_STATEMENTS,
  type RemovableRig,
} from './rig/contracts/lines.ts';
import { monotonicMs } from './rig/real/clock.ts';
import { type Desk, startDesk } from './rig/real/desk.ts';
import type { DeskProcess } from './rig/real/processes.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';

/** The panel through both doors of the kernel, on the desk. */

/** A door that was chosen is the door that was named: one statement shows that it is. */
const CHOSEN = 'lights LEDs and reports presses';

describeWithDesk('the panel', () => {
  describe.each([
    { doors: ['sysfs'], door: 'sysfs' },
    { doors: ['chardev'], door: 'chardev' },
    // What the kernel lacks is left out by itself.
    { doors: ['chardev'], door: 'auto', which: CHOSEN },
    { doors: ['sysfs', 'chardev'], door: 'auto', which: CHOSEN },
  ] as const)('through $door where there is $doors', ({ doors, door, which = '' }) => {
    let desk: Desk;
    let rig: RemovableRig;
    const running: DeskProcess[] = [];
    beforeAll(async () => {
      desk = await startDesk({ sound: false, doors, buttons: { talk: 17, mute: 5 } });
      rig = {
        chip: undefined,
        now: monotonicMs,
        passes: (ms) => pause(ms),
        set: (line, level) => void desk.gpio.setLine(line, level),
        level: (line) => desk.gpio.level(line),
        start: (settings) => {
          const panel = desk.spawn('node', panelArguments(door, settings), { stdin: 'pipe' });
          running.push(panel);
          return panel;
        },
        setPresent: (present) => desk.gpio.setPresent(present),
      };
    });
    beforeEach(() => letGo(rig));
    afterEach(async () => {
      await Promise.all(running.splice(0).map((panel) => panel.kill()));
    });
    afterAll(async () => {
      await desk?.stop();
    });

    const statements = Object.entries({ ...PANEL_STATEMENTS, ...REMOVAL_STATEMENTS });
    it.each(statements.filter(([title]) => title.startsWith(which)))('%s', async (_, holds) => {
      await holds(rig);
    });
  });
});
