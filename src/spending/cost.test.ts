import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../system/config/schema.ts';
import { RETIRED_MODELS } from '../system/retired-models.ts';
import { addTokens, tokensReported } from '../turn/tokens.ts';
import { costOf, type ModelUse } from './cost.ts';
import { loadPrices, Prices } from './prices.ts';

const prices = loadPrices();
const NOW = new Date('2026-11-22T12:00:00Z');
const turn = (model: string, more: Partial<ModelUse> = {}) => ({
  engine: 'dialogue' as const,
  models: [{ model, sentSeconds: 6, receivedSeconds: 6, textInTokens: 400, ...more }],
});

describe('the cost of a turn', () => {
  it('is that of its sound and its text', () => {
    // 400 × 0.75 + 6 × 25 × 3 + 6 × 25 × 12
    expect(costOf(turn('gemini-3.8-live'), prices, NOW)).toEqual({
      microdollars: 300 + 450 + 1800,
      estimated: false,
      reportedMicrodollars: undefined,
    });
  });

  it('includes the earlier sound of its session, as input', () => {
    const { microdollars } = costOf(turn('gemini-3.8-live', { earlierSeconds: 12 }), prices, NOW);
    expect(microdollars).toBe(2550 + 12 * 25 * 3);
  });

  it('is nothing in the phrasebook', () => {
    expect(costOf({ engine: 'phrasebook', models: [] }, prices, NOW).microdollars).toBe(0);
  });

  it.each([
    'models/gemini-3.8-live',
    'gemini-3.5-live-translate-preview',
    'gemini-3.5-flash-lite',
    'gemini-3.8-flash-lite-tts',
    // Retired: ledgers of earlier days name them.
    'gemini-3.1-flash-live-preview',
    'gemini-2.5-flash-native-audio-preview-12-2025',
    'gemini-2.5-flash',
    'gemini-3.1-flash-tts-preview',
  ])('is known of %s', (model) => {
    expect(costOf(turn(model), prices, NOW).estimated).toBe(false);
  });

  it.each(['gemini-9-live', 'gemini-3.8-flash-lite', 'gemini-3.8-live-extended-thinking', ''])(
    'of the unknown %s is an estimate, and as dear as any',
    (model) => {
      const unknown = costOf(turn(model, { textOutTokens: 50 }), prices, NOW);
      expect(unknown.estimated).toBe(true);
      for (const { name } of prices.models) {
        const known = costOf(turn(name, { textOutTokens: 50 }), prices, NOW);
        expect(unknown.microdollars).toBeGreaterThanOrEqual(known.microdollars);
      }
    },
  );

  it('changes on the day on which the price does', () => {
    const speech = {
      engine: 'cascade' as const,
      models: [{ model: 'gemini-3.8-flash-tts', sentSeconds: 0, receivedSeconds: 4 }],
    };
    const cost = (at: string) => costOf(speech, prices, new Date(at)).microdollars;
    expect(cost('2026-12-31T23:59:59Z')).toBe(900);
    expect(cost('2027-01-01T00:00:00Z')).toBe(1800);
    expect(prices.changes(['gemini-3.8-flash-tts', 'gemini-3.8-live'], NOW)).toEqual(['2027-01-01']);
    expect(prices.changes(['gemini-3.8-flash-tts'], new Date('2027-01-01T00:00:00Z'))).toEqual([]);
  });

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY])(
    'of %d seconds is a bug, not a price',
    (sentSeconds) => {
      expect(() => costOf(turn('gemini-3.8-live', { sentSeconds }), prices, NOW)).toThrow(RangeError);
    },
  );
});

describe("the service's own count", () => {
  const usage = {
    promptTokenCount: 580,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 400 },
      { modality: 'AUDIO', tokenCount: 150 },
    ],
    responseTokenCount: 150,
    responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 150 }],
    thoughtsTokenCount: 136,
  };

  it('is kept beside ours', () => {
    const reported = tokensReported(usage);
    // 30 tokens that no detail names, and the thoughts, are text.
    expect(reported).toEqual({ textIn: 430, audioIn: 150, textOut: 136, audioOut: 150 });
    const cost = costOf(turn('gemini-3.8-live', { reported }), prices, NOW);
    expect(cost.microdollars).toBe(2550);
    expect(cost.reportedMicrodollars).toBe(Math.round(430 * 0.75 + 150 * 3 + 136 * 4.5 + 150 * 12));
  });

  it('is the sum of its messages', () => {
    const one = tokensReported(usage);
    expect(addTokens(addTokens(undefined, one), one)?.audioIn).toBe(300);
  });

  it('of generateContent is read too', () => {
    expect(
      tokensReported({
        promptTokenCount: 10,
        candidatesTokenCount: 7,
        candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 5 }],
      }),
    ).toEqual({ textIn: 10, audioIn: 0, textOut: 2, audioOut: 5 });
  });

  it('of the cascade needs the counts of both requests', () => {
    const model = { model: 'gemini-3.8-flash', sentSeconds: 1, receivedSeconds: 0 };
    const reported = { ...model, reported: tokensReported(usage) };
    const cost = (models: ModelUse[]) =>
      costOf({ engine: 'cascade', models }, prices, NOW).reportedMicrodollars;
    expect(cost([reported, model])).toBeUndefined();
    expect(cost([reported, reported])).toBeGreaterThan(0);
  });

  it.each([{}, { promptTokenCount: 'many' }, { promptTokensDetails: [null, { tokenCount: Number.NaN }] }])(
    'may be anything: %j',
    (anything) => {
      expect(tokensReported(anything as object)).toEqual({ textIn: 0, textOut: 0, audioIn: 0, audioOut: 0 });
    },
  );
});

describe('the price list', () => {
  it('has source and date of each price', () => {
    for (const { source, readOn } of prices.models) {
      expect(source).toMatch(/^https:|^copy of https:/);
      expect(new Date(readOn).getTime()).toBeLessThan(NOW.getTime());
    }
  });

  it('marks the models that are retired, and has every model of the default configuration', () => {
    for (const { name, since } of RETIRED_MODELS)
      expect(prices.modelOf(name)?.retired, name).toBe(prices.modelOf(name) && since);
    const retired = RETIRED_MODELS.map(({ name }) => prices.modelOf(name)?.name);
    for (const { name, retired: marked } of prices.models)
      expect(retired.includes(name)).toBe(marked !== undefined);
    const { live, translate, cascade } = defaultConfig();
    for (const name of [
      ...live.models,
      ...translate.models,
      ...cascade.hearingModels,
      ...cascade.speechModels,
    ])
      expect(prices.modelOf(name), name).toBeDefined();
  });

  it.each([
    ['without an open end', [{ until: '2026-12-31' }]],
    ['out of order', [{ until: '2027-12-31' }, { until: '2026-12-31' }, {}]],
    ['with a price that is none', [{ audioIn: -1 }]],
  ])('%s is refused', (_, periods) => {
    const [model] = prices.models;
    const free = { textIn: 0, textOut: 0, audioIn: 0, audioOut: 0 };
    const text = JSON.stringify({
      about: '',
      models: [{ ...model, periods: periods.map((period) => ({ ...free, ...period })) }],
    });
    expect(() => loadPrices(text)).toThrow();
  });

  it('finds no price in an empty list', () => {
    expect(new Prices([]).of('gemini-3.8-live', NOW)).toBeUndefined();
  });
});
