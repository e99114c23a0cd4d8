import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from './config/load.ts';
import { configSchema, defaultConfig } from './config/schema.ts';
import { modelsOf, modelsUsed, retiredModelNotes } from './models.ts';
import { inService, RETIRED_MODELS, retiredModel } from './retired-models.ts';

describe('a retired model', () => {
  it.each(RETIRED_MODELS.map((model) => [model.name, model] as const))(
    '%s has a date, a source, and a successor that is in service',
    (name, { since, source, successor }) => {
      expect(Number.isNaN(Date.parse(since))).toBe(false);
      expect(source).toMatch(/https:\/\/.*20\d\d-\d\d/);
      expect(retiredModel(successor)).toBeUndefined();
      expect(inService([`models/${name}`])).toEqual([successor]);
      expect(RETIRED_MODELS.filter((one) => one.name === name)).toHaveLength(1);
    },
  );

  it('is replaced where it stands in a list, and its successor is not named twice', () => {
    const names = ['gemini-3.1-flash-live-preview', 'gemini-3.8-live', 'models/gemini-9-live'];
    expect(inService(names)).toEqual(['gemini-3.8-live', 'gemini-9-live']);
    expect(inService(['gemini-9-live', 'gemini-2.5-flash'])).toEqual([
      'gemini-9-live',
      'gemini-3.5-flash-lite',
    ]);
  });

  it('is in no default', () => {
    expect(retiredModelNotes(defaultConfig())).toEqual([]);
    expect(configSchema.parse({}).live.models).toEqual(['gemini-3.8-live']);
  });

  it('is in no document, save as one', () => {
    // Each line in which one is named says so.
    const operator = ['engines', 'costs'].map((name) => `docs/operator/${name}.md`);
    const developers = ['engines', 'connections', 'costs', 'standin', 'sdk'].map(
      (name) => `docs/developers/${name}.md`,
    );
    for (const file of ['README.md', ...operator, ...developers]) {
      const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
      for (const line of text.split('\n'))
        for (const { name } of RETIRED_MODELS)
          if (new RegExp(`${RegExp.escape(name)}(?![\\w-])`).test(line))
            expect(line, file).toMatch(/retired|routed|shut down/i);
    }
  });

  it('is in the table of docs/developers/models.md, word for word', () => {
    const text = readFileSync(new URL('../../docs/developers/models.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => /^\| `gemini-[^|]*\| (retired|routed) /.test(line));
    expect(rows).toEqual(
      RETIRED_MODELS.map(
        ({ name, is, since, successor, source }) =>
          `| \`${name}\` | ${is} | ${since} | \`${successor}\` | ${source} |`,
      ),
    );
  });
});

describe('a configuration', () => {
  const config = parseConfig(
    [
      '[live]',
      'models = ["gemini-3.1-flash-live-preview"]',
      '[cascade]',
      'hearing_models = ["gemini-3.7-flash", "gemini-3.5-flash-lite"]',
      'speech_models = ["gemini-3.8-flash-tts", "gemini-2.5-pro-preview-tts"]',
    ].join('\n'),
    'dragoman.toml',
  );

  it('that names retired models is used with their successors', () => {
    expect(modelsOf(config, 'live.models')).toEqual(['gemini-3.8-live']);
    expect(modelsOf(config, 'cascade.hearing_models')).toEqual(['gemini-3.8-flash', 'gemini-3.5-flash-lite']);
    expect(modelsUsed(config, 'cascade')).toEqual(['gemini-3.8-flash', 'gemini-3.8-flash-tts']);
    expect(modelsUsed(config, 'phrasebook')).toEqual([]);
  });

  it('has a note on each of them: the setting, what became of it, and what is used', () => {
    expect(retiredModelNotes(config)).toEqual([
      'live.models: gemini-3.1-flash-live-preview was retired on 2026-11-17; gemini-3.8-live is used: name that one instead',
      'cascade.hearing_models: gemini-3.7-flash is another model since 2026-10-08; gemini-3.8-flash is used: name that one instead',
      'cascade.speech_models: gemini-2.5-pro-preview-tts was retired on 2026-11-17; gemini-3.8-flash-tts is used: name that one instead',
    ]);
  });
});
