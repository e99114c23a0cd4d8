import { wiresOf } from '../system/config/panel.ts';
import type { Config } from '../system/config/schema.ts';
import { HEADER, type HeaderPin, nearest } from '../system/header.ts';
import { lines, table, wrapped } from './text.ts';
import { type PlacedWire, placed } from './wiring-drawing.ts';

/** The width on either side of the two pins, of 80 columns. */
const SIDE = (80 - ' (01)(02) '.length) / 2;

/** The header with the configured buttons and LEDs, and how to wire each: plain text, 80 columns. */
export function wiringText(config: Config): string {
  const { panel } = config;
  if (panel.driver !== 'gpio')
    return `The panel is "${panel.driver}" (panel.driver): there is nothing to wire.\n`;
  const wires = wiresOf(config);
  if (panel.chip !== undefined) {
    return lines([
      `The lines are those of the GPIO chip "${panel.chip}" (panel.chip), not of the header:`,
      ...wires.map(({ name, kind, line }) => `  ${kind} ${name}: line ${line}`),
    ]);
  }
  const onHeader = placed(config);
  const rows = onHeader.map((wire) => [
    `${wire.kind} ${wire.name}`,
    wire.pin.name,
    `${wire.pin.pin}`,
    way(wire, panel),
  ]);
  const wiring = table([['', 'BCM', 'pin', 'wired'], ...rows]);
  return [drawing(onHeader), wiring, lines(notes(onHeader, config))].join('\n');
}

function drawing(wires: readonly PlacedWire[]): string {
  const rows = Array.from({ length: HEADER.length / 2 }, (_, row) => {
    const [left, right] = [HEADER[2 * row], HEADER[2 * row + 1]] as [HeaderPin, HeaderPin];
    const number = ({ pin }: HeaderPin) => `(${String(pin).padStart(2)})`;
    return `${label(left, wires, 'left').padStart(SIDE)} ${number(left)}${number(right)} ${label(right, wires, 'right')}`;
  });
  return lines(['The 40-pin header from above, the end with the SD card at the top', '', ...rows]);
}

function label(pin: HeaderPin, wires: readonly PlacedWire[], side: 'left' | 'right'): string {
  const used = wires.find((wire) => wire.pin.pin === pin.pin);
  if (used === undefined) return pin.name;
  const what = `${used.kind} ${used.name}`;
  return side === 'left' ? `${what} ══ ${pin.name}` : `${pin.name} ══ ${what}`;
}

function way({ kind, pin: { pin } }: PlacedWire, panel: Config['panel']): string {
  const ground = `ground (pin ${nearest(pin, 'GND')})`;
  const supply = `3.3 V (pin ${nearest(pin, '3.3 V')})`;
  if (kind === 'button') return `button to ${panel.buttonsActiveLow ? ground : supply}`;
  return `330 ohm and LED to ${panel.ledsActiveLow ? supply : ground}`;
}

function notes(wires: readonly PlacedWire[], { panel }: Config): string[] {
  const notes: string[] = [];
  const buttons = wires.filter(({ kind }) => kind === 'button');
  const leds = wires.filter(({ kind }) => kind === 'LED');
  if (buttons.length > 0) {
    const [pull, rail, code] = panel.buttonsActiveLow ? ['up', '3.3 V', 'pu'] : ['down', 'ground', 'pd'];
    const gpios = buttons.map(({ line }) => line).join(',');
    notes.push(
      `Buttons need a pull-${pull}. Through the character device (Raspberry Pi OS 13, Pi 5) dragoman sets it; through sysfs it can't: a line gpio=${gpios}=ip,${code} in config.txt does, or 10 kilohm from each pin to ${rail}.`,
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
  return notes.flatMap((note) => wrapped(note, '  ', '- '));
}
