/** What Dragoman assumes about the service, and what depends on it. docs/developers/assumptions.md explains each. */

export const ASSUMPTIONS = {
  models: 'The service offers the configured models, for the method that each is used with',
  'key-in-header': 'It takes the key in the header x-goog-api-key, for requests and for sessions',
  'set-up-in-time': 'It accepts the set-up of a session in time',
  'silent-while-held': 'Between activityStart and activityEnd it sends nothing, not even in a pause',
  'answers-after-end': 'It answers after activityEnd, in time',
  'faster-than-spoken': 'It takes an utterance that arrives faster than it was spoken',
  'words-of-both': 'It sends the words of the utterance and of the answer before the answer is complete',
  'listeners-language': "It answers in the listener's language",
  'sound-format': 'Its sound is 16-bit mono PCM of 24 kHz',
  'end-markers': 'It ends an answer with generationComplete, then turnComplete, and sends no sound after it',
  usage: 'It reports what a turn used, and that is what Dragoman counts',
  'second-turn': 'A session answers a second turn; its report then counts the first turn again',
  history: 'Earlier turns that the set-up of a session announces are history: no answer comes to them',
  hearing: "The cascade's hearing models send JSON in the requested form",
  speech: "The cascade's speech models take the configured voice and send complete, audible speech",
  'translate-end': 'Live Translate ends with silence and never with turnComplete',
  'silent-session': 'A session on which nothing is sent lives longer than 140 s',
} as const;

export type AssumptionId = keyof typeof ASSUMPTIONS;

/** What a check has shown. */
export interface Finding {
  readonly assumption: AssumptionId;
  /** `unknown`: it could not be tried. */
  readonly verdict: 'holds' | 'fails' | 'unknown';
  /** What was seen, with its figures. */
  readonly observed: string;
  /** What to put into the configuration, or to do; undefined where nothing is to be done. */
  readonly advice?: string;
}
