/** The models that answer single requests (`generateContent`) and what each of them does differently. */

export interface GenerateModel {
  /** Without the `models/` prefix. */
  readonly name: string;
  readonly displayName: string;
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
  /** `text` hears sound and writes; `speech` reads a text aloud. */
  readonly output: 'text' | 'speech';
}

/** Limits: page of 3.5 Flash-Lite in the documentation of the enterprise platform. */
const TEXT = { inputTokenLimit: 1_048_576, outputTokenLimit: 65_536, output: 'text' } as const;

/** Limits as those of the earlier TTS models are told; pages of these were not seen. */
const SPEECH = { inputTokenLimit: 8192, outputTokenLimit: 16_384, output: 'speech' } as const;

/**
 * The types that speech is sent under. "Unary requests: a complete WAV file … Streaming requests: raw 16-bit PCM":
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/text-to-speech/migration-guide. The PCM as
 * clients quote it of earlier models; 3.8's was not seen.
 */
export const SOUND_TYPES = { whole: 'audio/wav', streamed: 'audio/L16;codec=pcm;rate=24000' } as const;

export const GENERATE_MODELS: readonly GenerateModel[] = [
  { ...TEXT, name: 'gemini-3.5-flash-lite', displayName: 'Gemini 3.5 Flash-Lite' },
  { ...TEXT, name: 'gemini-3.8-flash', displayName: 'Gemini 3.8 Flash' },
  { ...SPEECH, name: 'gemini-3.8-flash-tts', displayName: 'Gemini 3.8 Flash TTS' },
  { ...SPEECH, name: 'gemini-3.8-flash-lite-tts', displayName: 'Gemini 3.8 Flash-Lite TTS' },
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
    thinking: model.output === 'text',
  };
}

/** The prebuilt voices: the service's own refusal of an unknown one lists them (quoted by many clients). */
export const VOICES: readonly string[] = (
  'achernar achird algenib algieba alnilam aoede autonoe callirrhoe charon despina enceladus erinome fenrir gacrux ' +
  'iapetus kore laomedeia leda orus puck pulcherrima rasalgethi sadachbia sadaltager schedar sulafat umbriel ' +
  'vindemiatrix zephyr zubenelgenubi'
).split(' ');
