import { Fault, type FaultCode } from '../../kiosk/faults.ts';
import { UpgradeRefused } from './socket.ts';

/** What is known of how a connection ended. */
export interface Ending {
  /** How far it had come. */
  readonly phase: 'connecting' | 'setting up' | 'ready';
  /** WebSocket close code; 1006 when there was no closing handshake. */
  readonly code: number;
  /** The reason of the service, which WebSocket cuts to 123 bytes. */
  readonly reason: string;
  /** The error of the socket before it closed, if there was one. */
  readonly error: (Error & { code?: string }) | undefined;
}

/** The beginnings of the service's reasons, as people have reported them (live docs, issue threads). */
const REASONS: readonly [RegExp, FaultCode][] = [
  [/exceeded your current quota|resource.?exhausted|rate limit/i, 'quota'],
  [/is not found for API version|not supported for bidiGenerateContent/i, 'model-gone'],
  [/API key|API_KEY|unauthenticated|permission|UNAUTHENTICATED|PERMISSION_DENIED/, 'key-refused'],
  [/deadline expired|session (duration|time)|GoAway|go away/i, 'session-expired'],
];

const DNS_ERRORS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL']);
const TLS_ERROR = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/;

/** The fault behind the end of a connection. Nobody asked for the end: an own `close` is no ending. */
export function faultOf(ending: Ending, withoutSecrets: (text: string) => string): Fault {
  const fault = (code: FaultCode, detail: string) => new Fault(code, withoutSecrets(detail));
  const { phase, code, reason, error } = ending;
  for (const [pattern, faultCode] of REASONS) {
    if (pattern.test(reason)) return fault(faultCode, `closed with ${code}: ${reason}`);
  }
  if (phase === 'connecting') {
    if (error instanceof UpgradeRefused) return fault(upgradeFault(error), refusalText(error));
    const errno = error?.code ?? '';
    if (DNS_ERRORS.has(errno)) return fault('name-not-resolved', error?.message ?? errno);
    if (TLS_ERROR.test(errno)) return fault('tls-failed', error?.message ?? errno);
    return fault('network-unreachable', error === undefined ? `closed with ${code}` : describe(error));
  }
  const said = reason === '' ? `closed with ${code}` : `closed with ${code}: ${reason}`;
  if (code === 1007) return fault('setup-rejected', said);
  if (code === 1008) return fault(phase === 'ready' ? 'session-expired' : 'setup-rejected', said);
  if (code === 1006)
    return fault('connection-lost', error === undefined ? 'without a word' : describe(error));
  return fault('service-error', said);
}

function upgradeFault({ status, body }: UpgradeRefused): FaultCode {
  for (const [pattern, faultCode] of REASONS) {
    if (status >= 400 && pattern.test(body)) return faultCode;
  }
  if (status === 401 || status === 403) return 'key-refused';
  if (status === 429) return 'quota';
  return 'upgrade-refused';
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
