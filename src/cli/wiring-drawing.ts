import { markup } from '../base/foreign-text.ts';
import { type Wire, wiresOf } from '../system/config/panel.ts';
import type { Config } from '../system/config/schema.ts';
import { HEADER, type HeaderPin, nearest, pinOf } from '../system/header.ts';
import { INKS } from './page/page.ts';

/** A button or an LED, and where it is. */
export interface PlacedWire extends Wire {
  readonly pin: HeaderPin;
}

/** The buttons and LEDs that are on the header. */
export function placed(config: Config): readonly PlacedWire[] {
  return wiresOf(config).flatMap((wire) => {
    const pin = pinOf(wire.line);
    return pin === undefined ? [] : [{ ...wire, pin }];
  });
}

/** Of the drawing, in its own units. */
const WIDTH = 1080;
const TOP = 96;
/** From pin to pin. */
const PITCH = 30;
const HEADER_X = WIDTH / 2 - PITCH / 2;
/** From part to part on a side. */
const SLOT = 62;
/** Where the parts end towards the header, from the middle. */
const PART_X = 180;

/** Wires that can be told apart, also by those who don't see red or green. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#56b4e9', '#7b3fa0', '#a0522d'];
const GROUND = INKS.black;
const SUPPLY = '#c00000';

/** Of a pin and of its number. */
const PINS: Readonly<Record<string, readonly [string, string]>> = {
  GND: [GROUND, INKS.white],
  '3.3 V': [SUPPLY, INKS.white],
  '5 V': ['#e69f00', INKS.black],
};

const pinX = (pin: number) => HEADER_X + (pin % 2 === 0 ? PITCH : 0);
const pinY = (pin: number) => TOP + (Math.ceil(pin / 2) - 1) * PITCH;

/** The header from above with a coloured wire for each button and LED, as SVG. */
export function wiringDrawing(wires: readonly PlacedWire[], { panel }: Config): string {
  const sides = [1, 0].map((odd) =>
    wires.filter(({ pin }) => pin.pin % 2 === odd).toSorted((a, b) => a.pin.pin - b.pin.pin),
  );
  const most = Math.max(...sides.map((side) => side.length));
  const height = TOP + Math.max(20 * PITCH, most * SLOT) + 40;
  const parts = sides.flatMap((side, column) =>
    side.map((wire, index) => {
      // Spread along the header.
      const y = TOP - PITCH / 2 + ((index + 0.5) / side.length) * Math.max(20 * PITCH, most * SLOT);
      return part(
        wire,
        column === 0 ? -1 : 1,
        y,
        COLOURS[wires.indexOf(wire) % COLOURS.length] ?? GROUND,
        panel,
      );
    }),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">
<title>The wiring of buttons and LEDs</title>
<style>
text { font: 15px 'Liberation Sans', Arial, Helvetica, sans-serif; }
.pin { font-size: 10px; text-anchor: middle; } .small { font-size: 12px; fill: ${INKS.grey}; } .name { font-weight: bold; }
.end { text-anchor: end; } .middle { text-anchor: middle; } .wire { fill: none; stroke-width: 4; stroke-linecap: round; stroke-linejoin: round; }
</style>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="${WIDTH / 2}" y="30" class="middle name">The 40-pin header from above, the end with the SD card at the top</text>
<text x="${WIDTH / 2}" y="52" class="middle small">Never put 5 V (pins 2 and 4) on any other pin: it destroys the board.</text>
<rect x="${HEADER_X - PITCH / 2}" y="${TOP - PITCH / 2}" width="${2 * PITCH}" height="${20 * PITCH}" rx="6" fill="${INKS.rule}"/>
${parts.join('\n')}
${HEADER.map(drawnPin).join('')}
</svg>
`;
}

function drawnPin({ pin, name }: HeaderPin): string {
  const [fill, text] = PINS[name] ?? [INKS.white, INKS.black];
  return `<circle cx="${pinX(pin)}" cy="${pinY(pin)}" r="9.5" fill="${fill}"/><text x="${pinX(pin)}" y="${pinY(pin) + 3.5}" class="pin" fill="${text}">${pin}</text>`;
}

/** A button, or a resistor and an LED, with both wires. @param side -1 left of the header, 1 right of it */
function part(
  { name, kind, pin }: PlacedWire,
  side: -1 | 1,
  y: number,
  colour: string,
  panel: Config['panel'],
): string {
  const x = (from: number) => WIDTH / 2 + side * (PART_X + from);
  const toGround = kind === 'button' ? panel.buttonsActiveLow : !panel.ledsActiveLow;
  const rail = nearest(pin.pin, toGround ? 'GND' : '3.3 V');
  const railColour = toGround ? GROUND : SUPPLY;
  const [upper, lower] = [y - 13, y + 13];
  const label = `<text x="${x(150)}" y="${y - 2}" class="name${side < 0 ? ' end' : ''}">${markup(`${kind} ${name}`)}</text><text x="${x(150)}" y="${y + 16}" class="small${side < 0 ? ' end' : ''}">${pin.name} (pin ${pin.pin}), ${toGround ? 'ground' : '3.3 V'} (pin ${rail})</text>`;
  const wires = `${wire(pin.pin, side, x(0), upper, colour)}${wire(rail, side, x(0), lower, railColour)}`;
  const inside =
    kind === 'button'
      ? button(x, upper, lower, colour, railColour)
      : resistorAndLed(x, upper, lower, colour, railColour, toGround);
  return `<g>${wires}${inside}${label}</g>`;
}

/** From a pin out of the header, between two rows where the pin is on its other side, and in a curve to its part. */
function wire(pin: number, side: -1 | 1, x: number, y: number, colour: string): string {
  const [fromX, fromY] = [pinX(pin), pinY(pin)];
  const edge = WIDTH / 2 + side * (PITCH + 8);
  const isNear = pin % 2 === (side < 0 ? 1 : 0);
  const out = isNear ? `H${edge}` : `L${fromX + side * 8} ${fromY + PITCH / 2}H${edge}`;
  const outY = isNear ? fromY : fromY + PITCH / 2;
  const middle = (edge + x) / 2;
  return `<path class="wire" stroke="${colour}" d="M${fromX} ${fromY}${out}C${middle} ${outY} ${middle} ${y} ${x} ${y}"/><circle cx="${fromX}" cy="${fromY}" r="13" fill="${colour}"/>`;
}

type X = (from: number) => number;

function button(x: X, upper: number, lower: number, colour: string, rail: string): string {
  const middle = (upper + lower) / 2;
  return `<path class="wire" stroke="${colour}" d="M${x(0)} ${upper}H${x(100)}V${middle - 6}"/><path class="wire" stroke="${rail}" d="M${x(0)} ${lower}H${x(100)}V${middle + 6}"/><circle cx="${x(100)}" cy="${middle - 6}" r="4"/><circle cx="${x(100)}" cy="${middle + 6}" r="4"/><path class="wire" stroke="${INKS.black}" d="M${x(112)} ${middle - 12}V${middle + 12}M${x(112)} ${middle}H${x(126)}"/>`;
}

/** The resistor on the way from the pin, with its colour rings; the LED's long leg towards plus. */
function resistorAndLed(
  x: X,
  upper: number,
  lower: number,
  colour: string,
  rail: string,
  toGround: boolean,
): string {
  const [left, right] = [Math.min(x(24), x(66)), Math.max(x(24), x(66))];
  const rings = ['#e67e00', '#e67e00', '#7a4a1e', '#c9a227'].map(
    (ring, index) =>
      `<rect x="${left + 7 + index * 8}" y="${upper - 7}" width="4" height="14" fill="${ring}"/>`,
  );
  const resistor = `<rect class="resistor" x="${left}" y="${upper - 7}" width="${right - left}" height="14" rx="6" fill="#ead9b0" stroke="${INKS.black}"/>${rings.join('')}`;
  const [longY, shortY] = toGround ? [upper, lower] : [lower, upper];
  const dome = `<path d="M${x(112)} ${upper - 4}V${lower + 4}H${x(126)}A17 17 0 0 ${x(1) > x(0) ? 0 : 1} ${x(126)} ${upper - 4}Z" fill="#f3b8a0" stroke="${INKS.accent}" stroke-width="2"/>`;
  // The longer leg begins further out.
  const plus = `<text x="${x(100)}" y="${toGround ? longY - 9 : longY + 18}" class="small middle">+ long leg</text><text x="${x(45)}" y="${upper - 11}" class="small middle">330 Ω</text>`;
  return `<path class="wire" stroke="${colour}" d="M${x(0)} ${upper}H${x(92)}"/><path class="wire" stroke="${rail}" d="M${x(0)} ${lower}H${x(92)}"/><path class="wire" stroke="${INKS.grey}" d="M${x(74)} ${longY}H${x(112)}M${x(88)} ${shortY}H${x(112)}"/>${resistor}${dome}${plus}`;
}
