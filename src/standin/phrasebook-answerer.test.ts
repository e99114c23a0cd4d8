import { beforeAll, describe, expect, it } from 'vitest';
import type { Book } from '../phrasebook/book/book.ts';
import { loadBook } from '../phrasebook/book/book-file.ts';
import type { Recognition } from '../phrasebook/phrasebook-worker.ts';
import { PhrasebookAnswerer } from './phrasebook-answerer.ts';
import { OUT_RATE } from './protocol/sound.ts';

let book: Book;
beforeAll(async () => {
  book = await loadBook();
});

const hears = (recognition: Recognition, spoken: string[] = []) =>
  new PhrasebookAnswerer(
    {
      start: async () => {},
      stop: async () => {},
      recognise: async () => recognition,
      speak: async (text, language) => {
        spoken.push(`${language}: ${text}`);
        return new Int16Array(OUT_RATE);
      },
    },
    book,
  );

describe('the phrasebook as an answerer', () => {
  it('reads a text aloud, in the given language or in that of the phrase', async () => {
    const spoken: string[] = [];
    const answerer = hears({ kind: 'rejected', nearestLanguage: 'en' }, spoken);
    const [phrase] = book.phrases;
    await answerer.speak(`${phrase?.texts.es}`);
    await answerer.speak(book.notUnderstood('es'));
    await answerer.speak('In no book at all.');
    await answerer.speak('¡Hola!', 'es-419');
    expect(spoken.map((line) => line.split(':')[0])).toEqual(['es', 'es', 'en', 'es-419']);
  });

  it.each([
    ['en', 'es'],
    ['es', 'en'],
  ] as const)('translates from %s to %s, and speaks it', async (from, to) => {
    const [phrase] = book.phrases;
    if (phrase === undefined) throw new Error('an empty book');
    const spoken: string[] = [];
    const answerer = hears({ kind: 'recognised', phrase, language: from, distance: 0 }, spoken);
    const answer = await answerer.answerSpeech(new Int16Array(16_000));
    expect(answer.heard).toEqual({ text: phrase.texts[from], languageCode: from });
    expect(answer.said).toEqual({ text: phrase.texts[to], languageCode: to });
    expect(answer.pcm24k.length).toBeGreaterThan(0);
    expect(spoken).toEqual([`${to}: ${phrase.texts[to]}`]);
    expect((await answerer.answerText(`${phrase.texts[from]}`)).said.text).toBe(phrase.texts[to]);
  });

  it('says in the listener’s language that it did not understand', async () => {
    const answerer = hears({ kind: 'rejected', nearestLanguage: 'es' });
    const answer = await answerer.answerSpeech(new Int16Array(16_000));
    expect(answer.heard).toEqual({ text: '' });
    expect(answer.said).toEqual({ text: book.notUnderstood('en'), languageCode: 'en' });
    const typed = await answerer.answerText('Colourless green ideas sleep furiously.');
    expect(typed.heard.text).toContain('Colourless');
    expect(typed.said.text).toBe(book.notUnderstood('es'));
  });
});
