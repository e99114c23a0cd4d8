import type { Command } from 'commander';
import type { KeyOptions } from '../key/command.ts';
import { amount, CONFIG_OPTION, type Invocation, print, printText } from './invocation.ts';

/** The daemon, and what is asked of the one that runs. */
export function addDaemonCommands(program: Command, invocation: Invocation): void {
  const { outside } = invocation;
  program
    .command('run')
    .description('the daemon: button, lights, microphone, loudspeaker; serves turns until it is stopped')
    .option(...CONFIG_OPTION)
    .option('--last-good <file>', 'keeps the last valid configuration there, for when it has errors')
    .option('--panel <driver>', 'gpio, terminal or none, in place of what the configuration says')
    .option('--log <level>', 'trace, debug, info, warn, error or silent', 'info')
    .addHelpText(
      'after',
      '\nExit codes: 0 it was ended, 2 wrong use or configuration, 6 another daemon runs here.',
    )
    .action(async (options: { config?: string; lastGood?: string; panel?: string; log: string }) => {
      const { runCommand } = await import('../run.ts');
      await runCommand(options, outside);
    });

  program
    .command('status')
    .description('what the running daemon is doing, and what is wrong')
    .option('--json', 'print one JSON object')
    .option(...CONFIG_OPTION)
    .action(async (options: { json?: boolean; config?: string }) => {
      const { statusCommand } = await import('../control.ts');
      printText(invocation, await statusCommand(options, outside));
    });

  program
    .command('language')
    .description("choose the guest's language in the running daemon, or show who speaks what")
    .argument('[code]', 'a language code like fr or pt-BR; auto: as it is heard')
    .option('--side <side>', 'guest or host', 'guest')
    .option(...CONFIG_OPTION)
    .action(async (code: string | undefined, options: { side: string; config?: string }) => {
      const { languageCommand } = await import('../control.ts');
      print(invocation, await languageCommand(code, options, outside));
    });

  program
    .command('guest')
    .description('the guests at the desk')
    .command('new')
    .description('the guest has left: what goes on ends, and nothing of the conversation is kept')
    .option(...CONFIG_OPTION)
    .action(async (options: { config?: string }) => {
      const { newGuestCommand } = await import('../control.ts');
      outside.stdout.write(await newGuestCommand(options, outside));
    });

  program
    .command('restart')
    .description(
      'restart the running daemon as soon as nobody is being served: new key, configuration or release',
    )
    .option('--now', 'at once, whoever is talking')
    .option(...CONFIG_OPTION)
    .action(async (options: { now?: boolean; config?: string }) => {
      const { restartCommand } = await import('../control.ts');
      printText(invocation, await restartCommand(options, outside));
    });

  program
    .command('vacant')
    .description('tell whether nobody is being served, or wait for it: before what would cut a guest off')
    .option('--within <seconds>', 'wait so long at most', amount(0, 86_400, false), 0)
    .option(...CONFIG_OPTION)
    .addHelpText(
      'after',
      '\nExit codes: 0 nobody is being served, 1 somebody is, or the daemon runs and does not answer.',
    )
    .action(async (options: { within: number; config?: string }) => {
      const { vacantCommand } = await import('../control.ts');
      invocation.exitCode = await vacantCommand(options, outside);
    });

  const key = program.command('key').description('the API key of the device');
  key
    .command('set')
    .description('store the key, from the standard input, and have the daemon take it up')
    .option('--encrypt', 'encrypted by systemd-creds: of use on this machine only')
    .option('--folder <dir>', 'the folder, in place of /var/lib/dragoman/credentials')
    .option(...CONFIG_OPTION)
    .action(async (options: KeyOptions) => {
      const { keyPlace, keySet } = await import('../key/command.ts');
      printText(invocation, await keySet(options, keyPlace(outside)));
    });
}
