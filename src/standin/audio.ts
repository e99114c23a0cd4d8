/** Sound on its way in and out: base64, rates, silence. */
import { resample } from '../audio/pcm/resample.ts';
import { writeWav } from '../audio/pcm/wav.ts';
import type { Blob } from './protocol/messages.ts';

export const IN_RATE = 16_000;
export const OUT_RATE = 24_000;
export const OUT_MIME = `audio/pcm;rate=${OUT_RATE}`;

export type Sound = { readonly samples: Int16Array } | { readonly refusal: string };

/**
 * Sound as a client sends it, at 16 kHz. The service takes any rate as long as the type names it (AI SDK,
 * google-realtime-event-mapper.ts); without one it is 16 kHz. Other rates are converted message by message, which
 * leaves faint clicks where messages meet: enough for a stand-in's ear.
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

/** The rate named by `audio/pcm;rate=…`, or nothing when it is no such type. */
function pcmRate(mimeType: string): number | undefined {
  const [type, ...parameters] = mimeType.split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'audio/pcm') return undefined;
  const rate =
    parameters.find((parameter) => parameter.startsWith('rate='))?.slice('rate='.length) ?? `${IN_RATE}`;
  return /^\d+$/.test(rate) && Number(rate) >= 8000 && Number(rate) <= 48_000 ? Number(rate) : undefined;
}

export function encodeSound(samples: Int16Array): string {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64');
}

/** How an answer's sound is sent, where that is not as ever. */
export interface SoundForm {
  /** As it is told, true or not. */
  readonly mimeType?: string;
  /** OUT_RATE, if left out. */
  readonly rateHz?: number;
  /** In a WAV file. */
  readonly file?: true;
  /** Messages end in the middle of a sample. */
  readonly odd?: true;
}

/** A sound in so many messages, as base64. @param samples at OUT_RATE */
export function inMessages(samples: Int16Array, count: number, form: SoundForm = {}): string[] {
  const { rateHz = OUT_RATE, file, odd } = form;
  const sound = rateHz === OUT_RATE ? samples : resample(samples, OUT_RATE, rateHz);
  const bytes = file ? writeWav(sound, rateHz) : sound;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut = (i: number) => {
    const even = 2 * Math.round((all.length * i) / count / 2);
    return i === 0 || i === count ? even : even + (odd ? 1 : 0);
  };
  return Array.from({ length: count }, (_, i) => all.subarray(cut(i), cut(i + 1)).toString('base64'));
}
