/**
 * The published definition of the Live API, loaded from npm at run time: Google's own proto files
 * (`@google-ai/generativelanguage`), and beside them the fields that only the SDK's types know.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import protobuf from 'protobufjs';

/**
 * What is newer than the published proto, after `genai.d.ts` of @google/genai 3.1.0 (interfaces LiveClientSetup,
 * GenerationConfig, AudioTranscriptionConfig, TranslationConfig, ProactivityConfig, HistoryConfig, ThinkingConfig,
 * SpeechMetadata, VoiceConfig).
 * Numbers are of no importance: only JSON passes here. What the SDK itself refuses to send to this API
 * (`sessionResumption.transparent`, `explicitVadSignal`) stays unknown.
 */
const NEWER = `
  syntax = "proto3";
  package standin.newer;
  message TranslationConfig { optional string target_language_code = 1; optional bool echo_target_language = 2; }
  message ProactivityConfig { optional bool proactive_audio = 1; optional bool proactive_video = 2; }
  message HistoryConfig { optional bool initial_history_in_client_content = 1; }
  message LanguageAuto {}
  message LanguageHints { repeated string language_codes = 1; }
  enum TranscriptionMode { MODE_UNSPECIFIED = 0; VERBATIM = 1; SMART = 2; }
  message SpeechMetadata { optional string speaker = 1; optional string style = 2; }
  enum ThinkingLevel { THINKING_LEVEL_UNSPECIFIED = 0; MINIMAL = 1; LOW = 2; MEDIUM = 3; HIGH = 4; }
`;

interface NewField {
  readonly message: string;
  readonly name: string;
  readonly type: string;
  readonly repeated?: true;
}

const NEWER_FIELDS: readonly NewField[] = [
  { message: 'BidiGenerateContentSetup', name: 'proactivity', type: '.standin.newer.ProactivityConfig' },
  { message: 'BidiGenerateContentSetup', name: 'history_config', type: '.standin.newer.HistoryConfig' },
  { message: 'BidiGenerateContentSetup', name: 'safety_settings', type: 'SafetySetting', repeated: true },
  { message: 'GenerationConfig', name: 'translation_config', type: '.standin.newer.TranslationConfig' },
  { message: 'GenerationConfig', name: 'enable_affective_dialog', type: 'bool' },
  { message: 'ThinkingConfig', name: 'thinking_level', type: '.standin.newer.ThinkingLevel' },
  { message: 'Part', name: 'speech_metadata', type: '.standin.newer.SpeechMetadata' },
  { message: 'VoiceConfig', name: 'voice', type: 'string' },
  { message: 'AudioTranscriptionConfig', name: 'language_codes', type: 'string', repeated: true },
  { message: 'AudioTranscriptionConfig', name: 'language_auto', type: '.standin.newer.LanguageAuto' },
  { message: 'AudioTranscriptionConfig', name: 'language_hints', type: '.standin.newer.LanguageHints' },
  { message: 'AudioTranscriptionConfig', name: 'custom_vocabulary', type: 'string', repeated: true },
  { message: 'AudioTranscriptionConfig', name: 'adaptation_phrases', type: 'string', repeated: true },
  { message: 'AudioTranscriptionConfig', name: 'word_timestamp', type: 'bool' },
  { message: 'AudioTranscriptionConfig', name: 'diarization', type: 'bool' },
  { message: 'AudioTranscriptionConfig', name: 'mode', type: '.standin.newer.TranscriptionMode' },
  { message: 'AudioTranscriptionConfig', name: 'source_text', type: 'string' },
];

/** The published v1alpha is older than this (it has no thinkingConfig), so v1beta's serves both. */
const HOME = 'google.ai.generativelanguage.v1beta';

let loaded: protobuf.Root | undefined;

/** The type of every message a client may send. */
export function clientMessageType(): protobuf.Type {
  return typeNamed('BidiGenerateContentClientMessage');
}

/** The type of every message that the service may send. */
export function serverMessageType(): protobuf.Type {
  return typeNamed('BidiGenerateContentServerMessage');
}

/** The type of a single request. */
export function generateContentRequestType(): protobuf.Type {
  return typeNamed('GenerateContentRequest');
}

/** The type of its answer. */
export function generateContentResponseType(): protobuf.Type {
  return typeNamed('GenerateContentResponse');
}

function typeNamed(name: string): protobuf.Type {
  loaded ??= load();
  return loaded.lookupType(`${HOME}.${name}`);
}

function load(): protobuf.Root {
  const root = new protobuf.Root();
  // google-gax, with google/api and its like, is a dependency of the first and found from there.
  const own = protoFolder('@google-ai/generativelanguage', import.meta.url);
  const folders = [own, protoFolder('google-gax', join(own, 'x.js'))];
  root.resolvePath = (_origin, target) =>
    folders.map((folder) => join(folder, target)).find((path) => existsSync(path)) ?? target;
  root.loadSync(`${HOME.replaceAll('.', '/')}/generative_service.proto`, { keepCase: true });
  protobuf.parse(NEWER, root, { keepCase: true });
  root.resolveAll();
  for (const field of NEWER_FIELDS) {
    const type = root.lookupType(`${HOME}.${field.message}`);
    if (type.fields[field.name] !== undefined) continue; // published in the meantime
    const number = Math.max(0, ...type.fieldsArray.map((other) => other.id)) + 1000;
    const added = new protobuf.Field(field.name, number, field.type, field.repeated ? 'repeated' : undefined);
    type.add(added);
    added.resolve();
  }
  // https://ai.google.dev/gemini-api/docs/models/gemini-3.8-live: the default of 3.1 and 3.8, in no published proto
  const coverage = root.lookupEnum(`${HOME}.RealtimeInputConfig.TurnCoverage`);
  if (coverage.values.TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO === undefined) {
    coverage.add('TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO', 1000);
  }
  return root;
}

/** `build/protos` of an installed package, found from what its main file resolves to. */
function protoFolder(name: string, from: string): string {
  for (let folder = dirname(createRequire(from).resolve(name)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'build/protos'))) {
      return join(folder, 'build/protos');
    }
    if (folder === dirname(folder)) throw new Error(`no build/protos in the npm package ${name}; run npm ci`);
  }
}
