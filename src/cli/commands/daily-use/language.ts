import { Argument, Option } from 'commander';
import { UsageError } from '../../../base/errors.ts';
import { AUTO, type LanguagesAnswer, languagesAnswer, statusAnswer } from '../../../control/protocol.ts';
import { languageName } from '../../../kiosk/languages.ts';
import { lookAlikeWarning } from '../../../kiosk/look-alikes.ts';
import { CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';
import { table } from '../../text.ts';
import { daemonOf } from '../daemon.ts';

export const command: Definition = {
  about: "choose the guest's language in the running daemon, or show the languages of host and guest",
  arguments: [new Argument('[code]', 'a language code like fr or pt-BR; auto: the language that is heard')],
  options: [
    new Option('--side <side>', 'whose language').choices(['guest', 'host']).default('guest'),
    JSON_OUTPUT,
    CONFIG,
  ],
  examples: {
    'dragoman language': 'show both languages',
    'dragoman language fr': 'the guest speaks French, until the guest leaves',
    'dragoman language auto': 'the language that is heard again',
  },
  exits: {
    unable: 'no daemon runs, or it does not answer',
    wrongUse: 'wrong use, or no language of that code',
  },
  async run(io, options: Common & { readonly side: string }, code: string | undefined) {
    if (options.side === 'host' && code !== undefined) {
      throw new UsageError(
        "the host's language is that of the configuration (languages.host); only the guest's can be chosen meanwhile",
      );
    }
    const ask = await daemonOf(io.outside, options);
    const languages =
      code === undefined
        ? (await ask('/status', statusAnswer)).languages
        : await ask('/language', languagesAnswer, { language: code });
    io.report(languages, table(languageFacts(languages)));
    const doubt = lookAlikeWarning(code ?? '');
    if (doubt !== undefined) io.warn(`warning: ${doubt}`);
  },
};

const KNOWN_BY: Readonly<Record<LanguagesAnswer['guest']['by'], string>> = {
  default: 'configured: nobody has been heard yet',
  guessed: 'guessed from a word',
  detected: 'heard',
  pinned: `chosen, until the guest leaves or "dragoman language ${AUTO}"`,
};

/** Rows for a table. */
export function languageFacts({ host, guest }: LanguagesAnswer): readonly (readonly string[])[] {
  const named = (code: string) => `${code} (${languageName(code)})`;
  return [
    ['host', named(host)],
    ['guest', `${named(guest.code)}, ${KNOWN_BY[guest.by]}`],
  ];
}
