import { readFile } from 'node:fs/promises';

/**
 * How much of what was sent on a TCP connection of this machine the other end has not acknowledged yet, in bytes:
 * the kernel knows, and hides it from the writer. Column `tx_queue` of /proc/net/tcp
 * (Documentation/networking/proc_net_tcp.rst).
 * @returns undefined when the connection is not in the table, or there is none
 */
export async function unacknowledgedBytes(
  localPort: number,
  remotePort: number,
): Promise<number | undefined> {
  for (const table of ['/proc/self/net/tcp', '/proc/self/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    const found = unacknowledgedIn(text, localPort, remotePort);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same, in the text of such a table. */
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
