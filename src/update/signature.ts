import { createPublicKey, verify as verifies } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UpdateRefused } from './refusals.ts';

/** A public key whose packages are taken. */
export interface PublicKey {
  /** Minisign's: the second line of its .pub file. */
  readonly key: string;
  /** Its last day, as YYYY-MM-DD in UTC; undefined: it has none. */
  readonly notAfter: string | undefined;
}

/** The content of a signature file, verified without the package. */
export interface Signature {
  /** The line that no other package has: the signature over the package. */
  readonly line: string;
  /** The key that made it. */
  readonly key: string;
  /** Of the package, by the trusted comment. */
  readonly version: string;
  /** Debian's name of the processor. */
  readonly architecture: string;
  /** When it was signed, as YYYY-MM-DD. */
  readonly signedOn: string;
}

/**
 * Base64 of 74 bytes: "ED", the key's id, the signature (minisign's documentation, "Signature format"). Not "Ed", the
 * old kind: to verify one minisign takes the whole package into memory, also where it is forged.
 */
const SIGNATURE_LINE = /^RU[\w+/]{97}=$/;
const COMMENT = /^dragoman (\d[\w.+~-]*) (\w+) (\d{4}-\d\d-\d\d)$/;

/** Minisign's key and signature: two bytes of the algorithm, eight of the key's id, then what is read by Ed25519. */
const ID = { from: 2, to: 10 } as const;

/**
 * Reads a signature file, and verifies the trusted comment in it. Whether it is one of a package, minisign decides.
 * @param today no key is taken after its last day; the latest day that is known, as YYYY-MM-DD
 * @throws UpdateRefused
 */
export async function readSignature(
  file: string,
  keys: readonly PublicKey[],
  today: string,
): Promise<Signature> {
  const [, line = '', comment = '', whole = ''] = (await readFile(file, 'utf8'))
    .split('\n')
    .map((one) => one.replace(/\r$/, ''));
  if (!SIGNATURE_LINE.test(line)) {
    throw new UpdateRefused(
      'the file .minisig beside the package is no signature of minisign, or one of its old kind: sign it again by ' +
        'scripts/sign-release, with minisign 0.10 or later',
    );
  }
  const bytes = Buffer.from(line, 'base64');
  const id = bytes.subarray(ID.from, ID.to);
  const signer = keys.find(({ key }) => id.equals(Buffer.from(key, 'base64').subarray(ID.from, ID.to)));
  if (signer === undefined) {
    throw new UpdateRefused(
      `the package was signed by none of the keys of [update] public_keys (its key id is ${idText(id)}): it is not from ` +
        'whom you think, or the key was changed (docs/operator/updates.md)',
    );
  }
  const trusted = comment.replace(/^trusted comment: /, '');
  const signed = Buffer.concat([bytes.subarray(ID.to), Buffer.from(trusted)]);
  if (!verifies(null, signed, ed25519(signer.key), Buffer.from(whole, 'base64'))) {
    throw new UpdateRefused(
      'the trusted comment of the signature is not what was signed: the file .minisig was damaged on its way, or changed',
    );
  }
  const [, version, architecture, signedOn] = COMMENT.exec(trusted) ?? [];
  if (version === undefined || architecture === undefined || signedOn === undefined || !isDay(signedOn)) {
    throw new UpdateRefused(
      `the trusted comment of the signature is "${trusted}", and has to be "dragoman VERSION ARCHITECTURE DATE": sign ` +
        'the package by scripts/sign-release',
    );
  }
  const day = signedOn > today ? signedOn : today;
  if (signer.notAfter !== undefined && day > signer.notAfter) {
    throw new UpdateRefused(
      `the key that signed ${version} has ended: its last day was ${signer.notAfter} (update.not_after), and this is ` +
        `${day}; the package has to be signed by a newer key (docs/operator/updates.md)`,
    );
  }
  return { line, key: signer.key, version, architecture, signedOn };
}

/** Whether there is such a day: what is remembered of a signature is compared with it from then on. */
function isDay(text: string): boolean {
  const ms = Date.parse(text);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(text);
}

/** As minisign shows it. */
function idText(id: Buffer): string {
  return Buffer.from(id).reverse().toString('hex').toUpperCase();
}

function ed25519(key: string) {
  const x = Buffer.from(key, 'base64').subarray(ID.to).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** The publisher signs at least once a month: after this many days without a new signature, somebody may block updates. */
const OLD_DAYS = 60;
const DAY_MS = 86_400_000;

/** How long ago something was signed. @param signedOn YYYY-MM-DD @param nowMs of the wall clock */
export function age(signedOn: string, nowMs: number): { readonly days: number; readonly old: boolean } {
  const days = Math.max(0, Math.floor((nowMs - Date.parse(signedOn)) / DAY_MS));
  return { days, old: days > OLD_DAYS };
}

/** "signed on 2026-11-30", and whether that is long ago. */
export function signedText(signedOn: string, nowMs: number): string {
  const { days, old } = age(signedOn, nowMs);
  if (!old) return `signed on ${signedOn}`;
  return `signed on ${signedOn}, ${days} days ago: OLD, ask the publisher of the releases whether there is a newer one`;
}
