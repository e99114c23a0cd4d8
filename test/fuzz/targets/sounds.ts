import { deepEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { PLAYBACK_RATE_HZ } from '../../../src/audio/loudspeaker/loudspeaker.ts';
import { concat } from '../../../src/audio/pcm/concat.ts';
import { recordingFault } from '../../../src/audio/pcm/faults.ts';
import { resample } from '../../../src/audio/pcm/resample.ts';
import { Resampler } from '../../../src/audio/pcm/resampler.ts';
import { readWav, WavError } from '../../../src/audio/pcm/wav.ts';
import { promptFileName, promptOfFileName } from '../../../src/audio/prompt-files.ts';
import { chunk, formatChunk, riff } from '../../rig/wav-files.ts';
import { isPrintable, resultOr } from '../invariants.ts';
import { anyText, damaged, damagedBytes } from '../mutate.ts';
import { target } from '../target.ts';

const size = fc.oneof(
  fc.nat(4),
  fc.nat(5000),
  fc.constantFrom(0xffff_ffff, 0x7fff_ffff, 0x8000_0000, 0x7fff_f000),
);
const format = fc
  .record({
    encoding: fc.constantFrom(1, 1, 1, 3, 0xfffe, 0, 2, 85),
    channels: fc.constantFrom(1, 1, 2, 2, 6, 0, 32, 33, 65_535),
    rate: fc.constantFrom(16_000, 8000, 44_100, 48_000, 384_000, 4000, 3999, 0, 1, 0xffff_ffff),
    bits: fc.constantFrom(8, 16, 16, 24, 32, 64, 20, 12, 0, 1, 65_535),
    block: fc.option(fc.nat(64), { nil: undefined }),
    extension: fc.uint8Array({ maxLength: 40 }),
  })
  .map(({ block, ...rest }) =>
    formatChunk({ ...rest, block: block ?? Math.min(0xffff, Math.ceil(rest.bits / 8) * rest.channels) }),
  );
const content = fc.uint8Array({ maxLength: 600 });
const anyChunk = fc
  .tuple(
    fc.constantFrom('data', 'data', 'fmt ', 'LIST', 'ds64', 'fact', 'JUNK', 'xxxx'),
    content,
    fc.boolean(),
    size,
  )
  .map(([id, bytes, pad, claimed]) => chunk(id, bytes, pad ? {} : { pad, size: claimed }));
const file = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: format }, { weight: 1, arbitrary: anyChunk }),
    fc.array(fc.oneof({ weight: 3, arbitrary: anyChunk }, { weight: 1, arbitrary: format }), {
      maxLength: 4,
    }),
    fc.constantFrom('RIFF', 'RIFF', 'RF64', 'BW64', 'RIFX'),
  )
  .map(([first, rest, id]) => new Uint8Array(riff([first, ...rest], id)));

/** A file is a sound at a valid rate that can be processed like a prompt, or is refused in one line. */
export const wav = target(
  'wav',
  200_000,
  fc.tuple(fc.oneof(damagedBytes(file), file, content), fc.option(fc.nat(40), { nil: undefined })),
  ([bytes, channel]) => {
    const read = resultOr(WavError, () => readWav(bytes, channel));
    if ('error' in read) return isPrintable(read.error.message);
    const { sampleRate, samples } = read.value;
    ok(Number.isInteger(sampleRate) && sampleRate >= 4000 && sampleRate <= 384_000);
    ok(samples.length > 0 && samples.length <= bytes.length);
    isPrintable(recordingFault(samples, sampleRate)?.what ?? '');
    const played = resample(samples.subarray(0, 200), sampleRate, PLAYBACK_RATE_HZ);
    ok(played.length <= 200 * (PLAYBACK_RATE_HZ / 4000));
  },
);

const RATES = [8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 16_001];

/** A sound in pieces is the same as in one piece, as far as it is complete. */
export const resampler = target(
  'resampler',
  8000,
  fc.tuple(
    fc.constantFrom(...RATES),
    fc.constantFrom(...RATES),
    fc.array(fc.int16Array({ maxLength: 300 }), { maxLength: 6 }),
  ),
  ([fromHz, toHz, pieces]) => {
    const inPieces = new Resampler(fromHz, toHz);
    const out = concat(pieces.map((piece) => inPieces.push(piece)));
    const whole = resample(concat(pieces), fromHz, toHz);
    ok(out.length <= whole.length);
    deepEqual(out, whole.subarray(0, out.length));
  },
);

const code = fc.oneof(fc.constantFrom('de', 'pt-BR', 'zh-Hant-TW', 'DE', 'iw', 'x-y'), anyText);
const name = fc
  .tuple(fc.constantFrom('one-moment', 'not-available', 'please-repeat'), fc.oneof(code, damaged(code)))
  .map(([prompt, language]) => `${prompt}.${language}.wav`);

/** The name of a prompt's file, read and written again, is read in the same way. */
export const promptNames = target('prompt-names', 40_000, fc.oneof(damaged(name), anyText), (text) => {
  const spoken = promptOfFileName(text);
  if (spoken === undefined) return;
  deepEqual(promptOfFileName(promptFileName(spoken)), spoken);
  ok(!promptFileName(spoken).includes('/'));
});
