/** Sound in messages: base64, rates, files. */
import { resample } from '../../audio/pcm/resample.ts';
import { readWav, WavError, writeWav } from '../../audio/pcm/wav.ts';
import { INVALID_ARGUMENT } from './errors.ts';
import type { Blob } from './messages.ts';

export const IN_RATE = 16_000;
export const OUT_RATE = 24_000;
export const OUT_MIME = `audio/pcm;rate=${OUT_RATE}`;

export type Sound = { readonly samples: Int16Array } | { readonly refusal: string };

/**
 * Sound as a client sends it, at 16 kHz. The service takes any rate as long as the type names it (AI SDK,
 * google-realtime-event-mapper.ts); without one it is 16 kHz. Other rates are converted message by message, which
 * leaves faint clicks between messages: good enough for the stand-in's recogniser.
 */
export function decodeSound(blob: Blob): Sound {
  const rate = pcmRate(blob.mimeType ?? '');
  if (rate === undefined)
    return { refusal: `Unsupported mime type for realtime audio: ${blob.mimeType ?? ''}` };
  const bytes = Buffer.from(blob.data ?? '', 'base64');
  if (bytes.length % 2 !== 0) return { refusal: 'Audio data is not a whole number of 16-bit samples.' };
  const samples = new Int16Array(bytes.length / 2);
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(i * 2);
  return { samples: rate === IN_RATE ? samples : resample(samples, rate, IN_RATE) };
}

/**
 * What single requests take: https://ai.google.dev/gemini-api/docs/audio, and pcm and others by the pages of Firebase AI
 * Logic (https://github.com/epam/ai-dial-adapter-vertexai/pull/493).
 */
const INLINE_TYPES = 'wav mp3 mpeg aiff aac ogg flac pcm webm m4a mpga mp4'
  .split(' ')
  .map((name) => `audio/${name}`);

/** Sound of a single request, at 16 kHz. WAV and PCM are read; the other types would need a decoder. */
export function decodeInline(blob: Blob): Sound {
  const type = (blob.mimeType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!INLINE_TYPES.includes(type)) return { refusal: `Unsupported MIME type: ${blob.mimeType ?? ''}` };
  if (type === 'audio/pcm') return decodeSound(blob);
  if (type !== 'audio/wav')
    return { refusal: `The stand-in reads audio/wav and audio/pcm, not ${type}, which the service takes.` };
  try {
    const { samples, sampleRate } = readWav(Buffer.from(blob.data ?? '', 'base64'));
    return { samples: sampleRate === IN_RATE ? samples : resample(samples, sampleRate, IN_RATE) };
  } catch (error) {
    if (error instanceof WavError) return { refusal: INVALID_ARGUMENT };
    throw error;
  }
}

/** The rate named by `audio/pcm;rate=…`; undefined for another type or a rate that is not taken. */
function pcmRate(mimeType: string): number | undefined {
  const [type, ...parameters] = mimeType.split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'audio/pcm') return undefined;
  const rate =
    parameters.find((parameter) => parameter.startsWith('rate='))?.slice('rate='.length) ?? `${IN_RATE}`;
  return /^\d+$/.test(rate) && Number(rate) >= 8000 && Number(rate) <= 48_000 ? Number(rate) : undefined;
}

/** The bytes of samples or of a file, not copied. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

export const encodeSound = (samples: Int16Array) => bytesOf(samples).toString('base64');

/** A part of a message with sound. */
export const soundPart = (samples: Int16Array) => ({
  inlineData: { mimeType: OUT_MIME, data: encodeSound(samples) },
});

/** An unusual form of an answer's sound. */
export interface SoundForm {
  /** As it is named, true or not. */
  readonly mimeType?: string;
  /** OUT_RATE, if left out. */
  readonly rateHz?: number;
  /** In a WAV file. */
  readonly file?: true;
  /** Messages end in the middle of a sample. */
  readonly odd?: true;
}

/** A sound in `count` messages, as base64. @param samples at OUT_RATE */
export function inMessages(samples: Int16Array, count: number, form: SoundForm = {}): string[] {
  const { rateHz = OUT_RATE, file, odd } = form;
  const sound = rateHz === OUT_RATE ? samples : resample(samples, OUT_RATE, rateHz);
  const all = bytesOf(file ? writeWav(sound, rateHz) : sound);
  const cut = (i: number) => {
    const even = 2 * Math.round((all.length * i) / count / 2);
    return i === 0 || i === count ? even : even + (odd ? 1 : 0);
  };
  return Array.from({ length: count }, (_, i) => all.subarray(cut(i), cut(i + 1)).toString('base64'));
}
