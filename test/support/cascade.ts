import { Cascade, type CascadeSettings } from '../../src/interpreters/cascade/cascade.ts';
import { KEY } from './live.ts';

/** For tests of the cascade: the real SDK against the stand-in, ten times as quick as the service. */

/** Limits short enough for a test that runs into them. */
export const IMPATIENT_CASCADE: CascadeSettings = {
  hearingModels: ['gemini-3.5-flash-lite'],
  speechModels: ['gemini-3.8-flash-lite-tts'],
  glossary: [],
  voice: 'Kore',
  style: undefined,
  connectTimeoutMs: 400,
  uplinkStallMs: 400,
  hearingTimeoutMs: 700,
  speechTimeoutMs: 700,
  speechStallMs: 400,
  deliverWithinMs: 2500,
};

export function cascadeAt(baseUrl: string, settings: Partial<CascadeSettings> = {}): Cascade {
  return new Cascade(async () => ({ apiKey: KEY, apiVersion: 'v1beta', baseUrl }), {
    ...IMPATIENT_CASCADE,
    ...settings,
  });
}
