import { readFile } from 'node:fs/promises';

/**
 * The bytes sent on a TCP connection of this machine that the other end has not acknowledged: column `tx_queue` of
 * /proc/net/tcp (Documentation/networking/proc_net_tcp.rst).
 * @returns undefined when the connection, or the table, does not exist
 */
export async function unacknowledgedBytes(localPort: number, remotePort: number) {
  for (const table of ['/proc/self/net/tcp', '/proc/self/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    const found = unacknowledgedIn(text, localPort, remotePort);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Finds the same in the text of such a table. */
export function unacknowledgedIn(table: string, localPort: number, remotePort: number): number | undefined {
  const local = portColumn(localPort);
  const remote = portColumn(remotePort);
  for (const line of table.split('\n')) {
    const [, from, to, , queues] = line.trim().split(/\s+/);
    if (!from?.endsWith(local) || !to?.endsWith(remote)) continue;
    const [, waiting] = /^([\dA-F]{8}):/.exec(queues ?? '') ?? [];
    return waiting === undefined ? undefined : Number.parseInt(waiting, 16);
  }
  return undefined;
}

function portColumn(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
