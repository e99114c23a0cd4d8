/** The messages as the stand-in uses them, after the check: names in camelCase, types as the proto says. */

export interface Blob {
  readonly mimeType?: string;
  readonly data?: string;
}

export interface Content {
  readonly role?: string;
  readonly parts?: readonly { readonly text?: string; readonly inlineData?: Blob }[];
}

export interface AutomaticActivityDetection {
  readonly disabled?: boolean;
  readonly startOfSpeechSensitivity?: string;
  readonly endOfSpeechSensitivity?: string;
  readonly prefixPaddingMs?: number;
  readonly silenceDurationMs?: number;
}

export interface Setup {
  readonly model?: string;
  readonly generationConfig?: {
    readonly responseModalities?: readonly string[];
    readonly thinkingConfig?: { readonly thinkingLevel?: string; readonly thinkingBudget?: number };
    readonly enableAffectiveDialog?: boolean;
    readonly translationConfig?: {
      readonly targetLanguageCode?: string;
      readonly echoTargetLanguage?: boolean;
    };
    readonly [other: string]: unknown;
  };
  readonly systemInstruction?: Content;
  readonly tools?: readonly object[];
  readonly realtimeInputConfig?: {
    readonly automaticActivityDetection?: AutomaticActivityDetection;
    readonly activityHandling?: string;
  };
  readonly sessionResumption?: { readonly handle?: string };
  readonly contextWindowCompression?: {
    readonly slidingWindow?: { readonly targetTokens?: number };
    readonly triggerTokens?: number;
  };
  readonly inputAudioTranscription?: object;
  readonly outputAudioTranscription?: object;
  readonly proactivity?: object;
  readonly historyConfig?: { readonly initialHistoryInClientContent?: boolean };
}

export interface RealtimeInput {
  readonly mediaChunks?: readonly Blob[];
  readonly audio?: Blob;
  readonly video?: Blob;
  readonly text?: string;
  readonly audioStreamEnd?: boolean;
  readonly activityStart?: object;
  readonly activityEnd?: object;
}

export interface ClientMessage {
  readonly setup?: Setup;
  readonly clientContent?: { readonly turns?: readonly Content[]; readonly turnComplete?: boolean };
  readonly realtimeInput?: RealtimeInput;
}

export interface ModalityTokens {
  readonly modality: 'TEXT' | 'AUDIO';
  readonly tokenCount: number;
}

export interface UsageMetadata {
  readonly promptTokenCount: number;
  readonly responseTokenCount: number;
  readonly totalTokenCount: number;
  readonly promptTokensDetails: readonly ModalityTokens[];
  readonly responseTokensDetails: readonly ModalityTokens[];
}

export interface Transcription {
  readonly text: string;
  readonly languageCode?: string;
}

/** Sound, or words in its place. */
interface ServerPart {
  readonly inlineData?: { readonly mimeType: string; readonly data: string };
  readonly text?: string;
  readonly thought?: true;
}

export interface ServerContent {
  readonly modelTurn?: { readonly role?: string; readonly parts: readonly ServerPart[] };
  readonly inputTranscription?: Transcription;
  readonly outputTranscription?: Transcription;
  readonly generationComplete?: true;
  readonly interrupted?: true;
  readonly turnComplete?: true;
  readonly turnCompleteReason?: string;
  readonly interactionStatus?: string;
}

export interface ServerMessage {
  readonly setupComplete?: { readonly sessionId?: string };
  readonly serverContent?: ServerContent;
  readonly usageMetadata?: UsageMetadata;
  readonly goAway?: { readonly timeLeft: string };
  readonly sessionResumptionUpdate?: { readonly newHandle?: string; readonly resumable?: true };
}
