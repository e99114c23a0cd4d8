import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { getOverNetwork } from '../../test/update/ports.ts';
import { download } from './fetch.ts';
import type { Ports } from './ports.ts';

const folder = temporaryFolders();
const never = new AbortController().signal;
let clock: VirtualClock;
let ports: Pick<Ports, 'clock' | 'get'>;

beforeEach(() => {
  clock = new VirtualClock();
  ports = { clock, get: getOverNetwork };
});

async function server(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
}

describe('a download', () => {
  it('brings the whole file, and tells how far it is', async () => {
    const url = await server((_, response) => response.end('x'.repeat(100_000)));
    const file = `${folder()}/file`;
    const told: (number | undefined)[][] = [];
    await download(url, file, ports, { limit: 1e6, progress: (...far) => told.push(far) }, never);
    expect(readFileSync(file, 'utf8')).toBe('x'.repeat(100_000));
    expect(told.at(-1)).toEqual([100_000, 100_000]);
  });

  it('from a server that falls silent is given up', async () => {
    const url = await server((_, response) => response.write('begins'));
    const came = Promise.withResolvers<void>();
    const begun = download(
      url,
      `${folder()}/file`,
      ports,
      { limit: 1e6, progress: () => came.resolve() },
      never,
    );
    await came.promise;
    clock.advance(60_000);
    await expect(begun).rejects.toThrow(`${url} can't be loaded: nothing came for 60 s`);
  });

  it('from a server that sends a little now and then is not given up', async () => {
    const url = await server(async (_, response) => {
      for (let i = 0; i < 4; i++) {
        response.write('x');
        await pieces.promise;
        pieces = Promise.withResolvers<void>();
      }
      response.end();
    });
    let pieces = Promise.withResolvers<void>();
    const progress = () => {
      clock.advance(59_000);
      pieces.resolve();
    };
    const file = `${folder()}/file`;
    await download(url, file, ports, { limit: 1e6, progress }, never);
    expect(readFileSync(file, 'utf8')).toBe('xxxx');
  });

  it('from a server that does not answer at all is given up', async () => {
    const asked = Promise.withResolvers<void>();
    const url = await server(() => asked.resolve());
    const begun = download(url, `${folder()}/file`, ports, { limit: 1e6 }, never);
    await asked.promise;
    clock.advance(60_000);
    await expect(begun).rejects.toThrow('nothing came for 60 s');
  });

  it('that grows beyond its limit, whatever it said, is given up', async () => {
    const url = await server((_, response) => {
      for (let i = 0; i < 10; i++) response.write('x'.repeat(1000));
      response.end();
    });
    await expect(download(url, `${folder()}/file`, ports, { limit: 4096 }, never)).rejects.toThrow(
      'larger than 4 KiB',
    );
  });

  it('asks for room before the first byte', async () => {
    const url = await server((_, response) => response.end('x'.repeat(5000)));
    const room = async (bytes: number) => {
      throw new Error(`no room for ${bytes}`);
    };
    await expect(download(url, `${folder()}/file`, ports, { limit: 1e6, room }, never)).rejects.toThrow(
      'no room for 5000',
    );
  });

  it('that nobody answers says why', async () => {
    const begun = download('http://127.0.0.1:9/', `${folder()}/file`, ports, { limit: 1 }, never);
    await expect(begun).rejects.toThrow(/can't be loaded: .*(ECONNREFUSED|bad port)/);
  });
});
