import {
  BlockedReason,
  type Content,
  FinishReason,
  type GenerateContentResponse,
  type ThinkingConfig,
  ThinkingLevel,
} from '@google/genai';
import { z } from 'zod';
import { concat } from '../../audio/pcm/concat.ts';
import { CAPTURE_RATE_HZ } from '../../audio/pcm/frame.ts';
import { writeWav } from '../../audio/pcm/wav.ts';
import { Fault } from '../../kiosk/faults.ts';
import { knownLanguage, type Languages, listenersLanguage } from '../../kiosk/languages.ts';
import { textTokens, tokensTold } from '../../turn/tokens.ts';
import type { ModelUsed, Turn } from '../../turn/turn.ts';
import { knownReason } from '../gemini/errors/reported.ts';
import { provenLanguage } from '../gemini/prompt/wrong-language.ts';
import type { Handle } from '../gemini/requests/request.ts';
import type { Spoken } from '../interpreter.ts';
import { languageHeard } from '../language/language-of.ts';
import { testimonyOf } from '../language/witnesses.ts';
import { letters, wordsIn } from '../language/words.ts';
import { objectsIn } from './json.ts';

/** The result for an utterance. Without `said` it was not understood. */
export interface Understanding {
  readonly heard: Spoken | undefined;
  readonly said: Spoken | undefined;
  /** False if the translation contradicts the transcript, whose words are then invented. */
  readonly trusted: boolean;
}

const truth = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);

const answered = z.object({
  language: z.string(),
  transcript: z.string(),
  understood: truth,
  translation: z.string(),
});

/** Other names of fields, by their letters, from models that ignore the schema. */
const NAMES: Readonly<Record<string, keyof z.infer<typeof answered>>> = {
  languagecode: 'language',
  transcription: 'transcript',
  isunderstood: 'understood',
  translatedtext: 'translation',
};

const PROPERTIES = {
  language: { type: 'string' },
  transcript: { type: 'string' },
  understood: { type: 'boolean' },
  translation: { type: 'string' },
};
const ORDER = Object.keys(PROPERTIES);

/**
 * The form of the answer. In this order, since the translation follows from the transcript. The API knows only some
 * keywords (see the description of `response_json_schema`).
 */
const SCHEMA = { type: 'object', properties: PROPERTIES, required: ORDER, propertyOrdering: ORDER };

/** What a request has besides the utterance. */
export interface Prompt {
  /** The system instruction. */
  readonly instruction: string;
  /** Earlier turns. Those of the model have the form of `translationAlone`. */
  readonly past: readonly Content[];
}

/** An earlier answer of the model in the form of the schema, without the words that people said. */
export function translationAlone(translation: string): string {
  return JSON.stringify({ understood: true, translation });
}

/** A minute of speech is about 300 tokens, twice in the answer, up to three times as many in some scripts. */
const MAX_ANSWER_TOKENS = 4096;

/**
 * The least that the model can think. By default models of 3.x think for up to a minute
 * (https://github.com/Beingpax/VoiceInk/issues/894). Flash from 3.7 on refuses `MINIMAL`, which each Flash-Lite accepts
 * (https://github.com/fishjar/kiss-translator/issues/1048, https://github.com/BerriAI/litellm-docs/pull/1505).
 */
function leastThinking(model: string): ThinkingConfig {
  return { thinkingLevel: model.includes('flash-lite') ? ThinkingLevel.MINIMAL : ThinkingLevel.LOW };
}

/**
 * Sends the whole utterance and reads the answer.
 * @param use gets the count of the answer's words, and the service's count
 * @throws Fault; what the SDK throws
 */
export async function hear(
  { client, config }: Handle,
  model: string,
  { instruction, past }: Prompt,
  turn: Turn,
  languages: Languages,
  use: ModelUsed,
): Promise<Understanding> {
  const wav = writeWav(concat(turn.frames.map((frame) => frame.samples)), CAPTURE_RATE_HZ);
  const data = Buffer.from(wav.buffer, wav.byteOffset, wav.byteLength).toString('base64');
  const response = await client.models.generateContent({
    model,
    // Every list of the API's types has audio/wav; only some have audio/pcm.
    contents: [...past, { role: 'user', parts: [{ inlineData: { mimeType: 'audio/wav', data } }] }],
    config: {
      ...config,
      thinkingConfig: leastThinking(model),
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

/** The text of a complete answer. @throws Fault when it was blocked, is incomplete, or has no words */
export function textOf({ candidates, promptFeedback }: GenerateContentResponse): string {
  const brokenOff = (why: string) => new Fault('answer-broken-off', `the service ${why}`);
  const blocked = promptFeedback?.blockReason;
  if (blocked !== undefined) throw brokenOff(`blocked the utterance: ${knownReason(blocked, BlockedReason)}`);
  const candidate = candidates?.[0];
  const reason = candidate?.finishReason;
  if (reason !== undefined && reason !== 'STOP')
    throw brokenOff(`ended its answer: ${knownReason(reason, FinishReason)}`);
  const text = (candidate?.content?.parts ?? [])
    .map((part) => (part.thought ? '' : (part.text ?? '')))
    .join('');
  if (text.trim() === '') throw new Fault('no-answer', 'an answer without words');
  return text;
}

/** @throws Fault service-garbled when the answer has another form; the fault does not quote it */
export function understandingOf(text: string, languages: Languages): Understanding {
  const { transcript, translation, understood, language: named } = answerIn(text);
  const language = languageHeard(transcript, knownLanguage(named), languages);
  const heard = transcript === '' ? undefined : { text: transcript, language };
  if (!understood) {
    if (heard === undefined || !languages.anyGuest) return { heard, said: undefined, trusted: true };
    // The language of unintelligible speech is unknown.
    return { heard: { ...heard, language: undefined }, said: undefined, trusted: false };
  }
  if (translation === '') throw new Fault('no-answer', 'understood, and no translation');
  const words = { text: translation, language: undefined };
  const said = { ...words, language: provenLanguage(languages, heard, words) };
  const both = testimonyOf(languages, heard ?? { text: '', language }, said);
  return {
    heard: heard && { text: transcript, language: both.language },
    said: {
      text: translation,
      language: listenersLanguage(languages, both.language) ?? (both.trusted ? undefined : said.language),
    },
    trusted: both.trusted,
  };
}

/** In UTF-16 units; more than MAX_ANSWER_TOKENS take. */
const MAX_TEXT = 50_000;
/** The fields of an object that are searched for the answer. */
const MAX_FIELDS = 20;

/** The only answer in a text, which may contain it more than once. */
function answerIn(text: string): z.infer<typeof answered> {
  if (text.length > MAX_TEXT)
    throw new Fault('service-garbled', `an answer of ${text.length} characters, of ${MAX_TEXT} at most`);
  const objects = [...objectsIn(text)].flatMap((object) => [
    object,
    ...Object.values(object).slice(0, MAX_FIELDS),
  ]);
  const answers = objects.flatMap((object: unknown) => {
    if (typeof object !== 'object' || object === null) return [];
    const fields = Object.entries(object).map(([name, value]) => {
      const plain = letters(name);
      return [NAMES[plain] ?? plain, value] as const;
    });
    const read = answered.safeParse(Object.fromEntries(fields));
    if (!read.success) return [];
    const { transcript, translation, ...others } = read.data;
    return [{ ...others, transcript: wordsIn(transcript).trim(), translation: wordsIn(translation).trim() }];
  });
  const [first] = answers;
  if (first === undefined || answers.some(({ translation }) => translation !== first.translation))
    throw new Fault('service-garbled', 'the answer is not of the form that was asked for');
  return first;
}
