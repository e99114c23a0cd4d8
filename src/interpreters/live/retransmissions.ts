import { readFile } from 'node:fs/promises';

/**
 * How often in a row the kernel has sent again what nobody acknowledged, on one TCP connection of this machine.
 * A dead link shows here within seconds; to the program, a socket on it looks open for minutes. 0 on a good link.
 *
 * The column `retrnsmt` of /proc/net/tcp (Documentation/networking/proc_net_tcp.rst): with Linux's smallest
 * time-out of 200 ms, doubled each time, 4 stands for 3 s without an acknowledgement.
 * @returns undefined when the connection is not in the table, or there is none
 */
export async function retransmissions(localPort: number, remotePort: number): Promise<number | undefined> {
  for (const table of ['/proc/self/net/tcp', '/proc/self/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    const found = retransmissionsIn(text, localPort, remotePort);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same, in the text of such a table. */
export function retransmissionsIn(table: string, localPort: number, remotePort: number): number | undefined {
  const local = portColumn(localPort);
  const remote = portColumn(remotePort);
  for (const line of table.split('\n')) {
    const [, from, to, , , , retransmitted] = line.trim().split(/\s+/);
    if (from?.endsWith(local) && to?.endsWith(remote) && retransmitted !== undefined) {
      return Number.parseInt(retransmitted, 16);
    }
  }
  return undefined;
}

function portColumn(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
