import { describe, expect, it } from 'vitest';
import { silence, tone } from '../../../test/rig/standin.ts';
import { concat } from '../../audio/pcm/concat.ts';
import { IN_RATE } from '../protocol/sound.ts';
import { type Activity, ActivityDetector, activityRules } from './activity.ts';

const seconds = (found: readonly Activity[]) =>
  found.reduce((sum, one) => sum + (one.kind === 'sound' ? one.samples.length / IN_RATE : 0), 0);
const marks = (found: readonly Activity[]) => found.flatMap(({ kind }) => (kind === 'sound' ? [] : [kind]));
const rules = { prefixMs: 60, silenceMs: 500, threshold: 160 };

describe('the activity detector', () => {
  it('keeps the 300 ms before the start and the silence that ends it', () => {
    const found = new ActivityDetector(rules).push(concat([silence(2), tone(1, IN_RATE), silence(2)]));
    expect(marks(found)).toEqual(['start', 'end']);
    expect(seconds(found)).toBeCloseTo(0.3 + 1 + 0.5, 5);
  });

  it('hears the same in pieces of any size', () => {
    const sound = concat([silence(1), tone(0.7, IN_RATE), silence(0.3), tone(0.4, IN_RATE), silence(1)]);
    const whole = new ActivityDetector(rules).push(sound);
    for (const size of [1, 160, 333, 1600, 5000]) {
      const detector = new ActivityDetector(rules);
      const found: Activity[] = [];
      for (let at = 0; at < sound.length; at += size)
        found.push(...detector.push(sound.subarray(at, at + size)));
      expect(marks(found)).toEqual(marks(whole));
      expect(seconds(found)).toBeCloseTo(seconds(whole), 5);
    }
  });

  it('ignores clicks shorter than the prefix, and pauses shorter than the silence', () => {
    const click = tone(0.04, IN_RATE);
    expect(marks(new ActivityDetector(rules).push(concat([silence(1), click, silence(1)])))).toEqual([]);
    const pause = concat([tone(0.5, IN_RATE), silence(0.48), tone(0.5, IN_RATE), silence(1)]);
    expect(marks(new ActivityDetector(rules).push(pause))).toEqual(['start', 'end']);
  });

  it('ends an utterance in progress when the stream pauses', () => {
    const detector = new ActivityDetector(rules);
    expect(detector.flush()).toEqual([]);
    detector.push(tone(1, IN_RATE));
    expect(detector.speaking).toBe(true);
    expect(detector.flush()).toEqual([{ kind: 'end' }]);
    expect(detector.speaking).toBe(false);
  });
});

describe('the rules', () => {
  it('follow the setup', () => {
    const asked = { silenceDurationMs: 300, prefixPaddingMs: 20 };
    expect(activityRules(asked)).toMatchObject({ silenceMs: 300, prefixMs: 20 });
  });

  it('are more patient at low sensitivity', () => {
    const high = activityRules();
    const low = activityRules({
      startOfSpeechSensitivity: 'START_SENSITIVITY_LOW',
      endOfSpeechSensitivity: 'END_SENSITIVITY_LOW',
    });
    expect(low.silenceMs).toBeGreaterThan(high.silenceMs);
    expect(low.threshold).toBeGreaterThan(high.threshold);
  });
});
