import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DRAGOMAN } from './rig/real/counter.ts';
import { type Desk, startDesk } from './rig/real/desk.ts';
import type { DeskProcess } from './rig/real/processes.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';

/** `dragoman lights` over the kernel's lines, in a process of its own. The rest is in src/cli/commands/repair/lights.test.ts. */

const LINES = { talk: 22, connection: 27, trouble: 23, 'language-es': 24 };
const WIRING = `[panel.leds]\ntalk = 22\nconnection = 27\nreconnect = 23\nlanguages.es = 24\n`;

describeWithDesk('dragoman lights', () => {
  let desk: Desk;

  function lights(look: string, toml = WIRING): DeskProcess {
    const config = path.join(desk.folder, 'dragoman.toml');
    writeFileSync(config, toml);
    return desk.spawn(process.execPath, [DRAGOMAN, 'lights', look, '--config', config]);
  }
  const lit = () =>
    Object.entries(LINES)
      .filter(([, line]) => desk.gpio.level(line) === 1)
      .map(([led]) => led);
  const errors = ({ errors: { all } }: DeskProcess) => all.map(({ text }) => text).join('\n');

  describe.each(['sysfs', 'chardev'] as const)('through %s', (door) => {
    beforeAll(async () => {
      desk = await startDesk({ sound: false, doors: [door], leds: LINES });
    });
    afterAll(async () => {
      await desk?.stop();
    });

    it('lights all for the start, and only that of trouble for the end', async () => {
      expect((await lights('boot').exited).code).toBe(0);
      expect(lit()).toEqual(Object.keys(LINES));
      expect((await lights('dead').exited).code).toBe(0);
      expect(lit()).toEqual(['trouble']);
    });

    it('darkens an LED that a line at ground lights, without a flash of it', async () => {
      const active = '[panel]\nleds_active_low = true\n';
      await lights('boot', active + WIRING).exited;
      expect(lit()).toEqual([]);
      await lights('dead', active + WIRING).exited;
      expect(lit()).toEqual(['talk', 'connection', 'language-es']);
      // What is so already does not change even for a moment.
      const changes = desk.gpio.changes.all.length;
      await lights('dead', active + WIRING).exited;
      expect(desk.gpio.changes.all.slice(changes)).toEqual([]);
    });

    if (door === 'sysfs') return;
    it('says where the kernel lets go of the lines, and fails no unit for it', async () => {
      desk.gpio.letGoOfOutputs();
      const dead = lights('dead');
      expect((await dead.exited).code).toBe(0);
      expect(errors(dead)).toContain('only while something holds their lines');
    });
  });
});
