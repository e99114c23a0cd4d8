import { describe, expect, it } from 'vitest';
import type { FaultCode } from '../../../kiosk/faults.ts';
import { PROXY_FAILED } from '../../network/tunnel.ts';
import { type Ending, faultOf, refusalFault, timeoutFault, UpgradeRefused } from './classify.ts';

const socketError = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });
const ending = (change: Partial<Ending>): Ending => ({
  phase: 'ready',
  code: 1006,
  reason: '',
  error: undefined,
  wallMs: 0,
  confidential: false,
  ...change,
});

describe('the end of a connection', () => {
  it.each<[string, Partial<Ending>, string]>([
    [
      'a refused port',
      { phase: 'connecting', error: socketError('connect ECONNREFUSED 127.0.0.1:9', 'ECONNREFUSED') },
      'network-unreachable',
    ],
    [
      'a proxy that refuses the connection',
      { phase: 'connecting', error: socketError('the proxy http://x refuses a connection', PROXY_FAILED) },
      'proxy-failed',
    ],
    [
      'an unknown name',
      { phase: 'connecting', error: socketError('getaddrinfo ENOTFOUND x', 'ENOTFOUND') },
      'name-not-resolved',
    ],
    [
      'a name server that is away',
      { phase: 'connecting', error: socketError('getaddrinfo EAI_AGAIN x', 'EAI_AGAIN') },
      'name-not-resolved',
    ],
    [
      'a certificate not valid yet',
      { phase: 'connecting', error: socketError('certificate is not yet valid', 'CERT_NOT_YET_VALID') },
      'clock-wrong',
    ],
    [
      'a certificate that has expired',
      { phase: 'connecting', error: socketError('certificate has expired', 'CERT_HAS_EXPIRED') },
      'clock-wrong',
    ],
    [
      "somebody else's certificate",
      {
        phase: 'connecting',
        error: socketError("Host: x. is not in the cert's altnames", 'ERR_TLS_CERT_ALTNAME_INVALID'),
      },
      'captive-portal',
    ],
    [
      'a certificate that nobody vouches for',
      { phase: 'connecting', error: socketError('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT') },
      'captive-portal',
    ],
    [
      'plain text where TLS was due',
      { phase: 'connecting', error: socketError('wrong version number', 'EPROTO') },
      'tls-failed',
    ],
    [
      'an upgrade refused with 401',
      { phase: 'connecting', error: new UpgradeRefused(401, '') },
      'key-refused',
    ],
    [
      'an upgrade refused with 403',
      { phase: 'connecting', error: new UpgradeRefused(403, '') },
      'permission-denied',
    ],
    ['an upgrade refused with 429', { phase: 'connecting', error: new UpgradeRefused(429, '') }, 'quota'],
    [
      'a captive portal that answers 302',
      { phase: 'connecting', error: new UpgradeRefused(302, '') },
      'captive-portal',
    ],
    [
      'a captive portal that asks to log in first',
      { phase: 'connecting', error: new UpgradeRefused(511, '') },
      'captive-portal',
    ],
    [
      'a proxy that answers 407 with a page',
      { phase: 'connecting', error: new UpgradeRefused(407, '<html>', 'text/html; charset=utf-8') },
      'captive-portal',
    ],
    [
      'a service that is down for repair',
      { phase: 'connecting', error: new UpgradeRefused(503, '') },
      'service-error',
    ],
    [
      'a gateway that answers 502 with a page',
      { phase: 'connecting', error: new UpgradeRefused(502, '<html>', 'text/html') },
      'service-error',
    ],
    [
      'a path that the service does not know',
      {
        phase: 'connecting',
        error: new UpgradeRefused(404, '{"error":{"message":"was not found on this server"}}'),
      },
      'upgrade-refused',
    ],
    [
      'a project without the API',
      {
        phase: 'connecting',
        error: new UpgradeRefused(
          403,
          '{"error":{"message":"Generative Language API has not been used in project 1 before"}}',
        ),
      },
      'permission-denied',
    ],
    [
      'a country without the service',
      { code: 1007, reason: 'User location is not supported for the API use.' },
      'permission-denied',
    ],
    [
      'a key that is no key, refused with 400',
      { phase: 'connecting', error: new UpgradeRefused(400, '{"error":{"message":"API key not valid."}}') },
      'key-refused',
    ],
    [
      'a portal that speaks of keys',
      { phase: 'connecting', error: new UpgradeRefused(200, '<p>Get your API key here</p>') },
      'captive-portal',
    ],
    [
      'a quota used up, cut to 123 bytes',
      {
        code: 1011,
        reason:
          'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: h',
      },
      'quota',
    ],
    [
      'a model that is gone',
      {
        phase: 'setting up',
        code: 1008,
        reason: 'models/x is not found for API version v1beta, or is not supported for bidiGenerateContent.',
      },
      'model-gone',
    ],
    [
      'a key that is refused by word',
      { phase: 'setting up', code: 1008, reason: 'API key not valid. Please pass a valid API key.' },
      'key-refused',
    ],
    [
      'an unknown field in the set-up',
      {
        phase: 'setting up',
        code: 1007,
        reason: 'Invalid JSON payload received. Unknown name "x" at \'setup\': Cannot find field.',
      },
      'setup-rejected',
    ],
    ['a session that ignored goAway', { code: 1008 }, 'session-expired'],
    ['a session that was silent for too long', { code: 1008, ageMs: 150_000 }, 'session-expired'],
    ['a policy that nobody knows', { code: 1008, reason: 'Policy violation.', ageMs: 800 }, 'service-error'],
    [
      'a policy that nobody knows, before the session',
      { phase: 'setting up', code: 1008, reason: 'Policy violation.' },
      'service-error',
    ],
    [
      'a deadline',
      { code: 1011, reason: 'Deadline expired before operation could complete.' },
      'session-expired',
    ],
    [
      'an invalid argument after the set-up',
      { code: 1007, reason: 'Request contains an invalid argument.' },
      'service-error',
    ],
    ['an internal error', { code: 1011, reason: 'Internal error encountered.' }, 'service-error'],
    ['a reset', {}, 'connection-lost'],
    ['an ordinary close nobody asked for', { code: 1000 }, 'service-error'],
  ])('after %s is its own fault', (_, change, code) => {
    expect(faultOf(ending(change), '').code).toBe(code);
  });
});

it('a certificate that cannot be verified is reported with its issuer', () => {
  const error = Object.assign(socketError('self-signed certificate', 'SELF_SIGNED_CERT_IN_CHAIN'), {
    issuer: 'House CA, Grand Hotel',
  });
  expect(faultOf(ending({ phase: 'connecting', error }), '')).toMatchObject({
    code: 'captive-portal',
    detail: 'self-signed certificate; issuer of the certificate: "House CA, Grand Hotel"',
  });
});

/** Google's own, shortened. */
const googlePage = (status: number, words: string) =>
  `<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error ${status} (${words})!!1</title>\n  <p><b>${status}.</b> <ins>That’s an error.</ins>\n  <p>Your client does not have permission to get URL <code>/</code> from this server.`;
const SQUID =
  '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN"><html><head><title>ERROR: The requested URL could not be retrieved</title></head><body>Generated by proxy (squid/5.7)</body></html>';
const ZSCALER =
  '<html><head><title>Zscaler - Access Denied</title></head><body>Blocked by policy</body></html>';
const NGINX =
  '<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body><center><h1>403 Forbidden</h1></center><hr><center>nginx</center></body></html>';
const SONICWALL = '<html><head><title>SonicWall - Web Site Blocked</title></head></html>';
const SORRY =
  '<html><head><title>Sorry...</title></head><body>Our systems have detected unusual traffic from your computer network.</body></html>';
const LOGIN = '<html><body>Welcome to our Wi-Fi. Log in with your room number.</body></html>';

describe('a page in place of an answer', () => {
  it.each<[string, number, string, verified: boolean, FaultCode]>([
    ["Google's 403, over TLS", 403, googlePage(403, 'Forbidden'), true, 'permission-denied'],
    ["Google's 404, over TLS", 404, googlePage(404, 'Not Found'), true, 'upgrade-refused'],
    ["Google's 502, over TLS", 502, googlePage(502, 'Server Error'), true, 'service-error'],
    ['a page of whatever base_url names, over TLS', 200, '<html>Hello</html>', true, 'upgrade-refused'],
    ['a way to somewhere else, over TLS', 302, '', true, 'upgrade-refused'],
    ['the same 403 without TLS: it may be anybody’s', 403, googlePage(403, 'x'), false, 'captive-portal'],
    ["Google's for who asks too often", 429, SORRY, true, 'quota'],
    ["a portal's page", 200, LOGIN, false, 'captive-portal'],
    ["a portal's page with another status", 404, LOGIN, false, 'captive-portal'],
    ["a portal's 511", 511, LOGIN, true, 'captive-portal'],
    ["a proxy's 407, which inspects TLS", 407, '', true, 'captive-portal'],
    ["Squid's, which inspects TLS", 503, SQUID, true, 'captive-portal'],
    ["Zscaler's, which inspects TLS", 403, ZSCALER, true, 'captive-portal'],
    ["SonicWall's, which inspects TLS", 403, SONICWALL, true, 'captive-portal'],
    ['of somebody before the service, over TLS', 403, NGINX, true, 'upgrade-refused'],
    ['of somebody before the service who asks for a password', 401, NGINX, true, 'upgrade-refused'],
  ])('(%s) is known for what it is, however it is declared', (_, status, body, verified, code) => {
    for (const type of ['text/html; charset=utf-8', 'application/json', ''])
      expect(refusalFault(new UpgradeRefused(status, body, type, verified)), type).toBe(code);
  });

  it.each([
    '\ufeff<!DOCTYPE HTML><title>x</title>',
    '\n\n  <HTML>',
    '<!-- login -->\n<html>',
    '<?xml version="1.0"?><!DOCTYPE html>',
    '<head><meta http-equiv="refresh" content="0;url=http://login.test/">',
    '<script>location = "http://login.test/"</script>',
  ])('(%j) is a page', (body) => {
    expect(refusalFault(new UpgradeRefused(404, body))).toBe('captive-portal');
  });

  it('is reported by its title', () => {
    const error = new UpgradeRefused(403, googlePage(403, 'Forbidden'), '', true);
    expect(faultOf(ending({ phase: 'connecting', error }), '').detail).toBe(
      'HTTP 403 in place of an answer: Error 403 (Forbidden)!!1',
    );
  });
});

describe('an opening that came to nothing in time', () => {
  it.each([
    ['name', 'name-not-resolved'],
    ['address', 'network-unreachable'],
    ['tls', 'connect-timeout'],
    ['upgrade', 'connect-timeout'],
  ] as const)('while waiting for the %s is %s', (step, code) => {
    expect(timeoutFault({ step, proxy: undefined }, 4000).code).toBe(code);
  });

  it.each([
    ['name', 'proxy-failed', 'no answer from the name server'],
    ['address', 'proxy-failed', 'no TCP connection'],
    ['proxy', 'proxy-failed', 'no answer to CONNECT'],
    ['tls', 'connect-timeout', undefined],
    ['upgrade', 'connect-timeout', undefined],
  ] as const)('while a proxy is used and the %s is waited for is %s', (step, code, what) => {
    const fault = timeoutFault({ step, proxy: 'the proxy http://house.test' }, 4000);
    expect(fault.code).toBe(code);
    if (what !== undefined) expect(fault.detail).toBe(`the proxy http://house.test: ${what} within 4000 ms`);
  });

  it('before there was a link is the name', () => {
    expect(timeoutFault(undefined, 4000).code).toBe('name-not-resolved');
  });
});
