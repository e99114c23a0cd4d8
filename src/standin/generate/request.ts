/** Strict reading of a `generateContent` request: Google's proto, then the rules of the model. */
import { googleError, type HttpAnswer } from '../http.ts';
import { checkMessage } from '../protocol/check.ts';
import type { Content } from '../protocol/messages.ts';
import { generateContentRequestType } from '../protocol/schema.ts';
import { type GenerateModel, VOICES } from './models.ts';
import { decodeInline } from './sound.ts';

/** A request as the stand-in uses it, after the check. */
export interface GenerateRequest {
  readonly contents?: readonly Content[];
  readonly systemInstruction?: Content;
  readonly tools?: readonly object[];
  readonly generationConfig?: {
    readonly responseModalities?: readonly string[];
    readonly responseMimeType?: string;
    readonly responseSchema?: unknown;
    readonly responseJsonSchema?: unknown;
    readonly responseJsonSchemaOrdered?: unknown;
    readonly speechConfig?: {
      readonly languageCode?: string;
      readonly voiceConfig?: {
        readonly voice?: string;
        readonly prebuiltVoiceConfig?: { readonly voiceName?: string };
      };
      readonly multiSpeakerVoiceConfig?: object;
    };
    readonly thinkingConfig?: { readonly thinkingLevel?: string; readonly thinkingBudget?: number };
    readonly temperature?: number;
    readonly topP?: number;
    readonly topK?: number;
    readonly frequencyPenalty?: number;
    readonly presencePenalty?: number;
  };
}

export interface ReadRequest {
  readonly request: GenerateRequest;
  /** 16 kHz, all the sound of the request in one. */
  readonly sound: Int16Array;
  readonly text: string;
}

/** https://ai.google.dev/gemini-api/docs/audio: 20 MB with everything. The words are the stand-in's. */
const MAX_BYTES = 20 * 1024 * 1024;

const invalid = (message: string) => googleError(400, 'INVALID_ARGUMENT', message);

/** @returns what is asked, or what the service would say to it */
export function readRequest(body: Buffer, model: GenerateModel): ReadRequest | { refused: HttpAnswer } {
  if (body.length > MAX_BYTES)
    return { refused: invalid(`Request payload size exceeds the limit: ${MAX_BYTES} bytes.`) };
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    return { refused: invalid('Invalid JSON payload received. Unexpected token.') };
  }
  const checked = checkMessage(generateContentRequestType(), json);
  if (!checked.ok) return { refused: invalid(checked.reason) };
  const request: GenerateRequest = checked.value;
  const complaint = complaintOf(request, model);
  if (complaint !== undefined) return { refused: invalid(complaint) };
  const parts = (request.contents ?? []).flatMap((content) => content.parts ?? []);
  const sounds: Int16Array[] = [];
  for (const { inlineData } of parts) {
    if (inlineData === undefined) continue;
    const sound = decodeInline(inlineData);
    if ('refusal' in sound) return { refused: invalid(sound.refusal) };
    sounds.push(sound.samples);
  }
  const text = parts.map((part) => part.text ?? '').join('');
  const sound = Int16Array.from(sounds.flatMap((samples) => [...samples]));
  return { request, sound, text };
}

function complaintOf(request: GenerateRequest, model: GenerateModel): string | undefined {
  const { contents = [], generationConfig: config = {} } = request;
  if (contents.length === 0) return '* GenerateContentRequest.contents: contents is not specified\n';
  if (contents.some(({ parts = [] }) => parts.length === 0))
    return '* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n';
  // "the last input turn has the role model": page of 3.5 Flash-Lite
  if (contents.at(-1)?.role === 'model') return 'Please ensure that the last turn is not of the role model.';
  return model.output === 'speech' ? speechComplaint(request, model) : textComplaint(config);
}

/**
 * Of 3.8: temperature, topP and topK are "rejected with an INVALID_ARGUMENT error" (its migration guide).
 * Words as measured on 2026-08-20 and published in a provider's notes: a model of speech takes one
 * text, no more.
 */
function speechComplaint(request: GenerateRequest, model: GenerateModel): string | undefined {
  const { contents = [], generationConfig: config = {} } = request;
  const { thinkingBudget, thinkingLevel } = config.thinkingConfig ?? {};
  if (thinkingLevel !== undefined) return 'Thinking level is not supported for this model.';
  if (thinkingBudget !== undefined) return 'Thinking is not enabled for this model';
  const sampling = config.temperature ?? config.topP ?? config.topK;
  if (sampling !== undefined) return 'Request contains an invalid argument.';
  if (contents.length > 1) return 'Multiturn chat is not enabled for this model';
  if (request.systemInstruction !== undefined) return 'Developer instruction is not enabled for this model';
  if ((request.tools?.length ?? 0) > 0) return 'Function calling is not enabled for this model';
  const parts = contents.flatMap((content) => content.parts ?? []);
  if (parts.some(({ inlineData }) => inlineData !== undefined))
    return 'Audio input modality is not enabled for this model';
  if (config.responseMimeType === 'application/json') return 'JSON mode is not enabled for this model';
  const modalities = config.responseModalities ?? ['TEXT'];
  if (modalities.length !== 1 || modalities[0] !== 'AUDIO') {
    return (
      `The requested combination of response modalities (${modalities.join(', ')}) is not supported by the model. ` +
      `models/${model.name} accepts the following combination of response modalities:\n* AUDIO\n`
    );
  }
  const { voice, prebuiltVoiceConfig } = config.speechConfig?.voiceConfig ?? {};
  const name = voice ?? prebuiltVoiceConfig?.voiceName;
  if (name !== undefined && !VOICES.includes(name.toLowerCase()))
    return `Voice name ${name} is not supported. Allowed voice names are: ${VOICES.join(', ')}`;
  return undefined;
}

/** https://github.com/googleapis/go-genai/issues/322. */
const MIME_TYPES = ['text/plain', 'application/json', 'application/xml', 'application/yaml', 'text/x.enum'];

/** "custom values are ignored" (temperature), penalties: "throws an error": page of 3.5 Flash-Lite. */
function textComplaint(config: NonNullable<GenerateRequest['generationConfig']>): string | undefined {
  const penalty = config.frequencyPenalty ?? config.presencePenalty;
  if (penalty !== undefined) return 'Penalty is not enabled for this model';
  const modalities = config.responseModalities ?? ['TEXT'];
  if (modalities.some((modality) => modality !== 'TEXT') || config.speechConfig !== undefined)
    return 'This model only supports text output.';
  const type = config.responseMimeType ?? 'text/plain';
  if (!MIME_TYPES.includes(type)) {
    return (
      '* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are ' +
      '`text/plain`, `application/json`, `application/xml`, `application/yaml` and `text/x.enum`.\n'
    );
  }
  const schema = schemaOf(config);
  if (schema === undefined) return undefined;
  if (type === 'text/plain')
    return 'The response schema needs a response_mime_type that can hold it: application/json.';
  if (config.responseSchema !== undefined && jsonSchemaOf(config) !== undefined)
    return 'Only one of response_schema and response_json_schema can be set.';
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    return 'Request contains an invalid argument.';
  return undefined;
}

function jsonSchemaOf(config: NonNullable<GenerateRequest['generationConfig']>): unknown {
  return config.responseJsonSchemaOrdered ?? config.responseJsonSchema;
}

/** The schema of the answer, in whichever of its places it came. */
export function schemaOf(config: NonNullable<GenerateRequest['generationConfig']>): unknown {
  return jsonSchemaOf(config) ?? config.responseSchema;
}
