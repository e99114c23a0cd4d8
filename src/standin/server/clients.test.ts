/** Clients that were written for the service, unchanged save for the address: over real sockets. */
import { createGoogle } from '@ai-sdk/google';
import { GoogleGenAI, type LiveServerMessage, Modality } from '@google/genai';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ScriptedAnswerer, scriptedAnswerer, silence, tone } from '../../../test/rig/standin.ts';
import { type Clock, REAL_TIME } from '../../base/time.ts';
import { encodeSound, IN_RATE, OUT_RATE } from '../protocol/sound.ts';
import { MEASURED_LIMITS } from './limits.ts';
import { type Standin, startStandin } from './server.ts';

/** The service is ten times as fast as it is: nobody here listens to what it says. */
const HASTE = 10;
const clock: Clock = {
  ...REAL_TIME,
  now: () => HASTE * REAL_TIME.now(),
  after: (ms, then) => REAL_TIME.after(ms / HASTE, then),
};

/** As long as ever. */
const LIMITS = {
  goAwayMs: HASTE * MEASURED_LIMITS.goAwayMs,
  silentMs: HASTE * MEASURED_LIMITS.silentMs,
};

let answerer: ScriptedAnswerer;
let standin: Standin;
beforeEach(async () => {
  answerer = scriptedAnswerer();
  standin = await startStandin({ answerer, clock, limits: LIMITS });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await standin.stop();
});

const MANUAL = { automaticActivityDetection: { disabled: true } };
/** 100 ms of speech at a time, as Google's guides send it. */
const pieces = Array.from({ length: 10 }, () => encodeSound(tone(0.1, IN_RATE)));
const mimeType = `audio/pcm;rate=${IN_RATE}`;

describe('a raw WebSocket, as in Google’s documentation', () => {
  it('sets up, streams sound, and is answered', async () => {
    const path = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=k';
    const socket = new WebSocket(standin.url.replace('http', 'ws') + path);
    const received: LiveServerMessage[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.onerror = () => reject(new Error('the socket failed'));
      socket.onopen = () =>
        socket.send(
          JSON.stringify({
            setup: {
              model: 'models/gemini-3.8-live',
              generationConfig: { responseModalities: ['AUDIO'] },
              inputAudioTranscription: {},
              outputAudioTranscription: {},
            },
          }),
        );
      socket.onmessage = async (event) => {
        const text = event.data instanceof Blob ? await event.data.text() : String(event.data);
        const message: LiveServerMessage = JSON.parse(text);
        received.push(message);
        if (message.setupComplete) {
          for (const data of [...pieces, encodeSound(silence(1))]) {
            socket.send(JSON.stringify({ realtimeInput: { audio: { mimeType, data } } }));
          }
        }
        if (message.serverContent?.turnComplete) resolve();
      };
    });
    socket.close();
    const content = received.map((message) => message.serverContent);
    expect(content.map((one) => one?.inputTranscription?.text ?? '').join('')).toBe('¿Dónde está el baño?');
    expect(content.map((one) => one?.outputTranscription?.text ?? '').join('')).toBe(
      'Where is the bathroom, please?',
    );
    expect(soundOf(received)).toBe(0.6 * OUT_RATE);
  });
});

describe('@google/genai', () => {
  /** The address of the service comes from the environment only. */
  function client(): GoogleGenAI {
    vi.stubEnv('GOOGLE_GEMINI_BASE_URL', standin.url);
    return new GoogleGenAI({ apiKey: 'k', apiVersion: 'v1beta' });
  }

  it('holds a conversation of two turns, pressed and released', async () => {
    const messages: LiveServerMessage[] = [];
    let turnComplete = Promise.withResolvers<void>();
    const session = await client().live.connect({
      model: 'gemini-3.8-live',
      config: {
        responseModalities: [Modality.AUDIO],
        systemInstruction: 'You are an interpreter.',
        speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
        realtimeInputConfig: MANUAL,
        inputAudioTranscription: { languageCodes: ['en', 'es'] },
        outputAudioTranscription: {},
        sessionResumption: {},
        contextWindowCompression: { triggerTokens: '2000', slidingWindow: { targetTokens: '1000' } },
      },
      callbacks: {
        onmessage: (message) => {
          messages.push(message);
          if (message.serverContent?.turnComplete) turnComplete.resolve();
        },
      },
    });
    for (const _ of [1, 2]) {
      turnComplete = Promise.withResolvers();
      session.sendRealtimeInput({ activityStart: {} });
      for (const data of pieces) session.sendRealtimeInput({ audio: { data, mimeType } });
      session.sendRealtimeInput({ activityEnd: {} });
      await turnComplete.promise;
    }
    session.close();
    expect(answerer.asked).toEqual([1, 1]);
    expect(soundOf(messages)).toBe(2 * 0.6 * OUT_RATE);
    const usage = messages.flatMap((message) => message.usageMetadata?.promptTokenCount ?? []);
    expect(usage).toEqual([6 + 25, 6 + 25 + 15 + 25]);
    expect(messages.some((message) => message.sessionResumptionUpdate?.resumable)).toBe(true);
    expect((await standin.next('connection')).connection.path).toMatch(/^\/ws\//);
  });

  it('types, and gets the reason of a mistake', async () => {
    const closed = Promise.withResolvers<{ code: number; reason: string }>();
    const turnComplete = Promise.withResolvers<void>();
    const session = await client().live.connect({
      model: 'gemini-3.8-live',
      config: { responseModalities: [Modality.AUDIO] },
      callbacks: {
        onmessage: (message) => message.serverContent?.turnComplete && turnComplete.resolve(),
        onclose: ({ code, reason }) => closed.resolve({ code, reason }),
      },
    });
    session.sendClientContent({ turns: '¿Dónde está el baño?', turnComplete: true });
    await turnComplete.promise;
    expect(answerer.asked).toEqual(['¿Dónde está el baño?']);
    session.sendRealtimeInput({ activityStart: {} });
    expect(await closed.promise).toMatchObject({ code: 1007, reason: /^Explicit activity control/ });
  });

  it('is refused a model that does not exist', async () => {
    const connecting = client().live.connect({ model: 'gemini-9', callbacks: { onmessage: () => {} } });
    await expect(connecting).rejects.toThrow(/1008.*gemini-9 is not found for API version v1beta/s);
  });

  it('translates continuously', async () => {
    const said = Promise.withResolvers<string>();
    const session = await client().live.connect({
      model: 'gemini-3.5-live-translate-preview',
      config: {
        responseModalities: [Modality.AUDIO],
        translationConfig: { targetLanguageCode: 'en' },
        outputAudioTranscription: {},
      },
      callbacks: {
        onmessage: ({ serverContent }) => {
          if (serverContent?.outputTranscription?.text) said.resolve(serverContent.outputTranscription.text);
        },
      },
    });
    for (const data of pieces) session.sendRealtimeInput({ audio: { data, mimeType } });
    expect(await said.promise).toBe('Where is the');
    session.close();
  });

  it('looks models up, and learns that its key is bad', async () => {
    const model = await client().models.get({ model: 'gemini-3.8-live' });
    expect(model.inputTokenLimit).toBe(131_072);
    const names: (string | undefined)[] = [];
    for await (const one of await client().models.list()) names.push(one.name);
    expect(names).toContain('models/gemini-3.5-live-translate-preview');
    await expect(client().models.get({ model: 'gemini-9' })).rejects.toThrow(/not found/);
  });
});

describe('@ai-sdk/google, a client with a WebSocket of its own', () => {
  const google = () => createGoogle({ apiKey: 'k', baseURL: `${standin.url}/v1beta` });

  it('translates speech with its translation model', async () => {
    const audio = new ReadableStream<string>({
      start: (controller) => {
        for (const data of pieces) controller.enqueue(data);
        controller.close();
      },
    });
    const { stream } = await google()
      .translation('gemini-3.5-live-translate-preview')
      .doStream({ audio, inputAudioFormat: { type: 'audio/pcm', rate: IN_RATE }, targetLanguage: 'en' });
    let samples = 0;
    let loud = false;
    let finish: unknown;
    for await (const part of stream) {
      if (part.type === 'audio') {
        const bytes = Buffer.from(typeof part.audio === 'string' ? part.audio : encode(part.audio), 'base64');
        samples += bytes.length / 2;
        loud ||= bytes.some((byte) => byte !== 0);
      }
      if (part.type === 'finish') finish = part;
    }
    expect(finish).toMatchObject({
      sourceText: '¿Dónde está el baño?',
      outputText: 'Where is the bathroom, please?',
      usage: { inputAudioTokens: 25 },
    });
    expect(loud).toBe(true);
    expect(samples).toBeGreaterThan(1.6 * OUT_RATE);
  });

  it('opens a realtime session with an ephemeral token and understands the answer', async () => {
    const { token, url } = await google().experimental_realtime.getToken({ model: 'gemini-3.8-live' });
    const model = google().experimental_realtime('gemini-3.8-live');
    const socket = new WebSocket(model.getWebSocketConfig?.({ token, url }).url ?? '');
    socket.binaryType = 'arraybuffer';
    const types = new Set<string>();
    const done = Promise.withResolvers<void>();
    const send = async (event: Parameters<typeof model.serializeClientEvent>[0]) =>
      socket.send(JSON.stringify(await model.serializeClientEvent(event)));
    socket.onopen = () => void send({ type: 'session-update', config: { outputAudioTranscription: {} } });
    socket.onmessage = async ({ data }) => {
      const parsed = model.parseServerEvent(JSON.parse(Buffer.from(data).toString()));
      for (const event of Array.isArray(parsed) ? parsed : [parsed]) {
        types.add(event.type);
        if (event.type === 'session-created') {
          for (const audio of [...pieces, encodeSound(silence(1))])
            await send({ type: 'input-audio-append', audio });
        }
        if (event.type === 'response-done') done.resolve();
      }
    };
    await done.promise;
    socket.close();
    expect([...types]).toEqual(
      expect.arrayContaining(['session-created', 'audio-delta', 'audio-transcript-done', 'response-done']),
    );
  });
});

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Samples of 24 kHz sound in what came. */
function soundOf(messages: readonly LiveServerMessage[]): number {
  return messages
    .flatMap((message) => message.serverContent?.modelTurn?.parts ?? [])
    .reduce((sum, part) => sum + Buffer.from(part.inlineData?.data ?? '', 'base64').length / 2, 0);
}
