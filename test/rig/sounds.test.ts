import { describe, expect, it } from 'vitest';
import { cueSamples } from '../../src/audio/cues.ts';
import { concat } from '../../src/audio/pcm/concat.ts';
import { recogniser, soundsOfDesk } from './sounds.ts';
import { silence, tone } from './standin.ts';

const RATE = 24_000;
const KNOWN = soundsOfDesk(['en', 'es']);
const recognise = recogniser(KNOWN);
const samplesOf = (name: string) => KNOWN.find((one) => one.name === name)?.samples ?? new Int16Array(0);
const MOMENT = samplesOf('“one moment (en, es)”');

const heardIn = (...sounds: readonly Int16Array[]) =>
  recognise({ rateHz: RATE, samples: concat(sounds).map((sample) => sample * 0.6), startMs: 1000 });
const pause = (seconds: number) => silence(seconds, RATE);

describe('the sounds of a recording', () => {
  it('are each cue and each prompt of a desk', () => {
    const sounds = KNOWN.flatMap(({ samples }) => [pause(1), samples]);
    const heard = heardIn(...sounds, pause(1));
    expect(heard.map(({ name }) => name)).toEqual(KNOWN.map(({ name }) => name));
    expect(heard.every(({ whole }) => whole)).toBe(true);
  });

  it('have their places, also one right after the other', () => {
    const [first, second, ...more] = heardIn(pause(2), cueSamples('ready'), pause(0.1), MOMENT, pause(1));
    expect(more).toEqual([]);
    expect(first?.startMs).toBeCloseTo(3000, -1);
    expect(second).toMatchObject({ name: '“one moment (en, es)”', whole: true });
    expect(second?.startMs).toBeCloseTo(3000 + cueSamples('ready').length / 24 + 100, -2);
  });

  it('may be cut off, or be none that is known', () => {
    const cutOff = MOMENT.subarray(0, 2 * RATE);
    const heard = heardIn(pause(1), cutOff, pause(1), tone(1, RATE, 1300), pause(1));
    expect(heard).toMatchObject([
      { name: '“one moment (en, es)”', whole: false, endMs: expect.closeTo(4000, -2) },
      { name: undefined, whole: false },
    ]);
  });
});
