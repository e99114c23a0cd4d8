import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Gpio } from './packages.ts';

/** A lamp that follows a button, by the unmodified onoff: `panel.ts BUTTON LED` with BCM numbers. */
const [button, led] = process.argv.slice(2).map(Number);
if (button === undefined || led === undefined) throw new Error('usage: panel.ts BUTTON LED');

const chip = globSync('/sys/class/gpio/gpiochip*').find(
  (folder) => readFileSync(path.join(folder, 'label'), 'utf8').trim() === 'pinctrl-bcm2711',
);
if (chip === undefined) throw new Error('there is no chip with that label');
const base = Number(readFileSync(path.join(chip, 'base'), 'utf8'));

const input = new Gpio(base + button, 'in', 'both', { activeLow: true });
const output = new Gpio(base + led, 'out');
input.watch((error, value) => {
  output.writeSync(value);
  process.stdout.write(`${error?.message ?? (value === 1 ? 'pressed' : 'released')}\n`);
});
process.stdout.write(`ready ${input.readSync()}\n`);
