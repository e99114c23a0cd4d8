import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dragomanInProcess } from '../../test/rig/command.ts';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { parseConfig } from '../system/config/load.ts';
import { HEADER, nearest, pinOf } from '../system/header.ts';
import { wiringText } from './wiring.ts';

const wiring = (toml: string) => wiringText(parseConfig(toml, 'test.toml'));

/** The row of the drawing that begins with an odd pin. */
function row(text: string, pin: number): string {
  return (
    text
      .split('\n')
      .find((line) => line.includes(`(${String(pin).padStart(2)})`))
      ?.trim() ?? ''
  );
}

/** Notes and table as flowing text. */
const flowing = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('the header', () => {
  it('has every BCM number from 0 to 27 once, eight grounds and the four supplies', () => {
    const lines = HEADER.flatMap(({ line }) => (line === undefined ? [] : [line]));
    expect(lines.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 28 }, (_, line) => line));
    const named = (name: string) => HEADER.filter((pin) => pin.name === name).map(({ pin }) => pin);
    expect(named('GND')).toEqual([6, 9, 14, 20, 25, 30, 34, 39]);
    expect(named('3.3 V')).toEqual([1, 17]);
    expect(named('5 V')).toEqual([2, 4]);
  });

  it.each([
    [2, 3],
    [17, 11],
    [18, 12],
    [27, 13],
    [21, 40],
    [26, 37],
  ])('has GPIO%i on pin %i', (line, pin) => {
    expect(pinOf(line)?.pin).toBe(pin);
  });

  it.each([
    [11, 9],
    [16, 14],
    [40, 39],
    [22, 20],
    [1, 6],
  ])('has for pin %i its nearest ground on pin %i', (pin, ground) => {
    expect(nearest(pin, 'GND')).toBe(ground);
  });
});

describe('dragoman wiring', () => {
  it('draws the configured pins where they are, in 80 columns', () => {
    const text = wiring(
      '[panel.buttons]\ntalk = 17\n[panel.leds]\ntalk = 22\nlanguages = { "pt-BR" = 24 }\n',
    );
    expect(row(text, 11)).toBe('button talk ══ GPIO17 (11)(12) GPIO18');
    expect(row(text, 15)).toBe('LED talk ══ GPIO22 (15)(16) GPIO23 ══ LED trouble');
    expect(row(text, 17)).toBe('3.3 V (17)(18) GPIO24 ══ LED language pt-BR');
    expect(text.match(/\([ \d]\d\)\([ \d]\d\)/g)).toHaveLength(20);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('tells how each is wired, to the nearest ground, and which pull the button needs', () => {
    const text = flowing(wiring('[panel.buttons]\ntalk = 17\nmute = 26\n[panel.leds]\ntalk = 22\n'));
    expect(text).toContain('button talk GPIO17 11 button to ground (pin 9)');
    expect(text).toContain('button mute GPIO26 37 button to ground (pin 39)');
    expect(text).toContain('LED talk GPIO22 15 330 ohm and LED to ground (pin 14)');
    expect(text).toContain('long leg towards the pin');
    expect(text).toContain('Buttons need a pull-up.');
    expect(text).toContain('gpio=17,26=ip,pu in config.txt');
  });

  it('turns round what is wired the other way', () => {
    const text = flowing(
      wiring(
        '[panel]\nbuttons_active_low = false\nleds_active_low = true\n[panel.buttons]\ntalk = 26\n[panel.leds]\ntalk = 22\n',
      ),
    );
    expect(text).toContain('button talk GPIO26 37 button to 3.3 V (pin 17)');
    expect(text).toContain('LED talk GPIO22 15 330 ohm and LED to 3.3 V (pin 17)');
    expect(text).toContain('long leg towards 3.3 V');
    expect(text).toContain('Buttons need a pull-down.');
    expect(text).toContain('gpio=26=ip,pd in config.txt');
  });

  it('names pins that something else uses', () => {
    const text = wiring('[panel.buttons]\nrepeat = 3\n[panel.leds]\ntalk = 14\nhost = 0\nguest = 22\n');
    expect(flowing(text)).toContain('GPIO3 (button repeat): is I2C 1');
    expect(flowing(text)).toContain('GPIO14 (LED talk): is the serial console');
    expect(flowing(text)).toContain('GPIO0 (LED host): is for the ID EEPROM');
    expect(text).not.toContain('(LED guest):');
  });

  it('draws no header where there is none to wire', () => {
    expect(wiring('[panel]\ndriver = "terminal"\n')).toContain('nothing to wire');
    const other = wiring('[panel]\nchip = "expander"\n[panel.buttons]\ntalk = 3\n');
    expect(other).toContain('"expander"');
    expect(other).toContain('button talk: line 3');
    expect(other).not.toContain('GND');
  });
});

describe('dragoman wiring --out', () => {
  const folder = temporaryFolders();
  const drawn = async (toml: string) => {
    const [config, out] = [path.join(folder(), 'dragoman.toml'), path.join(folder(), 'wiring.svg')];
    await writeFile(config, toml);
    const ran = await dragomanInProcess(['wiring', '--config', config, '--out', out]);
    return { ...ran, svg: await readFile(out, 'utf8').catch(() => '') };
  };
  const PARTS = '[panel.buttons]\ntalk = 17\nmute = 26\n[panel.leds]\nlanguages = { "pt-BR" = 24 }\n';

  it('draws the header, and every button and LED with two wires, one of its own colour', async () => {
    const { code, svg } = await drawn(PARTS);
    expect(code).toBe(0);
    expect(svg).toMatch(/^<\?xml[\s\S]*<svg [\s\S]*<\/svg>\n$/);
    for (const { pin } of HEADER) expect(svg).toContain(`>${pin}</text>`);
    const parts = [
      'button talk',
      'button mute',
      'LED talk',
      'LED connection',
      'LED trouble',
      'LED language pt-BR',
    ];
    for (const part of parts) expect(svg).toContain(`>${part}</text>`);
    const colours = [...svg.matchAll(/<g>\s*<path class="wire" stroke="(#\w+)"/g)].map(
      ([, colour]) => colour,
    );
    expect(new Set(colours).size).toBe(parts.length);
    expect(svg).not.toMatch(/undefined|NaN/);
  });

  it('gives each LED a resistor, and its long leg towards plus', async () => {
    const heights = async (toml: string) => {
      const { svg } = await drawn(toml);
      expect(svg.match(/class="resistor"/g)).toHaveLength(3);
      expect(svg.match(/\+ long leg/g)).toHaveLength(3);
      const at = (pattern: RegExp) => Number(pattern.exec(svg)?.[1]);
      return at(/y="([\d.]+)"[^>]*>\+ long leg/) - at(/class="resistor"[^>]* y="([\d.]+)"/);
    };
    // The resistor lies on the pin's wire, which is the upper one.
    expect(await heights('')).toBeLessThan(10);
    expect(await heights('[panel]\nleds_active_low = true\n')).toBeGreaterThan(20);
  });

  it('wires buttons to ground, or to 3.3 V where a press is to raise the line', async () => {
    expect((await drawn('')).svg).toContain('GPIO17 (pin 11), ground (pin 9)');
    expect((await drawn('[panel]\nbuttons_active_low = false\n')).svg).toContain(
      'GPIO17 (pin 11), 3.3 V (pin 17)',
    );
  });

  it('is refused where nothing is on the header', async () => {
    const { code, stderr } = await drawn('[panel]\ndriver = "terminal"\n');
    expect(stderr).toContain('nothing to wire');
    expect(code).toBe(2);
  });
});
