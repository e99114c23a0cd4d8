import { Option } from 'commander';
import { EXIT } from '../../../base/errors.ts';
import { configurationAt } from '../../../system/config/load.ts';
import { CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';
import { checkDevices } from '../../devices/check.ts';
import { chosenDevices } from '../../devices/choice.ts';

export const command: Definition = {
  about: 'list the sound cards, and which of them the configuration chooses, and why',
  options: [
    new Option('--check', 'record three seconds and play a tone with them; the daemon must not run'),
    JSON_OUTPUT,
    CONFIG,
  ],
  examples: {
    'dragoman devices': 'names for microphone.card and loudspeaker.card',
    'sudo systemctl stop dragoman && sudo dragoman devices --check': 'whether they work',
  },
  exits: { ok: 'with --check: both devices work', unable: 'with --check: one does not work' },
  async run(io, { config: file, check = false }: Common & { readonly check?: boolean }) {
    const config = await configurationAt(file);
    const { value, text } = chosenDevices(config, io.outside.environment);
    if (!check) return io.report(value, text);
    // It takes some seconds: meanwhile people see what is checked.
    if (!io.json) io.print(`${text}\n`);
    const { text: result, ...checked } = await checkDevices(config, io.outside);
    io.report({ ...value, check: checked }, result);
    if (!checked.microphone.works || !checked.loudspeaker.works) io.exitCode = EXIT.unable;
  },
};
