import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dragomanInProcess } from '../../../../test/rig/command.ts';
import { temporaryFolders } from '../../../../test/rig/folders.ts';

const folder = temporaryFolders();

/** The script, in a folder with a file and a folder in it. */
async function inFolder(shell: string) {
  const at = folder();
  const { stdout, stderr, code } = await dragomanInProcess(['completion', shell]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  writeFileSync(path.join(at, 'completion'), stdout);
  writeFileSync(path.join(at, 'my phrases.json'), '');
  mkdirSync(path.join(at, 'my folder'));
  return at;
}

describe('completion in bash', () => {
  let at: string;
  beforeAll(async () => {
    at = await inFolder('bash');
  });

  /** @param line up to the cursor */
  function completed(line: string): readonly string[] {
    const words = line.split(' ').map((word) => `'${word}'`);
    const script = `source completion; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _dragoman; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const printed = execFileSync('bash', ['--norc', '-c', script], { cwd: at, encoding: 'utf8' });
    return printed.split('\n').filter((one) => one !== '');
  }

  it.each([
    ['dragoman st', ['status', 'standin']],
    ['dragoman config ', ['check', 'show', 'defaults', '--help']],
    ['dragoman config check --j', ['--json']],
    ['dragoman run --panel ', ['gpio', 'terminal', 'none']],
    ['dragoman run --panel gpio --lo', ['--log']],
    ['dragoman lights ', ['boot', 'dead', '--json', '--config', '--help']],
    ['dragoman update --foreground st', ['status']],
    ['dragoman costs --days ', []],
    ['dragoman update --sto', []],
    ['dragoman phrasebook check my', ['my folder', 'my phrases.json']],
    ['dragoman prompts prepare --folder ', ['my folder']],
    ['dragoman completion z', ['zsh']],
  ])('of "%s" offers %j', (line, expected) => {
    expect(completed(line).toSorted()).toEqual(expected.toSorted());
  });

  it('takes effect for the command dragoman', () => {
    const printed = execFileSync('bash', ['--norc', '-c', 'source completion; complete -p dragoman'], {
      cwd: at,
      encoding: 'utf8',
    });
    expect(printed).toBe('complete -F _dragoman dragoman\n');
  });
});

describe.skipIf(spawnSync('zsh', ['--version']).status !== 0)('completion in zsh', () => {
  let at: string;
  beforeAll(async () => {
    at = await inFolder('zsh');
  });

  /** What the script gives to the functions of zsh that complete. */
  function completed(line: string): string {
    const words = line.split(' ').map((word) => `'${word}'`);
    const script = `
      compdef() { : }
      _arguments() { print -rl -- "$@"; print -r -- "at $CURRENT of $words" }
      _describe() { print -rl -- \${(P)2} }
      source ./completion
      words=(${words.join(' ')}) CURRENT=${words.length}
      _dragoman`;
    return execFileSync('zsh', ['-f', '-c', script], { cwd: at, encoding: 'utf8' });
  }

  it.each([
    ['dragoman st', /^status:show what the daemon/m],
    ['dragoman config ', /^check:say what was understood/m],
    ['dragoman run --panel ', /^--panel=\[in place of .*\]:panel:\(gpio terminal none\)$/m],
    ['dragoman lights ', /^1:look:\(boot dead\)$/m],
    ['dragoman phrasebook check ', /^1:file:_files$/m],
    ['dragoman phrasebook check my', /^at 2 of check my$/m],
    ['dragoman update --foreground ', /^status:/m],
  ])('of "%s" offers %s', (line, expected) => {
    expect(completed(line)).toMatch(expected);
  });
});

it('completion of another shell is wrong use', async () => {
  const { code, stderr } = await dragomanInProcess(['completion', 'fish']);
  expect(stderr).toContain('Allowed choices are bash, zsh');
  expect(code).toBe(2);
});
