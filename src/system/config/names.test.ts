import { describe, expect, it } from 'vitest';
import { inCode, settingAt } from './names.ts';

const FILE = {
  turn: { tail_ms: 150, hold_limit_s: 2.3, mode: 'hold' },
  live: { max_unsent_kib: 128, models: ['one_s'], voice: undefined },
  panel: { leds: { languages: { de_s: 5 } } },
  gate: { open_threshold: 0.21 },
  glossary: [{ term: 'pool_s' }],
};

describe('a setting in the code', () => {
  it('has the name of the file in camelCase, in milliseconds and bytes', () => {
    expect(inCode(FILE)).toEqual({
      turn: { tailMs: 150, holdLimitMs: 2300, mode: 'hold' },
      live: { maxUnsentBytes: 131_072, models: ['one_s'], voice: undefined },
      panel: { leds: { languages: { de_s: 5 } } },
      gate: { openThreshold: 0.21 },
      glossary: [{ term: 'pool_s' }],
    });
  });

  it('is found by its place in the file, in the unit of the file', () => {
    const config = inCode(FILE);
    expect(settingAt(config, ['turn', 'hold_limit_s'])).toBe(2.3);
    expect(settingAt(config, ['turn', 'tail_ms'])).toBe(150);
    expect(settingAt(config, ['live', 'max_unsent_kib'])).toBe(128);
    expect(settingAt(config, ['panel', 'leds', 'languages'])).toEqual({ de_s: 5 });
    expect(settingAt(config, ['glossary'])).toEqual(FILE.glossary);
    expect(settingAt(config, ['turn', 'nothing_s'])).toBeUndefined();
  });
});
