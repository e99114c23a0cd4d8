import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer } from 'node:tls';
import { Authority, type CertificateKind, type CertificateOptions } from './certificates.ts';

/** TLS in front of a server that has none. */
export interface TlsProxy {
  /** `https://HOST:PORT` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** The certificate of its authority. */
  readonly caFile: string;
  /** What new connections are shown. */
  certificate(kind: CertificateKind): Promise<void>;
  stop(): Promise<void>;
}

export interface TlsProxyOptions extends CertificateOptions {
  /** Where it listens, and where the server does. */
  readonly host: string;
  /** Of the server. */
  readonly port: number;
  /** What it shows at first. */
  readonly certificate: CertificateKind;
}

/** @throws Error when openssl fails, or when it can't listen at that host */
export async function openTlsProxy(options: TlsProxyOptions): Promise<TlsProxy> {
  const { host, port: serverPort } = options;
  const authority = await Authority.start(options);
  const sockets = new Set<Socket>();
  const server = createServer((front) => {
    const back = connect(serverPort, host);
    pipeline(front, back, front, () => {}); // one that breaks ends the other
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const certificate = async (kind: CertificateKind) =>
    server.setSecureContext(await authority.certificate(kind));
  const stop = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await authority.stop();
  };
  try {
    await certificate(options.certificate);
    await once(server.listen(0, host), 'listening');
  } catch (error) {
    await stop();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return { url: `https://${host}:${port}`, host, port, caFile: authority.caFile, certificate, stop };
}
