/**
 * The phrasebook's child process, with the speech libraries, whose calls block. It answers one request after another,
 * ends when its parent does, and logs nothing that people say.
 */

import { type Book, type BookData, bookOf } from './book/book.ts';
import { MissingDependency } from './libraries.ts';
import type { Request, Response } from './protocol.ts';
import { Recogniser } from './recognise/recogniser.ts';
import { Espeak } from './speak/espeak.ts';
import { speech } from './speak/speech.ts';

interface Open {
  readonly book: Book;
  readonly espeak: Espeak;
  readonly recogniser: Recogniser;
}

let opened: Open | undefined;

function open(data: BookData): Open {
  const book = bookOf(data);
  return { book, espeak: new Espeak(), recogniser: new Recogniser(book) };
}

function answer(request: Request): Response {
  const { id } = request;
  switch (request.kind) {
    case 'open':
      opened = open(request.book);
      return { kind: 'opened', id };
    case 'recognise':
      return { kind: 'heard', id, verdict: ready().recogniser.recognise(request.samples, request.languages) };
    case 'speak': {
      const { book, espeak } = ready();
      return { kind: 'spoken', id, samples: speech(espeak, request.text, voiceOf(book, request.language)) };
    }
  }
}

function ready(): Open {
  if (opened === undefined) throw new Error('a request came before "open"');
  return opened;
}

/** The book's voice for its languages, espeak-ng's own for all others. */
function voiceOf(book: Book, language: string): string {
  return book.languages.includes(language) ? book.language(language).voice : language;
}

function failure(id: number, error: unknown): Response {
  const kind = error instanceof MissingDependency ? 'missing' : 'other';
  return { kind: 'failed', id, error: kind, message: error instanceof Error ? error.message : String(error) };
}

function serve(request: Request): void {
  let response: Response;
  try {
    response = answer(request);
  } catch (error) {
    response = failure(request.id, error);
  }
  // The parent may have ended.
  if (process.connected) process.send?.(response, undefined, undefined, () => undefined);
}

process.on('disconnect', () => process.exit(0));
process.on('message', serve);
