import { deepEqual, ok } from 'node:assert/strict';
import net from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import type { ControlPort, DaemonStatus } from '../../../src/control/port.ts';
import { errorAnswer, languagesAnswer, restartAnswer, statusAnswer } from '../../../src/control/protocol.ts';
import { replyTo } from '../../../src/control/routes.ts';
import { ControlServer } from '../../../src/control/server.ts';
import { knownLanguage } from '../../../src/kiosk/languages.ts';
import { inFolder } from '../folder.ts';
import { nothingInherited } from '../invariants.ts';
import { anyJson, anyText, damaged } from '../mutate.ts';
import { target } from '../target.ts';

/** A daemon that records the requests. */
class Desk implements ControlPort {
  language: string | undefined;
  left = 0;
  readonly restarts: string[] = [];

  status(): DaemonStatus {
    const service = { is: 'ready' } as const;
    return {
      activity: 'nothing',
      talkMode: 'hold',
      conversation: false,
      engines: { dialogue: service },
      route: 'dialogue (preferred)',
      money: 'within',
      service,
      devices: { microphone: 'working', loudspeaker: 'working', panel: 'working' },
      muted: false,
      notes: [],
      faults: [],
      languages: { host: 'en', guest: { code: this.language ?? 'es', by: 'pinned' } },
      volumePercent: 70,
      version: '1',
      pid: 1,
      uptimeS: 1,
      vacant: this.restarts.length === 0,
    };
  }
  chooseLanguage(language: string | undefined): boolean {
    if (language?.startsWith('en')) return false;
    ok(language === undefined || knownLanguage(language) === language);
    this.language = language;
    return true;
  }
  guestLeft(): void {
    this.left += 1;
  }
  restart(when: 'vacant' | 'now'): void {
    ok(when === 'vacant' || when === 'now');
    this.restarts.push(when);
  }
}

const route = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('/status', '/language', '/guest', '/restart') },
  { weight: 1, arbitrary: fc.constantFrom('/', '', '*', '/__proto__', '/status?x', 'http://a/status') },
  { weight: 1, arbitrary: anyText },
);
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'PUT') },
  { weight: 1, arbitrary: fc.constantFrom('POST', 'CONNECT', 'HEAD', 'OPTIONS', 'x') },
);
const right = fc.constantFrom(
  '{"language":"fr"}',
  '{"language":"auto"}',
  '{"language":"pt-BR"}',
  '{"language":"english"}',
  '{"language":"en"}',
  '{"guest":"new"}',
  '{"when":"vacant"}',
  '{"when":"now"}',
  '',
);
const languageOf = fc
  .oneof(anyText, fc.constantFrom('zh-Hant-TW', 'iw', 'EN_us', 'x-private', 'de-1996'))
  .map((language) => JSON.stringify({ language }));
const body = fc.oneof(
  { weight: 2, arbitrary: right },
  { weight: 3, arbitrary: damaged(right) },
  { weight: 2, arbitrary: languageOf },
  { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
);

const ANSWERS: Readonly<Record<string, (read: unknown) => unknown>> = {
  '/status': (read) => statusAnswer.parse(read),
  '/language': (read) => languagesAnswer.parse(read),
  '/guest': (read) => deepEqual(read, { guest: 'new' }),
  '/restart': (read) => restartAnswer.parse(read),
};

/** Every request gets its form of answer; a refused one changes nothing. */
export const requests = target('control', 60_000, fc.tuple(method, route, body), ([verb, path, text]) => {
  const desk = new Desk();
  const { code, body: answer } = replyTo(desk, verb, path, text);
  nothingInherited();
  const sent: unknown = JSON.parse(JSON.stringify(answer));
  if (code === 200) {
    ANSWERS[path]?.(sent);
    return;
  }
  ok([400, 404, 405, 409].includes(code));
  ok(errorAnswer.parse(sent).error !== '');
  deepEqual([desk.language, desk.left, desk.restarts], [undefined, 0, []]);
});

const head = fc
  .tuple(
    method,
    route,
    fc.array(
      fc.tuple(
        fc.constantFrom('Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Expect', 'Upgrade'),
        fc.constantFrom('x', '5', '-1', '99999999999', 'chunked', 'upgrade', '100-continue', 'keep-alive'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([verb, path, headers]) =>
    [`${verb} ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n'),
  );
const request = fc.oneof(
  fc
    .tuple(head, body)
    .map(
      ([lines, text]) => `${lines}\r\nHost: a\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    ),
  fc.tuple(head, body).map(([lines, text]) => `${lines}\r\n\r\n${text}`),
  fc.constant(
    `PUT /guest HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"gue\r\n1000\r\n${'x'.repeat(4096)}\r\n0\r\n\r\n`,
  ),
);
const stream = fc
  .array(fc.oneof(request, damaged(request)), { minLength: 1, maxLength: 3 })
  .map((all) => all.join(''));

/** Whatever comes, the connection ends without an unexpected error, and the next one is answered. */
export const socket = target('control-socket', 2000, fc.tuple(stream, fc.nat(4)), ([bytes, cuts]) =>
  inFolder(async (folder) => {
    const file = path.join(folder, 'control.sock');
    const bugs: unknown[] = [];
    const server = new ControlServer(file, new Desk(), (error) => void bugs.push(error));
    await server.start();
    try {
      const size = Math.ceil(bytes.length / (cuts + 1)) || 1;
      const pieces = Array.from({ length: cuts + 1 }, (_, i) => bytes.slice(i * size, (i + 1) * size));
      const answer = await exchanged(file, pieces);
      ok(answer === '' || answer.startsWith('HTTP/1.1 '), answer);
      const status = await exchanged(file, ['GET /status HTTP/1.1\r\nHost: a\r\n\r\n']);
      ok(status.startsWith('HTTP/1.1 200'), status);
      statusAnswer.parse(JSON.parse(/^[{].*$/m.exec(status)?.[0] ?? ''));
      deepEqual(bugs, []);
    } finally {
      await server.stop();
    }
  }),
);

/** Everything until the other end closes, which it does once all is sent. */
function exchanged(file: string, pieces: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const connection = net.connect(file, () => {
      for (const piece of pieces) connection.write(piece);
      connection.end();
    });
    connection.setEncoding('latin1');
    connection.on('data', (text) => {
      answer += String(text);
    });
    connection.on('close', () => resolve(answer));
    connection.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
  });
}
