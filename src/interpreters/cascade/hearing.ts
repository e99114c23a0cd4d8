import {
  BlockedReason,
  type Content,
  FinishReason,
  type GenerateContentResponse,
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

/** What was made of an utterance. Without `said` it was not understood. */
export interface Understanding {
  readonly heard: Spoken | undefined;
  readonly said: Spoken | undefined;
  /** False: the translation contradicts what was heard, whose words are invented. */
  readonly trusted: boolean;
}

const truth = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);

const answered = z.object({
  language: z.string(),
  transcript: z.string(),
  understood: truth,
  translation: z.string(),
});

/** Models that are not held to the schema call a field by another name; by its letters. */
const NAMES: Readonly<Record<string, keyof z.infer<typeof answered>>> = {
  language: 'language',
  languagecode: 'language',
  transcript: 'transcript',
  transcription: 'transcript',
  understood: 'understood',
  isunderstood: 'understood',
  translation: 'translation',
  translatedtext: 'translation',
};

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

/** What a model is asked with beside the utterance. */
export interface Prompt {
  /** The system instruction. */
  readonly instruction: string;
  /** Earlier turns; the model's are of the form of `translationAlone`. */
  readonly past: readonly Content[];
}

/** An earlier answer of the model's in the form that is asked for, without the words that people said. */
export function translationAlone(translation: string): string {
  return JSON.stringify({ understood: true, translation });
}

/** A minute of speech is some 300 tokens, twice, thrice in scripts that are dear; what is longer goes in circles. */
const MAX_ANSWER_TOKENS = 4096;

/**
 * Models of 3.x think at length by default, which has cost a dictation a minute
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
  { instruction, past }: Prompt,
  turn: Turn,
  languages: Languages,
  use: ModelUsed,
): Promise<Understanding> {
  const wav = writeWav(concat(turn.frames.map((frame) => frame.samples)), CAPTURE_RATE_HZ);
  const data = Buffer.from(wav.buffer, wav.byteOffset, wav.byteLength).toString('base64');
  const response = await client.models.generateContent({
    model,
    // audio/wav is on every list of what the API takes; audio/pcm is on some.
    contents: [...past, { role: 'user', parts: [{ inlineData: { mimeType: 'audio/wav', data } }] }],
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
    throw new Fault(
      'answer-broken-off',
      `the service blocked the utterance: ${knownReason(blocked, BlockedReason)}`,
    );
  const candidate = candidates?.[0];
  const reason = candidate?.finishReason;
  if (reason !== undefined && reason !== 'STOP')
    throw new Fault(
      'answer-broken-off',
      `the service ended its answer: ${knownReason(reason, FinishReason)}`,
    );
  const text = (candidate?.content?.parts ?? [])
    .map((part) => (part.thought ? '' : (part.text ?? '')))
    .join('');
  if (text.trim() === '') throw new Fault('no-answer', 'an answer without words');
  return text;
}

/** @throws Fault service-garbled, without a word of the text, when it is not what was asked for */
export function understandingOf(text: string, languages: Languages): Understanding {
  const { transcript, translation, understood, language: named } = answerIn(text);
  const language = languageHeard(transcript, knownLanguage(named), languages);
  const heard = transcript === '' ? undefined : { text: transcript, language };
  if (!understood) {
    // Nobody knows the language of what could not be made out.
    const doubtful = heard !== undefined && languages.anyGuest === true;
    return {
      heard: doubtful ? { ...heard, language: undefined } : heard,
      said: undefined,
      trusted: !doubtful,
    };
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

/** In UTF-16 units: more than MAX_ANSWER_TOKENS take. */
const MAX_TEXT = 50_000;
/** Fields of an object of which each may be the answer. */
const MAX_FIELDS = 20;

/** The one answer in it; the same one may stand there twice. */
function answerIn(text: string): z.infer<typeof answered> {
  if (text.length > MAX_TEXT)
    throw new Fault('service-garbled', `an answer of ${text.length} characters, of ${MAX_TEXT} at most`);
  const objects = [...objectsIn(text)].flatMap((object) => [
    object,
    ...Object.values(object).slice(0, MAX_FIELDS),
  ]);
  const answers = objects.flatMap((object: unknown) => {
    if (typeof object !== 'object' || object === null) return [];
    const fields = Object.entries(object).map(
      ([name, value]) => [NAMES[letters(name)] ?? name, value] as const,
    );
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
