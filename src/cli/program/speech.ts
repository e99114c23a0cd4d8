import type { Command } from 'commander';
import type { CheckOptions } from '../phrasebook/check.ts';
import type { ListOptions } from '../phrasebook/list.ts';
import type { ProbeOptions } from '../probe/command.ts';
import { CONFIG_OPTION, type Invocation, port, print, printText } from './invocation.ts';

/** What is said and understood: turns, the phrasebook, the prompts. */
export function addSpeechCommands(program: Command, invocation: Invocation): void {
  const { outside } = invocation;
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
      '\nExit codes: 0 translated, 3 nothing said or too quiet, 4 not understood, 5 a fault, 2 wrong use.\n' +
        'The key comes from GEMINI_API_KEY, from the file that service.key_file names, or, for root, from where\n' +
        '"dragoman key set" has stored it.',
    )
    .action(async (input: string, options) => {
      const { turnCommand } = await import('../turn.ts');
      invocation.exitCode = await turnCommand(input, options, outside);
    });

  program
    .command('probe')
    .description('check with real sessions what Dragoman assumes about the service; costs some cents')
    .option('--patient', 'also wait until the service ends a session on which nothing is sent')
    .option('--json', 'print one JSON object')
    .option(...CONFIG_OPTION)
    .option('--standin', 'check a local stand-in for the service: no key, no network')
    .addHelpText(
      'after',
      '\nExit codes: 0 no assumption fails, 1 at least one does, or espeak-ng is missing, 5 the service cannot be\n' +
        'used, 2 wrong use. All engines are checked, also those that interpreters.engines leaves out.\n' +
        'What is expected to be spent is printed before anything is sent. The key comes from where "turn" finds it.',
    )
    .action(async (options: ProbeOptions) => {
      const { probeCommand } = await import('../probe/command.ts');
      invocation.exitCode = await probeCommand(options, outside);
    });

  program
    .command('standin')
    .description('run the local stand-in for the Live API until it is interrupted')
    .option('--port <n>', 'listen on this port of the loopback address', port, 0)
    .option('--json', 'print JSON lines; the first is {"url": …}')
    .action(async (options: { port: number; json?: boolean }) => {
      const { runStandin } = await import('../../standin/main.ts');
      await runStandin({
        port: options.port,
        json: options.json === true,
        signal: outside.signal,
        stdout: outside.stdout,
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
      const { phrasebookList } = await import('../phrasebook/list.ts');
      printText(invocation, await phrasebookList(file, options));
    });
  phrasebook
    .command('check')
    .description('name everything that is wrong with the phrases, and what is missing to understand them')
    .argument(...OWN_PHRASES)
    .option('--listen', 'have each phrase spoken by espeak-ng and listen to it; takes a minute or more')
    .option(...CONFIG_OPTION)
    .addHelpText('after', '\nExit codes: 0 all is well, 1 there are problems, 2 wrong use.')
    .action(async (file: string | undefined, options: CheckOptions) => {
      const { phrasebookCheck } = await import('../phrasebook/check.ts');
      const { Progress } = await import('../progress.ts');
      const progress = new Progress(outside.stderr, outside.clock);
      const tell = (line: string) => progress.tell(line);
      print(
        invocation,
        await phrasebookCheck(file, options, tell, outside.signal).finally(() => progress.end()),
      );
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
        const { promptsList, promptsPrepare } = await import('../prompts/commands.ts');
        print(invocation, await (name === 'prepare' ? promptsPrepare : promptsList)(options));
      });
  }
}
