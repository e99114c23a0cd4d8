/** What a single request would be billed. */
import { IN_RATE } from '../audio.ts';

/** https://ai.google.dev/gemini-api/docs/audio: "each second of audio as 32 tokens". Live counts 25. */
export const HEARD_TOKENS_PER_SECOND = 32;

/**
 * @param textTokens of the instruction and the text
 * @param soundSamples heard, at 16 kHz
 * @param writtenTokens text of the answer
 * @param spokenTokens sound of the answer
 */
export function usageOfRequest(
  textTokens: number,
  soundSamples: number,
  writtenTokens: number,
  spokenTokens: number,
) {
  const soundTokens = Math.round((soundSamples / IN_RATE) * HEARD_TOKENS_PER_SECOND);
  return {
    promptTokenCount: textTokens + soundTokens,
    candidatesTokenCount: writtenTokens + spokenTokens,
    totalTokenCount: textTokens + soundTokens + writtenTokens + spokenTokens,
    promptTokensDetails: details(textTokens, soundTokens),
    candidatesTokensDetails: details(writtenTokens, spokenTokens),
  };
}

function details(text: number, audio: number) {
  return [
    { modality: 'TEXT', tokenCount: text },
    { modality: 'AUDIO', tokenCount: audio },
  ].filter(({ tokenCount }) => tokenCount > 0);
}

export type RequestUsage = ReturnType<typeof usageOfRequest>;
