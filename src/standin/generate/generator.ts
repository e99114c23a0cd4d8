/** `POST /v1beta/models/MODEL:generateContent` and `:streamGenerateContent`: hears an utterance, or speaks a text. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { writeWav } from '../../audio/pcm/wav.ts';
import { waitUntil } from '../clock.ts';
import { type RequestChanges, requestActionsAt, requestChanges } from '../faults/script.ts';
import { badRequest, googleError, type HttpAnswer } from '../protocol/errors.ts';
import { GENERATE_MODELS, modelNotFound } from '../protocol/models.ts';
import { bytesOf, IN_RATE, OUT_RATE } from '../protocol/sound.ts';
import {
  inputAudioTokens,
  outputAudioTokens,
  REQUEST_TOKENS_PER_SECOND,
  type RequestUsage,
  requestUsage,
  type Tokens,
  textTokens,
} from '../protocol/usage.ts';
import type { RequestRecord } from '../record.ts';
import type { Services } from '../services.ts';
import { Reply, type ReplyForm } from './reply.ts';
import { type ReadRequest, readRequest } from './request.ts';
import { written } from './written.ts';

/**
 * The types that speech is sent under. "Unary requests: a complete WAV file … Streaming requests: raw 16-bit PCM":
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/text-to-speech/migration-guide. The PCM as
 * clients quote it for earlier models; 3.8's was not seen.
 */
const WAV_TYPE = 'audio/wav';
const PCM_TYPE = 'audio/L16;codec=pcm;rate=24000';

/** A request by its path after the version. */
export interface Asked {
  readonly model: string;
  readonly method: 'generateContent' | 'streamGenerateContent';
}

/** @returns undefined for another path */
export function askedBy(path: string): Asked | undefined {
  const [, model, method] = /^models\/([^/:]+):(generateContent|streamGenerateContent)$/.exec(path) ?? [];
  if (model === undefined || (method !== 'generateContent' && method !== 'streamGenerateContent')) return;
  return { model: decodeURIComponent(model), method };
}

/** "Manually set deadline 5s is too short.": https://github.com/LIKELION2026/LIKELION2026/issues/11. */
const SHORTEST_DEADLINE_S = 10;

/** Characters of text in one event. The service's pieces are of no fixed size. */
const TEXT_PIECE = 24;

/** @returns the refusal of a request that is not answered; undefined once it has been answered */
export async function generate(
  services: Services,
  asked: Asked,
  version: string,
  url: URL,
  http: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly body: Buffer },
): Promise<HttpAnswer | undefined> {
  const model = GENERATE_MODELS.find(({ name }) => name === asked.model);
  if (model === undefined || !services.script.offers(model.name))
    return googleError(404, 'NOT_FOUND', modelNotFound(asked.model, version, asked.method));
  const deadline = Number(http.request.headers['x-server-timeout'] ?? SHORTEST_DEADLINE_S);
  if (deadline < SHORTEST_DEADLINE_S)
    return badRequest(`Manually set deadline ${deadline}s is too short. Minimum allowed deadline is 10s.`);
  const read = readRequest(http.body, model);
  if ('refused' in read) return read.refused;
  const streamed = asked.method === 'streamGenerateContent';
  const form: ReplyForm = !streamed ? 'whole' : url.searchParams.get('alt') === 'sse' ? 'events' : 'list';
  const record = services.recorder.request({
    model: model.name,
    kind: model.output === 'speech' ? 'speak' : 'hear',
    streamed,
    atMs: services.clock.now(),
    body: withoutSound(read.request),
    heardSeconds: read.sound.length / IN_RATE,
  });
  const reply = new Reply(http.response, services.clock, form, record);
  await new RequestAnswer({ ...services, ...read, form, record, reply }).run();
  return undefined;
}

interface RequestContext extends Services, ReadRequest {
  readonly form: ReplyForm;
  readonly record: RequestRecord;
  readonly reply: Reply;
}

class RequestAnswer {
  readonly #context: RequestContext;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  async run(): Promise<void> {
    const { clock, script, recorder, record, reply } = this.#context;
    const steps = script.requests[record.kind].take();
    const changes = requestChanges(steps);
    if (!(await reply.act(requestActionsAt(steps, 'request')))) return;
    if (changes.blockReason !== undefined) {
      record.billed = this.#usage({ text: 0, audio: 0 });
      reply.send({ promptFeedback: { blockReason: changes.blockReason }, usageMetadata: record.billed });
    } else {
      const pieces = record.kind === 'hear' ? await this.#hear(changes) : await this.#speak(changes);
      for (const [index, message] of pieces.messages.entries()) {
        await waitUntil(clock, pieces.dueMs(index), reply.over);
        record.saidSeconds += pieces.seconds[index] ?? 0;
        reply.send(message);
        if (!(await reply.act(requestActionsAt(steps, { chunks: index + 1 })))) return;
      }
      if (!reply.over.aborted) record.billed = pieces.usage;
    }
    if (!(await reply.act(requestActionsAt(steps, 'end')))) return;
    reply.finish();
    recorder.emit({ type: 'answered', request: record });
  }

  async #hear(changes: RequestChanges): Promise<Pieces> {
    const { answerer, timing, form, record, sound, text, request } = this.#context;
    const answered = sound.length > 0 ? await answerer.answerSpeech(sound) : await answerer.answerText(text);
    const answer = { ...answered, ...changes.answer };
    record.text = answer.heard.text;
    const whole = changes.text ?? written(answer, request);
    const all = form === 'whole' ? [whole] : inPieces(whole, TEXT_PIECE);
    const parts = changes.content === 'nothing' ? [] : all.map((piece) => ({ text: piece }));
    const tokens = { text: textTokens(whole), audio: 0 };
    return { ...this.#pieces(parts, changes, tokens), seconds: [], dueMs: () => record.atMs + timing.hearMs };
  }

  async #speak(changes: RequestChanges): Promise<Pieces> {
    const { answerer, timing, form, record, request, text } = this.#context;
    record.text = text;
    const language = request.generationConfig?.speechConfig?.languageCode;
    const speech = changes.answer?.pcm24k ?? (await answerer.speak?.(text, language)) ?? new Int16Array(0);
    const mimeType = changes.mimeType ?? (form === 'whole' ? WAV_TYPE : PCM_TYPE);
    const asFile = mimeType === WAV_TYPE || changes.form === 'WAV file';
    const bytes = bytesOf(asFile ? writeWav(speech, OUT_RATE) : speech);
    const even = 2 * Math.round((OUT_RATE * timing.speechChunkMs) / 1000);
    const size = form === 'whole' ? bytes.length : even + (changes.form === 'odd chunks' ? 1 : 0);
    const { content = Number.POSITIVE_INFINITY } = changes;
    const count = content === 'nothing' ? 0 : Math.min(content, Math.ceil(bytes.length / size));
    const sent = Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
    const parts = sent.map((chunk) => ({ inlineData: { mimeType, data: chunk.toString('base64') } }));
    const firstMs = record.atMs + timing.speakMs;
    return {
      ...this.#pieces(parts, changes, { text: 0, audio: outputAudioTokens(speech.length) }),
      seconds: sent.map((chunk) => chunk.length / 2 / OUT_RATE),
      dueMs: (index) => firstMs + (index * timing.speechChunkMs) / timing.speechPace,
    };
  }

  /** Events with one part each; the last of them, or one without any, says why it ends and what it costs. */
  #pieces(parts: readonly object[], changes: RequestChanges, answer: Tokens) {
    const { record } = this.#context;
    const usage = this.#usage(answer);
    const end = { finishReason: changes.finishReason ?? 'STOP', index: 0 };
    const facts = { usageMetadata: usage, modelVersion: record.model, responseId: `standin-${record.id}` };
    const last = parts.at(-1);
    const messages = parts
      .slice(0, -1)
      .map((part) => ({ candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }] }));
    const content = last === undefined ? {} : { parts: [last], role: 'model' };
    return { messages: [...messages, { candidates: [{ content, ...end }], ...facts }], usage };
  }

  #usage(answer: Tokens): RequestUsage {
    const { sound, text, request } = this.#context;
    const instruction = (request.systemInstruction?.parts ?? []).map((part) => part.text ?? '').join('');
    const prompt = {
      text: textTokens(instruction + text),
      audio: inputAudioTokens(sound.length, REQUEST_TOKENS_PER_SECOND),
    };
    return requestUsage(prompt, answer);
  }
}

interface Pieces {
  readonly messages: readonly object[];
  readonly usage: RequestUsage;
  /** Seconds of sound in each. */
  readonly seconds: readonly number[];
  /** When each is sent, on the stand-in's clock. */
  readonly dueMs: (index: number) => number;
}

/** Cut between code points: a message is UTF-8. */
function inPieces(text: string, size: number): string[] {
  const all = [...text];
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.slice(i * size, (i + 1) * size).join(''),
  );
}

/** A copy for the record, without megabytes of sound. */
function withoutSound(request: object): unknown {
  return JSON.parse(
    JSON.stringify(request, (key, value: unknown) =>
      key === 'data' && typeof value === 'string' ? `${value.length} characters` : value,
    ),
  );
}
