import { Fault, type FaultCode } from '../../kiosk/faults.ts';
import type { Link } from '../network/dial.ts';
import type { CertificateError } from '../network/network.ts';
import { PROXY_FAILED } from '../network/tunnel.ts';
import { UpgradeRefused } from './refusal.ts';

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
}

/** The beginnings of the service's reasons, as people have reported them (live docs, issue threads). */
const REASONS: readonly [RegExp, FaultCode][] = [
  [/exceeded your current quota|resource.?exhausted|rate limit/i, 'quota'],
  [/is not found for API version|not supported for bidiGenerateContent|model is no longer/i, 'model-gone'],
  [/API key|API_KEY|unauthenticated/i, 'key-refused'],
  [/permission|has not been used in project|is disabled|location is not supported/i, 'permission-denied'],
  [/deadline expired|session (duration|time)|GoAway|go away/i, 'session-expired'],
];

const DNS_ERRORS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL']);
/** The certificate's times and the device's clock disagree; the service's own is renewed long before it expires. */
const CLOCK_ERRORS = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);
/** Somebody else's certificate, or one of nobody that is known: the network answers in place of the service. */
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

/** The fault behind the end of a connection. Nobody asked for the end: an own `close` is no ending. */
export function faultOf(ending: Ending, withoutSecrets: (text: string) => string): Fault {
  const fault = (code: FaultCode, detail: string) => new Fault(code, withoutSecrets(detail));
  const { phase, code, reason, error } = ending;
  const told = reasonFault(reason);
  if (told !== undefined) return fault(told, `closed with ${code}: ${reason}`);
  if (phase === 'connecting') {
    if (error instanceof UpgradeRefused) return fault(refusalFault(error), refusalText(error));
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
  const said = reason === '' ? `closed with ${code}` : `closed with ${code}: ${reason}`;
  if (code === 1007) return fault(phase === 'ready' ? 'service-error' : 'setup-rejected', said);
  if (code === 1008) return fault(phase === 'ready' ? 'session-expired' : 'setup-rejected', said);
  if (code === 1006)
    return fault('connection-lost', error === undefined ? 'without a word' : describe(error));
  return fault('service-error', said);
}

/** The fault when nothing came of an opening for so long, by what was waited for. @param link undefined before there was one */
export function timeoutFault(link: Pick<Link, 'step' | 'proxy'> | undefined, ms: number): Fault {
  const { step, proxy } = link ?? ({ step: 'name', proxy: undefined } as const);
  if (proxy !== undefined && step !== 'tls' && step !== 'upgrade')
    return new Fault('proxy-failed', `${proxy}: no ${WAITED_FOR[step]} within ${ms} ms`);
  switch (step) {
    case 'name':
      return new Fault('name-not-resolved', `no answer from the name server within ${ms} ms`);
    case 'address':
    case 'proxy':
      return new Fault('network-unreachable', `no answer to the connection within ${ms} ms`);
    case 'tls':
      return new Fault('connect-timeout', `no TLS session within ${ms} ms`);
    case 'upgrade':
      return new Fault('connect-timeout', `no WebSocket within ${ms} ms`);
  }
}

/** What was waited for of a proxy. */
const WAITED_FOR = {
  name: 'answer from the name server',
  address: 'TCP connection',
  proxy: 'answer to CONNECT',
} as const;

function withIssuer(text: string, error: CertificateError | undefined): string {
  const { issuer } = error ?? {};
  return issuer === undefined ? text : `${text}; issuer of the certificate: "${issuer}"`;
}

/** The fault behind an HTTP answer that is not what was asked for. */
export function refusalFault({ status, body, contentType }: UpgradeRefused): FaultCode {
  // A page, a way to one, or "log in first" (RFC 6585): whatever it says, the service did not say it.
  const page = /html/i.test(contentType) || /^\s*<(!doctype|html)/i.test(body);
  if (status < 400 || status === 511 || (page && status < 500)) return 'captive-portal';
  const told = reasonFault(body);
  if (told !== undefined) return told;
  if (status === 401) return 'key-refused';
  if (status === 403) return 'permission-denied';
  if (status === 429) return 'quota';
  if (status >= 500) return 'service-error';
  return 'upgrade-refused';
}

function reasonFault(text: string): FaultCode | undefined {
  return REASONS.find(([pattern]) => pattern.test(text))?.[1];
}

/** The message of Google's error; of a page only the status is told. */
function refusalText({ message, body }: UpgradeRefused): string {
  const said = /"message":\s*"([^"]*)"/.exec(body)?.[1];
  return said === undefined ? message : `${message}: ${said}`;
}

/** Node's errors for several addresses tried in turn (happy eyeballs) have an empty message of their own. */
function describe(error: Error & { code?: string }): string {
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError) return error.errors.map(String).join('; ');
  return error.code ?? error.name;
}
