import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asAnybody } from '../../test/rig/anybody.ts';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { ask, ControlError, RefusedError } from './client.ts';
import type { ControlPort, DaemonStatus } from './port.ts';
import { languagesAnswer, restartAnswer, statusAnswer } from './protocol.ts';
import { ControlServer, DaemonRuns } from './server.ts';

const folder = temporaryFolders();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A daemon's inside that knows one language of the guest, and takes whatever is not English. */
class Desk implements ControlPort {
  language: string | undefined;
  vacant = true;
  readonly restarts: string[] = [];

  status(): DaemonStatus {
    return {
      activity: 'nothing',
      talkMode: 'hold',
      conversation: false,
      engines: { dialogue: { is: 'ready' } },
      route: 'dialogue (preferred)',
      money: 'within',
      service: { is: 'ready' },
      devices: { microphone: 'working', loudspeaker: 'working', panel: 'panel-missing' },
      muted: false,
      notes: ['a note'],
      faults: [{ code: 'panel-missing', id: 'D42', title: 'title', hint: 'hint' }],
      languages: {
        host: 'en',
        guest:
          this.language === undefined ? { code: 'es', by: 'default' } : { code: this.language, by: 'pinned' },
      },
      volumePercent: 70,
      version: '1.2.3',
      pid: 4711,
      uptimeS: 7,
      vacant: this.vacant,
    };
  }

  guestLeft(): void {
    this.language = undefined;
  }

  restart(when: 'vacant' | 'now'): void {
    this.restarts.push(when);
  }

  chooseLanguage(language: string | undefined): boolean {
    if (language?.startsWith('en')) return false;
    this.language = language;
    return true;
  }
}

function serverAt(socket: string, port: ControlPort | Promise<ControlPort> = new Desk()) {
  const bugs: unknown[] = [];
  const server = new ControlServer(socket, port, (error) => bugs.push(error));
  ends.push(() => server.stop());
  return { server, bugs };
}

async function listening(port: ControlPort = new Desk()) {
  const socket = path.join(folder(), 'control.sock');
  const { server, bugs } = serverAt(socket, port);
  await server.start();
  return { socket, server, bugs };
}

/** A request as anything may send it. */
function request(socketPath: string, method: string, target: string, body = '') {
  return new Promise<{ code: number | undefined; allow: string | undefined; body: { error?: string } }>(
    (resolve, reject) => {
      const sent = http.request({ socketPath, method, path: target }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ code: response.statusCode, allow: response.headers.allow, body: JSON.parse(text) }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    },
  );
}

/** A socket whose owner was killed: the file is there, and nobody listens. */
async function deadSocket(): Promise<string> {
  const file = path.join(folder(), 'control.sock');
  const owner = net.createServer();
  await new Promise<void>((resolve) => owner.listen(`${file}.first`, resolve));
  renameSync(`${file}.first`, file); // else its name goes with it
  await new Promise((resolve) => owner.close(resolve));
  expect(lstatSync(file).isSocket()).toBe(true);
  return file;
}

describe('the control socket', () => {
  it('answers with the status', async () => {
    const desk = new Desk();
    const { socket } = await listening(desk);
    expect(await ask(socket, 'GET', '/status', statusAnswer)).toEqual(desk.status());
  });

  it('takes a language in its canonical form, and gives back what holds', async () => {
    const desk = new Desk();
    const { socket } = await listening(desk);
    const put = (language: string) => ask(socket, 'PUT', '/language', languagesAnswer, { language });
    expect(await put('PT-br')).toEqual({ host: 'en', guest: { code: 'pt-BR', by: 'pinned' } });
    expect(await put('auto')).toEqual({ host: 'en', guest: { code: 'es', by: 'default' } });
    expect(desk.language).toBeUndefined();
  });

  it("refuses what is no language, and the host's", async () => {
    const { socket } = await listening();
    const put = (language: string) => ask(socket, 'PUT', '/language', languagesAnswer, { language });
    await expect(put('french')).rejects.toThrow(RefusedError);
    await expect(put('french')).rejects.toThrow(/^"french" is no language code like "fr".*"auto"/);
    await expect(put('en-GB')).rejects.toThrow(/en-GB is the host's language \(en\)/);
  });

  it('restarts when the guest has left, or at once, and answers which it will be', async () => {
    const desk = new Desk();
    const { socket } = await listening(desk);
    const put = (when: string) => ask(socket, 'PUT', '/restart', restartAnswer, { when });
    expect(await put('vacant')).toEqual({ restarts: 'now' });
    desk.vacant = false;
    expect(await put('vacant')).toEqual({ restarts: 'vacant' });
    expect(await put('now')).toEqual({ restarts: 'now' });
    expect(desk.restarts).toEqual(['vacant', 'vacant', 'now']);
    await expect(put('tomorrow')).rejects.toThrow(/^needed: \{"when": "vacant"\}/);
    expect(desk.restarts).toHaveLength(3);
  });

  it('answers a restart at once before it ends', async () => {
    const desk = new Desk();
    const { socket, server } = await listening(desk);
    // As in the daemon, whose end begins after the command has returned.
    desk.restart = () => void Promise.resolve().then(() => server.stop());
    const answer = await ask(socket, 'PUT', '/restart', restartAnswer, { when: 'now' });
    expect(answer).toEqual({ restarts: 'now' });
  });

  it.each([
    ['no JSON', 'fr'],
    ['nothing', ''],
    ['another form', '{"code":"fr"}'],
    ['more than is known', '{"language":"fr","side":"host"}'],
    ['another type', '{"language":7}'],
    ['null', 'null'],
  ])('answers a body of %s with 400 and with what is needed', async (_, body) => {
    const desk = new Desk();
    const { socket } = await listening(desk);
    const reply = await request(socket, 'PUT', '/language', body);
    expect(reply.code).toBe(400);
    expect(reply.body.error).toMatch(/^needed: \{"language": "fr"\}/);
    expect(desk.language).toBeUndefined();
  });

  it('answers an unknown path with 404 and what there is, another method with 405 and the one there is', async () => {
    const { socket } = await listening();
    const unknown = await request(socket, 'GET', '/nothing');
    expect(unknown).toMatchObject({ code: 404, body: { error: expect.stringContaining('GET /status') } });
    expect(await request(socket, 'GET', '/status?x=1')).toMatchObject({ code: 404 });
    expect(await request(socket, 'POST', '/status')).toMatchObject({ code: 405, allow: 'GET' });
    expect(await request(socket, 'DELETE', '/language')).toMatchObject({ code: 405, allow: 'PUT' });
  });

  it('reads no endless body', async () => {
    const { socket } = await listening();
    const body = JSON.stringify({ language: 'x'.repeat(1_000_000) });
    expect(await request(socket, 'PUT', '/language', body)).toMatchObject({ code: 413 });
  });

  it('continues when a client leaves in the middle, which is not a bug', async () => {
    const { socket, bugs } = await listening();
    const caller = net.connect(socket);
    await new Promise<void>((resolve) => caller.once('connect', resolve));
    const gone = new Promise((resolve) => caller.once('close', resolve));
    caller.end('PUT /language HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{"lang');
    caller.resume();
    await gone;
    expect(await request(socket, 'GET', '/status')).toMatchObject({ code: 200 });
    expect(bugs).toEqual([]);
  });

  it('logs a bug, and does not describe it to the client', async () => {
    const bug = new Error('inner matters');
    const broken: ControlPort = {
      status: () => {
        throw bug;
      },
      chooseLanguage: () => true,
      guestLeft: () => {},
      restart: () => {},
    };
    const { socket, bugs } = await listening(broken);
    const reply = await request(socket, 'GET', '/status');
    expect(reply.code).toBe(500);
    expect(JSON.stringify(reply.body)).not.toContain('inner');
    expect(bugs).toEqual([bug]);
    await expect(ask(socket, 'GET', '/status', statusAnswer)).rejects.toThrow(ControlError);
  });
});

describe('a daemon that is still starting', () => {
  it('has its socket already, and answers when it can', async () => {
    const { promise, resolve } = Promise.withResolvers<ControlPort>();
    const socket = path.join(folder(), 'control.sock');
    await serverAt(socket, promise).server.start();
    const answer = ask(socket, 'GET', '/status', statusAnswer);
    await expect(serverAt(socket).server.start()).rejects.toThrow(DaemonRuns);
    resolve(new Desk());
    expect(await answer).toEqual(new Desk().status());
  });
});

describe('the file of the control socket', () => {
  it('is for its owner and group alone, and gone when the daemon has ended', async () => {
    const { socket, server } = await listening();
    expect(lstatSync(socket).mode & 0o777).toBe(0o660);
    await server.stop();
    expect(existsSync(socket)).toBe(false);
  });

  it('has its folder made', async () => {
    const socket = path.join(folder(), 'a', 'b', 'control.sock');
    await serverAt(socket).server.start();
    expect(await request(socket, 'GET', '/status')).toMatchObject({ code: 200 });
  });

  it('is replaced when its daemon is dead', async () => {
    const socket = await deadSocket();
    await serverAt(socket).server.start();
    expect(await request(socket, 'GET', '/status')).toMatchObject({ code: 200 });
  });

  it('is left to a daemon that lives, also when the second one ends', async () => {
    const { socket } = await listening();
    const { server: second } = serverAt(socket);
    await expect(second.start()).rejects.toThrow(DaemonRuns);
    await second.stop();
    expect(await request(socket, 'GET', '/status')).toMatchObject({ code: 200 });
  });

  it("that may not be asked counts as another daemon's", async () => {
    const socket = await deadSocket();
    chmodSync(path.dirname(socket), 0o755);
    chmodSync(socket, 0);
    await asAnybody(() => expect(serverAt(socket).server.start()).rejects.toThrow(DaemonRuns));
  });

  it('that is no socket is left as it is', async () => {
    const file = path.join(folder(), 'control.sock');
    writeFileSync(file, 'mine');
    await expect(serverAt(file).server.start()).rejects.toThrow('no socket');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it.each([
    ['below a file', '/dev/null/control.sock'],
    ['too long a name', `/tmp/${'x'.repeat(120)}`],
  ])('%s can not be used', async (_, file) => {
    await expect(serverAt(file).server.start()).rejects.toThrow(Error);
  });
});

describe('a client', () => {
  it('without a daemon names the socket and the way out', async () => {
    const none = path.join(folder(), 'control.sock');
    const told = new RegExp(`^no daemon is running: .*${none}.*systemctl status dragoman.*dragoman run`);
    await expect(ask(none, 'GET', '/status', statusAnswer)).rejects.toThrow(told);
    await expect(ask(await deadSocket(), 'GET', '/status', statusAnswer)).rejects.toThrow(
      /^no daemon is running/,
    );
  });

  it('without the right to names the group and sudo', async () => {
    const { socket } = await listening();
    chmodSync(socket, 0);
    await asAnybody(() =>
      expect(ask(socket, 'GET', '/status', statusAnswer)).rejects.toThrow(/you may not use.*sudo.*group/),
    );
  });

  it('whose answer does not end is heard no longer', async () => {
    const socket = path.join(folder(), 'control.sock');
    const server = http.createServer((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    ends.push(async () => server.close());
    await once(server.listen(socket), 'listening');
    await expect(ask(socket, 'GET', '/status', statusAnswer)).rejects.toThrow(/its answer does not end/);
  });

  it('of another version says so', async () => {
    const { socket } = await listening();
    const later = z.object({ weather: z.string() });
    await expect(ask(socket, 'GET', '/status', later)).rejects.toThrow(/no daemon of this version/);
    await expect(ask(socket, 'GET', '/weather', later)).rejects.toThrow(
      /no daemon of this version \(there is no/,
    );
  });
});
