/** For tests of the stand-in and of its clients: an answerer with scripted answers. */
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Answer, Answerer } from '../../src/standin/answerer.ts';
import type { ServerMessage } from '../../src/standin/protocol/messages.ts';
import { encodeSound, IN_RATE, OUT_RATE } from '../../src/standin/protocol/sound.ts';
import type { Timing } from '../../src/standin/services.ts';

/** A tone that the stand-in's voice detection takes for speech. */
export function tone(seconds: number, rate: number, hertz = 440): Int16Array {
  const samples = new Int16Array(Math.round(seconds * rate));
  for (let i = 0; i < samples.length; i += 1)
    samples[i] = Math.round(Math.sin((2 * Math.PI * hertz * i) / rate) * 8000);
  return samples;
}

export const silence = (seconds: number, rate = IN_RATE) => new Int16Array(Math.round(seconds * rate));

export interface ScriptedAnswerer extends Answerer {
  /** What it was given, oldest first: seconds of sound, or the text. */
  readonly asked: (number | string)[];
  /** 'started' and 'stopped', as it was called. */
  readonly life: string[];
}

/** Always the same answer: Spanish to English, a tone of 0.6 s. */
export function scriptedAnswerer(change: Partial<Answer> = {}): ScriptedAnswerer {
  const answer: Answer = {
    heard: { text: '¿Dónde está el baño?', languageCode: 'es' },
    said: { text: 'Where is the bathroom, please?', languageCode: 'en' },
    pcm24k: tone(0.6, OUT_RATE),
    ...change,
  };
  const asked: (number | string)[] = [];
  const life: string[] = [];
  return {
    asked,
    life,
    start: async () => void life.push('started'),
    stop: async () => void life.push('stopped'),
    answerSpeech: async (pcm16k) => {
      asked.push(pcm16k.length / IN_RATE);
      return answer;
    },
    // About as long as a person takes for it: 15 characters a second.
    speak: async (text) => {
      asked.push(text);
      return tone(text.length / 15, OUT_RATE);
    },
    answerText: async (text) => {
      asked.push(text);
      return answer;
    },
  };
}

/** The waits of the service, shortened for tests in real time. */
export const QUICK: Partial<Timing> = { answerMs: 90, pace: 30, hearMs: 90, speakMs: 90, speechPace: 34 };

export const LIVE_PATH = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';

export interface RawClient {
  /** Everything that came, oldest first. */
  readonly messages: ServerMessage[];
  /** Sends an object as JSON in a text frame, a string or bytes as they are. */
  send(message: object | string | Uint8Array): void;
  audio(samples: Int16Array, mimeType?: string): void;
  /** The first message, come or to come, for which this holds; each is looked at once. */
  until(holds: (message: ServerMessage) => boolean): Promise<ServerMessage>;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly ws: WebSocket;
}

/** Where a client finds the stand-in. */
export interface Reachable {
  readonly url: string;
  /** Opens a connection to it, where it listens at no port of this machine. */
  readonly dial?: () => Duplex;
}

/** A WebSocket that is being opened. */
export function socketTo(
  standin: Reachable,
  path = `${LIVE_PATH}?key=k`,
  headers: Record<string, string> = {},
): WebSocket {
  const { url, dial } = standin;
  return new WebSocket(url.replace('http', 'ws') + path, {
    headers,
    perMessageDeflate: false,
    ...(dial === undefined ? {} : { createConnection: dial }),
  });
}

/** A client as Google's documentation writes one: a WebSocket and JSON, no library. Resolves when it is open. */
export async function rawClient(standin: Reachable, path?: string): Promise<RawClient> {
  const ws = socketTo(standin, path);
  const messages: ServerMessage[] = [];
  const waiting: { holds: (message: ServerMessage) => boolean; found: (message: ServerMessage) => void }[] =
    [];
  let lookedAt = 0;
  const look = () => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const message = messages[lookedAt];
      if (message === undefined) return;
      lookedAt += 1;
      if (!first.holds(message)) continue;
      waiting.shift();
      first.found(message);
    }
  };
  ws.on('message', (data) => {
    messages.push(JSON.parse(String(data)));
    look();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  ws.on('error', () => {});
  const send = (message: object | string | Uint8Array) =>
    ws.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message));
  return {
    ws,
    messages,
    closed,
    send,
    audio: (samples, mimeType = 'audio/pcm;rate=16000') =>
      send({ realtimeInput: { audio: { mimeType, data: encodeSound(samples) } } }),
    until: (holds) =>
      new Promise((found) => {
        waiting.push({ holds, found });
        look();
      }),
  };
}

export const MANUAL = { automaticActivityDetection: { disabled: true } };

/** A client that has had its setupComplete. */
export async function readyClient(standin: Reachable, setup: object = {}, path?: string): Promise<RawClient> {
  const client = await rawClient(standin, path);
  client.send({
    setup: { model: 'models/gemini-3.8-live', realtimeInputConfig: MANUAL, ...setup },
  });
  await client.until((message) => message.setupComplete !== undefined);
  return client;
}

/** One utterance with the button held. */
export function say(client: RawClient, seconds = 1): void {
  client.send({ realtimeInput: { activityStart: {} } });
  client.audio(tone(seconds, IN_RATE));
  client.send({ realtimeInput: { activityEnd: {} } });
}

export const isTurnComplete = (message: ServerMessage) => message.serverContent?.turnComplete === true;
export const isAudio = (message: ServerMessage) => message.serverContent?.modelTurn !== undefined;

/** What kind each message is, runs of the same kind as one: to read an order off. */
export function kinds(messages: readonly ServerMessage[]): string[] {
  const all = messages.map((message) =>
    Object.keys(message.serverContent ?? message)
      .sort()
      .join('+'),
  );
  return all.filter((kind, index) => kind !== all[index - 1]);
}

/** A stand-in's answer that lasts. */
export function longAnswer(seconds = 4): Answerer {
  return scriptedAnswerer({
    heard: { text: 'hola', languageCode: 'es' },
    said: { text: 'hello', languageCode: 'en' },
    pcm24k: tone(seconds, OUT_RATE),
  });
}
