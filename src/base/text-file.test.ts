import { describe, expect, it } from 'vitest';
import { TextFileError, textOf } from './text-file.ts';

const TEXT = 'host = "de" # Gästehaus “Zur Post”\n';

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) bytes.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(bytes.buffer);
}

describe('the text of a file', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16, little-endian, with its mark', utf16(`\uFEFF${TEXT}`, true)],
    ['UTF-16, big-endian, with its mark', utf16(`\uFEFF${TEXT}`, false)],
  ])('is read from %s', (_, bytes) => {
    expect(textOf(bytes)).toBe(TEXT);
  });

  it('is not guessed: what is neither says how to save it', () => {
    expect(() => textOf(utf16(TEXT, true))).toThrow(/UTF-16 .*: save it as UTF-8/);
    expect(() => textOf(Buffer.from('one\ntwo: Gästehaus', 'latin1'))).toThrow(/line 2 .*save it as UTF-8/);
    expect(() => textOf(Buffer.from('Gästehaus', 'latin1'))).toThrow(TextFileError);
  });
});
