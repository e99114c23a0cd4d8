import { promises as dns, type LookupAddress } from 'node:dns';
import { type LookupFunction, Socket, connect as tcpConnect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { trustSystemAuthorities } from './authorities.ts';
import { unacknowledgedBytes } from './tcp-table.ts';
import { isName } from './urls.ts';

/** Where a stream leads. */
export interface Endpoint {
  /** A name or an address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Encrypted, with a certificate for the host. */
  readonly secure: boolean;
  /** Finds the addresses of the name. */
  readonly lookup: LookupFunction;
}

/**
 * A byte stream that is being opened. Like the sockets of Node, it emits `lookup` when the name has been resolved,
 * `connect`, and `secureConnect` when it is encrypted; errors have a code. Data written before it is open is sent then.
 */
export interface NetworkStream extends Duplex {
  /** Bytes written since the beginning, including those in our own buffers, before encryption. */
  readonly bytesWritten: number;
  setKeepAlive(enable: boolean, initialDelayMs: number): unknown;
  setNoDelay(noDelay?: boolean): unknown;
  ref(): unknown;
  unref(): unknown;
}

export interface CertificateError extends NodeJS.ErrnoException {
  /** Of the certificate that was not trusted. */
  readonly issuer?: string;
}

/** The network of the machine. */
export interface Network {
  /** The addresses of a name. @throws NodeJS.ErrnoException as dns.lookup */
  lookup(name: string): Promise<LookupAddress[]>;
  connect(to: Endpoint): NetworkStream;
  /** Encrypts a stream that is open, with a certificate for that host. The new one emits `secureConnect`. */
  encrypt(stream: NetworkStream, host: string): NetworkStream;
  /** Bytes that the system has taken and the far end has not acknowledged; undefined if unknown. */
  unacknowledgedBytes(stream: NetworkStream): Promise<number | undefined>;
}

/**
 * By default Node tries each address for 250 to 500 ms: less than the round trip of a poor network, and than TCP's first
 * retransmission (1 s).
 */
const PATIENT_ADDRESSES = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2500 } as const;

/** The network of this machine: TCP, TLS and the resolver of the system. */
export const SYSTEM_NETWORK: Network = {
  lookup: (name) => dns.lookup(name, { all: true }),
  connect: ({ host, port, secure, lookup }) => {
    const to = { host, port, lookup, ...PATIENT_ADDRESSES };
    return secure ? encrypted(to, host) : tcpConnect(to);
  },
  encrypt: (stream, host) => {
    if (!(stream instanceof Socket)) throw new TypeError('only a socket of this network can be encrypted');
    return encrypted({ socket: stream, host }, host);
  },
  unacknowledgedBytes: async (stream) => {
    const { localPort, remotePort } = stream as { localPort?: number; remotePort?: number };
    if (localPort === undefined || remotePort === undefined) return undefined;
    return unacknowledgedBytes(localPort, remotePort);
  },
};

function encrypted(over: ConnectionOptions, host: string): NetworkStream {
  trustSystemAuthorities();
  // No server name for an address. HTTP/1.1, as in https.Agent: a WebSocket needs it.
  const stream = tlsConnect({ ...over, servername: isName(host) ? host : '', ALPNProtocols: ['http/1.1'] });
  let issuer: string | undefined;
  // Before Node's own listener of `secure`, which destroys a connection that is not trusted.
  stream.prependOnceListener('secure', () => {
    const { O, CN } = stream.getPeerCertificate().issuer ?? {};
    issuer = [CN, O]
      .flat()
      .filter((name) => name !== undefined)
      .join(', ');
  });
  stream.prependOnceListener('error', (error: NodeJS.ErrnoException) => {
    if (issuer === undefined) return;
    // Node recommends an option that has no effect here.
    Object.assign(error, { issuer, message: error.message.replace(/; if the root CA is installed.*/, '') });
  });
  return stream;
}
