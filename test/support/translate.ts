import { Translate, type TranslateSettings } from '../../src/interpreters/live/translate.ts';
import type { Languages } from '../../src/kiosk/languages.ts';
import { IMPATIENT, KEY, LANGUAGES } from './live.ts';

/** For tests of Live Translate: the real SDK against the stand-in, ten times as quick as the service. */

export const TRANSLATE_MODEL = 'gemini-3.5-live-translate-preview';

export const GUEST_SPEAKS: Languages = { ...LANGUAGES, speaker: 'guest' };
export const HOST_SPEAKS: Languages = { ...LANGUAGES, speaker: 'host' };

export function translateAt(baseUrl: string, settings: Partial<TranslateSettings> = {}): Translate {
  return new Translate(async () => ({ apiKey: KEY, apiVersion: 'v1beta', baseUrl }), {
    ...IMPATIENT,
    models: [TRANSLATE_MODEL],
    ...settings,
  });
}
