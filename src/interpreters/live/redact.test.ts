import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

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
