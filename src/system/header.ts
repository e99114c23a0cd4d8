/** The 40-pin header, alike on every Raspberry Pi since the B+ (2014). */
export interface HeaderPin {
  /** 1 to 40: odd ones on the inner row, even ones at the edge of the board. */
  readonly pin: number;
  /** `GPIO17`, `GND`, `3.3 V`, `5 V`. */
  readonly name: string;
  /** BCM number. */
  readonly line?: number;
  /** The other use of the pin, where it conflicts with a button or an LED. */
  readonly shared?: string | undefined;
  /** What should not be wired to it. */
  readonly unfitFor?: 'LED' | 'anything' | undefined;
}

const I2C =
  'is I2C 1 (HATs, sensors): free only while dtparam=i2c_arm is not on. The board has a 1.8 kilohm pull-up here: good for a button to ground, wrong for an LED.';
const ID = 'is for the ID EEPROM of a HAT: the firmware talks on it at every start. Better choose another.';
const UART =
  'is the serial console where it is enabled (enable_uart=1): free only without it, and a boot message on it looks like presses or flicker.';
const SPI = 'is SPI 0: free only while dtparam=spi is not on.';
const I2S = 'is PCM/I2S: taken by most sound HATs.';
const ONE_WIRE = 'is 1-Wire: free only while dtoverlay=w1-gpio is not loaded.';

const SHARED: ReadonlyMap<number, string> = new Map<number, string>([
  [2, I2C],
  [3, `${I2C} A button here also wakes a board that was shut down.`],
  [4, ONE_WIRE],
  ...[0, 1].map((line) => [line, ID] as const),
  ...[7, 8, 9, 10, 11].map((line) => [line, SPI] as const),
  ...[14, 15].map((line) => [line, UART] as const),
  ...[18, 19, 20, 21].map((line) => [line, I2S] as const),
]);

const UNFIT = { anything: [0, 1, 14, 15, 18, 19, 20, 21], LED: [2, 3] };

/** Pin by pin, from 1: a BCM number or a supply. */
// biome-ignore format: as on the board, two by two
const LAYOUT: readonly (number | 'GND' | '3.3 V' | '5 V')[] = [
  '3.3 V', '5 V',
  2, '5 V',
  3, 'GND',
  4, 14,
  'GND', 15,
  17, 18,
  27, 'GND',
  22, 23,
  '3.3 V', 24,
  10, 'GND',
  9, 25,
  11, 8,
  'GND', 7,
  0, 1,
  5, 'GND',
  6, 12,
  13, 'GND',
  19, 16,
  26, 20,
  'GND', 21,
];

export const HEADER: readonly HeaderPin[] = LAYOUT.map((what, index) => {
  const pin = index + 1;
  if (typeof what === 'string') return { pin, name: what };
  const unfitFor = UNFIT.anything.includes(what) ? 'anything' : UNFIT.LED.includes(what) ? 'LED' : undefined;
  return { pin, name: `GPIO${what}`, line: what, shared: SHARED.get(what), unfitFor };
});

/** The pin of a BCM number; undefined for one that is not on the header. */
export function pinOf(line: number): HeaderPin | undefined {
  return HEADER.find((pin) => pin.line === line);
}

/** The BCM number of a pin of the header that may have a button or an LED; undefined for any other pin. */
export function lineAt(pin: number): number | undefined {
  const line = HEADER.find((one) => one.pin === pin)?.line;
  // GPIO0 and GPIO1 are those of a HAT's memory.
  return line !== undefined && line >= 2 ? line : undefined;
}

/** The ground or supply pin that lies nearest: it is as far from row to row as from pin to pin. */
export function nearest(pin: number, name: 'GND' | '3.3 V'): number {
  const place = (of: number) => ({ row: Math.ceil(of / 2), column: of % 2 });
  const from = place(pin);
  const distance = (to: number) => Math.hypot(place(to).row - from.row, place(to).column - from.column);
  const pins = HEADER.filter((one) => one.name === name).map((one) => one.pin);
  return pins.toSorted((a, b) => distance(a) - distance(b))[0] as number;
}
