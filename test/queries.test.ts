import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { DragomanCommand } from '../src/cli/command.ts';
import { type Ran, wholeProgram } from './rig/command.ts';
import { copyMissing, onACopy } from './rig/real/copy.ts';

/** Commands that only report change nothing, for root and wherever it may be. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = fileURLToPath(new URL('rig/real/children/queries.ts', import.meta.url));

/** Each with the arguments with which it only reports. */
const QUERIES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  status: [[], ['--json']],
  language: [[], ['--json']],
  vacant: [[], ['--json']],
  wiring: [[]],
  'config check': [[], ['/etc/dragoman/dragoman.toml'], ['--json']],
  'config defaults': [[], ['--json']],
  'config show': [[], ['--json']],
  devices: [[], ['--json']],
  'phrasebook list': [[], ['--json']],
  'phrasebook check': [[], ['--json']],
  'prompts list': [[], ['--json']],
  card: [[]],
  sheet: [[]],
  notice: [[], ['--all']],
  audit: [[], ['--json']],
  faults: [[], ['--json']],
  words: [[]],
  costs: [[], ['--json'], ['--what-if', '200 turns a day']],
  'update status': [[], ['--json']],
  completion: [['bash'], ['zsh']],
};
const CHANGES = [
  'run',
  'restart',
  'guest new',
  'key set',
  'lights',
  'turn',
  'probe',
  'standin',
  'prompts prepare',
  'update',
  'update back',
  'update resume',
];

const DEVICE = {
  '/usr/lib/dragoman/release.json': '{"version":"1.2.3","arch":"amd64","node":"26","frame":1}\n',
  '/etc/dragoman/dragoman.toml': '[languages]\nhost = "de"\nguest = "en"\n',
  ...Object.fromEntries(
    ['ledger', 'prompts', 'state', 'releases', 'credentials'].map((name) => [
      `/var/lib/dragoman/${name}/.there`,
      '',
    ]),
  ),
};

interface Asked extends Ran {
  readonly args: readonly string[];
}

/** All queries on a copy of the machine; costs first and last. */
function ask(files: Readonly<Record<string, string>>) {
  const commands = Object.entries(QUERIES).flatMap(([name, calls]) =>
    calls.map((more) => [...name.split(' '), ...more]),
  );
  const all = JSON.stringify([['costs'], ...commands, ['--help'], ['--version'], ['costs']]);
  const { printed, changed } = onACopy(files, [process.execPath, PROGRAM, all]);
  const asked = printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Asked);
  return { asked, changed };
}

/** The commands that do something, by their words. */
function callable(command: DragomanCommand, words: readonly string[] = []): string[] {
  const below = command.below().flatMap((one) => callable(one, [...words, one.name()]));
  return [...(command.runs ? [words.join(' ')] : []), ...below];
}

const missing = copyMissing(ROOT);

describe.skipIf(missing !== undefined)('a command that only reports', () => {
  it.each([
    ['in a checkout', {}, /^runs .*, from a checkout/],
    ['on a device', DEVICE, /^runs {6}1\.2\.3, from the Debian package$/m],
  ])('changes no file, %s', (_, files, runs) => {
    const { asked, changed } = ask(files);
    expect(changed).toEqual([]);
    const bugs = asked.filter(({ code, stderr }) => code !== 0 && stderr.includes('this is a bug'));
    expect(bugs).toEqual([]);
    const forPrograms = asked.filter(({ args, stdout }) => args.includes('--json') && stdout !== '');
    expect(forPrograms.length).toBeGreaterThan(8);
    for (const { stdout } of forPrograms) expect(() => JSON.parse(stdout)).not.toThrow();
    expect(asked.at(-1)).toEqual(asked[0]);
    const status = asked.find(({ args }) => args.join(' ') === 'update status');
    expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(runs) });
  });

  it('is distinguished from one that changes something: every command is one or the other', async () => {
    expect(callable(await wholeProgram()).toSorted(), 'list each command in QUERIES or CHANGES').toEqual(
      [...Object.keys(QUERIES), ...CHANGES].toSorted(),
    );
  });
});

describe.skipIf(missing !== undefined)('what a command changes', () => {
  it('is found, wherever it is', () => {
    const plant = 'mkdir -p /var/lib/dragoman/planted; echo >/run/planted; rm /etc/hostname; echo said';
    const { printed, changed } = onACopy({ '/var/lib/dragoman/there': '' }, ['sh', '-c', plant]);
    expect(printed).toBe('said\n');
    expect(changed.toSorted()).toEqual(['/etc/hostname', '/run/planted', '/var/lib/dragoman/planted']);
  });
});
