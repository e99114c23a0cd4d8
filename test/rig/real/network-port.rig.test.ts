import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll } from 'vitest';
import type { ConnectProxy } from '../connect-proxy.ts';
import { networkStatements } from '../contracts/network.ts';
import type { NetworkRig } from '../contracts/network-trial.ts';
import { proxyStatements } from '../contracts/proxy.ts';
import { Authority } from './certificates.ts';
import { monotonicMs, passes } from './clock.ts';
import { type Network, startNetwork } from './network.ts';
import { type DeskProcess, nodeEnvironment, start } from './processes.ts';
import { child } from './rig.ts';
import { describeWithNetwork } from './with-desk.ts';

/** As the virtual network has it: one name. */
const NAME = 'live.test';
const READY = 'ready';

describeWithNetwork('the network port, on the network of the system', () => {
  let authority: Authority;
  let network: Network;
  let caller: DeskProcess;
  beforeAll(async () => {
    authority = await Authority.start({ hostName: NAME });
    network = await startNetwork({ hostName: NAME, resolver: 'timeout:1 attempts:1' });
    const [command, args] = network.commandLine(process.execPath, [child('caller.ts')]);
    // The system's store, as with TLS inspection: Node's own list has no such authority.
    const env = { ...nodeEnvironment(), SSL_CERT_FILE: authority.caFile };
    caller = start('caller', command, args, env, 'pipe');
  });
  afterAll(async () => {
    await network.stop();
    await authority.stop();
  });

  async function startRig(): Promise<NetworkRig> {
    caller.write('another\n');
    await caller.nextLine(READY);
    const servers: Server[] = [];
    const accepted: Socket[] = [];
    const connectProxies: ConnectProxy[] = [];
    const portOf = async (server: Server) => {
      await once(server.listen(0, network.hostAddress), 'listening');
      return (server.address() as AddressInfo).port;
    };
    return {
      faults: network,
      serve: async (accept, kind) => {
        const take = (socket: Socket) => {
          accepted.push(socket);
          accept(socket);
        };
        const server =
          kind === undefined
            ? createServer({ allowHalfOpen: true }, take)
            : createTlsServer({ ...(await authority.certificate(kind)), allowHalfOpen: true }, take);
        server.on('tlsClientError', () => {}); // the client says what it thinks of the certificate
        servers.push(server);
        return `${kind === undefined ? 'http' : 'https'}://${NAME}:${await portOf(server)}`;
      },
      proxy: async (connectProxy, kind) => {
        connectProxies.push(connectProxy);
        if (kind === undefined) return `http://${NAME}:${await portOf(connectProxy.server)}`;
        const server = createTlsServer(await authority.certificate(kind), (socket) => {
          accepted.push(socket);
          connectProxy.server.emit('connection', socket);
        });
        servers.push(server);
        return `https://${NAME}:${await portOf(server)}`;
      },
      reach: (host, port) => connect(port, host === NAME ? network.hostAddress : host),
      byAddress: (url) => url.replace(NAME, network.hostAddress),
      ask: (line) => void caller.write(`${line}\n`),
      next: async (fits, timeoutMs) => (await caller.nextLine(fits, timeoutMs)).text,
      said: () => {
        const all = caller.output.all.map(({ text }) => text);
        return all.slice(all.lastIndexOf(READY) + 1);
      },
      now: monotonicMs,
      passes: (ms) => passes(monotonicMs() + ms),
      stop: async () => {
        await network.heal();
        for (const connectProxy of connectProxies) connectProxy.stop();
        for (const socket of accepted) socket.destroy();
        for (const server of servers) server.close();
      },
    };
  }

  // Within this machine; a busy one adds to it.
  networkStatements(startRig, { roundTripMs: [0.01, 500] });
  proxyStatements(startRig);
});
