import { eld } from 'eld/extrasmall';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOTEL_SENTENCES, STRAY_WORDS } from '../../../test/rig/hotel-sentences.ts';
import { detector } from './language-detector.ts';

const TEXTS = [...Object.values(HOTEL_SENTENCES), ...Object.values(STRAY_WORDS)].flat();

function told(by: typeof eld, text: string) {
  const result = by.detect(text);
  return { language: result.language, scores: result.getScores(), reliable: result.isReliable() };
}

describe('the small detector', () => {
  it('finds for every sentence what the library finds, to the last digit', () => {
    for (const text of TEXTS) expect(told(detector, text), text).toEqual(told(eld, text));
  });

  it('finds the same for anything', () => {
    const piece = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...TEXTS));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join(' ');
        expect(told(detector, text)).toEqual(told(eld, text));
      }),
    );
  });

  it('knows the same languages', () => {
    expect(detector.info()).toEqual(eld.info());
  });
});
