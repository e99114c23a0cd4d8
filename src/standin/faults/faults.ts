/** Known faults of the service, ready-made: steps for the script. */
import { googleError } from '../protocol/errors.ts';
import type { ServerContent } from '../protocol/messages.ts';
import { OUT_RATE, soundPart } from '../protocol/sound.ts';
import type {
  ConnectionMoment,
  ConnectionStep,
  Piece,
  RequestMoment,
  RequestStep,
  TurnMoment,
  TurnStep,
} from './script.ts';

/** In a close frame cut at 123 bytes by the WebSocket: https://github.com/kazunori279/interpretab (README). */
const QUOTA =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, ' +
  'head to: https://ai.google.dev/gemini-api/docs/rate-limits.';
/** https://github.com/sonichi/sutando/pull/569. */
const CREDITS =
  'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project ' +
  'and billing.';

const sendAt = <Moment>(at: Moment, serverContent: ServerContent) =>
  ({ at, do: 'send', message: { serverContent } }) as const;
const close = (code: number, reason: string) => ({ do: 'close', code, reason }) as const;
const closedAfter = (ms: number, code: number, reason: string): readonly ConnectionStep[] => [
  { at: 'ready', do: 'delay', ms },
  { at: 'ready', ...close(code, reason) },
];
const BAD_JSON = { do: 'sendText', text: '{"setupComplete":' } as const;
const RUBBISH = { do: 'sendBytes', bytes: new Uint8Array([0xff, 0x00, 0xfe, 0x80]) } as const;
const errorBody = (...error: Parameters<typeof googleError>) => JSON.stringify(googleError(...error).body);

// Connections.
export const upgradeNeverAnswered: ConnectionStep = { at: 'upgrade', do: 'hang' };
export const upgradeRefused = (status: number): ConnectionStep => ({ at: 'upgrade', do: 'refuse', status });
export const setupNeverCompleted: ConnectionStep = { at: 'setup', do: 'hang' };
export const closedBeforeSetupComplete = (...closing: Parameters<typeof close>): ConnectionStep => ({
  at: 'setup',
  ...close(...closing),
});
/** 0.8 s after setupComplete (there). */
export const quotaExceeded = closedAfter(800, 1011, QUOTA);
/** Of prepaid credits, at the same time. */
export const creditsExhausted = closedAfter(800, 1011, CREDITS);
/** What was sent first is refused (1007: https://github.com/yagudaev/voiceclaw/pull/248). */
export const closedOnceSetUp = (code: number, reason: string) => closedAfter(100, code, reason);
/** History is taken for something to be answered, as content is that no setup has announced as history. */
export const answersHistory: readonly ConnectionStep[] = [
  { at: 'ready', do: 'delay', ms: 100 },
  sendAt('ready', { outputTranscription: { text: 'You are welcome.' } }),
  sendAt('ready', {
    modelTurn: {
      parts: [soundPart(Int16Array.from({ length: OUT_RATE }, (_, i) => (i % 100 < 50 ? 9000 : -9000)))],
    },
  }),
  sendAt('ready', { generationComplete: true }),
  sendAt('ready', { turnComplete: true }),
];
/** Now and then, on a session that works a moment later: https://github.com/googleapis/js-genai/issues/1236. */
export const NOT_IMPLEMENTED = 'Operation is not implemented, or supported, or enabled.';
export const goAwayAtOnce = (timeLeft: string): ConnectionStep => ({ at: 'ready', do: 'goAway', timeLeft });
export const resetOn = (at: ConnectionMoment): ConnectionStep => ({ at, do: 'reset' });
export const badJsonOn = (at: ConnectionMoment): ConnectionStep => ({ at, ...BAD_JSON });
export const rubbishOn = (at: ConnectionMoment): ConnectionStep => ({ at, ...RUBBISH });

// Turns.
const NO_ANSWER: readonly Piece[] = ['audio', 'outputTranscription', 'generationComplete'];
/** The transcript comes, then nothing: https://github.com/google-gemini/live-api-examples/issues/48. */
export const stalledAfterTranscript: TurnStep = { at: 'answer', do: 'hang' };
export const resetIn = (at: TurnMoment): TurnStep => ({ at, do: 'reset' });
export const closedIn = (at: TurnMoment, code: number, reason: string): TurnStep => ({
  at,
  ...close(code, reason),
});
/** turnComplete and nothing else: https://github.com/googleapis/python-genai/issues/2117. */
export const noAudio: TurnStep = { omit: NO_ANSWER };
/** https://github.com/google-gemini/live-api-examples/issues/40. */
export const rejected: TurnStep = { omit: NO_ANSWER, turnCompleteReason: 'RESPONSE_REJECTED' };
/** Full length, next to nothing in it (there: 5.9 % of calls). Of a turn or a request. */
export const nearSilent = (seconds: number) => ({
  answer: { pcm24k: Int16Array.from({ length: Math.round(seconds * OUT_RATE) }, (_, i) => (i % 7) - 3) },
});
/** Then no sound for the rest of the session: https://github.com/googleapis/python-genai/issues/2333. */
export const phantomInterruption = (chunks: number): readonly TurnStep[] => [
  sendAt({ chunks }, { interrupted: true }),
  { at: { chunks }, do: 'hang' },
];
/** An older turn's end arrives in the next one: https://github.com/langwatch/scenario/pull/907. */
export const lateEndOfAnEarlierTurn: readonly TurnStep[] = [
  sendAt('activityStart', { generationComplete: true }),
  sendAt('activityStart', { turnComplete: true }),
];
/** The words of the sound, and no sound: 4 of 10 turns (a public repository's measurement of the 3.1 family). */
export const wordsWithoutSound: TurnStep = { omit: ['audio', 'generationComplete'] };
/** https://github.com/livekit/agents/pull/7390: 6.5 % of all generations. @param thought they are the model's thoughts */
export const textInPlaceOfSound = (text: string, thought = false): readonly TurnStep[] => [
  { omit: NO_ANSWER },
  sendAt('answer', { modelTurn: { parts: [thought ? { text, thought } : { text }] } }),
];
/** A whole sentence, and no event that ends it: https://github.com/google-gemini/live-api-examples/issues/46. */
export const neverEnded: TurnStep = { omit: ['generationComplete', 'turnComplete'] };
/** There: the same again in one generation, 2 to 7 s later. @param chunks of the answer's sound, which is all of it */
export const saidAgain = (
  chunks: number,
  afterMs: number,
  text: string,
  pcm24k: Int16Array,
): readonly TurnStep[] => [
  { at: { chunks }, do: 'delay', ms: afterMs },
  sendAt({ chunks }, { outputTranscription: { text: ` ${text}` } }),
  sendAt({ chunks }, { modelTurn: { parts: [soundPart(pcm24k)] } }),
];
/** In words that nobody said: https://github.com/google-gemini/live-api-examples/issues/45. */
export const heardAs = (text: string): TurnStep => ({ answer: { heard: { text } } });

// Single requests.
/** The body as quoted in https://github.com/google-gemini/gemini-cli/issues/8437. */
export const requestQuotaExceeded: RequestStep = {
  at: 'request',
  do: 'refuse',
  status: 429,
  body: errorBody(429, 'RESOURCE_EXHAUSTED', QUOTA, [
    {
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [
        {
          quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
          quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
        },
      ],
    },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '30s' },
  ]),
};
/** 500 INTERNAL, 503 UNAVAILABLE ("The model is overloaded"), 504 DEADLINE_EXCEEDED and so on, in Google's words. */
export const requestRefused = (status: number): RequestStep => ({ at: 'request', do: 'refuse', status });
/** A log-in page of the network in place of the service. */
export const requestAnsweredByPortal: RequestStep = {
  at: 'request',
  do: 'refuse',
  status: 200,
  body: '<html><body>Welcome to our Wi-Fi</body></html>',
  type: 'text/html',
};
export const requestNeverAnswered: RequestStep = { at: 'request', do: 'hang' };
export const requestResetAt = (at: RequestMoment): RequestStep => ({ at, do: 'reset' });
export const requestStallsAfter = (chunks: number): RequestStep => ({ at: { chunks }, do: 'hang' });
/** HTTP 200, tokens counted, no sound: https://github.com/google-gemini/cookbook/issues/1231. */
export const noSpeech: RequestStep = { content: 'nothing', finishReason: 'OTHER' };
/** Of a text that is spoken another time; quoted by many clients of the models before 3.8. */
export const answeredInText: RequestStep = {
  at: 'request',
  do: 'refuse',
  status: 400,
  body: errorBody(
    400,
    'INVALID_ARGUMENT',
    'Model tried to generate text, but it should only be used for TTS.',
  ),
};
/** Seen with more than a minute of sound: https://github.com/googleapis/python-genai/issues/922. */
export const speechTruncated = (chunks: number): RequestStep => ({ content: chunks, finishReason: 'OTHER' });
/** The same, reported as complete. */
export const speechTruncatedQuietly = (chunks: number): RequestStep => ({ content: chunks });
/** The stream ends like a good one, without its last event. */
export const streamCutAfter = (chunks: number): RequestStep => ({ at: { chunks }, do: 'cut' });
export const notJson: RequestStep = { text: 'Sure! Here is the translation: hello.' };
export const notTheSchema: RequestStep = { text: '{"language":7,"translation":["hello"]}' };
/** SAFETY, RECITATION, MAX_TOKENS …: nothing usable came. */
export const endedBy = (finishReason: string): RequestStep => ({ content: 'nothing', finishReason });
export const promptBlocked = (blockReason: string): RequestStep => ({ blockReason });
