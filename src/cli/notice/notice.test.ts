import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../system/config/load.ts';
import type { Config } from '../../system/config/schema.ts';
import { INSTRUCTIONS } from '../sheet/instructions.ts';
import { notice } from './notice.ts';
import { NOTICES } from './notices.ts';

const configured = (text: string): Config => parseConfig(text, 'dragoman.toml');

describe('the notice for the counter', () => {
  it('is in the languages of the desk, those of its guests first, and in English', () => {
    const text = notice(configured('[languages]\nhost = "de"\nguest = "es"\nguests = ["fr"]\n'));
    expect(text.match(/^(?:Español|Français|Deutsch|English)$/gm)).toEqual([
      'Español',
      'Français',
      'Deutsch',
      'English',
    ]);
    expect(text).toContain('sent to Google to be translated');
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

  it('is there in each language of the sheet, whole', () => {
    expect(NOTICES.map(({ language, name }) => [language, name])).toEqual(
      INSTRUCTIONS.map(({ language, name }) => [language, name]),
    );
    const text = notice(configured(''), true);
    for (const { machine, sent, limits } of NOTICES)
      for (const sentence of [machine, sent('Google'), limits]) expect(text).toContain(sentence);
  });
});
