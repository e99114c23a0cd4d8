import { type ApiError, GoogleGenAI, Modality } from '@google/genai';
import { beforeEach, describe, expect, it } from 'vitest';
import { ask, fetchOver } from '../../../test/rig/client.ts';
import { serviceRig } from '../../../test/rig/engines.ts';
import { scriptedAnswerer, tone } from '../../../test/rig/standin.ts';
import { writeWav } from '../../audio/pcm/wav.ts';
import { RETIRED_MODELS } from '../../system/retired-models.ts';
import { noSpeech, requestQuotaExceeded, requestRefused, streamCutAfter } from '../faults/faults.ts';

/** The real client, and plain requests where the wire itself is looked at. */

let answerer: ReturnType<typeof scriptedAnswerer>;
let client: GoogleGenAI;
const rig = serviceRig(() => {
  answerer = scriptedAnswerer();
  return { answerer, badKeys: ['AIzaBAD'] };
});
beforeEach(() => {
  const { url, dial } = rig.standin;
  const httpOptions = { baseUrl: url, fetch: fetchOver(dial) };
  client = new GoogleGenAI({ apiKey: 'k', apiVersion: 'v1beta', httpOptions });
});

const MODEL = 'gemini-3.5-flash-lite';
const TTS = 'gemini-3.8-flash-lite-tts';

const sound = (seconds: number, mimeType = 'audio/wav') => ({
  inlineData: { mimeType, data: Buffer.from(writeWav(tone(seconds, 16_000), 16_000)).toString('base64') },
});
const schema = {
  type: 'object',
  properties: {
    language: { type: 'string' },
    transcript: { type: 'string' },
    translation: { type: 'string' },
    understood: { type: 'boolean' },
  },
  required: ['understood'],
};
const json = { responseMimeType: 'application/json', responseJsonSchema: schema };
const speech = {
  responseModalities: [Modality.AUDIO],
  speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
};

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const { url, dial } = rig.standin;
  return ask(dial, `${url}/v1beta/models/${path}`, {
    method: 'POST',
    headers: { 'x-goog-api-key': 'k', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const asText = { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] };
const asSpeech = { ...asText, generationConfig: speech };

describe('an utterance', () => {
  it('is heard and answered in the schema that was asked for', async () => {
    const answer = await client.models.generateContent({
      model: MODEL,
      contents: [{ role: 'user', parts: [sound(1)] }],
      config: { ...json, systemInstruction: 'Interpret.', thinkingConfig: { thinkingBudget: 0 } },
    });
    expect(JSON.parse(answer.text ?? '')).toEqual({
      language: 'es',
      transcript: '¿Dónde está el baño?',
      translation: 'Where is the bathroom, please?',
      understood: true,
    });
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
    expect(answer.usageMetadata?.promptTokensDetails).toContainEqual({ modality: 'AUDIO', tokenCount: 32 });
    expect(answerer.asked).toEqual([1]);
    expect(rig.standin.requests).toMatchObject([
      { kind: 'hear', model: MODEL, heardSeconds: 1, status: 200, outcome: 'complete' },
    ]);
    expect(JSON.stringify(rig.standin.requests).length).toBeLessThan(1500); // the sound is not kept
  });

  it('may come as PCM, with the older form of schema, and be answered in a stream', async () => {
    const stream = await client.models.generateContentStream({
      model: MODEL,
      contents: [
        {
          role: 'user',
          parts: [
            {
              inlineData: {
                mimeType: 'audio/pcm;rate=16000',
                data: Buffer.from(tone(1, 16_000).buffer).toString('base64'),
              },
            },
          ],
        },
      ],
      config: { responseMimeType: 'application/json', responseSchema: schema },
    });
    const pieces: string[] = [];
    for await (const chunk of stream) pieces.push(chunk.text ?? '');
    expect(pieces.length).toBeGreaterThan(3);
    expect(JSON.parse(pieces.join(''))).toMatchObject({ language: 'es', understood: true });
  });

  it('that was not understood says so', async () => {
    rig.standin.script.nextRequest('hear', { answer: { heard: { text: '' } } });
    const answer = await client.models.generateContent({
      model: MODEL,
      contents: [{ role: 'user', parts: [sound(1)] }],
      config: json,
    });
    expect(JSON.parse(answer.text ?? '')).toMatchObject({ understood: false, translation: '' });
  });
});

describe('speech', () => {
  const spoken = 'Where is the bathroom, please?'; // 2 s of the scripted answerer

  it('is streamed as PCM, in the pace of the clock', async () => {
    const stream = await client.models.generateContentStream({
      model: TTS,
      contents: spoken,
      config: speech,
    });
    let bytes = 0;
    let chunks = 0;
    for await (const chunk of stream) {
      const data = chunk.candidates?.[0]?.content?.parts?.[0]?.inlineData;
      expect(data?.mimeType).toBe('audio/L16;codec=pcm;rate=24000');
      bytes += Buffer.from(data?.data ?? '', 'base64').length;
      chunks += 1;
    }
    expect(bytes / 2 / 24_000).toBeCloseTo(2);
    expect(chunks).toBe(10);
    // 0.9 s to the first, then nine pieces of 200 ms at 3.4 times their pace; name, TCP and request before it.
    expect(rig.clock.now()).toBeCloseTo(900 + (9 * 200) / 3.4 + 30, 6);
    expect(rig.standin.requests[0]).toMatchObject({ kind: 'speak', text: spoken, outcome: 'complete' });
    expect(rig.standin.requests[0]?.saidSeconds).toBeCloseTo(2);
  });

  it('comes as a WAV file when it is not streamed', async () => {
    const answer = await client.models.generateContent({ model: TTS, contents: spoken, config: speech });
    const wav = answer.candidates?.[0]?.content?.parts?.[0]?.inlineData;
    expect(wav?.mimeType).toBe('audio/wav');
    expect(
      Buffer.from(wav?.data ?? '', 'base64')
        .subarray(0, 4)
        .toString(),
    ).toBe('RIFF');
  });

  it('may have none, with its tokens counted and HTTP 200', async () => {
    rig.standin.script.nextRequest('speak', noSpeech);
    const answer = await client.models.generateContent({ model: TTS, contents: spoken, config: speech });
    expect(answer.candidates?.[0]).toMatchObject({ finishReason: 'OTHER', content: {} });
    expect(answer.usageMetadata?.candidatesTokenCount).toBe(50);
  });

  it('may be cut off silently', async () => {
    rig.standin.script.nextRequest('speak', streamCutAfter(2));
    const stream = await client.models.generateContentStream({
      model: TTS,
      contents: spoken,
      config: speech,
    });
    const reasons: unknown[] = [];
    for await (const chunk of stream) reasons.push(chunk.candidates?.[0]?.finishReason);
    expect(reasons).toEqual([undefined, undefined]);
  });

  it('whose client has left is recorded as given up', async () => {
    rig.standin.script.nextRequest('speak', { at: { chunks: 1 }, do: 'hang' });
    const abort = new AbortController();
    const stream = await client.models.generateContentStream({
      model: TTS,
      contents: spoken,
      config: { ...speech, abortSignal: abort.signal },
    });
    const read = async () => {
      for await (const _ of stream) abort.abort();
    };
    await expect(read()).rejects.toThrow();
    await rig.until(() => rig.standin.requests[0]?.outcome === 'given up');
  });
});

describe('a request is refused', () => {
  it.each([
    ['an unknown field', MODEL, { ...asText, colour: 1 }, 'Unknown name "colour": Cannot find field.'],
    [
      'a field in the wrong place',
      MODEL,
      { ...asText, generationConfig: { voice: 'Kore' } },
      `Unknown name "voice" at 'generation_config'`,
    ],
    ['no contents', MODEL, {}, 'contents is not specified'],
    ['what is no JSON', MODEL, '{', 'Invalid JSON payload'],
    [
      'sound of an unknown type',
      MODEL,
      { contents: [{ parts: [{ inlineData: { mimeType: 'audio/opus', data: 'AAAA' } }] }] },
      'Unsupported MIME type: audio/opus',
    ],
    [
      'sound that is no WAV file',
      MODEL,
      { contents: [{ parts: [{ inlineData: { mimeType: 'audio/wav', data: 'AAAA' } }] }] },
      'invalid argument',
    ],
    [
      'a schema for plain text',
      MODEL,
      { ...asText, generationConfig: { responseJsonSchema: schema } },
      'application/json',
    ],
    ['sound asked of a model of text', MODEL, asSpeech, 'only supports text output'],
    ['text asked of a model of speech', TTS, asText, 'AUDIO'],
    [
      'the least thinking of a model that is not Flash-Lite',
      'gemini-3.8-flash',
      { ...asText, generationConfig: { thinkingConfig: { thinkingLevel: 'minimal' } } },
      'THINKING_LEVEL_MINIMAL',
    ],
    [
      'a level of thinking for speech',
      TTS,
      { ...asText, generationConfig: { ...speech, thinkingConfig: { thinkingLevel: 'MINIMAL' } } },
      'Thinking level is not supported',
    ],
    [
      'a system instruction for speech',
      TTS,
      { ...asSpeech, systemInstruction: asText.contents[0] },
      'Developer',
    ],
    [
      'an unknown voice',
      TTS,
      {
        ...asText,
        generationConfig: {
          ...speech,
          speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Alloy' } } },
        },
      },
      'Voice name Alloy is not supported. Allowed voice names are: achernar',
    ],
    [
      'a temperature for speech',
      TTS,
      { ...asText, generationConfig: { ...speech, temperature: 1 } },
      'invalid argument',
    ],
  ])('for %s', async (_, model, body, message) => {
    const { status, text } = await post(`${model}:generateContent`, body);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringContaining(message) },
    });
    expect(rig.standin.requests).toEqual([]);
  });

  it('for a deadline under ten seconds, which is what httpOptions.timeout asks for', async () => {
    const short = client.models.generateContent({
      model: MODEL,
      contents: 'hello',
      config: { httpOptions: { timeout: 5000 } },
    });
    await expect(short).rejects.toThrow('Manually set deadline 5s is too short');
  });

  it('for models that are unknown, retired, or not able to do this', async () => {
    for (const model of ['gemini-9', 'gemini-3.8-live', ...RETIRED_MODELS.map(({ name }) => name)]) {
      const { status, text } = await post(`${model}:generateContent`, asText);
      expect(status).toBe(404);
      expect(text).toContain(`models/${model} is not found for API version v1beta`);
    }
  });

  it('for a bad key', async () => {
    const { status, text } = await post(`${MODEL}:generateContent`, asText, { 'x-goog-api-key': 'AIzaBAD' });
    expect(status).toBe(400);
    expect(text).toContain('API_KEY_INVALID');
  });

  it('by the script: once, or each', async () => {
    rig.standin.script.nextRequest('hear', requestQuotaExceeded).everyRequest('speak', requestRefused(503));
    const hear = () => client.models.generateContent({ model: MODEL, contents: 'hello' });
    await expect(hear()).rejects.toMatchObject({ status: 429 } satisfies Partial<ApiError>);
    await hear();
    for (let i = 0; i < 2; i++) {
      const { status, text } = await post(`${TTS}:streamGenerateContent?alt=sse`, asSpeech);
      expect(status).toBe(503);
      expect(text).toContain('UNAVAILABLE');
    }
  });
});

describe('the models', () => {
  it('are listed beside those of Live', async () => {
    const { name, supportedActions } = await client.models.get({ model: TTS });
    expect(name).toBe(`models/${TTS}`);
    expect(supportedActions).toEqual(['generateContent']);
  });
});
