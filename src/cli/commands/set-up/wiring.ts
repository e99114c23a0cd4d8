import { Option } from 'commander';
import { CONFIG, type Definition } from '../../command.ts';
import type { Io } from '../../io.ts';
import { type WiringOptions, wiringCommand } from '../../wiring.ts';

export const command: Definition = {
  about: 'draw the 40-pin header of a Raspberry Pi with the buttons and LEDs of the configuration',
  options: [
    new Option('--out <file>', 'a drawing with coloured wires (SVG), written there, instead of text'),
    CONFIG,
  ],
  examples: {
    'dragoman wiring': 'as text',
    'dragoman wiring --out wiring.svg': 'as a drawing',
  },
  run: async (io: Io, options: WiringOptions) => io.print(await wiringCommand(options)),
};
