/** The known failures of single requests, ready-made: steps for `script.nextRequest` and `script.everyRequest`. */
import type { RequestMoment, RequestStep } from './script.ts';

/** The body as quoted in https://github.com/google-gemini/gemini-cli/issues/8437. */
export const requestQuotaExceeded: RequestStep = {
  at: 'request',
  do: 'refuse',
  status: 429,
  body: JSON.stringify({
    error: {
      code: 429,
      message:
        'You exceeded your current quota, please check your plan and billing details. For more information on this ' +
        'error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.',
      status: 'RESOURCE_EXHAUSTED',
      details: [
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
      ],
    },
  }),
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
  body: JSON.stringify({
    error: {
      code: 400,
      message: 'Model tried to generate text, but it should only be used for TTS.',
      status: 'INVALID_ARGUMENT',
    },
  }),
};
/** There beyond a minute of sound: https://github.com/googleapis/python-genai/issues/922. */
export const speechTruncated = (chunks: number): RequestStep => ({ content: chunks, finishReason: 'OTHER' });
/** The same without a sign: complete as far as anybody is told. */
export const speechTruncatedQuietly = (chunks: number): RequestStep => ({ content: chunks });
/** The stream ends like a good one, without its last event. */
export const streamCutAfter = (chunks: number): RequestStep => ({ at: { chunks }, do: 'cut' });
/** Full length, next to nothing in it. */
export const nearSilentSpeech = (seconds: number): RequestStep => ({
  answer: { pcm24k: Int16Array.from({ length: Math.round(seconds * 24_000) }, (_, i) => (i % 7) - 3) },
});
export const notJson: RequestStep = { text: 'Sure! Here is the translation: hello.' };
export const notTheSchema: RequestStep = { text: '{"language":7,"translation":["hello"]}' };
/** SAFETY, RECITATION, MAX_TOKENS …: nothing usable came. */
export const endedBy = (finishReason: string): RequestStep => ({ content: 'nothing', finishReason });
export const promptBlocked = (blockReason: string): RequestStep => ({ blockReason });
