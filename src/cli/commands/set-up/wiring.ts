import { Option } from 'commander';
import { UsageError } from '../../../base/errors.ts';
import { configurationAt } from '../../../system/config/load.ts';
import { CONFIG, type Common, type Definition } from '../../command.ts';
import { writeOutput } from '../../page/print.ts';
import { wiringText } from '../../wiring.ts';
import { placed, wiringDrawing } from '../../wiring-drawing.ts';

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
  async run(io, { config: file, out }: Common & { readonly out?: string }) {
    const config = await configurationAt(file);
    const text = wiringText(config);
    if (out === undefined) return io.print(text);
    if (config.panel.driver !== 'gpio' || config.panel.chip !== undefined)
      throw new UsageError(`nothing is wired to the header: ${text.trim()}`);
    await writeOutput(out, wiringDrawing(placed(config), config));
  },
};
