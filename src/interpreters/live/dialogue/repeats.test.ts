import { describe, expect, it } from 'vitest';
import { TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import { Repeats } from './repeats.ts';

const SENTENCE = 'Breakfast is served from seven to ten.';

/** A step of an answer: a pause in seconds, words, or so much sound. */
type Step = { readonly pause: number } | { readonly words: string } | { readonly sound: number };

const pause = (seconds: number): Step => ({ pause: seconds });
const words = (text: string): Step => ({ words: text });
const sound = (seconds: number): Step => ({ sound: seconds });

/** What is heard of such an answer, in seconds, and its words. */
function heard(steps: readonly Step[]) {
  let nowMs = 0;
  let seconds = 0;
  let text = '';
  const repeats = new Repeats((samples) => {
    seconds += samples.length / TRANSLATION_RATE_HZ;
  });
  for (const step of steps) {
    if ('pause' in step) nowMs += step.pause * 1000;
    else if ('words' in step) {
      text += step.words;
      repeats.words({ text, language: undefined }, nowMs);
    } else {
      for (let i = 0; i < step.sound * 10; i++) {
        nowMs += 10;
        repeats.sound(new Int16Array(TRANSLATION_RATE_HZ / 10), nowMs);
      }
    }
  }
  repeats.end();
  return { seconds: Number(seconds.toFixed(1)), text: repeats.said?.text };
}

describe('an answer', () => {
  it.each<[string, Step[], number, string]>([
    ['in one piece', [words(SENTENCE), sound(2.5)], 2.5, SENTENCE],
    ['that repeats a short word in one breath', [words('No. No.'), sound(1.2)], 1.2, 'No. No.'],
    [
      'that repeats a word as it is said',
      [words('No.'), sound(0.5), pause(0.5), words(' No.'), sound(0.5)],
      1,
      'No. No.',
    ],
    [
      'of two sentences with a pause between them',
      [words(SENTENCE), sound(2.5), pause(3), words(' It is included.'), sound(1.2)],
      3.7,
      `${SENTENCE} It is included.`,
    ],
    [
      'whose second sentence is heard before its words come',
      [words(SENTENCE), sound(2.5), pause(3), sound(0.5), words(' It is included.'), sound(0.7)],
      3.7,
      `${SENTENCE} It is included.`,
    ],
    [
      'whose second sentence begins as the first',
      [words('We are open. '), sound(1), pause(2), words('We are open from seven to ten.'), sound(2)],
      3,
      'We are open. We are open from seven to ten.',
    ],
    [
      'that pauses in the middle of a sentence',
      [words('Breakfast is served'), sound(1.2), pause(3), words(' from seven to ten.'), sound(1.3)],
      2.5,
      SENTENCE,
    ],
    [
      'that ends as it begins',
      [words('Thank you. Your room is ready.'), sound(2.4), pause(2), words(' Thank you.'), sound(0.8)],
      3.2,
      'Thank you. Your room is ready. Thank you.',
    ],
    [
      'whose words run ahead of its sound',
      [words(`${SENTENCE} Dinner is served from six to nine.`), sound(2.5), pause(2), sound(2.5)],
      5,
      `${SENTENCE} Dinner is served from six to nine.`,
    ],
    ['without words', [sound(2), pause(3), sound(2)], 4, ''],
  ])('%s is heard whole', (_, steps, seconds, text) => {
    expect(heard(steps)).toEqual({ seconds, text: text === '' ? undefined : text });
  });

  it.each<[string, Step[]]>([
    ['with its words', [pause(3), words(` ${SENTENCE}`), sound(2.5)]],
    [
      'with its words in other letters',
      [pause(3), words(' breakfast is served from seven to ten'), sound(2.4)],
    ],
    ['with its words behind the sound', [pause(3), sound(2.5), words(SENTENCE)]],
    ['without words', [pause(3), sound(2.6)]],
    ['broken off', [pause(3), words(' Breakfast is served from seven'), sound(1.6)]],
    ['three times', [1, 2, 3].flatMap(() => [pause(2), words(` ${SENTENCE}`), sound(2.5)])],
    ['three times without words', [1, 2, 3].flatMap(() => [pause(7), sound(2.5)])],
  ])('that comes again behind a pause (%s) is heard once', (_, again) => {
    expect(heard([words(SENTENCE), sound(2.5), ...again])).toEqual({ seconds: 2.5, text: SENTENCE });
  });

  it('that comes again, and then continues, is heard once, and continues', () => {
    const steps = [words(SENTENCE), sound(2.5), pause(3), words(` ${SENTENCE}`), sound(2.5)];
    const heardAll = heard([...steps, pause(2), words(' It is included.'), sound(1.2)]);
    expect(heardAll).toEqual({ seconds: 3.7, text: `${SENTENCE} It is included.` });
  });
});
