/** The models that answer single requests (`generateContent`) and what each of them does differently. */

export interface GenerateModel {
  /** Without the `models/` prefix. */
  readonly name: string;
  readonly displayName: string;
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
  /** `text` hears sound and writes; `speech` reads a text aloud. */
  readonly output: 'text' | 'speech';
  /** What `thinkingConfig` may hold: a level (3.x), a budget (2.5), or nothing at all. */
  readonly thinking: 'level' | 'budget' | 'none';
  /** `temperature`, `topP` and `topK` are refused. */
  readonly samplingRefused: boolean;
  /** `frequencyPenalty` and `presencePenalty` are refused. */
  readonly penaltiesRefused: boolean;
  /** Takes `speechMetadata` beside a text. */
  readonly speechMetadata: boolean;
  /** The type that its sound is sent under: as a whole, and streamed. */
  readonly soundTypes: { readonly whole: string; readonly streamed: string };
}

/** Limits: page of 3.5 Flash-Lite in the documentation of the enterprise platform. */
const TEXT: Omit<GenerateModel, 'name' | 'displayName'> = {
  inputTokenLimit: 1_048_576,
  outputTokenLimit: 65_536,
  output: 'text',
  thinking: 'level',
  samplingRefused: false, // "custom values are ignored": page of 3.5 Flash-Lite
  penaltiesRefused: true, // "throws an error": page of 3.5 Flash-Lite
  speechMetadata: false,
  soundTypes: { whole: '', streamed: '' },
};

/** As clients quote it, and, newer, of 3.1: https://github.com/home-assistant/core/issues/169016. 3.8's was not seen. */
const PCM = 'audio/L16;codec=pcm;rate=24000';
const PCM_OF_3 = 'audio/l16; rate=24000; channels=1';

/** Limits as those of the 2.5 TTS models are told; pages of the newer ones were not seen. */
const SPEECH: Omit<GenerateModel, 'name' | 'displayName'> = {
  inputTokenLimit: 8192,
  outputTokenLimit: 16_384,
  output: 'speech',
  thinking: 'none',
  samplingRefused: false,
  penaltiesRefused: false,
  speechMetadata: false,
  soundTypes: { whole: PCM_OF_3, streamed: PCM_OF_3 },
};

/**
 * "Unary requests: a complete WAV file … Streaming requests: raw 16-bit PCM"; temperature, topP, topK "rejected with
 * an INVALID_ARGUMENT error"; speech_metadata.style:
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/text-to-speech/migration-guide
 */
const SPEECH_3_8 = {
  ...SPEECH,
  samplingRefused: true,
  speechMetadata: true,
  soundTypes: { whole: 'audio/wav', streamed: PCM },
};

export const GENERATE_MODELS: readonly GenerateModel[] = [
  { ...TEXT, name: 'gemini-3.5-flash-lite', displayName: 'Gemini 3.5 Flash-Lite' },
  { ...TEXT, name: 'gemini-3.8-flash', displayName: 'Gemini 3.8 Flash' },
  {
    ...TEXT,
    name: 'gemini-2.5-flash',
    displayName: 'Gemini 2.5 Flash',
    thinking: 'budget',
    penaltiesRefused: false,
  },
  { ...SPEECH, name: 'gemini-3.1-flash-tts-preview', displayName: 'Gemini 3.1 Flash TTS Preview' },
  { ...SPEECH_3_8, name: 'gemini-3.8-flash-tts', displayName: 'Gemini 3.8 Flash TTS' },
  { ...SPEECH_3_8, name: 'gemini-3.8-flash-lite-tts', displayName: 'Gemini 3.8 Flash-Lite TTS' },
];

/** By its name without `models/`. */
export function findGenerateModel(name: string): GenerateModel | undefined {
  return GENERATE_MODELS.find((model) => model.name === name);
}

/** message Model of model.proto. */
export function generateModelResource(model: GenerateModel): object {
  return {
    name: `models/${model.name}`,
    version: '001',
    displayName: model.displayName,
    description: 'Stand-in for a model that answers single requests.',
    inputTokenLimit: model.inputTokenLimit,
    outputTokenLimit: model.outputTokenLimit,
    supportedGenerationMethods: ['generateContent'],
    thinking: model.thinking !== 'none',
  };
}

/** The prebuilt voices: the service's own refusal of an unknown one lists them (quoted by many clients). */
export const VOICES: readonly string[] = (
  'achernar achird algenib algieba alnilam aoede autonoe callirrhoe charon despina enceladus erinome fenrir gacrux ' +
  'iapetus kore laomedeia leda orus puck pulcherrima rasalgethi sadachbia sadaltager schedar sulafat umbriel ' +
  'vindemiatrix zephyr zubenelgenubi'
).split(' ');
