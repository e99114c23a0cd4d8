import { describe, expect, it } from 'vitest';
import { mixed as added, noise } from '../../../test/rig/voices.ts';
import { levelDbfs } from './level.ts';
import { StereoMix } from './stereo.ts';

const LOUD = noise('pink', -26, 1);
const SOFT = noise('pink', -70, 1, 2);

/** Both channels in turn. */
const interleaved = (left: Int16Array, right: Int16Array) =>
  Int16Array.from({ length: 2 * left.length }, (_, i) => (i % 2 === 0 ? left : right)[i >> 1] as number);
const opposite = (sound: Int16Array) => sound.map((sample) => -sample);

const hum = (hz: number) =>
  Int16Array.from(LOUD, (_, i) => Math.round(2000 * Math.sin((2 * Math.PI * hz * i) / 16_000)));

/** Through one mix in pieces of 20 ms. */
function mixed(mix: StereoMix, sound: Int16Array): Int16Array {
  const mono: number[] = [];
  for (let at = 0; at < sound.length; at += 640) mono.push(...mix.mono(sound.subarray(at, at + 640)));
  return Int16Array.from(mono);
}

describe('two channels as one', () => {
  it('are their mean, whichever is louder', () => {
    const mix = new StereoMix();
    expect(mixed(mix, interleaved(LOUD, LOUD))).toEqual(LOUD);
    const one = mixed(mix, interleaved(LOUD, new Int16Array(LOUD.length)));
    expect(levelDbfs(one)).toBeCloseTo(levelDbfs(LOUD) - 6, 0);
    const unlike = mixed(mix, interleaved(LOUD, noise('pink', -26, 1, 3)));
    expect(levelDbfs(unlike)).toBeCloseTo(levelDbfs(LOUD) - 3, 0);
    expect(mix.opposite).toBe(false);
  });

  it.each([-26, -70])('are one of them where they are opposite, after 100 ms (at %i dBFS)', (level) => {
    const sound = level === -26 ? LOUD : SOFT;
    const mix = new StereoMix();
    const mono = mixed(mix, interleaved(sound, opposite(sound)));
    expect(mix.opposite).toBe(true);
    expect(mono.subarray(1600)).toEqual(sound.subarray(1600));
  });

  it.each([
    ['an offset of -23 dBFS', new Int16Array(LOUD.length).fill(2320)],
    ['50 Hz at -27 dBFS', hum(50)],
    ['60 Hz at -27 dBFS', hum(60)],
  ])('are found to be opposite although both have the same beside the voice: %s', (_, common) => {
    const voice = noise('white', -26, 1);
    const mix = new StereoMix();
    const mono = mixed(mix, interleaved(added(voice, common), added(opposite(voice), common)));
    expect(mix.opposite).toBe(true);
    expect(levelDbfs(added(mono, opposite(common)).subarray(1600))).toBeCloseTo(levelDbfs(voice), 0);
  });

  it('stay so in what follows, and are found out by the voice if the room alone does not tell', () => {
    const mix = new StereoMix();
    const room = interleaved(SOFT, noise('pink', -70, 1, 3));
    mixed(mix, room);
    expect(mix.opposite).toBe(false);
    mixed(mix, interleaved(LOUD, opposite(LOUD)));
    expect(mixed(mix, room)).toEqual(SOFT);
  });

  it('are not taken for opposite by a moment, nor by silence', () => {
    const mix = new StereoMix();
    for (let i = 0; i < 10; i++) {
      mixed(mix, interleaved(LOUD.subarray(0, 640), opposite(LOUD.subarray(0, 640))));
      mixed(mix, interleaved(LOUD, LOUD));
    }
    mixed(mix, new Int16Array(64_000));
    expect(mix.opposite).toBe(false);
  });
});
