import type { Command } from 'commander';
import { printableLines } from '../../base/foreign-text.ts';
import { wallDate } from '../../base/time.ts';
import { CONFIG_OPTION, type Invocation, print, printText } from './invocation.ts';

/** The device: lights, wires, sound cards, configuration, audit. */
export function addDeviceCommands(program: Command, invocation: Invocation): void {
  const { outside } = invocation;
  program
    .command('lights')
    .description(
      'how the lights look while there is no daemon; systemd calls it before its start and after its end',
    )
    .argument('<look>', 'boot: all are lit; dead: only that of trouble is')
    .option(...CONFIG_OPTION)
    .action(async (look: string, options: { config?: string }) => {
      const { lightsCommand } = await import('../lights.ts');
      outside.stderr.write(printableLines(await lightsCommand(look, options)));
    });

  program
    .command('wiring')
    .description('draw the 40-pin header of a Raspberry Pi with the buttons and LEDs of the configuration')
    .option('--out <file>', 'a drawing with coloured wires (SVG), written there, instead of text')
    .option(...CONFIG_OPTION)
    .action(async (options: { config?: string; out?: string }) => {
      const { wiringCommand } = await import('../wiring.ts');
      printText(invocation, await wiringCommand(options));
    });

  const config = program.command('config').description('the configuration');
  config
    .command('check')
    .description('read a configuration, say what was understood, and name everything that is or looks wrong')
    .argument('[file]', 'the configuration (TOML); else /etc/dragoman/dragoman.toml')
    .addHelpText('after', '\nExit codes: 0 it can be used, warnings or not; 2 it has errors.')
    .action(async (file: string | undefined) => {
      const { configCheck } = await import('../config/check.ts');
      print(invocation, await configCheck(file, wallDate(outside.clock)));
    });
  config
    .command('show')
    .description('print every setting that is in force, as TOML; what differs from the defaults is marked')
    .argument('[file]', 'the configuration (TOML); else /etc/dragoman/dragoman.toml, else the defaults')
    .action(async (file: string | undefined) => {
      const { configShow } = await import('../config/print.ts');
      printText(invocation, await configShow(file));
    });
  config
    .command('defaults')
    .description('print every setting with its default and what it means, as TOML')
    .action(async () => {
      const { configDefaults } = await import('../config/print.ts');
      printText(invocation, configDefaults());
    });

  program
    .command('devices')
    .description('the sound cards that are there, and which the configuration chooses, and why')
    .option('--check', 'record three seconds and play a tone with them; the daemon must not run')
    .option(...CONFIG_OPTION)
    .addHelpText('after', '\nExit codes of --check: 0 both work, 1 one does not.')
    .action(async (options: { check?: boolean; config?: string }) => {
      const { devicesCommand } = await import('../devices.ts');
      printText(invocation, await devicesCommand(options, outside));
      if (options.check !== true) return;
      const { devicesCheck } = await import('../devices-check.ts');
      const { stdout, exitCode } = await devicesCheck(options, outside);
      printText(invocation, `\n${stdout}`);
      invocation.exitCode = exitCode;
    });

  program
    .command('audit')
    .description(
      'what can be checked about trust on this device: processes, files, ports, key, swap, release',
    )
    .option('--json', 'print one JSON object')
    .option(...CONFIG_OPTION)
    .addHelpText(
      'after',
      '\nAs root it sees all of it. Exit codes: 0 nothing to look at, 1 something is not as promised.',
    )
    .action(async (options: { json?: boolean; config?: string }) => {
      const { auditCommand } = await import('../audit/audit.ts');
      print(invocation, await auditCommand(options, outside));
    });
}
