import { writeFile } from 'node:fs/promises';
import { UsageError } from '../base/errors.ts';
import { configurationAt } from '../system/config/load.ts';
import { wiresOf } from '../system/config/panel.ts';
import type { Config } from '../system/config/schema.ts';
import { HEADER, type HeaderPin, nearest } from '../system/header.ts';
import { type PlacedWire, placed, wiringDrawing } from './wiring-drawing.ts';

const WIDTH = 80;
/** In a row of the drawing: what stands on either side of the two pins. */
const SIDE = (WIDTH - ' (01)(02) '.length) / 2;

/** `dragoman wiring`: text, or a drawing in a file. @returns what is printed @throws ConfigError @throws UsageError */
export async function wiringCommand({ config: file, out }: WiringOptions): Promise<string> {
  const config = await configurationAt(file);
  if (out === undefined) return wiringText(config);
  if (config.panel.driver !== 'gpio' || config.panel.chip !== undefined)
    throw new UsageError(`nothing is wired to the header: ${wiringText(config).trim()}`);
  await writeFile(out, wiringDrawing(placed(config), config)).catch((error: Error) => {
    throw new UsageError(`${out}: cannot be written: ${error.message}`);
  });
  return '';
}

export interface WiringOptions {
  readonly config?: string;
  /** The file for the drawing (SVG). */
  readonly out?: string;
}

/** The header with what the configuration has on it, and how each is wired: plain text, 80 columns. */
export function wiringText(config: Config): string {
  const { panel } = config;
  if (panel.driver !== 'gpio')
    return `The panel is "${panel.driver}" (panel.driver): there is nothing to wire.\n`;
  const wires = wiresOf(config);
  if (panel.chip !== undefined) {
    const lines = wires.map(({ name, kind, line }) => `  ${kind} ${name}: line ${line}`);
    return `The lines are those of the GPIO chip "${panel.chip}" (panel.chip), not of the header:\n${lines.join('\n')}\n`;
  }
  const onHeader = placed(config);
  const parts = [drawing(onHeader), table(onHeader, config), notes(onHeader, config)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function drawing(wires: readonly PlacedWire[]): string {
  const rows = Array.from({ length: HEADER.length / 2 }, (_, row) => {
    const [left, right] = [HEADER[2 * row], HEADER[2 * row + 1]] as [HeaderPin, HeaderPin];
    const number = ({ pin }: HeaderPin) => `(${String(pin).padStart(2)})`;
    return `${label(left, wires, 'left').padStart(SIDE)} ${number(left)}${number(right)} ${label(right, wires, 'right')}`;
  });
  const title = 'The 40-pin header from above, the end with the SD card at the top';
  return [title, '', ...rows.map((row) => row.trimEnd())].join('\n');
}

function label(pin: HeaderPin, wires: readonly PlacedWire[], side: 'left' | 'right'): string {
  const used = wires.find((wire) => wire.pin.pin === pin.pin);
  if (used === undefined) return pin.name;
  const what = `${used.kind} ${used.name}`;
  return side === 'left' ? `${what} ══ ${pin.name}` : `${pin.name} ══ ${what}`;
}

function table(wires: readonly PlacedWire[], { panel }: Config): string {
  const rows = wires.map((wire) => [
    `${wire.kind} ${wire.name}`,
    wire.pin.name,
    `${wire.pin.pin}`,
    way(wire, wire.pin.pin, panel),
  ]);
  const columns = [['', 'BCM', 'pin', 'wired'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...columns.map((row) => (row[column] ?? '').length)));
  return columns
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((row) => row.trimEnd())
    .join('\n');
}

function way({ kind }: PlacedWire, pin: number, panel: Config['panel']): string {
  const ground = `ground (pin ${nearest(pin, 'GND')})`;
  const supply = `3.3 V (pin ${nearest(pin, '3.3 V')})`;
  if (kind === 'button') return `button to ${panel.buttonsActiveLow ? ground : supply}`;
  return `330 ohm and LED to ${panel.ledsActiveLow ? supply : ground}`;
}

function notes(wires: readonly PlacedWire[], { panel }: Config): string {
  const notes: string[] = [];
  const buttons = wires.filter(({ kind }) => kind === 'button');
  const leds = wires.filter(({ kind }) => kind === 'LED');
  if (buttons.length > 0) {
    const [pull, rail, code] = panel.buttonsActiveLow ? ['up', '3.3 V', 'pu'] : ['down', 'ground', 'pd'];
    const lines = buttons.map(({ line }) => line).join(',');
    notes.push(
      `Buttons need a pull-${pull}. Through the character device (Raspberry Pi OS 13, Pi 5) dragoman sets it; through sysfs it can't: a line gpio=${lines}=ip,${code} in config.txt does, or 10 kilohm from each pin to ${rail}.`,
    );
  }
  if (leds.length > 0) {
    notes.push(
      `An LED has its long leg towards ${panel.ledsActiveLow ? '3.3 V' : 'the pin'}, and a resistor of its own: with 330 ohm a red one (2 V) takes 4 mA. A pin gives up to 16 mA, all together 50 mA; lamps and LED strips need a transistor.`,
    );
  }
  notes.push('Never put 5 V (pins 2 and 4) on any other pin: it destroys the board.');
  for (const { name, kind, pin } of wires) {
    if (pin.shared !== undefined) notes.push(`${pin.name} (${kind} ${name}): ${pin.shared}`);
  }
  return notes.map((note) => wrapped(note)).join('\n');
}

/** A paragraph as an item of a list. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '-';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
