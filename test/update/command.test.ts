import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { UpdateOutcome } from '../../src/system/update-outcome.ts';
import { dragoman, dragomanInProcess, type Ran } from '../rig/command.ts';
import { temporaryFolders } from '../rig/folders.ts';
import { type Signer, signer } from '../rig/packages.ts';
import { Releases, signedPackages } from './releases.ts';

/** `dragoman update` as an operator calls it. What becomes of an update is in the other tests. */

const folder = temporaryFolders();
const signed = signedPackages(folder, () => by);
let by: Signer;

beforeAll(() => {
  by = signer(folder());
});

interface Desk {
  readonly machine: Releases;
  readonly deb: string;
  update(...args: string[]): Promise<Ran>;
  /** The same as a process of its own. */
  program(...args: string[]): Promise<Ran>;
}

function desk({ keys = [by.publicKey], more = '' } = {}): Desk {
  const machine = new Releases(folder());
  // A release is tried out as a user who has no rights.
  chmodSync(machine.folder, 0o711);
  machine.install({ version: '1.0.0' }, [{ version: '1.5.0' }, { version: '2.0.0' }]);
  const config = `${machine.folder}/dragoman.toml`;
  const socket = `[control]\nsocket = ${JSON.stringify(machine.socket)}\n`;
  writeFileSync(config, `[update]\npublic_keys = ${JSON.stringify(keys)}\n${socket}${more}`);
  const deb = signed({ version: '3.0.0' });
  const where = ['--releases', machine.places.releases];
  const line = (args: readonly string[]) => [
    'update',
    ...args,
    ...where,
    ...(args[0] === 'status' ? [] : ['--config', config]),
  ];
  return {
    machine,
    deb,
    update: (...args) => dragomanInProcess(line(args)),
    program: (...args) => dragoman(line(args)),
  };
}

/** A daemon that serves nobody. */
async function answering(socket: string): Promise<void> {
  const devices = { microphone: 'working', loudspeaker: 'working', panel: 'working' };
  const status = JSON.stringify({ version: '2.0.0', uptimeS: 60, vacant: true, devices });
  const server = http.createServer((_, response) => response.end(status)).listen(socket);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
}

describe('dragoman update', () => {
  it('tells what runs and what ran before', async () => {
    const { update } = desk();
    const { stdout, code } = await update('status');
    expect(stdout).toBe(
      'runs      2.0.0\nbefore    1.5.0: "dragoman update back" goes back to it\nupdate    none in progress\n',
    );
    expect(code).toBe(0);
  });

  it('tells the day of the newest signature, and that it is old', async () => {
    const { machine, update } = desk();
    const seen = async (signedOn: string) => {
      const accepted = { version: '3.0.0', at: '2026-12-01T12:00:00.000Z' };
      writeFileSync(machine.at('seen.json'), JSON.stringify({ signedOn, accepted }));
      return [(await update('status')).stdout, JSON.parse((await update('status', '--json')).stdout)];
    };
    const [long, longJson] = await seen('2020-02-29');
    expect(long).toMatch(/^newest {4}signed on 2020-02-29, \d+ days ago: OLD, /m);
    expect(longJson).toMatchObject({
      newestSignature: { date: '2020-02-29', old: true },
      accepted: { version: '3.0.0' },
    });
    const today = new Date().toISOString().slice(0, 10);
    const [text, json] = await seen(today);
    expect(text).toMatch(new RegExp(`^newest {4}signed on ${today}$`, 'm'));
    expect(json).toMatchObject({ newestSignature: { date: today, old: false } });
  });

  it('tells that the packaged release stands in for one that has ended six times in a row', async () => {
    const { machine } = desk();
    const status = async (failures: number, ...more: string[]): Promise<string> => {
      writeFileSync(`${machine.folder}/failures`, `${failures}\n`);
      const args = ['update', 'status', '--releases', machine.places.releases, ...more];
      return (await dragomanInProcess(args, { environment: { DRAGOMAN_STARTS: machine.folder } })).stdout;
    };
    expect(await status(5)).toMatch(/^runs {6}2\.0\.0\n/);
    expect(await status(6)).toMatch(
      /^runs {6}\S+, from the Debian package: 2\.0\.0 has ended 6 times in a row\n/,
    );
    expect(JSON.parse(await status(6, '--json'))).toMatchObject({
      runs: { packaged: true },
      standsInFor: '2.0.0',
    });
    // The way out, where there is nothing else before it.
    rmSync(machine.at('previous'));
    expect(await status(6)).toMatch(
      /^before .*, from the Debian package: "dragoman update back" goes back to it$/m,
    );
  });

  it('that is refused ends with 2, says why, and so does the status', async () => {
    const { update, deb } = desk({ keys: [] });
    const { code, stdout, stderr } = await update(deb, '--foreground');
    expect(stderr).toMatch(/^dragoman: no public key is configured/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect((await update('status')).stdout).toMatch(
      /^the last {2}the package was refused, 2\.0\.0 runs: no public key/m,
    );
    expect(JSON.parse((await update('status', '--json')).stdout)).toMatchObject({
      runs: { version: '2.0.0', packaged: false },
      before: { version: '1.5.0', packaged: false },
      inProgress: null,
      last: { outcome: 'refused' },
    });
  });

  it('that was rolled back stays told of however often one is refused behind it', async () => {
    const { update, deb, machine } = desk({ keys: [] });
    const file = machine.at('outcome.json');
    const rolledBack = {
      outcome: 'rolled back',
      version: '2.5.0',
      from: '2.0.0',
      reason: 'deaf',
      at: 'then',
    };
    writeFileSync(file, JSON.stringify(rolledBack));
    await update(deb, '--foreground');
    await update(deb, '--foreground');
    expect((await update('status')).stdout).toMatch(
      /^the last .* was refused.*\nand {7}2\.5\.0 was rolled back, 2\.0\.0 runs: deaf \(then\)$/m,
    );
    expect(await new UpdateOutcome(file, '2.0.0').trouble()).toBe('2.5.0: deaf');
  });

  it('can be stopped anywhere for a rehearsal, and is taken up again', async () => {
    const { update, program, deb, machine } = desk();
    // A daemon that answers: until one does, the command waits a minute before it takes it for silent.
    await answering(machine.socket);
    const stopped = await program(deb, '--foreground', '--stop-at', 'switch');
    expect(stopped.stderr).toContain('dragoman: stopped at "switch", as asked for\n');
    expect(stopped.code).toBe(1);
    expect((await update('status')).stdout).toMatch(/^update {4}3\.0\.0 is being switched to; since 20/m);
    expect(JSON.parse((await update('status', '--json')).stdout)).toMatchObject({
      inProgress: { step: 'switch', version: '3.0.0' },
    });
    const busy = await update(deb, '--foreground');
    expect(busy.stderr).toContain('an update to 3.0.0 is in progress');
    expect(busy.code).toBe(1);
    const further = await update('resume', '--stop-at', 'restart');
    expect(further).toMatchObject({ code: 1, stdout: '' });
    expect(machine.startable()).toBe('3.0.0');
  });

  it.each([
    ['a setting that only a later release knows', '[kiosk]\nadded_later = true\n'],
    ['a value that only a later release knows', '[panel]\ndriver = "hologram"\n'],
    ['a proxy that only a later release knows', '[service]\nproxy = "quic://proxy.test"\n'],
  ])(
    'goes forth and back with %s in the configuration: the updater is the packaged release',
    async (_, more) => {
      const { update, deb } = desk({ more });
      const forth = await update(deb, '--foreground', '--stop-at', 'prepare, ready');
      expect(forth.stderr).toContain('stopped at "prepare, ready"');
      const back = await desk({ more }).update('back', '--foreground', '--stop-at', 'wait');
      expect(back.stderr).toContain('stopped at "wait"');
    },
  );

  it('goes back whatever the configuration says, and takes nothing new by one that it cannot read', async () => {
    const { update, deb } = desk({ more: 'nonsense' });
    const forth = await update(deb, '--foreground');
    expect(forth.stderr).toContain('nonsense is no setting');
    expect(forth.code).toBe(2);
    const back = await update('back', '--foreground', '--stop-at', 'wait');
    expect(back.stderr).toContain('stopped at "wait"');
  });

  it('loads through the configured proxy, and says what is wrong with it without its password', async () => {
    const { update } = desk({ more: '[service]\nproxy = "http://desk:secret@127.0.0.1:9"\n' });
    const { code, stderr } = await update('https://updates.test/new.deb', '--foreground');
    expect(stderr).toContain(
      "new.deb.minisig can't be loaded: the proxy http://127.0.0.1:9 (service.proxy) cannot be reached: connect ECONNREFUSED",
    );
    expect(stderr).not.toContain('secret');
    expect(code).toBe(2);
  });

  it('names the places where it can be stopped', async () => {
    const { update } = desk();
    const { code, stderr } = await update('resume', '--stop-at', 'nowhere');
    expect(stderr).toContain('--stop-at is one of: "prepare, fetch" ');
    expect(code).toBe(2);
  });

  it('back asks for a release before', async () => {
    const alone = new Releases(folder());
    alone.install({ version: '1.0.0' }, []);
    const { code, stderr } = await dragomanInProcess([
      'update',
      'back',
      '--foreground',
      '--releases',
      alone.places.releases,
    ]);
    expect(stderr).toContain('there is no release before');
    expect(code).toBe(2);
  });

  it.skipIf(existsSync('/run/systemd/system'))('needs systemd, or --foreground', async () => {
    const { update, deb } = desk();
    const { code, stderr } = await update(deb);
    expect(stderr).toContain('no systemd runs here to carry the update through: --foreground');
    expect(code).toBe(2);
  });

  it('clears a damaged journal away, and says until then that it is damaged', async () => {
    const { machine, update } = desk();
    writeFileSync(machine.at('update.json'), '\0\0\0');
    const { stderr, code } = await update('status');
    expect(stderr).toMatch(/^dragoman: .*update\.json.*\nthe file is damaged: "dragoman update resume"/);
    expect(code).toBe(1);
    expect((await update('resume')).code).toBe(0);
    expect((await update('status')).stdout).toMatch(/^update {4}none in progress$/m);
  });

  it('can be held up by nobody but its own user: whoever may read a file may lock it', async () => {
    const { machine, update } = desk();
    writeFileSync(machine.at('lock'), '', { mode: 0o644 });
    await update('resume');
    expect(statSync(machine.at('lock')).mode & 0o777).toBe(0o600);
  });

  it('where nothing can be written says so', async () => {
    const { code, stderr } = await dragomanInProcess([
      'update',
      'status',
      '--releases',
      '/dev/null/releases',
    ]);
    expect(stderr).toMatch(/^dragoman: \/dev\/null\/releases can't be used: .*sudo/);
    expect(code).toBe(1);
  });

  it('of somebody who may read the folder and not write to it says who may', async () => {
    const { update, deb, machine } = desk();
    // What even root can't open for writing.
    rmSync(`${machine.places.releases}/lock`, { force: true });
    mkdirSync(`${machine.places.releases}/lock`);
    for (const what of [[deb, '--foreground'], ['back', '--foreground'], ['resume']]) {
      const { code, stderr } = await update(...what);
      expect(stderr).toMatch(/^dragoman: \S+\/releases can't be used: .*lock.*sudo\)\n$/);
      expect(code).toBe(1);
    }
  });
});
