import { resample } from '../../audio/pcm/resample.ts';
import type { Book, Phrase } from '../../phrasebook/book/book.ts';
import { PhrasebookWorker } from '../../phrasebook/phrasebook-worker.ts';
import { INPUT_HZ, OUTPUT_HZ } from '../../phrasebook/protocol.ts';

/** The results for the phrases of a language. */
export interface Listened {
  readonly right: Phrase[];
  /** Taken for another phrase. */
  readonly wrong: { readonly phrase: Phrase; readonly heard: Phrase }[];
  readonly rejected: Phrase[];
}

/** Silence either side of a phrase, in seconds. */
const AROUND_SECONDS = 0.3;

/**
 * Has every phrase spoken by espeak-ng and listens to it, as a desk would between this language and one other.
 * @param report called after each phrase, with the number of those done and of all
 * @returns by the book's code of the language
 */
export async function listenToAll(
  book: Book,
  report: (language: string, done: number, of: number) => void,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Listened>> {
  const worker = new PhrasebookWorker({ book });
  const results = new Map<string, Listened>();
  try {
    for (const language of book.languages) {
      const other = book.languages.find((code) => code !== language);
      const languages = [language, ...(other === undefined ? [] : [other])];
      const phrases = book.phrases.filter(({ texts }) => texts[language] !== undefined);
      const result: Listened = { right: [], wrong: [], rejected: [] };
      for (const [index, phrase] of phrases.entries()) {
        const sound = padded(await worker.speak(phrase.texts[language] ?? '', language, { signal }));
        const heard = await worker.recognise(sound, { languages, signal });
        if (heard.kind === 'rejected') result.rejected.push(phrase);
        else if (heard.phrase.id === phrase.id) result.right.push(phrase);
        else result.wrong.push({ phrase, heard: heard.phrase });
        report(language, index + 1, phrases.length);
      }
      results.set(language, result);
    }
    return results;
  } finally {
    await worker.stop();
  }
}

function padded(spoken: Int16Array): Int16Array {
  const sound = resample(spoken, OUTPUT_HZ, INPUT_HZ);
  const around = Math.round(AROUND_SECONDS * INPUT_HZ);
  const whole = new Int16Array(sound.length + 2 * around);
  whole.set(sound, around);
  return whole;
}
