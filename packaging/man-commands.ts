/** The commands of `dragoman --help` (standard input) as paragraphs of a manual page (roff). */
import { readFileSync } from 'node:fs';

const help = readFileSync(0, 'utf8');
const listed = help.slice(help.indexOf('\nCommands:\n') + '\nCommands:\n'.length);
const commands: { term: string; about: string }[] = [];
for (const line of listed.split('\n')) {
  const command = /^ {2}(\S.*?) {2,}(\S.*)$/.exec(line);
  const last = commands.at(-1);
  if (command !== null) commands.push({ term: command[1] ?? '', about: command[2] ?? '' });
  else if (last !== undefined && line.startsWith('    ')) last.about += ` ${line.trim()}`;
}
if (commands.length === 0) throw new Error('no commands found in the help');
const roff = (text: string) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
process.stdout.write(commands.map(({ term, about }) => `.TP\n.B ${roff(term)}\n${roff(about)}`).join('\n'));
