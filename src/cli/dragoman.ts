import os from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { ConfigError } from '../system/config.ts';
import type { CostsOptions } from './costs/command.ts';
import { EXIT, UsageError } from './exit.ts';
import type { KeyOptions } from './key/command.ts';
import type { CheckOptions } from './phrasebook/check.ts';
import type { ListOptions } from './phrasebook/list.ts';
import type { BeginOptions, UpdateOptions } from './update.ts';

/** The command `dragoman`: each subcommand's code is loaded when it is called. */

const interrupted = new AbortController();
// Every time: a second signal must not end the process in mid-stop, with children left and the lights frozen.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interrupted.abort(new Interruption(name)));
}
// Who reads our output may leave before we do (`| head -1`); that is no reason to fall.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

class Interruption extends Error {
  readonly signalName: NodeJS.Signals;
  constructor(signalName: NodeJS.Signals) {
    super(`interrupted by ${signalName}`);
    this.signalName = signalName;
  }
}

function port(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new InvalidArgumentError('a port is a whole number from 0 (any free one) to 65535');
  }
  return number;
}

/** A number from `least` to `most`; `whole`: without a fraction. */
function amount(least: number, most: number, whole: boolean) {
  return (value: string): number => {
    const number = Number(value);
    if (value.trim() === '' || !(number >= least && number <= most) || (whole && !Number.isInteger(number))) {
      throw new InvalidArgumentError(`${whole ? 'a whole number' : 'a number'} from ${least} to ${most}`);
    }
    return number;
  };
}

const CONFIG_OPTION = [
  '--config <file>',
  'the configuration (TOML); else /etc/dragoman/dragoman.toml, else the defaults',
] as const;

const program = new Command('dragoman')
  .description('The interpreter on the counter.')
  .version(packageJson.version)
  .exitOverride()
  .showHelpAfterError('(dragoman --help tells more)');

program
  .command('run')
  .description('the daemon: button, lights, microphone, loudspeaker; serves turns until it is told to end')
  .option(...CONFIG_OPTION)
  .option('--last-good <file>', 'keeps the last valid configuration there, for when it has errors')
  .option('--panel <driver>', 'gpio, terminal or none, in place of what the configuration says')
  .option('--log <level>', 'trace, debug, info, warn, error or silent', 'info')
  .action(async (options: { config?: string; lastGood?: string; panel?: string; log: string }) => {
    const { runCommand } = await import('./run.ts');
    await runCommand(options, interrupted.signal);
  });

program
  .command('status')
  .description('what the running daemon is doing, and what is wrong')
  .option('--json', 'print one JSON object')
  .option(...CONFIG_OPTION)
  .action(async (options: { json?: boolean; config?: string }) => {
    const { statusCommand } = await import('./control.ts');
    process.stdout.write(await statusCommand(options));
  });

program
  .command('language')
  .description("choose the guest's language in the running daemon, or show who speaks what")
  .argument('[code]', 'a language code like fr or pt-BR; auto: as it is heard')
  .option('--side <side>', 'guest or host', 'guest')
  .option(...CONFIG_OPTION)
  .action(async (code: string | undefined, options: { side: string; config?: string }) => {
    const { languageCommand } = await import('./control.ts');
    process.stdout.write(await languageCommand(code, options));
  });

program
  .command('restart')
  .description(
    'restart the running daemon as soon as nobody is being served: new key, configuration or release',
  )
  .option('--now', 'at once, whoever is talking')
  .option(...CONFIG_OPTION)
  .action(async (options: { now?: boolean; config?: string }) => {
    const { restartCommand } = await import('./control.ts');
    process.stdout.write(await restartCommand(options));
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
    const { vacantCommand } = await import('./control.ts');
    const { Progress } = await import('./progress.ts');
    const progress = new Progress(process.stderr);
    const tell = (line: string) => progress.tell(line);
    const told = await vacantCommand(options, tell, interrupted.signal).finally(() => progress.end());
    process.stdout.write(told.stdout);
    process.exitCode = told.exitCode;
  });

const key = program.command('key').description('the API key of the device');
key
  .command('set')
  .description('store the key, from the standard input, and have the daemon take it up')
  .option('--encrypt', 'encrypted by systemd-creds: of use on this machine only')
  .option('--folder <dir>', 'the folder, in place of /var/lib/dragoman/credentials')
  .option(...CONFIG_OPTION)
  .action(async (options: KeyOptions) => {
    const { keySet } = await import('./key/command.ts');
    const told = await keySet(options);
    process.stderr.write(told.stderr);
    process.stdout.write(told.stdout);
  });

program
  .command('lights')
  .description(
    'how the lights look while there is no daemon; systemd calls it before its start and after its end',
  )
  .argument('<look>', 'boot: all are lit; dead: only that of trouble is')
  .option(...CONFIG_OPTION)
  .action(async (look: string, options: { config?: string }) => {
    const { lightsCommand } = await import('./lights.ts');
    process.stderr.write(await lightsCommand(look, options));
  });

program
  .command('wiring')
  .description('draw the 40-pin header of a Raspberry Pi with the buttons and LEDs of the configuration')
  .option(...CONFIG_OPTION)
  .action(async (options: { config?: string }) => {
    const { wiringCommand } = await import('./wiring.ts');
    process.stdout.write(await wiringCommand(options));
  });

const config = program.command('config').description('the configuration');
config
  .command('check')
  .description('read a configuration and name everything that is wrong with it')
  .argument('[file]', 'the configuration (TOML); else /etc/dragoman/dragoman.toml')
  .action(async (file: string | undefined) => {
    const { configCheck } = await import('./config.ts');
    process.stdout.write(await configCheck(file));
  });
config
  .command('defaults')
  .description('print every setting with its default and what it means, as TOML')
  .action(async () => {
    const { configDefaults } = await import('./config.ts');
    process.stdout.write(configDefaults());
  });

program
  .command('devices')
  .description('the sound cards that are there, and which the configuration chooses, and why')
  .option('--check', 'record three seconds and play a tone with them; the daemon must not run')
  .option(...CONFIG_OPTION)
  .addHelpText('after', '\nExit codes of --check: 0 both work, 1 one does not.')
  .action(async (options: { check?: boolean; config?: string }) => {
    const { devicesCommand } = await import('./devices.ts');
    process.stdout.write(await devicesCommand(options));
    if (options.check !== true) return;
    const { devicesCheck } = await import('./devices-check.ts');
    const { stdout, exitCode } = await devicesCheck(options, interrupted.signal);
    process.stdout.write(`\n${stdout}`);
    process.exitCode = exitCode;
  });

program
  .command('turn')
  .description(
    'send one recording through gate and interpreter, as the kiosk does with a press of the button',
  )
  .argument('<in.wav>', 'the utterance: WAV, any rate')
  .option('--out <out.wav>', 'write the translated speech there (24 kHz)')
  .option('--json', 'print one JSON object')
  .option(...CONFIG_OPTION)
  .option('--standin', 'use a local stand-in for the service: no key, no network')
  .addHelpText(
    'after',
    '\nExit codes: 0 translated, 3 nothing said, 4 not understood, 5 a fault, 2 wrong use.\n' +
      'The key comes from GEMINI_API_KEY, from the file that service.key_file names, or, for root, from where\n' +
      '"dragoman key set" has stored it.',
  )
  .action(async (input: string, options) => {
    const { turnCommand } = await import('./turn.ts');
    process.exitCode = await turnCommand(input, options, interrupted.signal);
  });

program
  .command('standin')
  .description('run the local stand-in for the Live API until it is interrupted')
  .option('--port <n>', 'listen on this port of the loopback address', port, 0)
  .option('--json', 'print JSON lines; the first is {"url": …}')
  .action(async (options: { port: number; json?: boolean }) => {
    const { runStandin } = await import('../standin/main.ts');
    await runStandin({
      port: options.port,
      json: options.json === true,
      signal: interrupted.signal,
      stdout: process.stdout,
    });
  });

const phrasebook = program
  .command('phrasebook')
  .description('the phrases that are understood without a network');
const OWN_PHRASES = [
  '[file]',
  'phrases of your own (JSON); else those that phrasebook.file names, if any',
] as const;
phrasebook
  .command('list')
  .description('print the phrases')
  .argument(...OWN_PHRASES)
  .option('--languages <codes>', 'only those that can be used between these, like en,fr')
  .option('--json', 'print an array of objects, each with a text per language code')
  .option(...CONFIG_OPTION)
  .action(async (file: string | undefined, options: ListOptions) => {
    const { phrasebookList } = await import('./phrasebook/list.ts');
    process.stdout.write(await phrasebookList(file, options));
  });
phrasebook
  .command('check')
  .description('name everything that is wrong with the phrases, and what is missing to understand them')
  .argument(...OWN_PHRASES)
  .option('--listen', 'have each phrase spoken by espeak-ng and listen to it; takes a minute or more')
  .option(...CONFIG_OPTION)
  .addHelpText('after', '\nExit codes: 0 all is well, 1 there are problems, 2 wrong use.')
  .action(async (file: string | undefined, options: CheckOptions) => {
    const { phrasebookCheck } = await import('./phrasebook/check.ts');
    const { Progress } = await import('./progress.ts');
    const progress = new Progress(process.stderr);
    const told = await phrasebookCheck(
      file,
      options,
      (line) => progress.tell(line),
      interrupted.signal,
    ).finally(() => progress.end());
    process.stdout.write(told.stdout);
    process.stderr.write(told.stderr);
    process.exitCode = told.exitCode;
  });

const prompts = program
  .command('prompts')
  .description('the sentences that the device speaks by itself, without a network');
for (const [name, description] of [
  [
    'prepare',
    "render the prompts with espeak-ng in the desk's languages; recordings of your own are left alone",
  ],
  ['list', "print what is heard for each prompt in each of the desk's languages"],
] as const) {
  prompts
    .command(name)
    .description(description)
    .option(...CONFIG_OPTION)
    .option('--folder <dir>', 'the folder, in place of what the configuration says')
    .action(async (options: { config?: string; folder?: string }) => {
      const { promptsList, promptsPrepare } = await import('./prompts/commands.ts');
      const told = await (name === 'prepare' ? promptsPrepare : promptsList)(options);
      process.stdout.write(told.stdout);
      process.stderr.write(told.stderr);
      process.exitCode = told.exitCode;
    });
}

program
  .command('card')
  .description('print the card for the wall: what the lights say and what to do, one A4 page (SVG)')
  .option('--language <code>', "the card's language, like de; else that of the host")
  .option(...CONFIG_OPTION)
  .option('--out <file>', 'write it there, in place of the standard output')
  .action(async (options: { language?: string; config?: string; out?: string }) => {
    const { cardCommand } = await import('./card/card.ts');
    await cardCommand(options);
  });

program
  .command('sheet')
  .description(
    'print the sheet for guests: how to speak, in pictures and twelve languages, one A4 page (SVG)',
  )
  .option(...CONFIG_OPTION)
  .option('--out <file>', 'write it there, in place of the standard output')
  .action(async (options: { config?: string; out?: string }) => {
    const { sheetCommand } = await import('./sheet/sheet.ts');
    await sheetCommand(options);
  });

program
  .command('faults')
  .description('print everything that can go wrong, and what to do (Markdown; docs/faults.md)')
  .action(async () => {
    const { faultsDocument } = await import('./faults.ts');
    process.stdout.write(faultsDocument());
  });

program
  .command('costs')
  .description('what was spent, by day, engine and guest; or what turns would cost')
  .option('--days <n>', 'so many days, today included', amount(1, 366, true), 30)
  .option('--what-if <text>', '"200 turns a day": what they would cost, by engine')
  .option('--seconds <n>', 'with --what-if: speech in a turn', amount(0, 300, false), 6)
  .option('--answer-seconds <n>', 'with --what-if: translated speech in a turn', amount(0, 300, false), 6)
  .option('--guest-turns <n>', 'with --what-if: turns of a guest', amount(1, 1000, true), 8)
  .option('--json', 'print one JSON object')
  .option(...CONFIG_OPTION)
  .option('--folder <dir>', 'the folder of the ledger, in place of what the configuration says')
  .action(async (options: CostsOptions) => {
    const { costsCommand } = await import('./costs/command.ts');
    process.stdout.write(await costsCommand(options));
  });

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
  .argument('<package>', 'a .deb with its .minisig beside it: a file, or an http(s) address')
  .option('--again', 'also what runs already, or was taken back before')
  .option('--downgrade', 'also what is older than what runs')
  .option('--foreground', 'carry it through in this process, not in dragoman-update.service')
  .option(...CONFIG_OPTION)
  .option(...RELEASES)
  .addOption(stopAt())
  .addHelpText(
    'after',
    "\nExit codes: 0 the release runs, 1 it was taken back or can't go on, 2 it was refused.",
  )
  .action(async (source: string, options: BeginOptions) => {
    const { updateCommand } = await import('./update.ts');
    process.exitCode = await updateCommand(source, options, interrupted.signal);
  });
update
  .command('status')
  .description('what runs, what ran before, what goes on, and what became of the last update')
  .option('--json', 'print one JSON object')
  .option(...RELEASES)
  .action(async (_: UpdateOptions, command: Command) => {
    const { updateStatus } = await import('./update.ts');
    process.stdout.write(await updateStatus(command.optsWithGlobals()));
  });
update
  .command('back')
  .description('go back to the release before this one, as carefully as to a new one')
  .option('--foreground', 'carry it through in this process, not in dragoman-update.service')
  .option(...CONFIG_OPTION)
  .option(...RELEASES)
  .addOption(stopAt())
  .action(async (_: BeginOptions, command: Command) => {
    const { updateCommand } = await import('./update.ts');
    process.exitCode = await updateCommand(undefined, command.optsWithGlobals(), interrupted.signal);
  });
update
  .command('resume')
  .description('carry an update through that was begun, or undo it: what dragoman-update.service does')
  .option(...CONFIG_OPTION)
  .option(...RELEASES)
  .addOption(stopAt())
  .action(async (_: UpdateOptions, command: Command) => {
    const { resumeCommand } = await import('./update.ts');
    process.exitCode = await resumeCommand(command.optsWithGlobals(), interrupted.signal);
  });

/**
 * Errors of parts that are only loaded when needed, known by their names: a taken port, a phrasebook that is
 * not as it should be, a Debian package that is not there, a daemon that can't be asked. Their messages tell what to do.
 */
const EXPLAINED = new Set([
  'StandinError',
  'BookError',
  'MissingDependency',
  'ControlError',
  'UpdateError',
  'Stopped',
]);

/** A package that can't be taken. */
function isRefused(error: unknown): error is Error {
  return error instanceof Error && error.name === 'UpdateRefused';
}

try {
  await program.parseAsync();
} catch (error) {
  const reason: unknown = interrupted.signal.reason;
  if (reason instanceof Interruption) {
    // What failed because of the interruption is no error of its own.
    process.exitCode = 128 + os.constants.signals[reason.signalName];
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.wrongUse; // commander has printed it
  } else if (error instanceof UsageError || error instanceof ConfigError || isRefused(error)) {
    process.stderr.write(`dragoman: ${error.message}\n`);
    process.exitCode = EXIT.wrongUse;
  } else if (error instanceof Error && EXPLAINED.has(error.name)) {
    process.stderr.write(`dragoman: ${error.message}\n`);
    process.exitCode = EXIT.unable;
  } else {
    process.stderr.write(
      `dragoman: this is a bug, please report it:\n${(error as Error).stack ?? String(error)}\n`,
    );
    process.exitCode = EXIT.unable;
  }
}
