/** `POST /v1beta/models/MODEL:generateContent` and `:streamGenerateContent`: hears an utterance, or speaks a text. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../time.ts';
import type { Answer, Answerer } from '../answerer.ts';
import { IN_RATE, OUT_RATE } from '../audio.ts';
import type { Timing } from '../desk.ts';
import { googleError, type HttpAnswer } from '../http.ts';
import { modelNotFound } from '../models.ts';
import type { Recorder } from '../record.ts';
import type { Script } from '../script.ts';
import { outputAudioTokens, textTokens } from '../usage.ts';
import { waitUntil } from '../wait.ts';
import { findGenerateModel, type GenerateModel, SOUND_TYPES } from './models.ts';
import type { RequestRecord } from './record.ts';
import { Reply, type ReplyForm } from './reply.ts';
import { type ReadRequest, readRequest } from './request.ts';
import { type RequestChanges, requestActionsAt, requestChanges } from './script.ts';
import { bytesOf } from './sound.ts';
import { type RequestUsage, usageOfRequest } from './usage.ts';
import { written } from './written.ts';

export interface GeneratorServices {
  readonly clock: Clock;
  readonly timing: Timing;
  readonly answerer: Answerer;
  readonly script: Script;
  readonly recorder: Recorder;
}

/** What is asked for, by the path behind the version; nothing when it is no such request. */
export interface Asked {
  readonly model: string;
  readonly method: 'generateContent' | 'streamGenerateContent';
}

export function askedBy(path: string): Asked | undefined {
  const match = /^models\/([^/:]+):(generateContent|streamGenerateContent)$/.exec(path);
  const [, model, method] = match ?? [];
  if (model === undefined || (method !== 'generateContent' && method !== 'streamGenerateContent')) return;
  return { model: decodeURIComponent(model), method };
}

/** "Manually set deadline 5s is too short.": https://github.com/LIKELION2026/LIKELION2026/issues/11. */
const SHORTEST_DEADLINE_S = 10;

/** Characters of text in one event. The service's pieces are of no fixed size. */
const TEXT_PIECE = 24;

/** @returns the refusal of a request that is not answered; nothing once it has been answered */
export async function generate(
  services: GeneratorServices,
  asked: Asked,
  version: string,
  url: URL,
  http: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly body: Buffer },
): Promise<HttpAnswer | undefined> {
  const model = findGenerateModel(asked.model);
  if (model === undefined || !services.script.offers(model.name))
    return googleError(404, 'NOT_FOUND', modelNotFound(asked.model, version, asked.method));
  const deadline = Number(http.request.headers['x-server-timeout'] ?? SHORTEST_DEADLINE_S);
  if (deadline < SHORTEST_DEADLINE_S) {
    const message = `Manually set deadline ${deadline}s is too short. Minimum allowed deadline is 10s.`;
    return googleError(400, 'INVALID_ARGUMENT', message);
  }
  const read = readRequest(http.body, model);
  if ('refused' in read) return read.refused;
  const streamed = asked.method === 'streamGenerateContent';
  const form: ReplyForm = !streamed ? 'whole' : url.searchParams.get('alt') === 'sse' ? 'events' : 'list';
  const record = services.recorder.requests.add({
    model: model.name,
    kind: model.output === 'speech' ? 'speak' : 'hear',
    streamed,
    atMs: services.clock.now(),
    body: withoutSound(read.request),
    heardSeconds: read.sound.length / IN_RATE,
  });
  services.recorder.emit({ type: 'request', request: record });
  const reply = new Reply(http.response, services.clock, form, record);
  await new Answering(services, model, read, record, reply, form).run();
  return undefined;
}

class Answering {
  readonly #services: GeneratorServices;
  readonly #model: GenerateModel;
  readonly #read: ReadRequest;
  readonly #record: RequestRecord;
  readonly #reply: Reply;
  readonly #form: ReplyForm;

  constructor(
    services: GeneratorServices,
    model: GenerateModel,
    read: ReadRequest,
    record: RequestRecord,
    reply: Reply,
    form: ReplyForm,
  ) {
    this.#services = services;
    this.#model = model;
    this.#read = read;
    this.#record = record;
    this.#reply = reply;
    this.#form = form;
  }

  async run(): Promise<void> {
    const { script, recorder } = this.#services;
    const steps = script.requests.take(this.#record.kind);
    const changes = requestChanges(steps);
    if (!(await this.#reply.act(requestActionsAt(steps, 'request')))) return;
    if (changes.blockReason !== undefined) {
      const usageMetadata = this.#usage(0, 0);
      this.#reply.send({ promptFeedback: { blockReason: changes.blockReason }, usageMetadata });
      this.#record.billed = usageMetadata;
    } else {
      const pieces = this.#record.kind === 'hear' ? await this.#hear(changes) : await this.#speak(changes);
      for (const [index, message] of pieces.messages.entries()) {
        await waitUntil(this.#services.clock, pieces.dueMs(index), this.#reply.over);
        this.#record.saidSeconds += pieces.seconds[index] ?? 0;
        this.#reply.send(message);
        if (!(await this.#reply.act(requestActionsAt(steps, { chunks: index + 1 })))) return;
      }
      if (!this.#reply.over.aborted) this.#record.billed = pieces.usage;
    }
    if (!(await this.#reply.act(requestActionsAt(steps, 'end')))) return;
    this.#reply.finish();
    recorder.emit({ type: 'answered', request: this.#record });
  }

  async #hear(changes: RequestChanges): Promise<Pieces> {
    const { answerer, timing } = this.#services;
    const { sound, text, request } = this.#read;
    const answered: Answer =
      sound.length > 0 ? await answerer.answerSpeech(sound) : await answerer.answerText(text);
    const answer = { ...answered, ...changes.answer };
    this.#record.text = answer.heard.text;
    const whole = changes.text ?? written(answer, request);
    const all = this.#form === 'whole' ? [whole] : inPieces(whole, TEXT_PIECE);
    const parts = changes.content === 'nothing' ? [] : all.map((piece) => ({ text: piece }));
    return this.#pieces(parts, changes, textTokens(whole), [], () => this.#record.atMs + timing.hearMs);
  }

  async #speak(changes: RequestChanges): Promise<Pieces> {
    const { answerer, timing } = this.#services;
    const { request, text } = this.#read;
    this.#record.text = text;
    const language = request.generationConfig?.speechConfig?.languageCode;
    const speech = changes.answer?.pcm24k ?? (await answerer.speak?.(text, language)) ?? new Int16Array(0);
    const { whole, streamed } = SOUND_TYPES;
    const mimeType = changes.mimeType ?? (this.#form === 'whole' ? whole : streamed);
    const bytes = bytesOf(speech, mimeType === 'audio/wav' || changes.form === 'WAV file');
    const even = 2 * Math.round((OUT_RATE * timing.speechChunkMs) / 1000);
    const size = this.#form === 'whole' ? bytes.length : even + (changes.form === 'odd chunks' ? 1 : 0);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const sent =
      changes.content === 'nothing'
        ? []
        : chunks.slice(0, typeof changes.content === 'number' ? changes.content : undefined);
    const parts = sent.map((chunk) => ({ inlineData: { mimeType, data: chunk.toString('base64') } }));
    const seconds = sent.map((chunk) => chunk.length / 2 / OUT_RATE);
    const firstMs = this.#record.atMs + timing.speakMs;
    const dueMs = (index: number) => firstMs + (index * timing.speechChunkMs) / timing.speechPace;
    return this.#pieces(parts, changes, outputAudioTokens(speech.length), seconds, dueMs);
  }

  /** Events with one part each; the last of them, or one without any, tells why it ends and what it costs. */
  #pieces(
    parts: readonly object[],
    changes: RequestChanges,
    tokens: number,
    seconds: readonly number[],
    dueMs: (index: number) => number,
  ): Pieces {
    const end = { finishReason: changes.finishReason ?? 'STOP', index: 0 };
    const usageMetadata = this.#usage(this.#record.kind === 'hear' ? tokens : 0, tokens);
    const facts = { usageMetadata, modelVersion: this.#model.name, responseId: `standin-${this.#record.id}` };
    const last = parts.at(-1);
    const messages = parts
      .slice(0, -1)
      .map((part) => ({ candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }] }));
    const content = last === undefined ? {} : { parts: [last], role: 'model' };
    return {
      messages: [...messages, { candidates: [{ content, ...end }], ...facts }],
      usage: usageMetadata,
      seconds,
      dueMs,
    };
  }

  #usage(written: number, all: number) {
    const { sound, text, request } = this.#read;
    const instruction = (request.systemInstruction?.parts ?? []).map((part) => part.text ?? '').join('');
    return usageOfRequest(textTokens(instruction + text), sound.length, written, all - written);
  }
}

interface Pieces {
  readonly messages: readonly object[];
  /** The last of them tells it. */
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

/** A record that holds no megabytes. */
function withoutSound(request: object): unknown {
  return JSON.parse(
    JSON.stringify(request, (key, value: unknown) =>
      key === 'data' && typeof value === 'string' ? `${value.length} characters` : value,
    ),
  );
}
