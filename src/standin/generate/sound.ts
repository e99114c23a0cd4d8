/** Sound of single requests, in and out. */
import { resample } from '../../audio/pcm/resample.ts';
import { readWav, WavError, writeWav } from '../../audio/pcm/wav.ts';
import { decodeSound, IN_RATE, OUT_RATE, type Sound } from '../audio.ts';
import type { Blob } from '../protocol/messages.ts';

/**
 * What the service takes: https://ai.google.dev/gemini-api/docs/audio, and pcm and others by the pages of Firebase AI
 * Logic (https://github.com/epam/ai-dial-adapter-vertexai/pull/493).
 */
const TAKEN = 'wav mp3 mpeg aiff aac ogg flac pcm webm m4a mpga mp4'
  .split(' ')
  .map((name) => `audio/${name}`);

/** Inline sound at 16 kHz, or why there is none. WAV and PCM are read; the rest would need a decoder. */
export function decodeInline(blob: Blob): Sound {
  const type = (blob.mimeType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!TAKEN.includes(type)) return { refusal: `Unsupported MIME type: ${blob.mimeType ?? ''}` };
  if (type === 'audio/pcm') return decodeSound(blob);
  if (type !== 'audio/wav')
    return { refusal: `The stand-in reads audio/wav and audio/pcm, not ${type}, which the service takes.` };
  try {
    const { samples, sampleRate } = readWav(Buffer.from(blob.data ?? '', 'base64'));
    return { samples: sampleRate === IN_RATE ? samples : resample(samples, sampleRate, IN_RATE) };
  } catch (error) {
    if (error instanceof WavError) return { refusal: 'Request contains an invalid argument.' };
    throw error;
  }
}

/** The bytes of a sound at 24 kHz: as they are, or in a WAV file. */
export function bytesOf(samples: Int16Array, asFile: boolean): Buffer {
  if (asFile) return Buffer.from(writeWav(samples, OUT_RATE));
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}
