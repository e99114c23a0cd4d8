import { describe, expect, it } from 'vitest';
import { keyIn } from './key-text.ts';

const KEY = `AQ.${'Ab8-_'.repeat(9)}`;

describe('the key in', () => {
  it.each([
    ['a key', KEY],
    ['a key of the old form', `AIza${'x'.repeat(35)}`, `AIza${'x'.repeat(35)}`],
    ['a key of a form that nobody knows yet', 'ZZ~1.2:3=', 'ZZ~1.2:3='],
    ['white space', `  ${KEY}\t\r\n\n`],
    ['white space that does not break', `\u00a0${KEY}\u00a0`],
    ['quotation marks', `"${KEY}"`],
    ['single ones', `'${KEY}'`],
    ['typographic ones', `“${KEY}”`],
    ['German ones', `„${KEY}“`],
    ['French ones', `« ${KEY} »`],
    ['the name of the variable', `GEMINI_API_KEY=${KEY}`],
    ['a line of a shell', `export GEMINI_API_KEY="${KEY}"`],
    ['a line of a setting', `api_key = '${KEY}'`],
    ['a header', `x-goog-api-key: ${KEY}`],
    ['a byte order mark', `\ufeff${KEY}`],
    ['zero-width characters', `\u200b${KEY.slice(0, 5)}\u200d${KEY.slice(5)}\u2060`],
    ['comments and empty lines', `# the key of desk 4\n\n${KEY}\n`],
    ['the same key twice', `${KEY}\n${KEY}\n`],
    ['a file of variables', `LANG=de_DE\nGOOGLE_API_KEY=other\nGEMINI_API_KEY=${KEY}\n`],
    ['a variable beside an empty one', `GEMINI_API_KEY=\nGOOGLE_API_KEY=${KEY}\n`],
  ])('%s is found', (_, text, key = KEY) => {
    expect(keyIn(text)).toEqual({ key });
  });

  it.each([
    ['nothing', ' \r\n', 'is empty'],
    ['quotation marks around nothing', '""', 'is empty'],
    ['a name alone', 'GEMINI_API_KEY=', 'is empty'],
    ['two keys', `${KEY}\n${KEY}x`, 'has 2 lines that may be the key, and there is one key'],
    ['words', 'my secret key', 'has white space in the middle'],
    ['one quotation mark', `"${KEY}`, 'has a quotation mark at one end only'],
    ['a typographic dash', `${KEY}–x`, 'has the character U+2013, and keys have letters, digits and ASCII signs only'],
    ['a letter of another alphabet', `${KEY}А`, /U\+0410/],
    ['a control character', `${KEY}\u0007`, /U\+0007/],
    ['a file in UTF-16', `${KEY.split('').join('\0')}\0`, /U\+0000/],
    ['JSON', `{ "key": "${KEY}" }`, 'is JSON, and a key is not'],
    ['a file of another kind', 'x'.repeat(10_000), 'has 10000 characters, and a key has 500 at most'],
  ])('%s is a problem that holds nothing of it', (_, text, problem) => {
    const found = keyIn(text);
    expect(found).toEqual({ problem: expect.stringMatching(problem) });
    expect(JSON.stringify(found)).not.toContain(KEY.slice(0, 8));
  });
});
