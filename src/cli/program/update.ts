import { type Command, Option } from 'commander';
import type { BeginOptions, UpdateOptions } from '../update.ts';
import { CONFIG_OPTION, type Invocation } from './invocation.ts';

/** Replacing the release. */
export function addUpdateCommands(program: Command, invocation: Invocation): void {
  const { outside } = invocation;
  const RELEASES = [
    '--releases <dir>',
    'the folder of the releases, in place of /var/lib/dragoman/releases',
  ] as const;
  /** Ends it at a moment of one's choice as a power cut would: for rehearsals, and not among what is needed at a desk. */
  const stopAt = () => new Option('--stop-at <checkpoint>').hideHelp();
  const update = program
    .command('update')
    .description(
      'replace the release that runs by that of a signed package; goes back by itself if it is not healthy',
    )
    .argument('<package>', 'a .deb with its .minisig beside it: a file, or an https address')
    .option('--again', 'also what runs already, or was rolled back before')
    .option('--downgrade', 'also what is older than what runs')
    .option('--foreground', 'carry it through in this process, not in dragoman-update.service')
    .option(...CONFIG_OPTION)
    .option(...RELEASES)
    .addOption(stopAt())
    .addHelpText(
      'after',
      "\nExit codes: 0 the release runs, 1 it was rolled back or can't go on, 2 it was refused.",
    )
    .action(async (source: string, options: BeginOptions) => {
      const { updateCommand } = await import('../update.ts');
      invocation.exitCode = await updateCommand(source, options, outside);
    });
  update
    .command('status')
    .description('what runs, what ran before, what goes on, and what became of the last update')
    .option('--json', 'print one JSON object')
    .option(...RELEASES)
    .action(async (_: UpdateOptions, command: Command) => {
      const { updateStatus } = await import('../update.ts');
      outside.stdout.write(await updateStatus(command.optsWithGlobals(), outside));
    });
  update
    .command('back')
    .description('go back to the release before this one, as carefully as to a new one')
    .option('--foreground', 'carry it through in this process, not in dragoman-update.service')
    .option(...CONFIG_OPTION)
    .option(...RELEASES)
    .addOption(stopAt())
    .action(async (_: BeginOptions, command: Command) => {
      const { updateCommand } = await import('../update.ts');
      invocation.exitCode = await updateCommand(undefined, command.optsWithGlobals(), outside);
    });
  update
    .command('resume')
    .description('carry an update through that was begun, or undo it: what dragoman-update.service does')
    .option(...CONFIG_OPTION)
    .option(...RELEASES)
    .addOption(stopAt())
    .action(async (_: UpdateOptions, command: Command) => {
      const { resumeCommand } = await import('../update.ts');
      invocation.exitCode = await resumeCommand(command.optsWithGlobals(), outside);
    });
}
