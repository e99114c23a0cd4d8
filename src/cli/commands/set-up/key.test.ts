import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../../../test/rig/folders.ts';
import { DRAGOMAN } from '../../../../test/rig/real/counter.ts';
import { REAL_TIME } from '../../../base/time.ts';
import { ControlServer } from '../../../control/server.ts';
import { keySet } from './key.ts';

const KEY = `AIza${'x'.repeat(35)}`;
const folder = temporaryFolders();
const ends: (() => Promise<unknown>)[] = [];
const PATH = process.env.PATH;
afterEach(async () => {
  process.env.PATH = PATH;
  for (const end of ends.splice(0)) await end();
});

/** A device on which somebody pipes this into the command. */
function device(typed: string, uid = 0) {
  const root = folder();
  const installed = path.join(root, 'dragoman', 'credentials');
  mkdirSync(path.dirname(installed));
  const config = path.join(root, 'dragoman.toml');
  const socket = path.join(root, 'control.sock');
  writeFileSync(config, `[control]\nsocket = "${socket}"\n`);
  const place = {
    clock: REAL_TIME,
    input: Readable.from([typed]),
    prompt: { write: () => {} },
    uid,
    installed,
  };
  const plain = path.join(installed, 'gemini-api-key');
  const encrypted = path.join(installed, 'gemini-api-key.cred');
  return { place, installed, plain, encrypted, config, socket, root };
}

/** A program systemd-creds that does what the script says. */
function systemdCreds(script: string): void {
  const bin = folder();
  writeFileSync(path.join(bin, 'systemd-creds'), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, 'systemd-creds'), 0o755);
  process.env.PATH = `${bin}:${PATH}`;
}

const permissions = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('dragoman key set', () => {
  it('stores what is piped in, trimmed, for nobody else to read, and says that no daemon runs', async () => {
    const { place, config, plain, installed } = device(`  ${KEY}\n`);
    const stdout = await keySet({ config }, place);
    expect(readFileSync(plain, 'utf8')).toBe(KEY);
    expect([permissions(plain), permissions(installed)]).toEqual(['600', '700']);
    expect(readdirSync(installed)).toEqual(['gemini-api-key']);
    expect(stdout).toContain(plain);
    expect(stdout).toContain('uses it when it is started (no daemon is running');
    expect(stdout).not.toContain(KEY);
  });

  it('has the running daemon restart when nobody is being served', async () => {
    const { place, config, socket } = device(KEY);
    const restarts: string[] = [];
    const port = {
      status: () => ({ vacant: false }) as never,
      chooseLanguage: () => false,
      guestLeft: () => {},
      restart: (when: string) => restarts.push(when),
    };
    const server = new ControlServer(socket, port, (error) => expect.unreachable(String(error)));
    ends.push(() => server.stop());
    await server.start();
    const stdout = await keySet({ config }, place);
    expect(restarts).toEqual(['vacant']);
    expect(stdout).toContain('uses it as soon as the guest has left');
  });

  it('takes the place of the old key, whatever its form', async () => {
    const { place, config, plain, encrypted, installed } = device(KEY);
    mkdirSync(installed);
    writeFileSync(plain, 'old', { mode: 0o644 });
    writeFileSync(encrypted, 'old');
    await keySet({ config }, place);
    expect(readFileSync(plain, 'utf8')).toBe(KEY);
    expect(permissions(plain)).toBe('600');
    expect(existsSync(encrypted)).toBe(false);
  });

  it('--encrypt stores what systemd-creds makes of it under the name of the unit, and no plain one', async () => {
    systemdCreds('echo "$@"; cat');
    const { place, config, plain, encrypted, installed } = device(KEY);
    mkdirSync(installed);
    writeFileSync(plain, 'old');
    await keySet({ config, encrypt: true }, place);
    expect(readFileSync(encrypted, 'utf8')).toBe(`encrypt --name=gemini-api-key-encrypted - -\n${KEY}`);
    expect(permissions(encrypted)).toBe('600');
    expect(existsSync(plain)).toBe(false);
  });

  it('--encrypt leaves the old key where systemd-creds fails, and says why', async () => {
    systemdCreds('echo "no key of the machine" >&2; exit 1');
    const { place, config, plain, installed } = device(KEY);
    mkdirSync(installed);
    writeFileSync(plain, 'old');
    await expect(keySet({ config, encrypt: true }, place)).rejects.toThrow(/no key of the machine/);
    expect(readFileSync(plain, 'utf8')).toBe('old');
    expect(readdirSync(installed)).toEqual(['gemini-api-key']);
  });

  it('works with a configuration that has errors: a key is not to wait for that', async () => {
    const { place, config, plain } = device(KEY);
    writeFileSync(config, 'nonsense');
    await keySet({ config }, place);
    expect(readFileSync(plain, 'utf8')).toBe(KEY);
  });

  it.each([
    ['nothing', ' \n', /no key was given/],
    ['two words', 'my key', /no key/],
    ['two keys', `${KEY}\n${KEY}x\n`, /no key: it has 2 lines/],
    ['other than ASCII', 'schlüssel', /no key/],
    ['a file of another kind', 'x'.repeat(10_000), /no key/],
    ['a disk', 'x'.repeat(100_000), /too long/],
  ])('refuses %s and changes nothing', async (_, typed, why) => {
    const { place, config, installed } = device(typed);
    const failure = await keySet({ config }, place).catch((error: Error) => error);
    expect(failure).toMatchObject({ name: 'UsageError', message: expect.stringMatching(why) });
    expect(failure).toMatchObject({ message: expect.not.stringContaining(typed.trim() || 'x') });
    expect(existsSync(installed)).toBe(false);
  });

  it('stores the key alone, without its name and quotation marks', async () => {
    const { place, config, plain } = device(`export GEMINI_API_KEY="${KEY}"\n`);
    await keySet({ config }, place);
    expect(readFileSync(plain, 'utf8')).toBe(KEY);
  });

  it('stores a key of any form: Google has changed it before', async () => {
    const { place, config, plain } = device('secret-of-another-kind');
    await keySet({ config }, place);
    expect(readFileSync(plain, 'utf8')).toBe('secret-of-another-kind');
  });

  it('says who may, and where, before it asks for the key', async () => {
    const { place, config, installed } = device(KEY, 1000);
    await expect(keySet({ config }, place)).rejects.toThrow(
      'only root may store the key: sudo dragoman key set',
    );
    const nowhere = { ...place, installed: '/nonexistent/dragoman/credentials' };
    await expect(keySet({ config }, nowhere)).rejects.toThrow(/no installed device .* --folder/);
    expect(existsSync(installed)).toBe(false);
    expect(place.input.readableDidRead).toBe(false);
  });

  it('--folder stores it there, and says what to configure', async () => {
    const { place, config, root } = device(KEY, 1000);
    const stdout = await keySet({ config, folder: path.join(root, 'keys') }, place);
    const file = path.join(root, 'keys', 'gemini-api-key');
    expect(readFileSync(file, 'utf8')).toBe(KEY);
    expect(stdout).toContain(`service.key_file = "${file}"`);
  });
});

/** Runs the command on a terminal of its own: types there, and prints what is seen on it and its mode afterwards. */
const TERMINAL = `
import os, pty, sys, termios
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
seen = b""
typed = False
while True:
    try: part = os.read(terminal, 4096)
    except OSError: break
    if not part: break
    seen += part
    if b"not shown" in seen and not typed:
        typed = True
        os.write(terminal, os.environ["TYPED"].encode())
    if seen.endswith(b"\\n") and b"\\r\\n" in seen and typed:
        mode = termios.tcgetattr(terminal)[3]
status = os.waitpid(pid, 0)[1]
print(seen.decode(), "ECHO", bool(mode & termios.ECHO), "CODE", os.waitstatus_to_exitcode(status))
`;

const python = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!python)('on a terminal, dragoman key set', () => {
  function onTerminal(typed: string) {
    const into = path.join(folder(), 'keys');
    const command = [process.execPath, DRAGOMAN, 'key', 'set', '--folder', into];
    const { stdout } = spawnSync('python3', ['-c', TERMINAL, ...command], {
      env: { ...process.env, TYPED: typed },
      encoding: 'utf8',
    });
    return { seen: stdout, file: path.join(into, 'gemini-api-key') };
  }

  it('asks, shows nothing of what is typed, and takes corrections', () => {
    const { seen, file } = onTerminal(`wrong\x15${KEY}y\x7f\r`);
    expect(seen).toContain('API key (it is not shown): ');
    expect(seen).not.toContain('xxx');
    expect(seen).toMatch(/ECHO True CODE 0/);
    expect(readFileSync(file, 'utf8')).toBe(KEY);
  });

  it('can be broken off', () => {
    const { seen, file } = onTerminal('AIza\x03');
    expect(seen).toMatch(/broken off; nothing is changed[\s\S]*ECHO True CODE 2/);
    expect(existsSync(file)).toBe(false);
  });
});
