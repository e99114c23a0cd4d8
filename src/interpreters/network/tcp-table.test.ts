import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { unacknowledgedBytes, unacknowledgedIn } from './tcp-table.ts';

/** Two lines of a real table: one connection at rest, one whose peer has vanished. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 111 1 0 20 4 30 10 -1
   1: 0200000A:C351 0100000A:1F90 01 00000A3C:00000000 01:000000B4 00000004     0        0 222 3 0 3200 0 0 10 7
`;

it('the kernel shows what is unacknowledged', () => {
  expect(unacknowledgedIn(TABLE, 0xc351, 8080)).toBe(2620);
  expect(unacknowledgedIn(TABLE, 8080, 0xc350)).toBe(0);
  expect(unacknowledgedIn(TABLE, 8080, 1)).toBeUndefined();
  expect(unacknowledgedIn('', 8080, 1)).toBeUndefined();
});

it.each(['', ':', 'x:0', '-0000001:00000000', '100000A3C:00000000'])(
  'nothing is known of a connection whose line is none of the kernel: %j',
  (queues) => {
    expect(unacknowledgedIn(TABLE.replaceAll('00000A3C:00000000', queues), 0xc351, 8080)).toBeUndefined();
  },
);

it('a connection of this process is found in the table of this machine', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  expect(await unacknowledgedBytes(socket.localPort ?? 0, port)).toBe(0);
  socket.destroy();
  server.close();
  expect(await unacknowledgedBytes(1, 1)).toBeUndefined();
});
