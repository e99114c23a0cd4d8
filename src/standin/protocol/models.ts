/** The models that the stand-in knows and what each of them does differently (docs/developers/standin.md, "Models"). */

interface Model {
  /** Without the `models/` prefix. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
}

/** A model of Live sessions. */
export interface LiveModel extends Model {
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

/** A model of single requests (`generateContent`). */
export interface GenerateModel extends Model {
  /** `text` hears sound and writes; `speech` reads a text aloud. */
  readonly output: 'text' | 'speech';
}

export const LIVE_MODELS: readonly LiveModel[] = [
  {
    // What it refuses: https://ai.google.dev/gemini-api/docs/models/gemini-3.8-live.
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
  },
  {
    // https://github.com/kizuna-ai-lab/sokuji/pull/399; text and tools: the live-translate guide.
    name: 'gemini-3.5-live-translate-preview',
    displayName: 'Gemini 3.5 Live Translate Preview',
    description: 'Stand-in for the continuous translation model.',
    inputTokenLimit: 16_384, // three model catalogues; a fourth says 131,072
    outputTokenLimit: 32_768,
    style: 'continuous',
    textOutput: true, // accepted by the service (a measured table of modalities); the answer is sound nonetheless
    tools: false,
    mediaChunks: true,
    livesLongerCompressed: false,
  },
];

const SINGLE = { description: 'Stand-in for a model that answers single requests.' } as const;
/** Limits: page of 3.5 Flash-Lite in the documentation of the enterprise platform. */
const TEXT = { ...SINGLE, inputTokenLimit: 1_048_576, outputTokenLimit: 65_536, output: 'text' } as const;
/** Limits as documented for the earlier TTS models; pages of these were not seen. */
const SPEECH = { ...SINGLE, inputTokenLimit: 8192, outputTokenLimit: 16_384, output: 'speech' } as const;

export const GENERATE_MODELS: readonly GenerateModel[] = [
  { ...TEXT, name: 'gemini-3.5-flash-lite', displayName: 'Gemini 3.5 Flash-Lite' },
  { ...TEXT, name: 'gemini-3.8-flash', displayName: 'Gemini 3.8 Flash' },
  { ...SPEECH, name: 'gemini-3.8-flash-tts', displayName: 'Gemini 3.8 Flash TTS' },
  { ...SPEECH, name: 'gemini-3.8-flash-lite-tts', displayName: 'Gemini 3.8 Flash-Lite TTS' },
];

/** Which models the service offers at the moment, by name without `models/`. */
export type Offers = (name: string) => boolean;

/** In the service's words: https://github.com/NousResearch/hermes-agent/pull/114116. */
export function modelNotFound(name: string, version: string, method: string): string {
  const full = name.startsWith('models/') ? name : `models/${name}`;
  return (
    `${full} is not found for API version ${version}, or is not supported for ${method}. ` +
    'Call ListModels to see the list of available models and their supported methods.'
  );
}
