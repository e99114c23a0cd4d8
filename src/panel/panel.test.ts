import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import type { Led } from '../kiosk/shown/lights.ts';
import type { Look } from '../kiosk/shown/looks.ts';
import { Animator } from './animator.ts';
import { chosen, findChip, sysfsNumber, unexportLines } from './gpio-chip.ts';
import { outputsPersist } from './persistence.ts';

const OFF = { look: 'off' } as const;
const DARK: Record<Led, Look> = { talk: OFF, connection: OFF, trouble: OFF, host: OFF, guest: OFF };

describe('the animator', () => {
  it('writes only what changes, and rests when nothing moves', () => {
    const writes: [Led, boolean][] = [];
    const clock = new VirtualClock();
    const animator = new Animator(clock, (led, on) => void writes.push([led, on]));
    animator.show({ ...DARK, talk: { look: 'on' } });
    animator.show({ ...DARK, talk: { look: 'on' } });
    expect(writes).toEqual([
      ['talk', true],
      ['connection', false],
      ['trouble', false],
      ['host', false],
      ['guest', false],
    ]);
    expect(clock.pending).toEqual([]);
    animator.show({ ...DARK, connection: { look: 'slow blink' } });
    clock.advance(3200);
    expect(writes.filter(([led]) => led === 'connection').map(([, on]) => on)).toEqual([
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
    animator.stop();
    expect(clock.pending).toEqual([]);
  });
});

describe('outputs that nobody holds', () => {
  const temporary = temporaryFolders();

  async function kernel(driver: string, parameter: string) {
    const modules = temporary();
    const folder = path.join(modules, driver, 'parameters');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'persist_gpio_outputs'), `${parameter}\n`);
    return modules;
  }

  it('stay where the driver says so, on every model', async () => {
    expect(await outputsPersist(await kernel('pinctrl_bcm2835', 'Y'))).toBe(true);
    expect(await outputsPersist(await kernel('pinctrl_rp1', 'Y'))).toBe(true);
    expect(await outputsPersist(await kernel('pinctrl_bcm2835', 'N'))).toBe(false);
    expect(await outputsPersist(temporary())).toBe(false);
  });
});

describe('the GPIO chip', () => {
  const temporary = temporaryFolders();

  async function sysfs(...chips: [string, number, number][]) {
    const folder = temporary();
    for (const [label, base, lines] of chips) {
      const chip = path.join(folder, `gpiochip${base}`);
      await mkdir(chip);
      await writeFile(path.join(chip, 'label'), `${label}\n`);
      await writeFile(path.join(chip, 'base'), `${base}\n`);
      await writeFile(path.join(chip, 'ngpio'), `${lines}\n`);
    }
    return folder;
  }

  it('is found by its label, whatever number its lines begin with', async () => {
    const folder = await sysfs(['raspberrypi-exp-gpio', 570, 8], ['pinctrl-bcm2711', 512, 58]);
    const chip = await findChip(undefined, folder);
    expect(sysfsNumber(chip, 17)).toBe(529);
    expect(() => sysfsNumber(chip, 58)).toThrow('lines 0 to 57');
    expect(sysfsNumber(await findChip('raspberrypi-exp-gpio', folder), 1)).toBe(571);
  });

  it('may be on other boards of Raspberry Pi called otherwise', () => {
    for (const label of ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1']) {
      const chips = ['gpio-brcmstb@107d508500', label, 'raspberrypi-exp-gpio'].map((one) => ({
        label: one,
        lines: 54,
      }));
      expect(chosen(chips, undefined, 'here').label).toBe(label);
    }
  });

  it('that is not there is an error that names those that are', async () => {
    await expect(findChip(undefined, await sysfs(['other', 0, 4]))).rejects.toThrow('there is other');
    await expect(findChip('x', await sysfs())).rejects.toThrow('there is no chip at all');
    await expect(findChip(undefined, '/nowhere')).rejects.toThrow('no GPIO in sysfs');
  });

  it('is given back the lines that are exported, and no others', async () => {
    const folder = await sysfs(['pinctrl-bcm2711', 512, 58]);
    await mkdir(path.join(folder, 'gpio529'));
    await unexportLines(undefined, [4, 17, 22], folder);
    expect(await readFile(path.join(folder, 'unexport'), 'utf8')).toBe('529');
    await unexportLines(undefined, [17], '/nowhere');
  });
});
