import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `other name`: signed and valid, but for other.example. The rest are for localhost, 127.0.0.1 and `hostName`. */
export type CertificateKind = 'good' | 'not yet valid' | 'expired' | 'other name' | 'self-signed';

export interface CertificateOptions {
  readonly hostName?: string;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
/** What `openssl ca` insists on. Every certificate is made in a folder of its own: two may be made at once. */
const CONFIGURATION = `
[ca]
default_ca = authority
[authority]
new_certs_dir = .
database = index
rand_serial = yes
certificate = ../ca.pem
private_key = ../ca.key
default_md = sha256
policy = any
[any]
commonName = supplied
`;

/** A throw-away authority in a temporary folder, and what it signs. */
export class Authority {
  /** Its own certificate, for NODE_EXTRA_CA_CERTS or as `ca`. */
  readonly caFile: string;
  readonly #folder: string;
  readonly #options: CertificateOptions;
  readonly #made = new Map<CertificateKind, Promise<Certificate>>();

  private constructor(folder: string, options: CertificateOptions) {
    this.#folder = folder;
    this.#options = options;
    this.caFile = path.join(folder, 'ca.pem');
  }

  /** Rejects with what openssl says where it fails. */
  static async start(options: CertificateOptions = {}): Promise<Authority> {
    const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-ca-'));
    const subject = ['-subj', '/CN=Dragoman test authority', '-days', '30'];
    try {
      await writeFile(path.join(folder, 'ca.cnf'), CONFIGURATION);
      await openssl(folder, 'req', '-x509', ...NEW_KEY, ...subject, '-keyout', 'ca.key', '-out', 'ca.pem');
      return new Authority(folder, options);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** Made when it is first asked for; takes about 50 ms then. */
  certificate(kind: CertificateKind): Promise<Certificate> {
    const made = this.#made.get(kind) ?? this.#make(kind);
    this.#made.set(kind, made);
    return made;
  }

  async stop(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #make(kind: CertificateKind): Promise<Certificate> {
    const folder = path.join(this.#folder, kind);
    await mkdir(folder);
    await writeFile(path.join(folder, 'index'), '');
    await writeFile(path.join(folder, 'names'), `subjectAltName = ${this.#names(kind)}\n`);
    const subject = ['-subj', `/CN=Dragoman test ${kind}`];
    await openssl(folder, 'req', '-new', ...NEW_KEY, ...subject, '-keyout', 'key.pem', '-out', 'request.pem');
    // By `ca`, since the other commands of OpenSSL 3.0 can't date a certificate back.
    const [from, to] = this.#validity(kind);
    const dates = ['-startdate', asn1(from), '-enddate', asn1(to)];
    const signer = kind === 'self-signed' ? ['-selfsign', '-keyfile', 'key.pem'] : [];
    const files = ['-extfile', 'names', '-in', 'request.pem', '-out', 'cert.pem'];
    await openssl(folder, 'ca', '-batch', '-notext', '-config', '../ca.cnf', ...signer, ...dates, ...files);
    return {
      cert: await readFile(path.join(folder, 'cert.pem'), 'utf8'),
      key: await readFile(path.join(folder, 'key.pem'), 'utf8'),
    };
  }

  #names(kind: CertificateKind): string {
    if (kind === 'other name') return 'DNS:other.example';
    const { hostName } = this.#options;
    return `DNS:localhost, IP:127.0.0.1${hostName === undefined ? '' : `, DNS:${hostName}`}`;
  }

  #validity(kind: CertificateKind): [from: Date, to: Date] {
    const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);
    if (kind === 'not yet valid') return [inDays(1), inDays(2)];
    if (kind === 'expired') return [inDays(-2), inDays(-1)];
    return [inDays(-1), inDays(1)];
  }
}

/** YYYYMMDDHHMMSSZ */
const asn1 = (date: Date): string => date.toISOString().replaceAll(/[-:T]|\.\d+/g, '');

async function openssl(folder: string, ...args: string[]): Promise<void> {
  await run('openssl', args, { cwd: folder });
}
