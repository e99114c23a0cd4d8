/** Strict reading of a `generateContent` request: Google's proto, then the rules of the model. */
import { concat } from '../../audio/pcm/concat.ts';
import { checkMessage } from '../protocol/check.ts';
import {
  badRequest,
  type HttpAnswer,
  INVALID_ARGUMENT,
  jsonOf,
  NOT_JSON,
  onlyAudio,
} from '../protocol/errors.ts';
import type { Content } from '../protocol/messages.ts';
import type { GenerateModel } from '../protocol/models.ts';
import { messageType } from '../protocol/schema.ts';
import { decodeInline } from '../protocol/sound.ts';

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
    };
    readonly thinkingConfig?: { readonly thinkingLevel?: string; readonly thinkingBudget?: number };
    readonly temperature?: number;
    readonly topP?: number;
    readonly topK?: number;
    readonly frequencyPenalty?: number;
    readonly presencePenalty?: number;
  };
}

type Config = NonNullable<GenerateRequest['generationConfig']>;

export interface ReadRequest {
  readonly request: GenerateRequest;
  /** All sound of the request, 16 kHz. */
  readonly sound: Int16Array;
  readonly text: string;
}

/** https://ai.google.dev/gemini-api/docs/audio: 20 MB with everything. The words are the stand-in's. */
const MAX_BYTES = 20 * 1024 * 1024;

/** The prebuilt voices: the service's own refusal of an unknown one lists them (quoted by many clients). */
const VOICES: readonly string[] = (
  'achernar achird algenib algieba alnilam aoede autonoe callirrhoe charon despina enceladus erinome fenrir gacrux ' +
  'iapetus kore laomedeia leda orus puck pulcherrima rasalgethi sadachbia sadaltager schedar sulafat umbriel ' +
  'vindemiatrix zephyr zubenelgenubi'
).split(' ');

/** @returns the request, or the service's refusal */
export function readRequest(body: Buffer, model: GenerateModel): ReadRequest | { refused: HttpAnswer } {
  const refused = (message: string) => ({ refused: badRequest(message) });
  if (body.length > MAX_BYTES) return refused(`Request payload size exceeds the limit: ${MAX_BYTES} bytes.`);
  const json = jsonOf(body.toString());
  if (json === undefined) return refused(NOT_JSON);
  const checked = checkMessage(messageType('GenerateContentRequest'), json);
  if (!checked.ok) return refused(checked.reason);
  const request: GenerateRequest = checked.value;
  const complaint = complaintOf(request, model);
  if (complaint !== undefined) return refused(complaint);
  const parts = (request.contents ?? []).flatMap((content) => content.parts ?? []);
  const sounds: Int16Array[] = [];
  for (const { inlineData } of parts) {
    if (inlineData === undefined) continue;
    const sound = decodeInline(inlineData);
    if ('refusal' in sound) return refused(sound.refusal);
    sounds.push(sound.samples);
  }
  return { request, sound: concat(sounds), text: parts.map((part) => part.text ?? '').join('') };
}

function complaintOf(request: GenerateRequest, model: GenerateModel): string | undefined {
  const { contents = [], generationConfig: config = {} } = request;
  if (contents.length === 0) return '* GenerateContentRequest.contents: contents is not specified\n';
  if (contents.some(({ parts = [] }) => parts.length === 0))
    return '* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n';
  // "the last input turn has the role model": page of 3.5 Flash-Lite
  if (contents.at(-1)?.role === 'model') return 'Please ensure that the last turn is not of the role model.';
  return model.output === 'speech' ? speechComplaint(request, model) : textComplaint(config, model);
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
  if (sampling !== undefined) return INVALID_ARGUMENT;
  if (contents.length > 1) return 'Multiturn chat is not enabled for this model';
  if (request.systemInstruction !== undefined) return 'Developer instruction is not enabled for this model';
  if ((request.tools?.length ?? 0) > 0) return 'Function calling is not enabled for this model';
  const parts = contents.flatMap((content) => content.parts ?? []);
  if (parts.some(({ inlineData }) => inlineData !== undefined))
    return 'Audio input modality is not enabled for this model';
  if (config.responseMimeType === 'application/json') return 'JSON mode is not enabled for this model';
  const modalities = config.responseModalities ?? ['TEXT'];
  if (modalities.length !== 1 || modalities[0] !== 'AUDIO') return onlyAudio(model.name, modalities);
  const { voice, prebuiltVoiceConfig } = config.speechConfig?.voiceConfig ?? {};
  const name = voice ?? prebuiltVoiceConfig?.voiceName;
  if (name !== undefined && !VOICES.includes(name.toLowerCase()))
    return `Voice name ${name} is not supported. Allowed voice names are: ${VOICES.join(', ')}`;
  return undefined;
}

/** https://github.com/googleapis/go-genai/issues/322. */
const MIME_TYPES = ['text/plain', 'application/json', 'application/xml', 'application/yaml', 'text/x.enum'];

/** "custom values are ignored" (temperature), penalties: "throws an error": page of 3.5 Flash-Lite. */
function textComplaint(config: Config, { name }: GenerateModel): string | undefined {
  const penalty = config.frequencyPenalty ?? config.presencePenalty;
  if (penalty !== undefined) return 'Penalty is not enabled for this model';
  const modalities = config.responseModalities ?? ['TEXT'];
  if (modalities.some((modality) => modality !== 'TEXT') || config.speechConfig !== undefined)
    return 'This model only supports text output.';
  // Flash from 3.7 on: https://github.com/can1357/oh-my-pi/issues/10543.
  if (config.thinkingConfig?.thinkingLevel === 'MINIMAL' && !name.includes('flash-lite'))
    return 'Thinking level is unsupported: THINKING_LEVEL_MINIMAL';
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
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return INVALID_ARGUMENT;
  return undefined;
}

function jsonSchemaOf(config: Config): unknown {
  return config.responseJsonSchemaOrdered ?? config.responseJsonSchema;
}

/** The schema of the answer, in whichever of its places it came. */
export function schemaOf(config: Config): unknown {
  return jsonSchemaOf(config) ?? config.responseSchema;
}
