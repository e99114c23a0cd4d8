/** The Live models the stand-in knows and what each of them does differently (docs/standin.md, "Models"). */

export interface LiveModel {
  /** Without the `models/` prefix. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
  /** `continuous` never ends a turn: sound in, translated sound out, silence in between. */
  readonly style: 'turns' | 'continuous';
  /** May the setup carry a `thinkingLevel`? A `thinkingBudget` is taken by 3.8, too (measured by novastate/voicepe-realtime). */
  readonly thinking: boolean;
  /** May it carry `enableAffectiveDialog` and `proactivity`? Elsewhere they are unknown names. */
  readonly affective: boolean;
  /** Does it take `responseModalities: ['TEXT']`? */
  readonly textOutput: boolean;
  /** Does it take tools, typed text, content turns? */
  readonly tools: boolean;
  readonly textInput: boolean;
  /** `history`: only to seed the history, and only with `historyConfig.initialHistoryInClientContent`. */
  readonly clientContent: 'any' | 'history' | 'none';
  /** Sound in `mediaChunks` is listened to. */
  readonly mediaChunks: boolean;
  /** `audioStreamEnd` ends the utterance. */
  readonly audioStreamEndEnds: boolean;
  /** `silenceDurationMs` is honoured; otherwise the number, whatever the setup says. */
  readonly silenceDuration: 'as asked' | number;
  /** The output's text is sent although nobody asked. */
  readonly outputTranscriptUnasked: boolean;
  /** The input's text comes at once when the utterance has ended; otherwise word by word. */
  readonly inputTranscriptWhole: boolean;
  /** Several fields in one event: sound and its text together. */
  readonly severalFieldsAnEvent: boolean;
  /** `interactionStatus` beside `turnComplete`. */
  readonly interactionStatus: boolean;
  /** No `usageMetadata` while the service detects activity itself. */
  readonly usageOnlyInManualMode: boolean;
  /** With context compression the connection lives this long, without a goAway, instead of ten minutes. */
  readonly compressedConnectionMs?: number;
}

/** What the newest does; the others differ from it. */
const NEWEST: LiveModel = {
  name: 'gemini-3.8-live',
  displayName: 'Gemini 3.8 Live',
  description: 'Stand-in for the stable Live model.',
  inputTokenLimit: 131_072,
  outputTokenLimit: 65_536,
  style: 'turns',
  thinking: false,
  affective: false,
  textOutput: false,
  tools: true,
  textInput: true,
  clientContent: 'any',
  mediaChunks: false,
  audioStreamEndEnds: false,
  silenceDuration: 'as asked',
  outputTranscriptUnasked: true,
  inputTranscriptWhole: true,
  severalFieldsAnEvent: true,
  interactionStatus: true,
  usageOnlyInManualMode: false,
};

/**
 * https://ai.google.dev/gemini-api/docs/models/gemini-3.8-live for what 3.8 refuses;
 * https://github.com/openclaw/openclaw/issues/152830 for audioStreamEnd;
 * https://discuss.ai.google.dev/t/…/186392 for the 58 minutes.
 */
const GEMINI_3_8_LIVE: LiveModel = { ...NEWEST, compressedConnectionMs: 58 * 60_000 };

/**
 * silenceDurationMs ignored: https://github.com/googleapis/python-genai/issues/2580; turns closed at pauses of
 * about a second: https://github.com/google-gemini/live-api-examples/issues/37; clientContent refused:
 * https://github.com/livekit/agents/pull/5262; `handle: null`: https://github.com/strands-agents/harness-sdk/issues/1999;
 * no usage with automatic detection: https://github.com/kazunori279/interpretab (README).
 */
const GEMINI_3_1_FLASH_LIVE: LiveModel = {
  ...NEWEST,
  name: 'gemini-3.1-flash-live-preview',
  displayName: 'Gemini 3.1 Flash Live Preview',
  description: 'Stand-in for the legacy preview Live model.',
  thinking: true,
  clientContent: 'history',
  mediaChunks: true,
  audioStreamEndEnds: true,
  silenceDuration: 1000,
  outputTranscriptUnasked: false,
  usageOnlyInManualMode: true,
};

/** https://github.com/kizuna-ai-lab/sokuji/pull/399; text and tools: the live-translate guide. */
const GEMINI_3_5_LIVE_TRANSLATE: LiveModel = {
  ...NEWEST,
  name: 'gemini-3.5-live-translate-preview',
  displayName: 'Gemini 3.5 Live Translate Preview',
  description: 'Stand-in for the continuous translation model.',
  inputTokenLimit: 16_384, // three model catalogues; a fourth says 131,072
  outputTokenLimit: 32_768,
  style: 'continuous',
  textOutput: true, // accepted by the service (a measured table of modalities), the answer is sound nonetheless
  tools: false,
  textInput: false,
  clientContent: 'none',
  mediaChunks: true,
  audioStreamEndEnds: true,
  outputTranscriptUnasked: false,
  interactionStatus: false,
};

const GEMINI_2_5_NATIVE_AUDIO: LiveModel = {
  ...NEWEST,
  name: 'gemini-2.5-flash-native-audio-preview-12-2025',
  displayName: 'Gemini 2.5 Flash Native Audio Preview 12-2025',
  description: 'Stand-in for the older native-audio preview.',
  outputTokenLimit: 8192,
  thinking: true,
  affective: true,
  mediaChunks: true,
  audioStreamEndEnds: true,
  outputTranscriptUnasked: false,
  inputTranscriptWhole: false,
  severalFieldsAnEvent: false,
  interactionStatus: false,
};

export const LIVE_MODELS: readonly LiveModel[] = [
  GEMINI_3_8_LIVE,
  GEMINI_3_1_FLASH_LIVE,
  GEMINI_3_5_LIVE_TRANSLATE,
  GEMINI_2_5_NATIVE_AUDIO,
];

/** By its name, with or without `models/`. */
export function findModel(name: string): LiveModel | undefined {
  const bare = name.replace(/^models\//, '');
  return LIVE_MODELS.find((model) => model.name === bare);
}

/** As the service puts it: https://github.com/NousResearch/hermes-agent/pull/114116. */
export function modelNotFound(name: string, version: string, method: string): string {
  const full = name.startsWith('models/') ? name : `models/${name}`;
  return (
    `${full} is not found for API version ${version}, or is not supported for ${method}. ` +
    'Call ListModels to see the list of available models and their supported methods.'
  );
}
