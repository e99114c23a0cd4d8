import { createSocket, type Socket } from 'node:dgram';
import { EventLog } from '../event-log.ts';

/**
 * `silent`: the question is dropped; `servfail`, `nxdomain`, `refused`: the error of that name; `hijacked`: every
 * name leads to the other address, as a captive portal has it.
 */
export type DnsMode = 'answers' | 'silent' | 'servfail' | 'nxdomain' | 'refused' | 'hijacked';

export interface Question {
  readonly name: string;
  /** 1: A, 28: AAAA. */
  readonly type: number;
}

const PORT = 53; // resolv.conf knows no other
const ERRORS = { answers: 0, hijacked: 0, servfail: 2, nxdomain: 3, refused: 5 };
const TYPE_A = 1;
const HEADER_BYTES = 12;

/** DNS for one name: its A record; an empty answer for any other type, and NXDOMAIN for any other name. */
export class NameServer {
  mode: DnsMode = 'answers';
  /** What was asked, whether it was answered or not. */
  readonly questions = new EventLog<Question>('questions', ({ name, type }) => `${name} (type ${type})`);
  readonly #socket: Socket;

  private constructor(socket: Socket, name: string, address: string, hijackedTo: string) {
    this.#socket = socket;
    socket.on('message', (message, from) => {
      const question = questionOf(message);
      if (question === undefined) return;
      this.questions.push(question);
      if (this.mode === 'silent') return;
      const hijacked = this.mode === 'hijacked';
      const known = hijacked || question.name === name;
      const error = known ? ERRORS[this.mode] : ERRORS.nxdomain;
      const found = error === 0 && question.type === TYPE_A ? (hijacked ? hijackedTo : address) : undefined;
      socket.send(answer(message, question.endAt, error, found), from.port, from.address);
    });
    socket.on('error', () => {}); // the client is gone, or the network is being removed
  }

  /** Listens on port 53 of `address`. Rejects with the system's error, EADDRINUSE where a server has all addresses. */
  static async start(name: string, address: string, hijackedTo: string): Promise<NameServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(PORT, address, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    return new NameServer(socket, name, address, hijackedTo);
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

/** The one question of a query (RFC 1035, 4.1.2), and where it ends. */
function questionOf(query: Buffer): (Question & { readonly endAt: number }) | undefined {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at]; length !== undefined && length > 0; length = query[at]) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (at + 5 > query.length) return undefined;
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), endAt: at + 5 };
}

function answer(query: Buffer, endAt: number, error: number, address: string | undefined): Buffer {
  const head = Buffer.from(query.subarray(0, endAt));
  head.writeUInt16BE(0x8180 | error, 2); // a response, recursion wanted and had
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(address === undefined ? 0 : 1, 6);
  head.fill(0, 8, HEADER_BYTES);
  if (address === undefined) return head;
  // The name of the question, A, IN, good for a second, four bytes.
  return Buffer.from([
    ...head,
    0xc0,
    HEADER_BYTES,
    0,
    TYPE_A,
    0,
    1,
    0,
    0,
    0,
    1,
    0,
    4,
    ...address.split('.').map(Number),
  ]);
}
