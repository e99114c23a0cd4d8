import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { dragomanInProcess } from '../../../test/rig/command.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { documentOf, fullStop, prose, sentences } from './page.ts';

const folder = temporaryFolders();

/** A terminal: nothing may be written onto it. */
const terminal = Object.assign(new Writable({ write: () => expect.unreachable() }), { isTTY: true });

/** The only programs that are found are those in this folder. */
function only(programs: Readonly<Record<string, string>>): void {
  const there = folder();
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(path.join(there, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(there, name), 0o755);
  }
  vi.stubEnv('PATH', there);
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe.each(['card', 'sheet', 'notice'])('dragoman %s', (command) => {
  it('prints its page on a standard output that is no terminal, in the size of the paper', async () => {
    const { code, stdout } = await dragomanInProcess([command]);
    expect(code).toBe(0);
    expect(stdout).toContain('@page { size: 210mm 297mm;');
    const letter = await dragomanInProcess([command, '--paper', 'letter']);
    expect(letter.stdout).toContain('@page { size: 215.9mm 279.4mm;');
  });

  it('does not print HTML onto a terminal, but says how to write it into a file', async () => {
    const { code, stderr } = await dragomanInProcess([command], { stdout: terminal });
    expect(stderr).toContain(`dragoman ${command} --out ${command}.html`);
    expect(code).toBe(2);
  });

  it('names the package without which there is no PDF', async () => {
    only({});
    const { code, stderr } = await dragomanInProcess([command, '--pdf']);
    expect(stderr).toMatch(/chromium.*is missing.*apt-get install chromium/);
    expect(code).toBe(1);
  });
});

it('a PDF is what the browser makes of the page', async () => {
  // Writes its last argument, the page, into the file that it is to print to.
  only({
    chromium:
      'for a; do case $a in --print-to-pdf=*) IFS==; set -- $a; to=$2 ;; esac; done; echo "$a" >"$to"',
  });
  const out = path.join(folder(), 'card.pdf');
  expect((await dragomanInProcess(['card', '--out', out])).code).toBe(0);
  expect(readFileSync(out, 'utf8')).toMatch(/^file:\/\/.*page\.html\n$/);
});

it('a browser that fails is named, with its reason', async () => {
  only({ 'chromium-browser': 'echo no display >&2; exit 3' });
  const { code, stderr } = await dragomanInProcess(['sheet', '--pdf']);
  expect(stderr).toMatch(/chromium-browser could not make the PDF: [\s\S]*no display/);
  expect(code).toBe(1);
});

it('a file that cannot be written is named', async () => {
  const out = path.join(folder(), 'no', 'card.html');
  const { code, stderr } = await dragomanInProcess(['card', '--out', out]);
  expect(stderr).toContain(`${out}: cannot be written`);
  expect(code).toBe(2);
});

it('a paper that there is not is refused with those that there are', async () => {
  const { code, stderr } = await dragomanInProcess(['card', '--paper', 'a5']);
  expect(stderr).toMatch(/a4, letter/);
  expect(code).toBe(2);
});

describe('a document', () => {
  it('has the direction of its script', () => {
    const page = { title: '', paper: 'a4', style: '', pages: [''] } as const;
    for (const language of ['ar', 'he', 'fa'])
      expect(documentOf({ ...page, language })).toContain(`<html lang="${language}" dir="rtl">`);
    expect(documentOf({ ...page, language: 'ja' })).toContain('dir="ltr"');
  });

  it('has the name of the desk at the top of each page, if the configuration gives it one', async () => {
    const config = path.join(folder(), 'dragoman.toml');
    writeFileSync(config, '[desk]\nname = "Sol & Mar, reception"\n');
    for (const [command, pages] of [
      ['card', 2],
      ['sheet', 1],
      ['notice', 1],
    ] as const) {
      const named = await dragomanInProcess([command, '--config', config]);
      expect(
        named.stdout.match(/<p class="desk"><bdi>Sol &amp; Mar, reception<\/bdi>/g),
        command,
      ).toHaveLength(pages);
      expect(named.stdout).toMatch(/<title>.* \(Sol &amp; Mar, reception\)<\/title>/);
    }
    expect((await dragomanInProcess(['card'])).stdout).not.toContain('<p class="desk">');
  });

  it('names fonts for each script, each selector in a form that browsers know', () => {
    const html = documentOf({ title: '', language: 'ar', paper: 'a4', style: '', pages: [''] });
    expect(html).toMatch(/:where\(:lang\(ar\), :lang\(fa\)\) \{ font-family: 'Noto Sans Arabic'/);
    expect(html).toMatch(/:where\(:lang\(ja\)\) \{ font-family: 'Noto Sans CJK JP'/);
    // Chromium knows no list of languages in one :lang().
    expect(html).not.toMatch(/:lang\([^)]*,/);
  });

  it('sets commands and Latin words apart from text that runs from right to left, and digits not', () => {
    expect(prose('انظر `df -h`، أو service.base_url (.crt) في /usr/local؛ 24 ساعة، D11.')).toBe(
      'انظر <code>df -h</code>، أو <bdi>service.base_url</bdi> (<bdi>.crt</bdi>) في <bdi>/usr/local</bdi>؛ 24 ساعة، <bdi>D11</bdi>.',
    );
    expect(prose('اختر driver = "aplay"، 350 kbit/s')).toBe(
      'اختر <bdi>driver = &quot;aplay&quot;</bdi>، <bdi>350 kbit/s</bdi>',
    );
    expect(prose('See driver = "aplay".')).not.toContain('<bdi>');
  });

  it('breaks no line before French punctuation', () => {
    expect(prose('voir (`df -h`) ; « oui » ?')).toBe(
      'voir (<code>df -h</code>)\u00a0; «\u00a0oui\u00a0»\u00a0?',
    );
  });

  it('sets Chinese and Japanese sentences without spaces between them', () => {
    expect(sentences('One.', 'Two.')).toBe('One. Two.');
    expect(sentences('一。', '二。')).toBe('一。二。');
    expect(['en', 'ar', 'ja', 'zh'].map(fullStop)).toEqual(['. ', '. ', '。', '。']);
  });
});
