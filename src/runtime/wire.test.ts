import { describe, expect, it } from 'vitest';
import { parseConfig } from '../system/config/read.ts';
import { defaultConfig } from '../system/config.ts';
import { budgetFrom } from './wire.ts';

describe('the latency budget', () => {
  it('allows behind the release what is configured, and the silence that ends an utterance where the gate finds its end', () => {
    expect(budgetFrom(defaultConfig(), 'hold').tail).toBe(150);
    for (const mode of ['tap', 'open'] as const) {
      const config = parseConfig('[gate]\nend_after_ms = 1200\n', 'x.toml');
      const { tail, ...others } = budgetFrom(config, mode);
      // The gate hears in windows of 32 ms.
      expect(tail).toBe(1232);
      expect(others).toEqual(expect.objectContaining({ service: 900, playback: 80 }));
    }
  });
});
