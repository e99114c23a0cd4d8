import { describe, expect, it } from 'vitest';
import { serviceRig } from '../../../test/rig/engines.ts';
import { LIVE_PATH, MANUAL, rawClient, readyClient, tone } from '../../../test/rig/standin.ts';
import { RETIRED_MODELS } from '../../system/retired-models.ts';

const rig = serviceRig();

const live = 'models/gemini-3.8-live';
const translate = 'models/gemini-3.5-live-translate-preview';

async function closedOver(setup: object, path?: string) {
  const client = await rawClient(rig.standin, path);
  client.send({ setup });
  return await client.closed;
}

describe('a setup that the service takes', () => {
  it.each([
    ['nothing but a model', { model: live }],
    [
      'everything an interpreter asks for, in camelCase',
      {
        model: live,
        generationConfig: {
          responseModalities: ['AUDIO'],
          temperature: 0.2,
          speechConfig: {
            voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } },
            languageCode: 'es-ES',
          },
          thinkingConfig: { thinkingBudget: 0 },
          mediaResolution: 'MEDIA_RESOLUTION_LOW',
        },
        systemInstruction: { role: 'user', parts: [{ text: 'Translate.' }] },
        tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }] }],
        realtimeInputConfig: {
          ...MANUAL,
          activityHandling: 'NO_INTERRUPTION',
          turnCoverage: 'TURN_INCLUDES_ONLY_ACTIVITY',
        },
        sessionResumption: {},
        contextWindowCompression: { triggerTokens: '2000', slidingWindow: { targetTokens: 1000 } },
        inputAudioTranscription: { languageCodes: ['en', 'es'] },
        outputAudioTranscription: {},
        historyConfig: { initialHistoryInClientContent: true },
      },
    ],
    [
      'the names of the proto',
      {
        model: live,
        generation_config: {
          response_modalities: ['AUDIO'],
          speech_config: { voice_config: { prebuilt_voice_config: { voice_name: 'Kore' } } },
        },
        realtime_input_config: { automatic_activity_detection: { disabled: true, silence_duration_ms: 500 } },
        input_audio_transcription: {},
      },
    ],
    [
      'null for what is absent, and a single value for a list',
      {
        model: live,
        tools: null,
        generationConfig: { responseModalities: 'AUDIO' },
        sessionResumption: null,
      },
    ],
    [
      'a target language on the translate model',
      {
        model: translate,
        generationConfig: { translationConfig: { targetLanguageCode: 'es', echoTargetLanguage: false } },
      },
    ],
    [
      'turn coverage',
      {
        model: live,
        realtimeInputConfig: { turnCoverage: 'TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO' },
      },
    ],
  ])('%s', async (_, setup) => {
    const client = await rawClient(rig.standin);
    client.send({ setup });
    const message = await Promise.race([client.until((m) => m.setupComplete !== undefined), client.closed]);
    expect(message).toHaveProperty('setupComplete.sessionId');
  });

  it('on v1alpha as well', async () => {
    await readyClient(rig.standin, {}, `${LIVE_PATH.replace('v1beta', 'v1alpha')}?key=k`);
  });
});

describe('a setup that the service refuses', () => {
  const unknown = (name: string, place: string) =>
    `Invalid JSON payload received. Unknown name "${name}" at '${place}': Cannot find field.`;
  it.each<[string, object, number, string | RegExp]>([
    ['an unknown name', { model: live, colour: 'red' }, 1007, unknown('colour', 'setup')],
    [
      'transcription inside generationConfig',
      { model: live, generationConfig: { inputAudioTranscription: {} } },
      1007,
      unknown('inputAudioTranscription', 'setup.generation_config'),
    ],
    [
      'an unknown name in a list',
      { model: live, tools: [{ functions: [] }] },
      1007,
      unknown('functions', 'setup.tools[0]'),
    ],
    [
      'transparent resumption',
      { model: live, sessionResumption: { transparent: true } },
      1007,
      unknown('transparent', 'setup.session_resumption'),
    ],
    [
      'text for a number',
      { model: live, generationConfig: { temperature: 'warm' } },
      1007,
      `Invalid value at 'setup.generation_config.temperature' (TYPE_FLOAT), "warm"`,
    ],
    ['a number for text', { model: 31 }, 1007, `Invalid value at 'setup.model' (TYPE_STRING), 31`],
    [
      'a fraction for a whole number',
      { model: live, generationConfig: { topK: 1.5 } },
      1007,
      `Invalid value at 'setup.generation_config.top_k' (TYPE_INT32), 1.5`,
    ],
    [
      'text for a truth value',
      { model: live, realtimeInputConfig: { automaticActivityDetection: { disabled: 'yes' } } },
      1007,
      /^Invalid value at 'setup\.realtime_input_config\.automatic_activity_detection\.disabled' \(TYPE_BOOL\), "yes"$/,
    ],
    [
      'an unknown word of an enum',
      { model: live, generationConfig: { responseModalities: ['SMELL'] } },
      1007,
      /^Invalid value at 'setup\.generation_config\.response_modalities\[0\]' \(type\.googleapis\.com/,
    ],
    [
      'text for a message',
      { model: live, systemInstruction: 'Translate.' },
      1007,
      /^Invalid value at 'setup\.system_instruction' \(type\.googleapis\.com/,
    ],
    [
      'a list for a single one',
      { model: live, generationConfig: [] },
      1007,
      `Invalid JSON payload received. Unknown name "generationConfig" at 'setup': Proto field is not repeating, cannot start list.`,
    ],
    [
      'an unknown model',
      { model: 'models/gemini-9' },
      1008,
      /^models\/gemini-9 is not found for API version v1beta, or is not supported for bidiGenerateContent\. /,
    ],
    ...RETIRED_MODELS.map(({ name }): [string, object, number, RegExp] => [
      name,
      { model: `models/${name}` },
      1008,
      new RegExp(`^models/${name} is not found for API version v1beta`),
    ]),
    [
      'a model without its prefix',
      { model: 'gemini-3.8-live' },
      1008,
      /^models\/gemini-3\.8-live is not found/,
    ],
    [
      'a level of thinking',
      { model: live, generationConfig: { thinkingConfig: { thinkingLevel: 'MINIMAL' } } },
      1007,
      /hinking/,
    ],
    [
      'affective dialog',
      { model: live, generationConfig: { enableAffectiveDialog: true } },
      1007,
      unknown('enable_affective_dialog', 'setup.generation_config').slice(0, 120),
    ],
    [
      'proactivity, even switched off',
      { model: live, proactivity: { proactiveAudio: false } },
      1007,
      unknown('proactivity', 'setup'),
    ],
    [
      'text output',
      { model: live, generationConfig: { responseModalities: ['TEXT'] } },
      1007,
      /^The requested combination of response modalities \(TEXT\) is not supported by the model\./,
    ],
    [
      'a null handle',
      { model: live, sessionResumption: { handle: null } },
      1007,
      'Request contains an invalid argument.',
    ],
    [
      'tools on the translate model',
      { model: translate, tools: [{ googleSearch: {} }] },
      1007,
      'Request contains an invalid argument.',
    ],
    [
      'a target language elsewhere',
      { model: live, generationConfig: { translationConfig: { targetLanguageCode: 'es' } } },
      1007,
      'Request contains an invalid argument.',
    ],
  ])('%s', async (_, setup, code, reason) => {
    const closed = await closedOver(setup);
    expect(closed.code).toBe(code);
    if (typeof reason === 'string') expect(closed.reason).toBe(reason.slice(0, 123));
    else expect(closed.reason).toMatch(reason);
  });

  it('with a reason cut at 123 bytes, between characters', async () => {
    const { reason } = await closedOver({ model: live, generationConfig: { [`${'ñ'.repeat(60)}a`]: 1 } });
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    expect(Buffer.byteLength(reason)).toBeGreaterThan(120);
    expect(reason).not.toContain('�');
  });
});

describe('the first message', () => {
  it.each([
    ['is not JSON', 'hello', 'Invalid JSON payload received. Unexpected token.'],
    ['is no object', '[]', /^Invalid value at the message/],
    [
      'is not the setup',
      '{"realtimeInput":{"activityStart":{}}}',
      'setup must be the first message and only the first',
    ],
    [
      'is two messages in one',
      '{"setup":{"model":"models/gemini-3.8-live"},"toolResponse":{}}',
      /oneof field 'message_type' is already set/,
    ],
    [
      'is of a kind that is not known',
      '{"contextUpdate":{}}',
      'Invalid JSON payload received. Unknown name "contextUpdate": Cannot find field.',
    ],
  ])('%s', async (_, text, reason) => {
    const client = await rawClient(rig.standin);
    client.send(text);
    const closed = await client.closed;
    expect(closed.code).toBe(1007);
    if (typeof reason === 'string') expect(closed.reason).toBe(reason);
    else expect(closed.reason).toMatch(reason);
  });
});

describe('a message after the setup', () => {
  const good = Buffer.from(tone(0.1, 16_000).buffer).toString('base64');
  const audio = (data: string, mimeType = 'audio/pcm;rate=16000') => ({
    realtimeInput: { audio: { data, mimeType } },
  });
  it.each([
    ['a second setup', {}, { setup: { model: live } }, 'setup must be the first message and only the first'],
    [
      'an unknown name',
      {},
      { realtimeInput: { sound: {} } },
      `Invalid JSON payload received. Unknown name "sound" at 'realtime_input': Cannot find field.`,
    ],
    [
      'sound that is no base64',
      {},
      audio('?!'),
      `Invalid value at 'realtime_input.audio.data' (TYPE_BYTES), Base64 decoding failed for "?!"`,
    ],
    ['half a sample', {}, audio('AAAA'), /whole number/],
    ['compressed sound', {}, audio(good, 'audio/webm'), /mime type/],
    [
      'activityStart under automatic detection',
      { realtimeInputConfig: {} },
      { realtimeInput: { activityStart: {} } },
      'Explicit activity control is not supported when automatic activity detection is enabled.',
    ],
    [
      'activityEnd under automatic detection',
      { realtimeInputConfig: {} },
      { realtimeInput: { activityEnd: {} } },
      'Explicit activity control is not supported when automatic activity detection is enabled.',
    ],
    [
      'audioStreamEnd without automatic detection',
      {},
      { realtimeInput: { audioStreamEnd: true } },
      /audioStreamEnd/,
    ],
    [
      'text to the translate model',
      { model: translate },
      { realtimeInput: { text: 'Hello' } },
      'Request contains an invalid argument.',
    ],
    [
      'content to the translate model',
      { model: translate },
      { clientContent: { turnComplete: true } },
      'Request contains an invalid argument.',
    ],
    [
      'a tool response that is no object',
      {},
      { toolResponse: { functionResponses: [{ name: 'f', response: 'done' }] } },
      /^Invalid value at 'tool_response\.function_responses\[0\]\.response' \(type\.googleapis\.com\/google\.protobuf\.Struct\)/,
    ],
  ])('%s closes with 1007', async (_, setup, message, reason) => {
    const client = await readyClient(rig.standin, setup);
    client.send(message);
    const closed = await client.closed;
    expect(closed.code).toBe(1007);
    if (typeof reason === 'string') expect(closed.reason).toBe(reason.slice(0, 123));
    else expect(closed.reason).toMatch(reason);
  });

  it('mediaChunks are ignored', async () => {
    const chunk = { data: good, mimeType: 'audio/pcm;rate=16000' };
    const client = await readyClient(rig.standin);
    client.send({ realtimeInput: { activityStart: {} } });
    client.send({ realtimeInput: { mediaChunks: [chunk, chunk] } });
    client.send({ realtimeInput: { activityEnd: {} } });
    await client.until((m) => m.serverContent?.turnComplete === true);
    expect(rig.standin.connections.at(-1)?.turns[0]?.audioSeconds).toBe(0);
  });
});
