/**
 * The manual page, from the definitions of the commands and the parts that are written by hand (debian/dragoman.1).
 * Usage: node packaging/man-page.ts DATE VERSION
 */
import { readFileSync } from 'node:fs';
import { REAL_TIME } from '../src/base/time.ts';
import type { DragomanCommand } from '../src/cli/command.ts';
import { Io } from '../src/cli/io.ts';
import { programFor } from '../src/cli/program.ts';

const [, , date = '', version = ''] = process.argv;
const { stdout, stderr } = process;
const io = new Io({ stdout, stderr, environment: {}, signal: AbortSignal.abort(), clock: REAL_TIME });
const program = await programFor(io, () => true);

/** Text as it stands: no character of it is a request or an escape. */
const plain = (text: string) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replaceAll(
      /[^\n -~]/gu,
      (one) => `\\[u${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
    );

const item = (term: string, about: string) => `.TP\n.B ${plain(term)}\n${plain(about)}`;

/** @param words before its own name */
function entry(command: DragomanCommand, words: string): readonly string[] {
  const name = `${words}${command.name()}`;
  const help = command.createHelp();
  const below = command.below().flatMap((one) => entry(one, `${name} `));
  if (!command.runs) return below;
  const examples = command.examples().flatMap(([line, purpose]) => [`# ${purpose}`, line]);
  return [
    `.SS ${plain(`dragoman ${name}`)}`,
    `.B ${plain(`dragoman ${name} ${command.usage()}`)}`,
    '.PP',
    plain(command.description()),
    ...help.visibleArguments(command).map((one) => item(one.name(), help.argumentDescription(one))),
    ...command.options
      .filter((one) => !one.hidden)
      .map((one) => item(one.flags, help.optionDescription(one))),
    '.PP',
    'Exit codes:',
    ...command.exitCodes().map(([code, meaning]) => item(`${code}`, meaning)),
    ...(examples.length === 0 ? [] : ['.PP', 'Examples:', '.PP', '.nf', ...examples.map(plain), '.fi']),
    ...below,
  ];
}

const groups = Map.groupBy(program.below(), (command) => command.helpGroup());
const commands = [...groups].flatMap(([group, members]) => [
  `.SH ${plain(group.replace(':', '').toUpperCase())}`,
  ...members.flatMap((command) => entry(command, '')),
]);
const parts: Readonly<Record<string, string>> = {
  DATE: date,
  VERSION: version,
  COMMANDS: commands.join('\n'),
};
const template = readFileSync(new URL('debian/dragoman.1', import.meta.url), 'utf8');
stdout.write(template.replaceAll(/@([A-Z]+)@/g, (_, name: string) => parts[name] ?? ''));
