import { describe, expect, it } from 'vitest';
import { decide, type Hearing } from './decide.ts';

const hearing = (over: Partial<Hearing>): Hearing => ({
  language: 'en',
  phrase: 'key',
  phones: ['K', 'IY', 'K', 'IY'],
  freePhones: ['K', 'IY', 'K', 'IY'],
  fit: -1000,
  acceptUpTo: 0.5,
  ...over,
});

describe('an utterance is', () => {
  it('a phrase when both passes agree', () => {
    expect(decide([hearing({})])).toEqual({ kind: 'recognised', id: 'key', language: 'en', distance: 0 });
  });

  it('a phrase at the threshold, and not beyond it', () => {
    expect(decide([hearing({ freePhones: ['K', 'IY', 'S', 'OW'] })])).toMatchObject({
      kind: 'recognised',
      distance: 0.5,
    });
    expect(decide([hearing({ freePhones: ['K', 'OW', 'S', 'OW'] })]).kind).toBe('rejected');
  });

  it('of the language whose passes agree best', () => {
    const spanish = hearing({ language: 'es', phrase: 'llave', freePhones: ['K', 'IY', 'K', 'AA'] });
    expect(decide([spanish, hearing({})])).toMatchObject({ id: 'key', language: 'en' });
    expect(decide([hearing({ freePhones: ['S'] }), spanish])).toMatchObject({
      id: 'llave',
      language: 'es',
      distance: 0.25,
    });
  });

  it('rejected when a refused sentence fits best, though another language would accept it', () => {
    const refused = hearing({ phrase: undefined });
    expect(decide([refused, hearing({ language: 'es', freePhones: ['K', 'IY', 'K'] })]).kind).toBe(
      'rejected',
    );
  });

  it('rejected when nothing was heard', () => {
    const nothing = { phones: [], freePhones: [], phrase: undefined };
    expect(decide([hearing(nothing), hearing({ ...nothing, language: 'es' })]).kind).toBe('rejected');
  });

  it('when rejected, of the language whose sounds fit best', () => {
    const far = { freePhones: ['S'] };
    const verdict = decide([hearing({ ...far, fit: -900 }), hearing({ ...far, language: 'es', fit: -800 })]);
    expect(verdict).toEqual({ kind: 'rejected', nearestLanguage: 'es' });
  });
});
