import { type GenerateContentResponse, ThinkingLevel } from '@google/genai';
import { z } from 'zod';
import { concat } from '../../audio/pcm/concat.ts';
import { CAPTURE_RATE_HZ } from '../../audio/pcm/frame.ts';
import { writeWav } from '../../audio/pcm/wav.ts';
import { Fault } from '../../kiosk/faults.ts';
import { knownLanguage, type Languages, listenersLanguage } from '../../kiosk/languages.ts';
import { textTokens, tokensTold } from '../../turn/tokens.ts';
import type { ModelUsed, Turn } from '../../turn/turn.ts';
import type { Spoken } from '../interpreter.ts';
import { languageHeard } from '../language-of.ts';
import type { Handle } from './request.ts';

/** What was made of an utterance. Without `said` it was not understood. */
export interface Understanding {
  readonly heard: Spoken | undefined;
  readonly said: Spoken | undefined;
}

const answered = z.object({
  language: z.string(),
  transcript: z.string(),
  understood: z.boolean(),
  translation: z.string(),
});

/**
 * The answer's form, in the order in which it is to be written: the translation follows from the transcript.
 * Only keywords that the API knows (the description of `response_json_schema`).
 */
const SCHEMA = {
  type: 'object',
  properties: {
    language: { type: 'string' },
    transcript: { type: 'string' },
    understood: { type: 'boolean' },
    translation: { type: 'string' },
  },
  required: ['language', 'transcript', 'understood', 'translation'],
  propertyOrdering: ['language', 'transcript', 'understood', 'translation'],
};

/** A minute of speech is some 300 tokens, twice, thrice in scripts that are dear; what is longer goes in circles. */
const MAX_ANSWER_TOKENS = 4096;

/**
 * Models of 3.x think at length unless told otherwise, which has cost a dictation a minute
 * (https://github.com/Beingpax/VoiceInk/issues/894).
 */
const LEAST_THINKING = { thinkingLevel: ThinkingLevel.MINIMAL };

/**
 * Sends the utterance whole and reads what the model made of it.
 * @param use gets the words of the answer, and what the service says that it came to
 * @throws Fault; what the SDK throws
 */
export async function hear(
  { client, config }: Handle,
  model: string,
  instruction: string,
  turn: Turn,
  languages: Languages,
  use: ModelUsed,
): Promise<Understanding> {
  const wav = writeWav(concat(turn.frames.map((frame) => frame.samples)), CAPTURE_RATE_HZ);
  const data = Buffer.from(wav.buffer, wav.byteOffset, wav.byteLength).toString('base64');
  const response = await client.models.generateContent({
    model,
    // audio/wav is on every list of what the API takes; audio/pcm is on some.
    contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'audio/wav', data } }] }],
    config: {
      ...config,
      thinkingConfig: LEAST_THINKING,
      systemInstruction: instruction,
      responseMimeType: 'application/json',
      responseJsonSchema: SCHEMA,
      maxOutputTokens: MAX_ANSWER_TOKENS,
    },
  });
  use.reported = tokensTold(response.usageMetadata);
  const text = textOf(response);
  use.textOutTokens = textTokens(text);
  return understandingOf(text, languages);
}

/** The text of a complete answer. @throws Fault when it was blocked, broken off, or is none */
export function textOf({ candidates, promptFeedback }: GenerateContentResponse): string {
  const blocked = promptFeedback?.blockReason;
  if (blocked !== undefined)
    throw new Fault('answer-broken-off', `the service blocked the utterance: ${blocked}`);
  const candidate = candidates?.[0];
  const reason = candidate?.finishReason;
  if (reason !== undefined && reason !== 'STOP')
    throw new Fault('answer-broken-off', `the service ended its answer: ${reason}`);
  const text = (candidate?.content?.parts ?? [])
    .map((part) => (part.thought ? '' : (part.text ?? '')))
    .join('');
  if (text.trim() === '') throw new Fault('no-answer', 'an answer without words');
  return text;
}

/** @throws Fault service-garbled, without a word of the text, when it is not what was asked for */
export function understandingOf(text: string, languages: Languages): Understanding {
  const read = answered.safeParse(parsed(text));
  if (!read.success) throw new Fault('service-garbled', 'the answer is not of the form that was asked for');
  const { transcript, translation, understood } = read.data;
  const language = languageHeard(transcript, knownLanguage(read.data.language), languages);
  const heard = transcript.trim() === '' ? undefined : { text: transcript.trim(), language };
  if (!understood) return { heard, said: undefined };
  if (translation.trim() === '') throw new Fault('no-answer', 'understood, and no translation');
  const to = listenersLanguage(languages, language);
  return { heard, said: { text: translation.trim(), language: to } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
