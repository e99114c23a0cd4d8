import { describe, expect, it } from 'vitest';
import { textOf } from '../../../test/rig/pages.ts';
import { parseConfig } from '../../system/config/load.ts';
import type { Config } from '../../system/config/schema.ts';
import { wordsOf } from '../../words/index.ts';
import { notice } from './notice.ts';

const configured = (text: string): Config => parseConfig(text, 'dragoman.toml');

describe('the notice for the counter', () => {
  it('is in the languages of the desk, those of its guests first, and in English', () => {
    const html = notice(configured('[languages]\nhost = "de"\nguest = "es"\nguests = ["fr"]\n'));
    expect([...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, name]) => name)).toEqual([
      'Español',
      'Français',
      'Deutsch',
      'English',
    ]);
    expect(html).toContain('sent to Google to be translated');
  });

  it('names another service by its address', () => {
    const text = notice(configured('[service]\nbase_url = "https://interpreter.example/v1"\n'));
    expect(text).toContain('sent to interpreter.example to be translated');
    expect(text).not.toContain('Google');
  });

  it('says that nothing is sent where the phrasebook is the only engine', () => {
    const text = notice(configured('[interpreters]\nengines = ["phrasebook"]\n'));
    expect(text).toContain('sent to nobody');
    expect(text).not.toContain('Google');
  });

  it('is there in each language of the sheet, whole, in its direction, on one page', () => {
    const notices = wordsOf('notice');
    expect(Object.keys(notices)).toEqual(Object.keys(wordsOf('sheet')));
    const html = notice(configured(''), true);
    const text = textOf(html);
    for (const { machine, check, sent, notStored, limits } of Object.values(notices))
      for (const sentence of [machine, check, sent.replace('{service}', 'Google'), notStored, limits])
        expect(text).toContain(sentence);
    expect(html).toContain('<article lang="ar" dir="rtl">');
    expect(html.match(/<section class="page">/g)).toHaveLength(1);
    expect(html).not.toMatch(/undefined|NaN|<script|<link|<img|url\(|https?:/);
  });
});
