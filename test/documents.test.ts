import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DragomanCommand } from '../src/cli/command.ts';
import { wholeProgram } from './rig/command.ts';

const root = path.join(import.meta.dirname, '..');
const documents = globSync('{*,{docs,src,systemd,test}/**/*}.md', { cwd: root });
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
const exists = (...candidates: string[]) => candidates.some((file) => existsSync(path.join(root, file)));

/** The lines of indented and fenced blocks, and code within sentences. */
function codeOf(text: string): string[] {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  let fenced = false;
  return lines.flatMap((line) => {
    if (/^\s*```/.test(line)) {
      fenced = !fenced;
      return [];
    }
    if (fenced || /^ {4,}\S/.test(line)) return [line.trim()];
    return [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  });
}

/** The calls of programs that match in code, each with its words. */
function callsIn(text: string, program: RegExp): string[][] {
  return codeOf(text)
    .map((code) => code.replace(/^(?:\w+\$|#)\s+/, '').replace(/\s#.*$/, ''))
    .flatMap((code) => code.split(/\s*(?:&&|;|\|\|?)\s*/))
    .map((call) => call.replace(/^(?:sudo |nice |ssh \S+@\S+ |\$ )+/, ''))
    .filter((call) => program.test(call))
    .map((call) =>
      (call.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? []).map((word) => word.replace(/[[\],]/g, '')),
    );
}

/** What is wrong with a call of `dragoman`, if anything. */
function wrongWith(program: DragomanCommand, [, ...words]: readonly string[]): string | undefined {
  // The trusted comment of a signature, not a call.
  if (/^\d/.test(words[0] ?? '')) return undefined;
  let command = program;
  for (const word of words) {
    if (word.startsWith('--')) {
      const name = word.split('=')[0];
      const known = [
        '--help',
        ...[program, command].flatMap(({ options }) => options.map(({ long }) => long)),
      ];
      if (!known.includes(name)) return `${command.name()} has no option ${name}`;
      continue;
    }
    const below = command.below().find((one) => one.name() === word);
    if (below !== undefined) command = below;
    else if (!command.runs && word !== 'help' && /^[a-z]/.test(word))
      return `${command.name()} has no command ${word}`;
  }
  return undefined;
}

/** The anchors of a document: its headings as GitHub names them, and those it sets itself. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id)];
}

/** Who runs the commands of the README: a file, and the words in it that do. CI runs each of them. */
const RUN_BY: Readonly<Record<string, readonly [string, string]>> = {
  './scripts/demo': ['test/demo/demo.rig.test.ts', "'../../scripts/demo'"],
  './scripts/test': ['.ci/run', './scripts/test'],
  './scripts/build-deb --arch arm64': ['scripts/appliance-parts', 'scripts/build-deb --arch "$arch"'],
  'apt install ./dragoman_VERSION_arm64.deb': [
    'test/appliance/installing.ts',
    "'apt-get', 'install', '-y', PACKAGE",
  ],
  'dragoman key set': ['test/appliance/installing.ts', "'dragoman', 'key', 'set'"],
  'dragoman status': ['test/queries.test.ts', 'status: [[]'],
  'dragoman costs': ['test/queries.test.ts', 'costs: [[]'],
  'dragoman costs --what-if "200 turns a day"': ['test/queries.test.ts', "['--what-if', '200 turns a day']"],
  'dragoman card': ['test/queries.test.ts', 'card: [[]]'],
  'dragoman sheet': ['test/queries.test.ts', 'sheet: [[]]'],
  // With a person, or with a key: their options are read as those of every script.
  './scripts/demo --talk': ['test/demo/main.ts', 'talk:'],
  './scripts/demo --live': ['test/demo/main.ts', 'live:'],
  'dragoman probe': ['src/cli/commands/repair/probe.test.ts', 'probe'],
};

it('the README shows commands that a test runs', () => {
  const shown = callsIn(textOf('README.md'), /^(?:\.\/scripts\/|dragoman |apt )/).map((call) =>
    call.join(' '),
  );
  expect(new Set(shown), 'name what runs the command in RUN_BY').toEqual(new Set(Object.keys(RUN_BY)));
  for (const [file, words] of Object.values(RUN_BY)) expect(textOf(file)).toContain(words);
});

const sourcesNextTo = (file: string) =>
  globSync(`${path.dirname(file)}/*.ts`, { cwd: root })
    .map(textOf)
    .join('\n');

describe('a document', () => {
  it.each(documents)('links to files and headings that there are (%s)', (file) => {
    const links = [...textOf(file).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
      ([, link = '']) => link,
    );
    const broken = links.filter((link) => {
      const [name = '', anchor] = link.split('#');
      const target = name === '' ? file : path.join(path.dirname(file), name);
      if (!exists(target)) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(textOf(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it.each(documents)('shows commands and options that dragoman has (%s)', async (file) => {
    const program = await wholeProgram();
    const wrong = callsIn(textOf(file), /^(?:\.\/scripts\/)?dragoman(?: |$)/).map((call) =>
      wrongWith(program, call),
    );
    expect(wrong.filter((one) => one !== undefined)).toEqual([]);
  });

  it.each(documents)('shows scripts, with options that they name (%s)', (file) => {
    const wrong = callsIn(textOf(file), /^(?:\.\/)?scripts\/(?!dragoman\b)\S+/).filter(
      ([script = '', ...words]) => {
        if (!exists(script)) return true;
        if (path.extname(script) !== '' || globSync(`${script}/*`, { cwd: root }).length > 0) return false;
        const main = /"\$root\/(test\/\S+\.ts)"/.exec(textOf(script))?.[1];
        const described = textOf(script) + (main === undefined ? '' : sourcesNextTo(main));
        const options = words
          .filter((word) => /^--[a-z]/.test(word))
          .map((word) => word.slice(2).split('=')[0]);
        return options.some((option) => option !== 'help' && !new RegExp(`\\b${option}\\b`).test(described));
      },
    );
    expect(wrong.map((call) => call.join(' '))).toEqual([]);
  });

  it.each(documents)('names units of the package, or that it shows how to write (%s)', (file) => {
    const text = textOf(file);
    const units = codeOf(text).flatMap((code) => code.match(/\bdragoman[\w-]*\.(?:service|timer)\b/g) ?? []);
    const missing = units.filter(
      (unit) =>
        !exists(`systemd/${unit}`, `docs/operator/examples/first-boot/dragoman/${unit}`) &&
        !text.includes(`/etc/systemd/system/${unit}`),
    );
    expect(missing).toEqual([]);
  });

  it.each(documents)('links to other hosts by https (%s)', (file) => {
    const links = textOf(file).match(/(?<=\]\()[a-z]+:[^)\s]+(?=\))/g) ?? [];
    expect(links.filter((link) => !URL.canParse(link) || new URL(link).protocol !== 'https:')).toEqual([]);
  });

  it.each(['docs/operator/privacy.md', 'docs/operator/security.md'])(
    'names for its promises tests that there are (%s)',
    (file) => {
      const named = [
        ...textOf(file).matchAll(
          /`((?:src|test|scenarios|engines|update|storm|rig|appliance)\/[^`\s]+|[\w-]+\.test\.ts)`/g,
        ),
      ].map(([, name = '']) => name);
      expect(named.length).toBeGreaterThan(10);
      const missing = named.filter((name) => !exists(name, `test/${name}`, `test/${name}.test.ts`));
      expect(missing).toEqual([]);
    },
  );
});
