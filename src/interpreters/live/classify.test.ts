import { describe, expect, it } from 'vitest';
import { type Ending, faultOf } from './classify.ts';
import { redact } from './connection.ts';
import { UpgradeRefused } from './socket.ts';

const socketError = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });
const ending = (change: Partial<Ending>): Ending => ({
  phase: 'ready',
  code: 1006,
  reason: '',
  error: undefined,
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
      'tls-failed',
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
      'key-refused',
    ],
    ['an upgrade refused with 429', { phase: 'connecting', error: new UpgradeRefused(429, '') }, 'quota'],
    [
      'a captive portal that answers 302',
      { phase: 'connecting', error: new UpgradeRefused(302, '') },
      'upgrade-refused',
    ],
    [
      'a proxy that answers 502',
      { phase: 'connecting', error: new UpgradeRefused(502, '') },
      'upgrade-refused',
    ],
    [
      'a key that is no key, refused with 400',
      { phase: 'connecting', error: new UpgradeRefused(400, '{"error":{"message":"API key not valid."}}') },
      'key-refused',
    ],
    [
      'a portal that speaks of keys',
      { phase: 'connecting', error: new UpgradeRefused(200, '<p>Get your API key here</p>') },
      'upgrade-refused',
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
    [
      'a deadline',
      { code: 1011, reason: 'Deadline expired before operation could complete.' },
      'session-expired',
    ],
    ['an internal error', { code: 1011, reason: 'Internal error encountered.' }, 'service-error'],
    ['a reset', {}, 'connection-lost'],
    ['an ordinary close nobody asked for', { code: 1000 }, 'service-error'],
  ])('after %s is its own fault', (_, change, code) => {
    expect(faultOf(ending(change), (text) => text).code).toBe(code);
  });
});

describe('the key', () => {
  const key = 'AIza/Sy+secret';

  it.each([
    `wss://host/ws?key=${key}`,
    `wss://host/ws?key=${encodeURIComponent(key)} failed`,
    `access_token=auth_tokens/abc at ?access_token=auth_tokens/abc`,
    `nothing but ${key}`,
  ])('is masked in %s', (text) => {
    const masked = redact(text, text.includes('auth_tokens') ? 'auth_tokens/abc' : key);
    expect(masked).not.toMatch(/secret|auth_tokens\/abc/);
  });

  it('is masked even where another key is in use', () => {
    expect(redact('wss://host/ws?alt=1&key=OTHER&x=1', key)).toBe('wss://host/ws?alt=1&key=…&x=1');
  });
});
