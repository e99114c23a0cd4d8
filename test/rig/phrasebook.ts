import { vi } from 'vitest';
import { framesOf } from '../../src/audio/pcm/frame.ts';
import type { Clock } from '../../src/base/time.ts';
import type { Availability } from '../../src/interpreters/interpreter.ts';
import {
  PHRASEBOOK_SETTINGS,
  PhrasebookInterpreter,
  type PhrasebookSettings,
} from '../../src/interpreters/phrasebook/phrasebook.ts';
import type { Languages } from '../../src/kiosk/languages.ts';
import type { Book } from '../../src/phrasebook/book/book.ts';
import { PhrasebookWorker } from '../../src/phrasebook/phrasebook-worker.ts';
import { Turn } from '../../src/turn/turn.ts';
import { gathering } from './live.ts';
import { sequence, silence, spoken } from './voices.ts';

/** For tests of the phrasebook engine with the real recogniser and real speech. */

/** Only against hanging: a child takes its time to start on a busy machine. */
export const PATIENT = { timeout: 100_000 };

export const PHRASE_LANGUAGES: Languages = { host: 'en', guest: 'es' };
/** With who speaks known, one language only is listened for: less to do where the test is about something else. */
export const BY_HOST: Languages = { ...PHRASE_LANGUAGES, speaker: 'host' };

/** @param clock decides when a child counts as hung: no real time is too long for a busy machine */
export function workerOn(clock: Clock, book: Book): PhrasebookWorker {
  return new PhrasebookWorker({ book, hungAfterMs: PHRASEBOOK_SETTINGS.startTimeoutMs, clock });
}

export function engineOf(
  book: Book,
  worker: PhrasebookWorker,
  clock: Clock,
  settings: Partial<PhrasebookSettings> = {},
) {
  const engine = new PhrasebookInterpreter(book, { ...PHRASEBOOK_SETTINGS, ...settings }, clock, worker);
  const told: Availability[] = [];
  engine.watch({
    availability: (availability) => void told.push(availability),
    condition: () => {},
    notes: () => {},
  });
  return { engine, worker, told, is: () => told.map(({ is }) => is) };
}

export function turnOf(...sounds: Int16Array[]): Turn {
  const turn = new Turn();
  turn.append(framesOf(sequence(silence(0.3), ...sounds, silence(0.3)), 0));
  turn.close();
  return turn;
}

/** A sink that answers the question whether it was meant, and keeps what it was asked. */
export function asked(answer: boolean) {
  const questions: Int16Array[] = [];
  const sink = {
    ...gathering(),
    confirm: async (question: Int16Array) => {
      questions.push(question);
      return answer;
    },
  };
  return { sink, questions };
}

/** What the worker spoke. espeak-ng never makes quite the same sound twice. */
export function speechesOf(worker: PhrasebookWorker) {
  const spy = vi.spyOn(worker, 'speak');
  return () =>
    Promise.all(
      spy.mock.calls.map(async ([text, code], i) => ({
        text,
        code,
        sound: await spy.mock.results[i]?.value,
      })),
    );
}

/** Something happens once the child has been given its next request of this kind, and before it answers. */
export function atWorkOn(
  worker: PhrasebookWorker,
  request: 'recognise' | 'speak',
  happens: () => void,
): void {
  const soon = () => void setImmediate(happens);
  if (request === 'recognise') {
    const recognise = worker.recognise.bind(worker);
    vi.spyOn(worker, 'recognise').mockImplementationOnce((...args) => {
      soon();
      return recognise(...args);
    });
  } else {
    const speak = worker.speak.bind(worker);
    vi.spyOn(worker, 'speak').mockImplementationOnce((...args) => {
      soon();
      return speak(...args);
    });
  }
}

export const passport = () => spoken('May I see your passport, please?', 'rms');
export const moment = () => spoken('One moment, please.', 'rms');
