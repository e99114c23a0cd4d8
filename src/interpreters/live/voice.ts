import type { SpeechConfig } from '@google/genai';

/** The part of a configuration that chooses a prebuilt voice; nothing when the model is to choose. */
export function speechIn(voice: string | undefined): { speechConfig?: SpeechConfig } {
  if (voice === undefined) return {};
  return { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } } };
}
