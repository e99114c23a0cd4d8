import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { request } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * A plain client of TCP, UDP, HTTP and DNS. On its standard input: `lookup NAME`, `get URL`, `listen` (on its own
 * loopback), `open HOST PORT`, and on the connection opened last `send TEXT`; `datagrams COUNT HOST PORT`. Says what
 * came of it; an error by its code.
 */
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const tell = (what: string) => (error: NodeJS.ErrnoException) => void say(`${what} ${error.code}`);
let socket: Socket | undefined;

const commands: Record<string, (first: string, second: string, third: string) => void> = {
  lookup: (name) => lookup(name).then(({ address }) => void say(`found ${address}`), tell('not found')),
  get: (url) => {
    const asked = request(url, { agent: false }, (response) => {
      response.resume().on('end', () => say(`got ${response.statusCode}`));
    });
    asked.on('error', tell('got')).end();
  },
  listen: () => {
    const server = createServer((accepted) => accepted.end());
    server.listen(0, '127.0.0.1', () => say(`listening ${(server.address() as AddressInfo).port}`));
  },
  open: (host, port) => {
    socket = connect(Number(port), host, () => say('opened'));
    socket.on('error', tell('broken'));
    socket.on('data', (data) => say(`heard ${data}`));
  },
  send: (text) => socket?.write(text),
  datagrams: (count, host, port) => {
    const sender = createSocket('udp4');
    const send = (left: number): void => {
      if (left === 0) say('sent');
      else sender.send('x', Number(port), host, () => send(left - 1));
    };
    send(Number(count));
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command = '', first = '', second = '', third = ''] = line.split(' ');
  commands[command]?.(first, second, third);
});
say('ready');
