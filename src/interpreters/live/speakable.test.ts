import { describe, expect, it } from 'vitest';
import { speakable } from './speakable.ts';

const GUEST = { text: '¿Dónde está el baño?', language: 'es' };
const DESK = { host: 'en', guest: 'es', anyGuest: true };

const asText = (text: string) => ({ transcript: undefined, text });
const asTranscript = (text: string, language?: string) => ({ transcript: { text, language }, text: '' });

describe('an answer without sound', () => {
  it.each([
    ['text', asText('Where is the bathroom, please?')],
    ['text without an end', asText(' Where is the bathroom ')],
    ['short text', asText('Yes.')],
    ['a number', asText('204')],
    ['its transcription', asTranscript('Where is the bathroom, please?')],
    ['both', { ...asTranscript('Where is the bathroom, please?'), text: 'The user asks for the bathroom.' }],
  ])('can be said in its place: %s', (_, unspoken) => {
    const said = speakable(unspoken, DESK, GUEST, 2);
    expect(said?.text).toBe((unspoken.transcript?.text ?? unspoken.text).trim());
  });

  it.each([
    ['nothing', asText('')],
    ['signs', asText('…')],
    ['a heading', asText('**Translating the request** Where is the bathroom?')],
    ['a list', asText('- Where is the bathroom?\n- Where is the toilet?')],
    ['a note', asText('[speaks softly] Where is the bathroom?')],
    ['talk about the task', asText('The user is asking where the bathroom is.')],
    ['an intention', asText("I'm now focusing on the tone.")],
    ['an announcement', asText('English translation: Where is the bathroom?')],
    ['a label', asText('Translation: Where is the bathroom?')],
    ['a label in another language', asText('Traducción : Where is the bathroom?')],
    ['a language', asText('English：Where is the bathroom?')],
    ['what was heard', asText('¿Dónde está el baño')],
    ['an untranslated sentence', asText('¿Dónde está el cuarto de baño, por favor?')],
    ['a third language', asText("Pouvez-vous m'indiquer où se trouvent les toilettes ?")],
    ['far more than was said', asText('The bathroom is on the left. '.repeat(20))],
    ['a transcription that breaks off', asTranscript('Where is the')],
    ['a transcription in a third language', asTranscript('Et de lui, alors ?', 'fr')],
  ])('can not be said in its place: %s', (_, unspoken) => {
    expect(speakable(unspoken, DESK, GUEST, 2)).toBeUndefined();
  });

  it('of a speaker of whom nothing was heard is in one of the languages of the desk', () => {
    for (const heard of [undefined, { text: 'Hm', language: undefined }]) {
      expect(
        speakable(asText('Su habitación está lista, aquí tiene la llave.'), DESK, heard, 2),
      ).toBeDefined();
      expect(
        speakable(asText('Pouvez-vous me donner la clé, je vous prie ?'), DESK, heard, 2),
      ).toBeUndefined();
    }
  });
});
