/** The Live models that the stand-in knows and what each of them does differently (docs/developers/standin.md, "Models"). */

export interface LiveModel {
  /** Without the `models/` prefix. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
  /** `continuous` never ends a turn: sound in, translated sound out, silence in between. */
  readonly style: 'turns' | 'continuous';
  /** Does it take `responseModalities: ['TEXT']`? */
  readonly textOutput: boolean;
  /** Does it take tools? */
  readonly tools: boolean;
  /** Sound in `mediaChunks` is listened to. */
  readonly mediaChunks: boolean;
  /** With context compression its connections live longer: `Limits.compressedMs`. */
  readonly livesLongerCompressed: boolean;
}

/** What it refuses: https://ai.google.dev/gemini-api/docs/models/gemini-3.8-live. */
const GEMINI_3_8_LIVE: LiveModel = {
  name: 'gemini-3.8-live',
  displayName: 'Gemini 3.8 Live',
  description: 'Stand-in for the stable Live model.',
  inputTokenLimit: 131_072,
  outputTokenLimit: 65_536,
  style: 'turns',
  textOutput: false,
  tools: true,
  mediaChunks: false,
  livesLongerCompressed: true,
};

/** https://github.com/kizuna-ai-lab/sokuji/pull/399; text and tools: the live-translate guide. */
const GEMINI_3_5_LIVE_TRANSLATE: LiveModel = {
  name: 'gemini-3.5-live-translate-preview',
  displayName: 'Gemini 3.5 Live Translate Preview',
  description: 'Stand-in for the continuous translation model.',
  inputTokenLimit: 16_384, // three model catalogues; a fourth says 131,072
  outputTokenLimit: 32_768,
  style: 'continuous',
  textOutput: true, // accepted by the service (a measured table of modalities), the answer is sound nonetheless
  tools: false,
  mediaChunks: true,
  livesLongerCompressed: false,
};

export const LIVE_MODELS: readonly LiveModel[] = [GEMINI_3_8_LIVE, GEMINI_3_5_LIVE_TRANSLATE];

/** By its name, with or without `models/`. */
export function findModel(name: string): LiveModel | undefined {
  const bare = name.replace(/^models\//, '');
  return LIVE_MODELS.find((model) => model.name === bare);
}

/** Which models the service offers at the moment, by name without `models/`. */
export type Offers = (name: string) => boolean;

/** As the service puts it: https://github.com/NousResearch/hermes-agent/pull/114116. */
export function modelNotFound(name: string, version: string, method: string): string {
  const full = name.startsWith('models/') ? name : `models/${name}`;
  return (
    `${full} is not found for API version ${version}, or is not supported for ${method}. ` +
    'Call ListModels to see the list of available models and their supported methods.'
  );
}
