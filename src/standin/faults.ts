/** The faults of docs' "Failure experience", ready-made: steps for `script.nextConnection` and `script.nextTurn`. */
import { encodeSound, inMessages, OUT_MIME, OUT_RATE } from './audio.ts';
import type { ServerMessage } from './protocol/messages.ts';
import type { ConnectionMoment, ConnectionStep, TurnMoment, TurnStep } from './script.ts';

/** Cut at 123 bytes by the WebSocket: https://github.com/kazunori279/interpretab (README). */
const QUOTA =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, ' +
  'head to: https://ai.google.dev/gemini-api/docs/rate-limits.';
/** https://github.com/sonichi/sutando/pull/569. */
const CREDITS =
  'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project ' +
  'and billing.';

// Connections.
export const upgradeNeverAnswered: ConnectionStep = { at: 'upgrade', do: 'hang' };
export const upgradeRefused = (status: number): ConnectionStep => ({ at: 'upgrade', do: 'refuse', status });
export const setupNeverCompleted: ConnectionStep = { at: 'setup', do: 'hang' };
export const closedBeforeSetupComplete = (code: number, reason: string): ConnectionStep => ({
  at: 'setup',
  do: 'close',
  code,
  reason,
});
/** 0.8 s after setupComplete (there). */
export const quotaExceeded: readonly ConnectionStep[] = [
  { at: 'ready', do: 'delay', ms: 800 },
  { at: 'ready', do: 'close', code: 1011, reason: QUOTA },
];
/** Of prepaid credits, at the same time. */
export const creditsExhausted: readonly ConnectionStep[] = [
  { at: 'ready', do: 'delay', ms: 800 },
  { at: 'ready', do: 'close', code: 1011, reason: CREDITS },
];
/** What was sent first is refused (1007: https://github.com/yagudaev/voiceclaw/pull/248). */
export const closedOnceSetUp = (code: number, reason: string): readonly ConnectionStep[] => [
  { at: 'ready', do: 'delay', ms: 100 },
  { at: 'ready', do: 'close', code, reason },
];
/** History is taken for something to be answered, as content that no setup has announced as history is. */
export const answersHistory: readonly ConnectionStep[] = [
  { at: 'ready', do: 'delay', ms: 100 },
  {
    at: 'ready',
    do: 'send',
    message: { serverContent: { outputTranscription: { text: 'You are welcome.' } } },
  },
  {
    at: 'ready',
    do: 'send',
    message: {
      serverContent: {
        modelTurn: {
          parts: [
            {
              inlineData: {
                mimeType: OUT_MIME,
                data: encodeSound(
                  Int16Array.from({ length: OUT_RATE }, (_, i) => (i % 100 < 50 ? 9000 : -9000)),
                ),
              },
            },
          ],
        },
      },
    },
  },
  { at: 'ready', do: 'send', message: { serverContent: { generationComplete: true } } },
  { at: 'ready', do: 'send', message: { serverContent: { turnComplete: true } } },
];
/** Now and then, on a session that works a moment later: https://github.com/googleapis/js-genai/issues/1236. */
export const NOT_IMPLEMENTED = 'Operation is not implemented, or supported, or enabled.';
export const goAwayAtOnce = (timeLeft: string): ConnectionStep => ({ at: 'ready', do: 'goAway', timeLeft });
export const resetOn = (at: ConnectionMoment): ConnectionStep => ({ at, do: 'reset' });
export const badJsonOn = (at: ConnectionMoment): ConnectionStep => ({
  at,
  do: 'sendText',
  text: '{"setupComplete":',
});
export const rubbishOn = (at: ConnectionMoment): ConnectionStep => ({
  at,
  do: 'sendBytes',
  bytes: new Uint8Array([0xff, 0x00, 0xfe, 0x80]),
});

// Turns.
/** The transcript comes, then nothing: https://github.com/google-gemini/live-api-examples/issues/48. */
export const stalledAfterTranscript: TurnStep = { at: 'answer', do: 'hang' };
export const resetIn = (at: TurnMoment): TurnStep => ({ at, do: 'reset' });
export const closedIn = (at: TurnMoment, code: number, reason: string): TurnStep => ({
  at,
  do: 'close',
  code,
  reason,
});
/** turnComplete and nothing else: https://github.com/googleapis/python-genai/issues/2117. */
export const noAudio: TurnStep = { omit: ['audio', 'outputTranscription', 'generationComplete'] };
/** https://github.com/google-gemini/live-api-examples/issues/40. */
export const rejected: TurnStep = {
  omit: ['audio', 'outputTranscription', 'generationComplete'],
  turnCompleteReason: 'RESPONSE_REJECTED',
};
/** Full length, next to nothing in it (there: 5.9 % of calls). */
export const nearSilent = (seconds: number): TurnStep => ({
  answer: { pcm24k: Int16Array.from({ length: Math.round(seconds * 24_000) }, (_, i) => (i % 7) - 3) },
});
/** Then no sound for the rest of the session: https://github.com/googleapis/python-genai/issues/2333. */
export const phantomInterruption = (chunks: number): readonly TurnStep[] => [
  { at: { chunks }, do: 'send', message: { serverContent: { interrupted: true } } },
  { at: { chunks }, do: 'hang' },
];
/** An older turn's end arrives in the next one: https://github.com/langwatch/scenario/pull/907. */
export const lateEndOfAnEarlierTurn: readonly TurnStep[] = [
  { at: 'activityStart', do: 'send', message: { serverContent: { generationComplete: true } } },
  { at: 'activityStart', do: 'send', message: { serverContent: { turnComplete: true } } },
];
/** The words of the sound, and no sound: 4 of 10 turns (a public repository's measurement of the 3.1 family). */
export const wordsWithoutSound: TurnStep = { omit: ['audio', 'generationComplete'] };
/** https://github.com/livekit/agents/pull/7390: 6.5 % of all generations; or what the model thought. */
export const textInPlaceOfSound = (text: string, thought = false): readonly TurnStep[] => [
  { omit: ['audio', 'outputTranscription', 'generationComplete'] },
  {
    at: 'answer',
    do: 'send',
    message: { serverContent: { modelTurn: { parts: [thought ? { text, thought } : { text }] } } },
  },
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
  { at: { chunks }, do: 'send', message: { serverContent: { outputTranscription: { text: ` ${text}` } } } },
  { at: { chunks }, do: 'send', message: soundOf(pcm24k) },
];
/** In words that nobody said: https://github.com/google-gemini/live-api-examples/issues/45. */
export const heardAs = (text: string): TurnStep => ({ answer: { heard: { text } } });

function soundOf(pcm24k: Int16Array): ServerMessage {
  const parts = inMessages(pcm24k, 1).map((data) => ({ inlineData: { mimeType: OUT_MIME, data } }));
  return { serverContent: { modelTurn: { parts } } };
}
