import { printable } from '../../../base/foreign-text.ts';
import { Fault, type FaultCode } from '../../../kiosk/faults.ts';
import type { Link, OpeningStep } from '../../network/dial.ts';
import type { CertificateError } from '../../network/network.ts';
import { PROXY_FAILED } from '../../network/tunnel.ts';
import { redact, reported } from './reported.ts';
import { isGooglesPage, isPage, isProxyPage, meaningOf } from './wordings.ts';

/** More of a page or error that came in place of a WebSocket is not read. */
export const MAX_REFUSAL_CHARACTERS = 4000;

/** Something answered like any web server where a WebSocket, or the service's JSON, was asked for. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  /** It came over TLS, with a trusted certificate. */
  readonly verified: boolean;

  constructor(status: number, body: string, contentType = '', verified = false) {
    super(`HTTP ${status} in place of an answer`);
    this.status = status;
    this.body = body;
    this.contentType = contentType;
    this.verified = verified;
  }
}

/** What is known of how a connection ended. */
export interface Ending {
  /** How far it had come. */
  readonly phase: 'connecting' | 'setting up' | 'ready';
  /** WebSocket close code; 1006 when there was no closing handshake. */
  readonly code: number;
  /** The reason of the service, which WebSocket cuts to 123 bytes. */
  readonly reason: string;
  /** The error of the socket before it closed, if there was one. */
  readonly error: CertificateError | undefined;
  /** What the wall clock says, in milliseconds since 1970. */
  readonly wallMs: number;
  /** The service's words may quote what people have said. */
  readonly confidential: boolean;
  /** How old its session was, in milliseconds; undefined where that began earlier, or its end had been announced. */
  readonly ageMs?: number | undefined;
}

/** No session expires earlier: the shortest that was measured is 150 s, of one in which nothing was said. */
const SHORTEST_SESSION_MS = 60_000;

const DNS_ERRORS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL']);
/** The certificate's times and the device's clock disagree; the service's own is renewed long before it expires. */
const CLOCK_ERRORS = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);
/** Another server's certificate, or one of an unknown authority: the network answers in place of the service. */
const IMPOSTOR_ERRORS = new Set([
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]);
const TLS_ERROR = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/;

/** Several addresses that were tried in turn have a sentence each. In characters. */
const MOST_DETAIL = 500;

/**
 * The fault that ended a connection. Not for an end that we asked for.
 * @param key which is not reported
 */
export function faultOf(ending: Ending, key: string): Fault {
  const fault = (code: FaultCode, detail: string) =>
    new Fault(code, printable(redact(detail, key), MOST_DETAIL));
  const { phase, code, reason, error, confidential } = ending;
  const said = `closed with ${code}${reported(reason, reason, key, confidential)}`;
  const meant = meaningOf(reason);
  if (meant !== undefined) return fault(meant, said);
  if (phase === 'connecting') {
    if (error instanceof UpgradeRefused)
      return fault(refusalFault(error), `${error.message}${reportedBody(error.body, key, confidential)}`);
    const errno = error?.code ?? '';
    const text = error === undefined ? `closed with ${code}` : describe(error);
    if (errno === PROXY_FAILED) return fault('proxy-failed', text);
    if (DNS_ERRORS.has(errno)) return fault('name-not-resolved', text);
    if (CLOCK_ERRORS.has(errno))
      return fault('clock-wrong', `${text}; it is ${new Date(ending.wallMs).toISOString()} here`);
    if (IMPOSTOR_ERRORS.has(errno)) return fault('captive-portal', withIssuer(text, error));
    if (TLS_ERROR.test(errno)) return fault('tls-failed', text);
    return fault('network-unreachable', text);
  }
  if (code === 1007) return fault(phase === 'ready' ? 'service-error' : 'setup-rejected', said);
  // What is wrong with a set-up comes with 1007.
  if (code === 1008 && phase === 'ready')
    return fault(tooYoung(ending) ? 'service-error' : 'session-expired', said);
  if (code === 1006)
    return fault('connection-lost', error === undefined ? 'without a word' : describe(error));
  return fault('service-error', said);
}

/** Too young to have expired: its end has another reason, and the next one may end likewise. */
function tooYoung({ ageMs }: Ending): boolean {
  return ageMs !== undefined && ageMs < SHORTEST_SESSION_MS;
}

/** The fault of an opening that took too long, by the step that was waited for. @param link undefined before there was one */
export function timeoutFault(link: Pick<Link, 'step' | 'proxy'> | undefined, ms: number): Fault {
  const { step, proxy } = link ?? ({ step: 'name', proxy: undefined } as const);
  if (proxy !== undefined && step !== 'tls' && step !== 'upgrade')
    return new Fault('proxy-failed', `${proxy}: no ${OF_A_PROXY[step]} within ${ms} ms`);
  const [code, missing] = TIMED_OUT[step];
  return new Fault(code, `no ${missing} within ${ms} ms`);
}

/** What was waited for of a proxy. */
const OF_A_PROXY = {
  name: 'answer from the name server',
  address: 'TCP connection',
  proxy: 'answer to CONNECT',
} as const;

const TIMED_OUT: Readonly<Record<OpeningStep, readonly [FaultCode, missing: string]>> = {
  name: ['name-not-resolved', 'answer from the name server'],
  address: ['network-unreachable', 'answer to the connection'],
  proxy: ['network-unreachable', 'answer to the connection'],
  tls: ['connect-timeout', 'TLS session'],
  upgrade: ['connect-timeout', 'WebSocket'],
};

function withIssuer(text: string, error: CertificateError | undefined): string {
  const { issuer } = error ?? {};
  return issuer === undefined ? text : `${text}; issuer of the certificate: "${issuer}"`;
}

/**
 * The fault of an HTTP answer that is not what was asked for. After a TLS handshake with a trusted
 * certificate the service answers, or a proxy that this machine trusts; without TLS it may be anybody.
 */
export function refusalFault({ status, body, contentType, verified }: UpgradeRefused): FaultCode {
  const page = isPage(contentType, body);
  // "Log in first", at a proxy (407) or a portal (RFC 6585).
  if (status === 407 || status === 511 || (page && isProxyPage(body))) return 'captive-portal';
  // A page, or a way to one: whatever it says, the service did not say it.
  if (!verified && (status < 400 || (page && status < 500))) return 'captive-portal';
  const meant = page ? undefined : meaningOf(body);
  if (meant !== undefined) return meant;
  // A page of a server in front of the service: it knows nothing of keys.
  if (page && status < 500 && !isGooglesPage(body)) return 'upgrade-refused';
  if (status === 401) return 'key-refused';
  if (status === 403) return 'permission-denied';
  if (status === 429) return 'quota';
  if (status >= 500) return 'service-error';
  return 'upgrade-refused';
}

/** What is reported of a body: the message of Google's error, or the title of a page. */
export function reportedBody(body: string, key: string, confidential: boolean): string {
  const said = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(body) ?? /<title[^>]*>\s*([^<]{1,80})/i.exec(body);
  return reported(said?.[1]?.trim() ?? '', body, key, confidential);
}

/** Node's errors for several addresses tried in turn (happy eyeballs) have an empty message of their own. */
function describe(error: Error & { code?: string }): string {
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError) return error.errors.map(String).join('; ');
  return error.code ?? error.name;
}
