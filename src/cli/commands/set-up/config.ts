import { Argument, Option } from 'commander';
import { type Definition, JSON_OUTPUT } from '../../command.ts';

export const command: Definition = {
  commands: {
    check: {
      summary: 'say what was understood, and name everything that is or looks wrong',
      arguments: [new Argument('[file]', 'the configuration (TOML); else /etc/dragoman/dragoman.toml')],
      options: [JSON_OUTPUT],
      examples: {
        'dragoman config check': 'the configuration of this device',
        'dragoman config check new.toml': 'another one, before it is put in place',
      },
      exits: { ok: 'it can be used, with or without warnings', wrongUse: 'it has errors' },
      async run(io, _: object, file: string | undefined) {
        const { configCheck } = await import('../../config/check.ts');
        await configCheck(file, io);
      },
    },
    show: {
      summary: 'print every setting in force, as TOML; what is not the default is marked',
      arguments: [
        new Argument(
          '[file]',
          'the configuration (TOML); else /etc/dragoman/dragoman.toml, else the defaults',
        ),
      ],
      options: [JSON_OUTPUT],
      examples: { "dragoman config show | grep '# default'": 'only what differs from the defaults' },
      async run(io, _: object, file: string | undefined) {
        const { shown } = await import('../../config/print.ts');
        const { configurationAt } = await import('../../../system/config/load.ts');
        const config = await configurationAt(file);
        io.report(config, shown(config));
      },
    },
    defaults: {
      summary: 'print every setting with its default and what it means, as TOML',
      options: [new Option('--json', 'print it as JSON Schema')],
      examples: { 'dragoman config defaults >new.toml': 'a configuration to start from' },
      async run(io) {
        const { configDefaults } = await import('../../config/print.ts');
        const { configJsonSchema } = await import('../../../system/config/json-schema.ts');
        io.report(configJsonSchema(), configDefaults());
      },
    },
  },
};
