import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dragomanInProcess } from '../../../../test/rig/command.ts';
import { temporaryFolders } from '../../../../test/rig/folders.ts';
import { VirtualClock } from '../../../../test/rig/virtual/clock.ts';
import { VirtualGpio, type VirtualGpioOptions } from '../../../../test/rig/virtual/lines.ts';
import { setLights } from './lights.ts';

/** `dragoman lights`, as systemd calls it where no daemon is. Over the kernel's lines: test/lights.test.ts. */

const LINES = { talk: 22, connection: 27, trouble: 23, 'language-es': 24 };
const WIRING = `[panel.leds]\ntalk = 22\nconnection = 27\nreconnect = 23\nlanguages.es = 24\n`;

const folder = temporaryFolders();
const clocks: VirtualClock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

function panel(options: VirtualGpioOptions & { readonly persistent?: boolean } = {}) {
  const clock = new VirtualClock();
  clock.runFreely();
  clocks.push(clock);
  const gpio = new VirtualGpio(clock, { leds: LINES, ...options });
  // Lines that nobody drives are inputs, and their pull-up resistors light nothing: low, as the LEDs have them.
  for (const line of Object.values(LINES)) gpio.setLine(line, 0);
  const config = path.join(folder(), 'dragoman.toml');
  const outputsPersist = async () => options.persistent ?? true;
  return {
    clock,
    gpio,
    /** @returns what is wrong */
    lights: (look: 'boot' | 'dead', toml = WIRING) => {
      writeFileSync(config, toml);
      const ports = { clock, lines: () => gpio.openLines, outputsPersist };
      return setLights(look, { config }, ports);
    },
    lit: () =>
      Object.entries(LINES)
        .filter(([, line]) => gpio.level(line) === 1)
        .map(([led]) => led),
  };
}

describe('dragoman lights', () => {
  it('lights all for the start, and only that of trouble for the end', async () => {
    const { lights, lit } = panel();
    expect(await lights('boot')).toBeUndefined();
    expect(lit()).toEqual(Object.keys(LINES));
    expect(await lights('dead')).toBeUndefined();
    expect(lit()).toEqual(['trouble']);
  });

  it('darkens an LED that a line at ground lights, without a flash of it', async () => {
    const { gpio, lights, lit } = panel();
    const active = '[panel]\nleds_active_low = true\n';
    await lights('boot', active + WIRING);
    expect(lit()).toEqual([]);
    await lights('dead', active + WIRING);
    expect(lit()).toEqual(['talk', 'connection', 'language-es']);
    // What is so already does not change even for a moment.
    const changes = gpio.changes.all.length;
    await lights('dead', active + WIRING);
    expect(gpio.changes.all.slice(changes)).toEqual([]);
  });

  it('waits for lines that udev has not released yet, for two seconds', async () => {
    const soon = panel({ lateMs: 1900 });
    expect(await soon.lights('dead')).toBeUndefined();
    expect(soon.lit()).toEqual(['trouble']);
    const never = panel({ lateMs: 60_000 });
    expect(await never.lights('dead')).toMatch(/the lights stay as they are: EACCES/);
    expect(never.clock.now()).toBeLessThan(2100);
  });

  it('says where the kernel lets go of the lines', async () => {
    const { lights } = panel({ persistent: false });
    expect(await lights('dead')).toContain('only while something holds their lines');
  });

  it('says that there is no GPIO, and that is no error', async () => {
    const { gpio, lights } = panel();
    gpio.setPresent(false);
    expect(await lights('dead')).toMatch(/the lights stay as they are: no GPIO/);
  });

  it('says what is wrong with the configuration, and that is no error', async () => {
    const { lights } = panel();
    expect(await lights('dead', '[panel.leds]\ntalk = "x"\n')).toMatch(
      /the lights stay as they are: .*panel\.leds\.talk/s,
    );
  });

  it('knows no third look', async () => {
    const { code, stderr } = await dragomanInProcess(['lights', 'merry']);
    expect(stderr).toContain("'merry' is invalid");
    expect(code).toBe(2);
  });

  it('reports for programs what is wrong', async () => {
    const config = path.join(folder(), 'dragoman.toml');
    writeFileSync(config, '[nonsense]\n');
    const { code, stdout } = await dragomanInProcess(['lights', 'dead', '--json', '--config', config]);
    expect(JSON.parse(stdout)).toEqual({ look: 'dead', problem: expect.stringContaining('nonsense') });
    expect(code).toBe(0);
  });
});
