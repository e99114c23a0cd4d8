import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { understandingOf } from '../../../src/interpreters/cascade/hearing.ts';
import { objectsIn } from '../../../src/interpreters/cascade/json.ts';
import { Fault } from '../../../src/kiosk/faults.ts';
import { knownLanguage } from '../../../src/kiosk/languages.ts';
import { nothingInherited, resultOr } from '../invariants.ts';
import { anyJson, anyText, damaged } from '../mutate.ts';
import { target } from '../target.ts';

const LANGUAGES = [
  { host: 'en', guest: 'es' },
  { host: 'en', guest: 'es', anyGuest: true },
  { host: 'de', alsoHost: ['en'], guest: 'fr', speaker: 'guest' as const },
];

const field = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('language', 'transcript', 'understood', 'translation') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('languageCode', 'transcription', 'translated_text', 'isUnderstood'),
  },
  { weight: 1, arbitrary: anyText },
);
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('es', 'en', 'Spanish', '¿Dónde está el baño?', 'Where is it?', ''),
  },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(true, false, 'true', 'FALSE', null, 7) },
  { weight: 2, arbitrary: anyText },
  { weight: 1, arbitrary: anyJson },
);
const object = fc
  .array(fc.tuple(field, value), { minLength: 2, maxLength: 6 })
  .map((entries) => JSON.stringify(Object.fromEntries(entries)));
const RIGHT = JSON.stringify({
  language: 'es',
  transcript: '¿Dónde está el baño?',
  understood: true,
  translation: 'Where is the bathroom?',
});
const answer = fc.oneof(
  object,
  fc.constant(RIGHT),
  fc
    .tuple(anyText, object, anyText)
    .map(([before, json, after]) => `${before}\`\`\`json\n${json}\n\`\`\`${after}`),
  fc.array(object, { maxLength: 3 }).map((objects) => `{"a":[${objects.join()}]}`),
);

/** An answer is understood, or is a fault without a word of it; a language is a valid one. */
export const answers = target(
  'answers',
  80_000,
  fc.tuple(fc.oneof(answer, damaged(answer)), fc.constantFrom(...LANGUAGES)),
  ([text, languages]) => {
    for (const one of objectsIn(text)) ok(typeof one === 'object' && one !== null);
    const made = resultOr(Fault, () => understandingOf(text, languages));
    nothingInherited();
    if ('error' in made) {
      ok(['service-garbled', 'no-answer'].includes(made.error.code));
      ok(/^[\w ,.']*$/.test(made.error.detail), made.error.detail);
      return;
    }
    const { heard, said, trusted } = made.value;
    ok(typeof trusted === 'boolean');
    for (const spoken of [heard, said]) {
      if (spoken === undefined) continue;
      ok(typeof spoken.text === 'string' && spoken.text !== '');
      ok(spoken.language === undefined || knownLanguage(spoken.language) === spoken.language);
    }
  },
);
