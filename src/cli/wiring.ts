import { configurationAt } from '../system/config/load.ts';
import { type Wire as Line, wiresOf } from '../system/config/panel.ts';
import type { Config } from '../system/config/schema.ts';
import { HEADER, type HeaderPin, nearest, pinOf } from '../system/header.ts';

const WIDTH = 80;
/** In a row of the drawing: what stands on either side of the two pins. */
const SIDE = (WIDTH - ' (01)(02) '.length) / 2;

/** A button or an LED, and where it is. */
interface Wire extends Line {
  readonly pin: HeaderPin;
}

/** `dragoman wiring`. @throws ConfigError */
export async function wiringCommand(options: { readonly config?: string }): Promise<string> {
  return wiringText(await configurationAt(options.config));
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
  const onHeader = wires.flatMap((wire): Wire[] => {
    const pin = pinOf(wire.line);
    return pin === undefined ? [] : [{ ...wire, pin }];
  });
  const parts = [drawing(onHeader), table(onHeader, config), notes(onHeader, config)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function drawing(wires: readonly Wire[]): string {
  const rows = Array.from({ length: HEADER.length / 2 }, (_, row) => {
    const [left, right] = [HEADER[2 * row], HEADER[2 * row + 1]] as [HeaderPin, HeaderPin];
    const number = ({ pin }: HeaderPin) => `(${String(pin).padStart(2)})`;
    return `${label(left, wires, 'left').padStart(SIDE)} ${number(left)}${number(right)} ${label(right, wires, 'right')}`;
  });
  const title = 'The 40-pin header from above, the end with the SD card at the top';
  return [title, '', ...rows.map((row) => row.trimEnd())].join('\n');
}

function label(pin: HeaderPin, wires: readonly Wire[], side: 'left' | 'right'): string {
  const used = wires.find((wire) => wire.pin.pin === pin.pin);
  if (used === undefined) return pin.name;
  const what = `${used.kind} ${used.name}`;
  return side === 'left' ? `${what} ══ ${pin.name}` : `${pin.name} ══ ${what}`;
}

function table(wires: readonly Wire[], { panel }: Config): string {
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

function way({ kind }: Wire, pin: number, panel: Config['panel']): string {
  const ground = `ground (pin ${nearest(pin, 'GND')})`;
  const supply = `3.3 V (pin ${nearest(pin, '3.3 V')})`;
  if (kind === 'button') return `button to ${panel.buttonsActiveLow ? ground : supply}`;
  return `330 ohm and LED to ${panel.ledsActiveLow ? supply : ground}`;
}

function notes(wires: readonly Wire[], { panel }: Config): string {
  const told: string[] = [];
  const buttons = wires.filter(({ kind }) => kind === 'button');
  const leds = wires.filter(({ kind }) => kind === 'LED');
  if (buttons.length > 0) {
    const [pull, rail, code] = panel.buttonsActiveLow ? ['up', '3.3 V', 'pu'] : ['down', 'ground', 'pd'];
    const lines = buttons.map(({ line }) => line).join(',');
    told.push(
      `Buttons need a pull-${pull}. Through the character device (Raspberry Pi OS 13, Pi 5) dragoman sets it; through sysfs it can't: a line gpio=${lines}=ip,${code} in config.txt does, or 10 kilohm from each pin to ${rail}.`,
    );
  }
  if (leds.length > 0) {
    told.push(
      `An LED has its long leg towards ${panel.ledsActiveLow ? '3.3 V' : 'the pin'}, and a resistor of its own: with 330 ohm a red one (2 V) takes 4 mA. A pin gives up to 16 mA, all together 50 mA; lamps and LED strips need a transistor.`,
    );
  }
  told.push('Never put 5 V (pins 2 and 4) on any other pin: it destroys the board.');
  for (const { name, kind, pin } of wires) {
    if (pin.shared !== undefined) told.push(`${pin.name} (${kind} ${name}): ${pin.shared}`);
  }
  return told.map((note) => wrapped(note)).join('\n');
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
