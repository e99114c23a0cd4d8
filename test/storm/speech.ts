/** What people say at the desk, and what the service answers. */
import type { Answerer } from '../../src/standin/answerer.ts';
import { tone } from '../rig/standin.ts';
import { spoken } from '../rig/voices.ts';
import { SENTENCES } from './history.ts';
import { answerTo, marked, sentenceIn } from './sounds.ts';
import { tokenOf } from './watch.ts';

/** What people at the desk say; the marks of sentences are added later. */
export function spokenSentences(): Promise<Int16Array[]> {
  return Promise.all([
    spoken('Do you need a doctor?', 'rms'),
    spoken('The bill, please.', 'slt'),
    spoken('Is breakfast included?', 'awb'),
  ]);
}

const markedOnce = new WeakMap<readonly Int16Array[], ReadonlyMap<number, Int16Array>>();

/** Each sentence with its mark, by its number. */
export function markedSpeech(speech: readonly Int16Array[]): ReadonlyMap<number, Int16Array> {
  const known =
    markedOnce.get(speech) ??
    new Map(
      Array.from({ length: SENTENCES }, (_, sentence) => [
        sentence,
        marked(speech[sentence % speech.length] ?? new Int16Array(0), sentence),
      ]),
    );
  markedOnce.set(speech, known);
  return known;
}

/** The service: it recognises each sentence by its mark. @param latest the number of the last utterance with a mark */
export function answering(latest: (sentence: number) => number | undefined): Answerer {
  return {
    start: async () => {},
    stop: async () => {},
    answerSpeech: async (pcm) => {
      const sentence = sentenceIn(pcm);
      return answerIn(sentence === undefined ? undefined : latest(sentence));
    },
    answerText: async () => answerIn(undefined),
    speak: async (text) => {
      const [, number] = /wq(\d+)x/.exec(text) ?? [];
      return number === undefined ? tone(0.6, 24_000, 700) : answerIn(Number(number)).pcm24k;
    },
  };
}

/** The answer to an utterance, by its number. */
function answerIn(spoken: number | undefined) {
  if (spoken === undefined) {
    return {
      heard: { text: 'eh', languageCode: 'es' },
      said: { text: 'uh', languageCode: 'en' },
      pcm24k: tone(0.6, 24_000, 700),
    };
  }
  const sentence = spoken % SENTENCES;
  return {
    heard: { text: `¿Dónde está la habitación ${tokenOf(spoken)}, por favor?`, languageCode: 'es' },
    said: { text: `Where is the room ${tokenOf(spoken)}, please?`, languageCode: 'en' },
    pcm24k: answerTo(sentence, 1 + 0.3 * (sentence % 3)),
  };
}
