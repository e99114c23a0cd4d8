import { levelDbfs } from '../../audio/pcm/level.ts';
import type { ServiceMessage } from '../../interpreters/live/session/message.ts';
import type { Fault } from '../../kiosk/faults.ts';
import { addTokens, type Tokens, tokensTold } from '../../turn/tokens.ts';

/** One utterance on a session, and its results. Times are milliseconds on the clock. */
export interface Trace {
  /** Speech and silence that were sent, in seconds. */
  readonly sentSeconds: number;
  /** The end of the utterance was sent. */
  readonly endedMs: number;
  /** In the order in which they came. */
  readonly messages: readonly Arrival[];
  /** Why the connection was lost; undefined when it was not. */
  readonly lost: Fault | undefined;
}

export interface Arrival {
  readonly atMs: number;
  readonly message: ServiceMessage;
}

/** A trace in figures. Times are milliseconds after the end of the utterance: negative while it was being spoken. */
export interface TurnFacts {
  readonly firstSoundMs: number | undefined;
  readonly lastSoundMs: number | undefined;
  readonly soundSeconds: number;
  /** What came above the level of silence before the utterance had ended, in seconds. */
  readonly earlySeconds: number;
  /** Each once. */
  readonly soundTypes: readonly string[];
  readonly heard: Words;
  readonly said: Words;
  readonly generationCompleteMs: number | undefined;
  readonly turnCompleteMs: number | undefined;
  readonly usage: Tokens | undefined;
  readonly lost: Fault | undefined;
}

export interface Words {
  readonly text: string;
  readonly firstMs: number | undefined;
  /** That the service gave with them, each once. */
  readonly languageCodes: readonly string[];
}

/** Sound at the rate that is assumed, 24 kHz of 16 bits. */
const BYTES_A_SECOND = 48_000;

/** Softer is silence, in dB of full scale: Live Translate sends it all the time. */
const SILENCE_DBFS = -60;

export function factsOf({ endedMs, messages, lost }: Trace): TurnFacts {
  const after = (found: Arrival | undefined) => (found === undefined ? undefined : found.atMs - endedMs);
  const sounds = messages.flatMap((arrival) => soundsIn(arrival).map((sound) => ({ ...arrival, ...sound })));
  const audible = sounds.filter(({ bytes }) => levelOf(bytes) > SILENCE_DBFS);
  const seconds = (list: typeof sounds) =>
    list.reduce((sum, { bytes }) => sum + bytes.length, 0) / BYTES_A_SECOND;
  return {
    firstSoundMs: after(audible.find(({ atMs }) => atMs >= endedMs)),
    lastSoundMs: after(audible.at(-1)),
    soundSeconds: seconds(sounds),
    earlySeconds: seconds(audible.filter(({ atMs }) => atMs < endedMs)),
    soundTypes: [...new Set(sounds.map(({ type }) => type))],
    heard: wordsOf(messages, endedMs, 'inputTranscription'),
    said: wordsOf(messages, endedMs, 'outputTranscription'),
    generationCompleteMs: after(messages.find(({ message }) => message.serverContent?.generationComplete)),
    turnCompleteMs: after(messages.find(({ message }) => message.serverContent?.turnComplete)),
    usage: messages
      .map(({ message }) => tokensTold(message.usageMetadata))
      .reduce<Tokens | undefined>(addTokens, undefined),
    lost,
  };
}

function soundsIn({ message }: Arrival): { readonly type: string; readonly bytes: Buffer }[] {
  return (message.serverContent?.modelTurn?.parts ?? []).flatMap(({ inlineData }) =>
    inlineData?.data === undefined
      ? []
      : [{ type: inlineData.mimeType ?? 'without a type', bytes: Buffer.from(inlineData.data, 'base64') }],
  );
}

function levelOf(bytes: Buffer): number {
  const samples = new Int16Array(Math.floor(bytes.length / 2));
  for (let i = 0; i < samples.length; i += 1) samples[i] = bytes.readInt16LE(2 * i);
  return levelDbfs(samples);
}

function wordsOf(
  messages: readonly Arrival[],
  endedMs: number,
  which: 'inputTranscription' | 'outputTranscription',
): Words {
  const found = messages.flatMap(({ atMs, message }) => {
    const words = message.serverContent?.[which];
    return words?.text ? [{ atMs, ...words }] : [];
  });
  const [first] = found;
  return {
    text: found
      .map(({ text }) => text)
      .join('')
      .trim(),
    firstMs: first === undefined ? undefined : first.atMs - endedMs,
    languageCodes: [...new Set(found.flatMap(({ languageCode }) => languageCode ?? []))],
  };
}
