import { describe, expect, it } from 'vitest';
import { HUMAN_RECORDINGS, noise, silence, soundOf, spoken } from '../../../test/rig/voices.ts';
import { recordingFault } from './faults.ts';
import { resample } from './resample.ts';

const RATE = 16_000;
const VOICE = await spoken('Where is the nearest pharmacy?', 'slt');
const times = (factor: number) =>
  VOICE.map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * factor))));

describe('a recording of speech', () => {
  it.each([8000, 16_000, 24_000, 48_000])('has nothing wrong with it at %i Hz', async (rate) => {
    const voices = [
      VOICE,
      await spoken('Soy alérgica a los frutos secos.', 'es'),
      await soundOf(HUMAN_RECORDINGS[0] as string),
    ];
    for (const voice of voices) expect(recordingFault(resample(voice, RATE, rate), rate)).toBeUndefined();
  });

  it('of which nothing can be heard is useless, and one that is soft is not', () => {
    for (const sound of [silence(1), times(10 ** (-60 / 20))])
      expect(recordingFault(sound, RATE)).toEqual({
        what: expect.stringContaining('-60 dBFS'),
        useless: true,
      });
    expect(recordingFault(times(10 ** (-30 / 20)), RATE)).toBeUndefined();
  });

  it('that was read in another format than it has is useless: it is noise', () => {
    expect(recordingFault(noise('white', -12, 1), RATE)).toEqual({
      what: expect.stringContaining('noise'),
      useless: true,
    });
    // 24 bits in 4 bytes, read as 3 bytes each.
    const bytes = Buffer.alloc(VOICE.length * 4);
    for (const [i, sample] of VOICE.entries()) bytes.writeInt32LE(sample * 256 + (i % 251), i * 4);
    const misread = Int16Array.from({ length: Math.floor(bytes.length / 3) }, (_, i) =>
      bytes.readInt16LE(i * 3 + 1),
    );
    expect(recordingFault(misread, RATE)?.useless).toBe(true);
  });

  it('that is clipped can be used', () => {
    expect(recordingFault(times(40), RATE)).toEqual({
      what: expect.stringMatching(/clipped: \d+ % .*softly/),
      useless: false,
    });
  });
});
