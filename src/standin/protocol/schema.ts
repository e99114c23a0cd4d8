/**
 * The published definition of the Live API, loaded from npm at run time: Google's own proto files
 * (`@google-ai/generativelanguage`), and beside them the fields that only the SDK's types know.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import protobuf from 'protobufjs';

/** The published v1alpha is older than this (it has no thinkingConfig), so v1beta's serves both. */
const HOME = 'google.ai.generativelanguage.v1beta';
const NEWER_HOME = 'standin.newer';

/**
 * What is newer than the published proto, after `genai.d.ts` of @google/genai 3.1.0 (interfaces LiveClientSetup,
 * GenerationConfig, AudioTranscriptionConfig, TranslationConfig, ProactivityConfig, HistoryConfig, ThinkingConfig,
 * SpeechMetadata, VoiceConfig). Fields of a message that is published are added to it.
 * The numbers only have to be unused: messages are JSON. What the SDK itself refuses to send to this API
 * (`sessionResumption.transparent`, `explicitVadSignal`) stays unknown.
 */
const NEWER = `
  syntax = "proto3";
  package ${NEWER_HOME};
  message TranslationConfig { string target_language_code = 1; bool echo_target_language = 2; }
  message ProactivityConfig { bool proactive_audio = 1; bool proactive_video = 2; }
  message HistoryConfig { bool initial_history_in_client_content = 1; }
  message LanguageAuto {}
  message LanguageHints { repeated string language_codes = 1; }
  enum TranscriptionMode { MODE_UNSPECIFIED = 0; VERBATIM = 1; SMART = 2; }
  message SpeechMetadata { string speaker = 1; string style = 2; }
  enum ThinkingLevel { THINKING_LEVEL_UNSPECIFIED = 0; MINIMAL = 1; LOW = 2; MEDIUM = 3; HIGH = 4; }
  message BidiGenerateContentSetup {
    ProactivityConfig proactivity = 1001;
    HistoryConfig history_config = 1002;
    repeated ${HOME}.SafetySetting safety_settings = 1003;
  }
  message GenerationConfig { TranslationConfig translation_config = 1001; bool enable_affective_dialog = 1002; }
  message ThinkingConfig { ThinkingLevel thinking_level = 1001; }
  message Part { SpeechMetadata speech_metadata = 1001; }
  message VoiceConfig { string voice = 1001; }
  message AudioTranscriptionConfig {
    repeated string language_codes = 1001;
    LanguageAuto language_auto = 1002;
    LanguageHints language_hints = 1003;
    repeated string custom_vocabulary = 1004;
    repeated string adaptation_phrases = 1005;
    bool word_timestamp = 1006;
    bool diarization = 1007;
    TranscriptionMode mode = 1008;
    string source_text = 1009;
  }
`;

let loaded: protobuf.Root | undefined;

/** A type of the published definition, with what is newer. */
export function messageType(
  name:
    | 'BidiGenerateContentClientMessage'
    | 'BidiGenerateContentServerMessage'
    | 'GenerateContentRequest'
    | 'GenerateContentResponse',
): protobuf.Type {
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
  for (const newer of root.define(NEWER_HOME).nestedArray) {
    const published = root.lookup(`${HOME}.${newer.name}`, protobuf.Type);
    if (!(newer instanceof protobuf.Type && published instanceof protobuf.Type)) continue;
    for (const field of newer.fieldsArray) {
      newer.remove(field);
      // It may have been published in the meantime.
      if (published.fields[field.name] === undefined) published.add(field);
    }
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
