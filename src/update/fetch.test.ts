import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { getOverNetwork } from '../../test/update/ports.ts';
import { addressOf, type DownloadOptions, download } from './fetch.ts';
import type { Ports } from './ports.ts';

const folder = temporaryFolders();
const never = new AbortController().signal;
let clock: VirtualClock;
let ports: Pick<Ports, 'clock' | 'get'>;

beforeEach(() => {
  clock = new VirtualClock();
  ports = { clock, get: getOverNetwork };
});

async function server(answer: http.RequestListener): Promise<URL> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file`);
}

/** Loads into a file of its own. @returns what is in it */
async function loaded(url: URL, options: Partial<DownloadOptions> = {}): Promise<string> {
  const file = `${folder()}/file`;
  await download(url, file, ports, { limit: 1e6, ...options }, never);
  return readFileSync(file, 'utf8');
}

/** Sends a piece whenever the last one has come, `everyMs` later. */
async function inPieces(bytes: number, pieces: number, everyMs: number) {
  let came = Promise.withResolvers<void>();
  const url = await server(async (_, response) => {
    response.flushHeaders();
    for (let i = 0; i < pieces; i++) {
      response.write('x'.repeat(bytes));
      await came.promise;
      came = Promise.withResolvers<void>();
    }
    response.end();
  });
  let all = 0;
  const progress = (now: number) => {
    if (now < all + bytes) return;
    all = now;
    clock.advance(everyMs);
    came.resolve();
  };
  return { url, progress };
}

describe('a download', () => {
  it('brings the whole file, and tells how far it is', async () => {
    const url = await server((_, response) => response.end('x'.repeat(100_000)));
    const told: (number | undefined)[][] = [];
    expect(await loaded(url, { progress: (...far) => told.push(far) })).toBe('x'.repeat(100_000));
    expect(told.at(-1)).toEqual([100_000, 100_000]);
  });

  it('from a server that falls silent is given up', async () => {
    const url = await server((_, response) => response.write('begins'));
    const came = Promise.withResolvers<void>();
    const begun = loaded(url, { progress: () => came.resolve() });
    await came.promise;
    clock.advance(60_000);
    await expect(begun).rejects.toThrow(`${url} can't be loaded: nothing came for 60 s`);
  });

  it('from a server that sends a little now and then is given up', async () => {
    const { url, progress } = await inPieces(1024, 100, 50_000);
    await expect(loaded(url, { progress })).rejects.toThrow(
      `${url} can't be loaded: the server is too slow: 3 KiB came in 2 minutes, 256 KiB at least are needed`,
    );
    expect(clock.now()).toBe(150_000);
  });

  it('from a slow server goes on, with pauses of less than a minute', async () => {
    const { url, progress } = await inPieces(150_000, 6, 59_000);
    expect(await loaded(url, { progress })).toHaveLength(900_000);
  });

  it('is given up after half an hour, however it gets on', async () => {
    const { url, progress } = await inPieces(300_000, 100, 59_000);
    await expect(loaded(url, { progress, limit: 1e9 })).rejects.toThrow(
      /can't be loaded: it took longer than 30 minutes \(\d+ KiB came\)/,
    );
  });

  it('from a server that does not answer at all is given up', async () => {
    const asked = Promise.withResolvers<void>();
    const url = await server(() => asked.resolve());
    const begun = loaded(url);
    await asked.promise;
    clock.advance(60_000);
    await expect(begun).rejects.toThrow('nothing came for 60 s');
  });

  it('that grows beyond its limit, whatever it said, is given up', async () => {
    const url = await server((_, response) => {
      for (let i = 0; i < 10; i++) response.write('x'.repeat(1000));
      response.end();
    });
    await expect(loaded(url, { limit: 4096 })).rejects.toThrow('larger than 4 KiB');
  });

  it('asks for room before the first byte, for the limit where the server does not tell the size', async () => {
    const room = async (bytes: number, known: boolean) => {
      throw new Error(`no room for ${bytes}, ${known}`);
    };
    const known = await server((_, response) => response.end('x'.repeat(5000)));
    await expect(loaded(known, { room })).rejects.toThrow('no room for 5000, true');
    const unknown = await server((_, response) => response.writeHead(200).write('x'));
    await expect(loaded(unknown, { room })).rejects.toThrow('no room for 1000000, false');
  });

  it('asks for room again every 8 MiB, for what is still to come', async () => {
    const whole = 20 * 1024 * 1024;
    const url = await server((_, response) => response.end(Buffer.alloc(whole)));
    const asked: number[] = [];
    const room = async (bytes: number) => void asked.push(Math.round(bytes / 1024 / 1024));
    await loaded(url, { limit: 1e9, room });
    expect(asked).toEqual([20, 12, 4]);
  });

  it('that nobody answers says why', async () => {
    const begun = loaded(new URL('http://127.0.0.1:9/'));
    await expect(begun).rejects.toThrow(/can't be loaded: .*(ECONNREFUSED|bad port)/);
  });

  it('follows where the file has moved, over https, and no more than five times', async () => {
    const local = await server((request, response) => {
      const [, left] = (request.url ?? '').split('/');
      if (left === '0') return response.end('here');
      return response.writeHead(302, { location: `https://mirror.test/${Number(left) - 1}` }).end();
    });
    const asked: string[] = [];
    ports = {
      clock,
      get(url, signal) {
        asked.push(url.href);
        return getOverNetwork(new URL(url.pathname, local), signal);
      },
    };
    expect(await loaded(new URL('https://updates.test/1'))).toBe('here');
    expect(asked).toEqual(['https://updates.test/1', 'https://mirror.test/0']);
    await expect(loaded(new URL('https://updates.test/6'))).rejects.toThrow('moved more than 5 times');
  });

  it('does not follow to another machine over http', async () => {
    const url = await server((_, response) => {
      response.writeHead(301, { location: 'http://mirror.test/file' }).end();
    });
    await expect(loaded(url)).rejects.toThrow(
      `${url} can't be loaded: it has moved to http://mirror.test/file, and updates are loaded over https only`,
    );
  });
});

describe('the address of a package', () => {
  it.each([
    'https://updates.test/x.deb',
    'http://127.0.0.1:8000/x.deb',
    'http://[::1]/x.deb',
    'http://localhost/x',
  ])('may be %s', (source) => expect(addressOf(source).href).toBe(source));

  it.each([
    [
      'http://updates.test:80/x.deb',
      /^http:\/\/updates\.test:80\/x\.deb is not loaded: .*over https only.*; ask for https:\/\/updates\.test\/x\.deb, or bring/,
    ],
    ['ftp://updates.test/x.deb', /ask for https:\/\/updates\.test\/x\.deb/],
    ['file:///x.deb', /ask for an address of https, or bring the package .* and name the file$/],
    ['https://', /https:\/\/ is no address of a package/],
  ])('may not be %s', (source, message) => expect(() => addressOf(source)).toThrow(message));
});
