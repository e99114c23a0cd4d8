import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../kiosk/faults.ts';
import { type Ending, faultOf, UpgradeRefused } from './classify.ts';
import { redact, reported } from './reported.ts';
import { faultOfRequest, refusalOf } from './request-faults.ts';

const KEY = 'AIza-the-key-of-this-desk';

/** Each way on which words of the service come into a fault. */
const WAYS: Readonly<Record<string, (words: string, confidential: boolean) => Fault>> = {
  'the reason of a close frame': (reason, confidential) => ended({ reason, confidential }),
  'the body of a refused upgrade': (words, confidential) =>
    ended({ phase: 'connecting', confidential, error: new UpgradeRefused(400, bodyOf(words)) }),
  'a page in its place': (words, confidential) =>
    ended({
      phase: 'connecting',
      confidential,
      error: new UpgradeRefused(403, `<html><title>${words}</title>`, 'text/html', true),
    }),
  'a refused request': (words, confidential) =>
    refusalOf(new UpgradeRefused(400, bodyOf(words)), KEY, confidential),
  'what the SDK throws': (words, confidential) => faultOfRequest(new Error(words), KEY, confidential),
};

function ended(change: Partial<Ending>): Fault {
  const base = { phase: 'ready', code: 1011, reason: '', error: undefined, wallMs: 0 } as const;
  return faultOf({ ...base, confidential: false, ...change }, KEY);
}

function bodyOf(message: string): string {
  return JSON.stringify({ error: { message } });
}

describe('what the service says once it was sent speech', () => {
  it.each(Object.entries(WAYS))('is not reported, but for the wording that it has: %s', (_, fault) => {
    const secret = 'my passport number is X1234567';
    const others = ['', 'quota exceeded: ', 'API key not valid. ', 'no credits are used up by '];
    fc.assert(
      fc.property(fc.constantFrom(...others), fc.string(), (before, behind) => {
        expect(fault(`${before}${secret}${behind}`, true).detail).not.toMatch(/passport|X1234567/);
      }),
    );
    expect(fault(secret, true).detail).not.toBe('');
  });

  it('is known by its wording', () => {
    expect(ended({ reason: 'API key not valid: passport', confidential: true })).toMatchObject({
      code: 'key-refused',
      detail: 'closed with 1011, in words like /API key (?:not valid|not found|expired)|API_KEY_INVALID/i',
    });
  });
});

describe('what the service says before it was sent speech', () => {
  it('is reported: its beginning, printable, without the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (words) => {
        const text = reported(`${KEY}${words}`, '', KEY, false);
        expect(text).toMatch(/^: …[^\p{Cc}\p{Cs}]*$/u);
        expect([...text].length).toBeLessThanOrEqual(125);
      }),
    );
    expect(ended({ phase: 'setting up', reason: 'Unknown name "x"\x1b[2J' }).detail).toBe(
      'closed with 1011: Unknown name "x"\ufffd[2J',
    );
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

  it.each([123, 44, 42])('is masked where a text was cut in the middle of it (%i characters)', (length) => {
    const text = `Permission denied: Consumer 'api_key:${key}' has been suspended.`.slice(0, length);
    expect(redact(text, key)).not.toContain('Sy+');
  });

  it('of another account is masked by its form, which the service may quote', () => {
    const other = `AIza${'Sy-_x'.repeat(7)}`;
    const newer = `AQ.${'Ab8-_'.repeat(9)}`;
    expect(redact(`Consumer 'api_key:${other}' and ${newer}, or`, key)).toBe(
      "Consumer 'api_key:…' and …, or",
    );
  });
});
