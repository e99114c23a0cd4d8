import { describe, expect, it } from 'vitest';
import { instructionFor } from './instruction.ts';
import { mindingPast, Past, wordsOf } from './past.ts';

const languages = { host: 'en', guest: 'es' };

describe('the instruction', () => {
  it('states both directions as cases of their own', () => {
    const text = instructionFor({ host: 'de', guest: 'pt-BR' });
    expect(text).toContain('If you hear German, say it in Brazilian Portuguese.');
    expect(text).toContain('If you hear Brazilian Portuguese, say it in German.');
  });

  it('takes every other language for a guest, where any guest may come', () => {
    const text = instructionFor({ host: 'de', alsoHost: ['en', 'fr'], guest: 'es', anyGuest: true });
    expect(text).toContain('If you hear German, English, or French, say it in Spanish.');
    expect(text).toContain('If you hear Spanish or any other language, say it in German.');
    expect(text).not.toContain('in another language');
  });

  it('names one direction only, when that was missed', () => {
    const text = instructionFor(languages, [], { from: 'es', into: 'en' });
    expect(text).toContain('The speaker speaks Spanish. Say it in English.');
    expect(text).not.toContain('If you hear');
    expect(instructionFor(languages, [], { from: undefined, into: 'en' })).toContain(
      'Whatever language you hear, say it in English.',
    );
  });

  it('keeps both directions where it is in doubt which was missed', () => {
    const text = instructionFor(languages, [], 'untranslated');
    expect(text).toContain('If you hear Spanish, say it in English.');
    expect(text).toContain('Never say it in the language in which you hear it.');
  });

  it('holds the terms of the house', () => {
    const text = instructionFor(languages, [{ term: 'Seeblick', meaning: 'a room' }]);
    expect(text).toContain('"Seeblick" (a room)');
  });

  it('forbids answering, adding, summarising and repeating', () => {
    expect(instructionFor(languages)).toMatch(
      /Never answer[\s\S]*Never add[\s\S]*summarise[\s\S]*never repeat/,
    );
  });

  it('stays within 400 tokens, the past included, with the longest names and past turns', () => {
    const past = new Past();
    const long = 'x y'.repeat(500);
    for (let i = 0; i < 3; i += 1) past.remember(past.guest, long, long);
    const turns = past.conversation();
    const text = mindingPast(instructionFor({ host: 'zh-Hant-TW', guest: 'pt-BR' }), turns);
    // Google counts about 4 characters of English a token (ai.google.dev/gemini-api/docs/tokens).
    expect((text.length + wordsOf(turns).length) / 4).toBeLessThanOrEqual(400);
  });
});
