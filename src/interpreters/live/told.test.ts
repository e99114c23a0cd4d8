import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../kiosk/faults.ts';
import { faultBehind, refusalOf } from '../cascade/faults.ts';
import { type Ending, faultOf } from './classify.ts';
import { UpgradeRefused } from './refusal.ts';
import { told } from './told.ts';

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
  'what the SDK throws': (words, confidential) => faultBehind(new Error(words), KEY, confidential),
};

function ended(change: Partial<Ending>): Fault {
  const base = { phase: 'ready', code: 1011, reason: '', error: undefined, wallMs: 0 } as const;
  return faultOf({ ...base, confidential: false, ...change }, KEY);
}

function bodyOf(message: string): string {
  return JSON.stringify({ error: { message } });
}

describe('what the service says once it was sent speech', () => {
  it.each(Object.entries(WAYS))('is not told, but for the wording that it has: %s', (_, fault) => {
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
        const text = told(`${KEY}${words}`, '', KEY, false);
        expect(text).toMatch(/^: …[^\p{Cc}\p{Cs}]*$/u);
        expect([...text].length).toBeLessThanOrEqual(125);
      }),
    );
    expect(ended({ phase: 'setting up', reason: 'Unknown name "x"\x1b[2J' }).detail).toBe(
      'closed with 1011: Unknown name "x"\ufffd[2J',
    );
  });
});
