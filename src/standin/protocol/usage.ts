/**
 * What the service would bill. In a session every turn counts the whole context again, earlier sound included (Google
 * staff, https://discuss.ai.google.dev/t/…/140340).
 */
import type { Content, ModalityTokens, Setup, UsageMetadata } from './messages.ts';
import { IN_RATE, OUT_RATE } from './sound.ts';

/** Of a session, in and out: https://ai.google.dev/gemini-api/docs/pricing (copies of 2026-08-10 and 2026-10-03). */
const LIVE_TOKENS_PER_SECOND = 25;
/** Of a single request, in: https://ai.google.dev/gemini-api/docs/audio. */
export const REQUEST_TOKENS_PER_SECOND = 32;
/** "A token is approximately four characters": the SDK's description of maxOutputTokens. */
const CHARACTERS_PER_TOKEN = 4;
/** The default trigger of compression, as a part of the window: comment of ContextWindowCompressionConfig. */
const DEFAULT_TRIGGER = 0.8;

export interface Tokens {
  readonly text: number;
  readonly audio: number;
}

export const textTokens = (text: string) => Math.ceil(text.length / CHARACTERS_PER_TOKEN);
/** @param samples at IN_RATE */
export const inputAudioTokens = (samples: number, perSecond = LIVE_TOKENS_PER_SECOND) =>
  Math.round((samples / IN_RATE) * perSecond);
/** @param samples at OUT_RATE */
export const outputAudioTokens = (samples: number) =>
  Math.round((samples / OUT_RATE) * LIVE_TOKENS_PER_SECOND);

export const plus = (a: Tokens, b: Tokens): Tokens => ({ text: a.text + b.text, audio: a.audio + b.audio });
const total = (tokens: Tokens) => tokens.text + tokens.audio;
export const NO_TOKENS: Tokens = { text: 0, audio: 0 };

/** The tokens of typed content; sound in it (`inlineData`) by its length. */
export function contentTokens(contents: readonly Content[]): Tokens {
  let sum = NO_TOKENS;
  for (const part of contents.flatMap((content) => content.parts ?? [])) {
    const bytes = ((part.inlineData?.data?.length ?? 0) * 3) / 4;
    sum = plus(sum, { text: textTokens(part.text ?? ''), audio: inputAudioTokens(bytes / 2) });
  }
  return sum;
}

export interface Compression {
  readonly triggerTokens: number;
  readonly targetTokens: number;
}

export function compressionOf(setup: Setup, windowTokens: number): Compression | undefined {
  const asked = setup.contextWindowCompression;
  if (asked?.slidingWindow === undefined) return undefined;
  const triggerTokens = asked.triggerTokens ?? Math.floor(windowTokens * DEFAULT_TRIGGER);
  return { triggerTokens, targetTokens: asked.slidingWindow.targetTokens ?? Math.floor(triggerTokens / 2) };
}

/** A session's memory, as far as it is billed. It outlives a connection when the session is resumed. */
export interface Context {
  readonly instruction: Tokens;
  /** Oldest first; each with what the user sent and what the model said. */
  readonly turns: readonly Tokens[];
}

export function newContext(setup: Setup): Context {
  return { instruction: contentTokens(setup.systemInstruction ? [setup.systemInstruction] : []), turns: [] };
}

/** Drops the oldest turns when the context has outgrown the trigger; the instruction stays. */
export function compressed(context: Context, rule: Compression | undefined): Context {
  const size = (turns: readonly Tokens[]) => total(turns.reduce(plus, context.instruction));
  if (rule === undefined || size(context.turns) <= rule.triggerTokens) return context;
  let turns = context.turns;
  while (turns.length > 0 && size(turns) > rule.targetTokens) turns = turns.slice(1);
  return { ...context, turns };
}

/** The bill of a turn, and the context after it. */
export function billTurn(
  context: Context,
  input: Tokens,
  output: Tokens,
): { usage: UsageMetadata; after: Context } {
  const prompt = plus(context.turns.reduce(plus, context.instruction), input);
  return {
    usage: usageOf(prompt, output),
    after: { ...context, turns: [...context.turns, plus(input, output)] },
  };
}

/** Of a turn in a session. */
export function usageOf(prompt: Tokens, response: Tokens): UsageMetadata {
  return {
    ...promptUsage(prompt, response),
    responseTokenCount: total(response),
    responseTokensDetails: details(response),
  };
}

/** Of a single request. */
export function requestUsage(prompt: Tokens, answer: Tokens) {
  return {
    ...promptUsage(prompt, answer),
    candidatesTokenCount: total(answer),
    candidatesTokensDetails: details(answer),
  };
}

export type RequestUsage = ReturnType<typeof requestUsage>;

function promptUsage(prompt: Tokens, answer: Tokens) {
  return {
    promptTokenCount: total(prompt),
    totalTokenCount: total(prompt) + total(answer),
    promptTokensDetails: details(prompt),
  };
}

function details(tokens: Tokens): ModalityTokens[] {
  const list: ModalityTokens[] = [
    { modality: 'TEXT', tokenCount: tokens.text },
    { modality: 'AUDIO', tokenCount: tokens.audio },
  ];
  return list.filter((entry) => entry.tokenCount > 0);
}
