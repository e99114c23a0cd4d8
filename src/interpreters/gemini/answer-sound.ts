import { Resampler } from '../../audio/pcm/resampler.ts';
import { Fault } from '../../kiosk/faults.ts';
import { TRANSLATION_RATE_HZ } from '../interpreter.ts';

/** RIFF, its size, WAVE. */
const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
const FORMAT_BYTES = 16;
/** WAVE_FORMAT_PCM, and WAVE_FORMAT_EXTENSIBLE, which says the same in more bytes. */
const PCM_ENCODINGS = [1, 0xfffe];

/** Full-length answers of near-zero sound occur (live-api-examples #40); speech is 20 dB above this. */
export const SILENT_DBFS = -55;

const SAMPLE_BYTES = 2;
const NOTHING = new Int16Array(0);

interface Format {
  readonly rateHz: number;
  readonly channels: number;
}

/** What else a type or a header names is a mistake: at that rate, speech would be noise. */
const RATES = [8000, 11_025, 12_000, 16_000, 22_050, TRANSLATION_RATE_HZ, 32_000, 44_100, 48_000, 96_000];

/**
 * The sound of one answer, from the messages in which it comes: raw samples, cut anywhere, or a WAV file, as models of
 * 3.8 send what is not streamed. Samples are little-endian: so are those of Gemini's `audio/L16`, against RFC 2586.
 */
export class AnswerSound {
  #rest: Buffer = Buffer.alloc(0);
  #in: 'start' | 'header' | 'sound' | 'after a file' = 'start';
  #isFile = false;
  /** Bytes of sound that are still to come before something else does. */
  #left = Number.POSITIVE_INFINITY;
  #format: Format = { rateHz: TRANSLATION_RATE_HZ, channels: 1 };
  #resampler: Resampler | undefined;

  /**
   * @param mimeType as it came with the bytes; without one they are raw samples at TRANSLATION_RATE_HZ
   * @returns mono, 16-bit, TRANSLATION_RATE_HZ; none yet, perhaps, and none of what is no sound
   * @throws Fault service-garbled for sound that can't be decoded here
   */
  push(bytes: Uint8Array, mimeType: string | undefined): Int16Array {
    const format = formatNamed(mimeType);
    if (format === undefined) return NOTHING;
    const begins = Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'RIFF';
    if (begins && this.#in !== 'header') {
      this.#rest = Buffer.alloc(0);
      this.#in = 'start';
    }
    if (this.#in === 'after a file') return NOTHING;
    if (!this.#isFile) this.#use(format);
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    if (this.#in === 'start') {
      const first = this.#rest.toString('latin1', 0, 4);
      if (this.#rest.length < 4 && 'RIFF'.startsWith(first)) return NOTHING;
      this.#isFile = first === 'RIFF';
      this.#in = this.#isFile ? 'header' : 'sound';
    }
    if (this.#in === 'header' && !this.#readHeader()) return NOTHING;
    return this.#samples();
  }

  #samples(): Int16Array {
    const { channels } = this.#format;
    const available = Math.min(this.#rest.length, this.#left);
    const whole = available - (available % (SAMPLE_BYTES * channels));
    // A copy of its own: pooled buffers may begin at an odd address, which Int16Array refuses.
    const samples = new Int16Array(new Uint8Array(this.#rest.subarray(0, whole)).buffer);
    this.#left -= whole;
    this.#rest = this.#rest.subarray(whole);
    if (this.#left < SAMPLE_BYTES * channels) {
      this.#in = 'after a file';
      this.#rest = Buffer.alloc(0);
    }
    const mono = channels === 1 ? samples : mixed(samples, channels);
    return this.#resampler?.push(mono) ?? mono;
  }

  #use(format: Format): void {
    const { rateHz, channels } = this.#format;
    if (format.rateHz === rateHz && format.channels === channels) return;
    this.#format = format;
    this.#rest = Buffer.alloc(0);
    this.#resampler =
      format.rateHz === TRANSLATION_RATE_HZ ? undefined : new Resampler(format.rateHz, TRANSLATION_RATE_HZ);
  }

  /** @returns whether the sound begins after it */
  #readHeader(): boolean {
    let format: Format | undefined;
    for (let at = RIFF_BYTES; at + CHUNK_BYTES <= this.#rest.length; ) {
      const id = this.#rest.toString('latin1', at, at + 4);
      const size = this.#rest.readUInt32LE(at + 4);
      const start = at + CHUNK_BYTES;
      if (id === 'data') {
        const sound = this.#rest.subarray(start);
        if (format !== undefined) this.#use(format);
        // A size that nobody knew yet when it was written is 0 or as large as it can be.
        this.#left = size === 0 || size >= 0x7fff_0000 ? Number.POSITIVE_INFINITY : size;
        this.#rest = sound;
        this.#in = 'sound';
        return true;
      }
      if (id === 'fmt ') {
        if (start + FORMAT_BYTES > this.#rest.length) return false;
        format = this.#readFormat(start);
      }
      at = start + size + (size % 2);
    }
    return false;
  }

  /** @throws Fault service-garbled for what is no 16-bit PCM */
  #readFormat(at: number): Format {
    const encoding = this.#rest.readUInt16LE(at);
    const bits = this.#rest.readUInt16LE(at + 14);
    const format = { channels: this.#rest.readUInt16LE(at + 2), rateHz: this.#rest.readUInt32LE(at + 4) };
    if (!PCM_ENCODINGS.includes(encoding) || bits !== 8 * SAMPLE_BYTES)
      throw unreadable(`a WAV file of format ${encoding} with ${bits} bits`);
    return checked(format, 'a WAV file');
  }
}

/**
 * Seen: `audio/pcm;rate=24000`, `audio/L16;codec=pcm;rate=24000`, `audio/l16; rate=24000; channels=1`, `audio/wav`.
 * @returns undefined for what is no sound
 * @throws Fault service-garbled for sound that can't be decoded here
 */
function formatNamed(mimeType: string | undefined): Format | undefined {
  const [type = '', ...parameters] = (mimeType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type !== '' && !type.startsWith('audio/')) return undefined;
  const named = new Map(
    parameters.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return [name.trim(), value.replaceAll(/["'\s]/g, '')] as const;
    }),
  );
  const codec = named.get('codec') ?? named.get('codecs') ?? 'pcm';
  if (!/^(audio\/((x-)?(l16|pcm|wav|wave)|vnd\.wave))?$/.test(type) || !/^(pcm|1)?$/.test(codec))
    throw unreadable(OTHER_TYPES.test(type) ? type : 'a type that is not known');
  const rate = [...named.keys()].find((name) => /^(sampl(e|ing)[-_]?)?rate$/.test(name)) ?? '';
  const format = {
    rateHz: Number((named.get(rate) || String(TRANSLATION_RATE_HZ)).replace(/hz$/, '')),
    channels: Number(named.get('channels') || 1),
  };
  return checked(format, 'PCM');
}

/** Sound that is known by name, and not played. */
const OTHER_TYPES = /^audio\/(?:aac|amr|basic|flac|m4a|mp3|mp4|mpeg|ogg|opus|pcma|pcmu|vorbis|webm)$/;

function checked(format: Format, what: string): Format {
  const { rateHz, channels } = format;
  if (!RATES.includes(rateHz) || (channels !== 1 && channels !== 2))
    throw unreadable(`${what} of ${channels} channels at ${rateHz} Hz`);
  return format;
}

function mixed(samples: Int16Array, channels: number): Int16Array {
  const mono = new Int16Array(samples.length / channels);
  for (let i = 0; i < samples.length; i++)
    mono[Math.floor(i / channels)] =
      (mono[Math.floor(i / channels)] ?? 0) + Math.trunc((samples[i] ?? 0) / channels);
  return mono;
}

function unreadable(what: string): Fault {
  return new Fault('service-garbled', `speech of a kind that is not played here: ${what}`);
}
