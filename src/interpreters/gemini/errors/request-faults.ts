import { ApiError } from '@google/genai';
import { Fault, type FaultCode } from '../../../kiosk/faults.ts';
import { faultOf, refusalFault, reportedBody, UpgradeRefused } from './classify.ts';

/** The fault of an HTTP answer that is not what was asked for. @param confidential see `Ending` */
export function refusalOf(refused: UpgradeRefused, key: string, confidential: boolean): Fault {
  return new Fault(codeOf(refused), `HTTP ${refused.status}${reportedBody(refused.body, key, confidential)}`);
}

/** A request is no session: what of one is refused or runs out means something else here. */
function codeOf(refused: UpgradeRefused): FaultCode {
  // "Model tried to generate text, but it should only be used for TTS" (400): now and then, of the same request that is
  // spoken another time.
  if (/should only be used for TTS/i.test(refused.body)) return 'silent-answer';
  const code = refusalFault(refused);
  // INVALID_ARGUMENT: a setting that this model does not take.
  if (code === 'upgrade-refused' && refused.status === 400) return 'setup-rejected';
  // "Deadline expired before operation could complete" (504): the service's own.
  if (code === 'session-expired') return 'service-error';
  return code;
}

/** The fault of a connection that failed before an answer came. @param established it had been open; @param wallMs the wall clock */
export function lostFault(
  error: NodeJS.ErrnoException,
  established: boolean,
  key: string,
  wallMs: number,
  confidential: boolean,
): Fault {
  if (established) return new Fault('connection-lost', error.code ?? error.name);
  return faultOf({ phase: 'connecting', code: 1006, reason: '', error, wallMs, confidential }, key);
}

/** Node's for a body that ends before its end. */
const BROKEN_OFF = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'EPIPE', 'UND_ERR_SOCKET']);

/**
 * The fault of a request that threw. Its words for what it could not read are not reported: they quote it, and it may
 * be what somebody said.
 */
export function faultOfRequest(error: unknown, key: string, confidential: boolean): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof ApiError)
    return refusalOf(new UpgradeRefused(error.status, error.message, 'application/json'), key, confidential);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (BROKEN_OFF.has(code)) return new Fault('connection-lost', `in the middle of an answer (${code})`);
  const name = error instanceof Error ? error.name : typeof error;
  return new Fault('service-garbled', `the answer cannot be read (${name})`);
}
