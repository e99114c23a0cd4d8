import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolders } from '../rig/folders.ts';
import { type Signer, signer } from '../rig/packages.ts';
import { Machine } from './machine.ts';
import { asking, type FakeRelease, signedPackages } from './releases.ts';

/** What becomes of updates, with real packages, signatures and a real folder, in simulated time. */

const folder = temporaryFolders();
const signed = signedPackages(folder, () => by);
let by: Signer;

beforeAll(() => {
  by = signer(folder());
});

function desk(releases: readonly FakeRelease[] = []): Machine {
  const machine = new Machine(folder());
  machine.install({ version: '1.0.0' }, releases);
  machine.start();
  return machine;
}

describe('an update', () => {
  it('to a healthy release stays; the release before is kept, older ones go', async () => {
    const machine = desk([{ version: '1.1.0' }, { version: '1.2.0' }]);
    const asked = asking(signed({ version: '1.10.0' }), by);
    const { cutOff, output } = await machine.update({ asked });
    expect(output).toContain('watching release 1.10.0');
    expect(cutOff).toBe(false);
    expect(machine.startable()).toBe('1.10.0');
    expect(machine.json('outcome.json')).toMatchObject({ outcome: 'kept', version: '1.10.0', from: '1.2.0' });
    expect(machine.entries).toEqual(['1.10.0', '1.2.0', 'current', 'outcome.json', 'previous']);
  });

  it('takes the release alone out of the package; back goes to the packaged release, and no further', async () => {
    const machine = desk();
    await machine.update({ asked: asking(signed({ version: '1.1.0' }), by) });
    expect(readdirSync(machine.at('1.1.0')).toSorted()).toEqual(['bin', 'release.json']);
    expect(lstatSync(machine.at('1.1.0')).mode & 0o777).toBe(0o755);
    expect(await machine.update({ asked: 'back' })).toMatchObject({ cutOff: false });
    expect(machine.startable()).toBe('1.0.0');
    expect(existsSync(machine.at('current'))).toBe(false);
    const alone = desk();
    await expect(alone.begin('back')).rejects.toThrow('there is no release before 1.0.0 on this machine');
  });

  it('to a release that is not healthy is rolled back, and begins again only where that is asked for', async () => {
    const machine = desk([{ version: '2.0.0' }]);
    const deb = signed({ version: '3.0.0', nature: 'hangs' });
    expect(await machine.update({ asked: asking(deb, by) })).toMatchObject({ cutOff: false });
    expect(machine.startable()).toBe('2.0.0');
    expect(existsSync(machine.at('3.0.0'))).toBe(false);
    expect(machine.json('outcome.json')).toMatchObject({
      outcome: 'rolled back',
      version: '3.0.0',
      from: '2.0.0',
      reason: expect.stringContaining('not healthy within 120 s: the daemon does not answer'),
    });
    await expect(machine.begin(asking(deb, by))).rejects.toThrow(/3\.0\.0 was rolled back on .*--again/);
    const again = await machine.begin(asking(deb, by, { again: true }));
    expect(again).toMatchObject({ step: 'wait', to: { version: '3.0.0' } });
  });

  it('back goes to the release before, and forth again', async () => {
    const machine = desk([{ version: '2.0.0' }, { version: '3.0.0' }]);
    expect(await machine.update({ asked: 'back' })).toMatchObject({ cutOff: false });
    expect(machine.startable()).toBe('2.0.0');
    expect(machine.json('outcome.json')).toMatchObject({ outcome: 'kept', version: '2.0.0', from: '3.0.0' });
    expect(await machine.update({ asked: 'back' })).toMatchObject({ cutOff: false });
    expect(machine.startable()).toBe('3.0.0');
  });

  it.each([
    ['crashes', 'it ends again and again'],
    ['hangs', 'not healthy within 120 s: the daemon does not answer'],
    [
      'without loudspeaker',
      'not healthy within 120 s: the loudspeaker worked before and does not now: loudspeaker-failed',
    ],
  ] as const)(
    'back to a release that is not healthy any more (%s) is rolled back, and the files stay',
    async (nature, reason) => {
      const machine = desk([{ version: '2.0.0', nature }, { version: '3.0.0' }]);
      expect(await machine.update({ asked: 'back' })).toMatchObject({ cutOff: false });
      expect(machine.startable()).toBe('3.0.0');
      expect(machine.json('outcome.json')).toMatchObject({
        outcome: 'rolled back',
        version: '2.0.0',
        reason: expect.stringContaining(reason),
      });
      expect(existsSync(machine.at('2.0.0'))).toBe(true);
    },
  );

  it('to what runs already changes nothing; asked for again, it is installed once more', async () => {
    const machine = desk([{ version: '1.1.0' }]);
    const deb = signed({ version: '1.1.0' });
    const { cutOff, output } = await machine.update({ asked: asking(deb, by) });
    expect(output).toContain('1.1.0 runs already');
    expect(cutOff).toBe(false);
    expect(machine.entries).toEqual(['1.1.0', 'current']);
    expect(await machine.update({ asked: asking(deb, by, { again: true }) })).toMatchObject({
      cutOff: false,
    });
    expect(machine.running()).toBe(machine.at('1.1.0.again'));
    expect(await machine.update({ asked: asking(deb, by, { again: true }) })).toMatchObject({
      cutOff: false,
    });
    expect(machine.running()).toBe(machine.at('1.1.0.again2'));
    expect(await machine.update({ asked: asking(deb, by, { again: true }) })).toMatchObject({
      cutOff: false,
    });
    expect(machine.running()).toBe(machine.at('1.1.0'));
  });

  it('does without a journal that was damaged: what runs stays', async () => {
    const machine = desk([{ version: '2.0.0' }]);
    writeFileSync(machine.at('update.json'), '{"step": "tri');
    const { cutOff, output } = await machine.update();
    expect(output).toContain('the journal of the update was damaged');
    expect(cutOff).toBe(false);
    expect(machine.startable()).toBe('2.0.0');
    expect(existsSync(machine.at('update.json'))).toBe(false);
  });

  it('in progress lets no other begin', async () => {
    const machine = desk([{ version: '1.1.0' }, { version: '2.0.0' }]);
    await machine.update({ asked: 'back', cutAt: 'trial' });
    await expect(machine.begin('back')).rejects.toThrow('an update to 1.1.0 is in progress');
    let other: Promise<unknown> | undefined;
    const checkpoint = (name: string) => {
      if (name === 'trial') other = machine.update().catch((error: Error) => error.message);
    };
    expect(await machine.update({ checkpoint })).toMatchObject({ cutOff: false });
    expect(await other).toContain('another update is in progress');
    expect(machine.json('outcome.json')).toMatchObject({ outcome: 'kept', version: '1.1.0' });
  });
});

describe('an update from an address', () => {
  /** Serves the files of a folder, and notes what was asked for. */
  async function serve(
    root: string,
    answer?: http.RequestListener,
  ): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      asked.push(request.url ?? '');
      const file = path.join(root, new URL(request.url ?? '', 'http://here').pathname);
      if (answer !== undefined && !file.endsWith('.minisig')) return answer(request, response);
      if (!existsSync(file)) return response.writeHead(404).end();
      return response.end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  it('loads the signature, then the package; when it runs already, the signature only', async () => {
    const machine = desk();
    const deb = signed({ version: '1.1.0' });
    const { url, asked } = await serve(path.dirname(deb));
    const source = asking(`${url}/${path.basename(deb)}?desk=1`, by);
    expect(await machine.update({ asked: source })).toMatchObject({ cutOff: false });
    expect(machine.startable()).toBe('1.1.0');
    const name = path.basename(deb);
    expect(asked).toEqual([`/${name}.minisig?desk=1`, `/${name}?desk=1`]);
    expect(await machine.begin(source)).toBeUndefined();
    expect(asked.slice(2)).toEqual([`/${name}.minisig?desk=1`]);
  });

  it('of what apt has installed never loads more than the signature', async () => {
    const machine = desk();
    const deb = signed({ version: '1.0.0' });
    const { url, asked } = await serve(path.dirname(deb));
    for (let night = 1; night <= 3; night++) {
      expect(await machine.begin(asking(`${url}/${path.basename(deb)}`, by))).toBeUndefined();
    }
    const name = path.basename(deb);
    expect(asked).toEqual([`/${name}.minisig`, `/${name}.minisig`, `/${name}.minisig`]);
    expect(machine.entries).toEqual([]);
  });

  it('of another machine over http is refused before anything is asked for', async () => {
    const machine = desk();
    const begun = machine.begin(asking('http://updates.test/new.deb', by));
    await expect(begun).rejects.toThrow(/ask for https:\/\/updates\.test\/new\.deb/);
    expect(machine.json('outcome.json')).toMatchObject({ outcome: 'refused', from: '1.0.0' });
    expect(machine.entries).toEqual(['outcome.json']);
  });

  it.each<[string, RegExp, http.RequestListener]>([
    ['is not there', /can't be loaded: HTTP 404/, (_, response) => response.writeHead(404).end()],
    [
      'is said to be too large',
      /larger than 524288 KiB/,
      (_, response) => {
        response.writeHead(200, { 'content-length': 1e9 }).flushHeaders();
      },
    ],
    [
      'breaks off',
      /can't be loaded: /,
      (_, response) => {
        response.writeHead(200, { 'content-length': 5000 });
        response.write('begins');
        setImmediate(() => response.destroy());
      },
    ],
    [
      'is not what was signed',
      /is not what was signed/,
      (_, response) => response.end('something else altogether'),
    ],
  ])('is refused where the package %s, and leaves nothing', async (_, message, answer) => {
    const machine = desk();
    const deb = signed({ version: '1.1.0' });
    const { url } = await serve(path.dirname(deb), answer);
    await expect(machine.begin(asking(`${url}/${path.basename(deb)}`, by))).rejects.toThrow(message);
    expect(machine.json('outcome.json')).toMatchObject({ outcome: 'refused', from: '1.0.0' });
    expect(machine.entries).toEqual(['outcome.json']);
  });
});
