import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dragomanInProcess, type Ran } from './rig/command.ts';
import { copyMissing, onACopy } from './rig/real/copy.ts';

/** Commands that only tell something change nothing, for root and wherever it may be. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = fileURLToPath(new URL('rig/real/children/queries.ts', import.meta.url));

/** Each with the arguments with which it only tells something. */
const QUERIES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  status: [[], ['--json']],
  language: [[]],
  vacant: [[]],
  wiring: [[]],
  'config check': [[], ['/etc/dragoman/dragoman.toml']],
  'config defaults': [[]],
  'config show': [[]],
  devices: [[]],
  'phrasebook list': [[], ['--json']],
  'phrasebook check': [[]],
  'prompts list': [[]],
  card: [[]],
  sheet: [[]],
  notice: [[], ['--all']],
  audit: [[], ['--json']],
  faults: [[]],
  costs: [[], ['--json'], ['--what-if', '200 turns a day']],
  'update status': [[], ['--json']],
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

/** The commands that the help lists, by their words. */
async function listed(words: readonly string[] = []): Promise<string[]> {
  const { stdout } = await dragomanInProcess([...words, '--help']);
  const names = [...(stdout.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}([a-z]+)\b/gm)].map(
    ([, name = '']) => name,
  );
  const below = names.filter((name) => name !== 'help').map((name) => listed([...words, name]));
  const isGroup = words.length === 0 || (below.length > 0 && !stdout.includes('<package>'));
  return [...(isGroup ? [] : [words.join(' ')]), ...(await Promise.all(below)).flat()];
}

const missing = copyMissing(ROOT);

describe.skipIf(missing !== undefined)('a command that only tells something', () => {
  it.each([
    ['in a checkout', {}, /^runs .*, from a checkout/],
    ['on a device', DEVICE, /^runs {6}1\.2\.3, from the Debian package$/m],
  ])('changes no file, %s', (_, files, runs) => {
    const { asked, changed } = ask(files);
    expect(changed).toEqual([]);
    const bugs = asked.filter(({ code, stderr }) => code !== 0 && stderr.includes('this is a bug'));
    expect(bugs).toEqual([]);
    expect(asked.at(-1)).toEqual(asked[0]);
    const status = asked.find(({ args }) => args.join(' ') === 'update status');
    expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(runs) });
  });

  it('is told from one that changes something: every command is one or the other', async () => {
    expect((await listed()).toSorted()).toEqual([...Object.keys(QUERIES), ...CHANGES].toSorted());
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
