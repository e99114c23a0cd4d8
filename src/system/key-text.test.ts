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
    ['a parameter of an address', `key=${KEY}`],
    ['a line of PowerShell', `$env:GEMINI_API_KEY = "${KEY}"`],
    ['the end of a statement', `api_key = "${KEY}";`],
    ['a line of a list', `"${KEY}",`],
    ['the brackets of an example', `<${KEY}>`],
    ['Japanese quotation marks', `「${KEY}」`],
    ['full-width ones', `＂${KEY}＂`],
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
    ['nothing', ' \r\n'],
    ['quotation marks around nothing', '""'],
    ['a name alone', 'GEMINI_API_KEY='],
    ['a mark that nobody sees', '\ufeff\u200b'],
    ['a comment', '# put the key here'],
  ])('%s is none', (_, text) => {
    expect(keyIn(text)).toBeUndefined();
  });

  it.each([
    ['two keys', `${KEY}\n${KEY}x`, /^has 2 lines that may be the key/],
    ['words', 'my secret key', /^has U\+0020 \(SPACE\) as character 3 of 13, and keys have/],
    ['one quotation mark', `"${KEY}`, /quotation mark at one end only/],
    ['a typographic one alone', `${KEY}”`, /U\+201D \(RIGHT DOUBLE QUOTATION MARK\) as character 49 of 49/],
    ['a typographic dash', `${KEY}–x`, /U\+2013 \(EN DASH\) as character 49 of 50/],
    ['a letter of another alphabet', `${KEY}А`, /U\+0410 \(a Cyrillic letter\)/],
    ['a letter with an accent', `é${KEY}`, /U\+00E9 \(a letter that is not ASCII\) as character 1 of 49/],
    ['a control character', `${KEY}\u0007`, /U\+0007 \(a control character\)/],
    ['a picture', `${KEY}🔑`, /U\+1F511 as character 49 of 49/],
    ['a file in UTF-16', `${KEY.split('').join('\0')}\0`, /^is text in UTF-16/],
    ['such a file with its mark', `\ufffd\ufffd${KEY.split('').join('\0')}\0`, /^is text in UTF-16/],
    ['an address with a key in it', `https://x.test/v1beta/models?key=${KEY}`, /^is an address/],
    ['JSON', `{ "key": "${KEY}" }`, /^is JSON/],
    ['a file of another kind', 'x'.repeat(10_000), /^has 10000 characters, and a key has 500 at most$/],
  ])('%s is a problem that holds nothing of it', (_, text, problem) => {
    const found = keyIn(text);
    expect(found).toEqual({ problem: expect.stringMatching(problem) });
    expect(JSON.stringify(found)).not.toContain(KEY.slice(0, 8));
  });
});
