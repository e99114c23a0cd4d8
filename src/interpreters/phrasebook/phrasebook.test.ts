import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { bookWith, plain } from '../../../test/rig/books.ts';
import { gathering, never } from '../../../test/rig/live.ts';
import {
  asked,
  atWorkOn,
  BY_HOST,
  engineOf,
  PHRASE_LANGUAGES as LANGUAGES,
  moment,
  passport,
  speechesOf,
  turnOf,
  workerOn,
} from '../../../test/rig/phrasebook.ts';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { silence, spoken } from '../../../test/rig/voices.ts';
import { framesOf } from '../../audio/pcm/frame.ts';
import type { Languages } from '../../kiosk/languages.ts';
import type { Book } from '../../phrasebook/book/book.ts';
import { addedTo } from '../../phrasebook/book/own-book.ts';
import type { PhrasebookWorker } from '../../phrasebook/phrasebook-worker.ts';
import { Turn } from '../../turn/turn.ts';

/** The engine with the real recogniser and real speech. */

/** Beside the built-in phrases, a language that was not measured. */
const FRENCH = {
  languages: { fr: { notUnderstood: "Je n'ai pas compris." } },
  phrases: [
    { id: 'one-moment', fr: 'Un petit moment, monsieur, je vous prie.' },
    { id: 'sea-view', en: 'The room looks out on the sea.', fr: 'La chambre donne sur la mer Méditerranée.' },
  ],
};

/** What is said here, of the built-in phrases. */
const SAID = ['see-your-passport', 'room-for-tonight', 'one-moment'];

let book: Book;
/** The child of all tests: to start one takes longer than most of them. */
let shared: PhrasebookWorker;
beforeAll(async () => {
  const ours = await bookWith(...SAID);
  book = plain(addedTo(ours, JSON.stringify(FRENCH), 'french.json'), 'en', 'es', 'fr');
  shared = workerOn(new VirtualClock(), book);
});
afterAll(() => shared.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

/** An engine whose child is that of the other tests too. Its time stands still: it never ends the child. */
function desk() {
  return engineOf(book, shared, new VirtualClock());
}

describe('a phrase of the book', () => {
  it('is said in the other language, both ways, with its marks in order and at no cost', async () => {
    const { engine } = desk();
    const turn = turnOf(await passport());
    const { sink, questions } = asked(false);
    const result = await engine.interpret(turn, LANGUAGES, sink, never);
    expect(result).toEqual({
      outcome: 'translated',
      heard: { text: 'May I see your passport, please?', language: 'en' },
      said: { text: '¿Me permite ver su pasaporte, por favor?', language: 'es' },
      roundTripMs: 0,
    });
    expect(sink.texts).toEqual([
      'heard May I see your passport, please?',
      'said ¿Me permite ver su pasaporte, por favor?',
    ]);
    expect(questions).toEqual([]); // of English it is known that nothing else is taken for a phrase
    expect(sink.samples.length / 24_000).toBeGreaterThan(1);
    const { connected, firstSent, sent, heard, firstAudio, playable, answered } = turn.marks;
    const marks = [connected, firstSent, sent, heard, firstAudio, playable, answered];
    expect(marks).not.toContain(undefined);
    expect(marks).toEqual([...marks].sort((a, b) => (a ?? 0) - (b ?? 0)));
    expect(turn.meter).toMatchObject({ sentSeconds: 0, attempts: 1, uses: [] });
    expect(turn.meter.receivedSeconds).toBeCloseTo(sink.samples.length / 24_000);

    const back = turnOf(await spoken('¿Tiene una habitación para esta noche?', 'es'));
    expect(await engine.interpret(back, LANGUAGES, gathering(), never)).toMatchObject({
      outcome: 'translated',
      heard: { language: 'es' },
      said: { text: 'Do you have a room for tonight?', language: 'en' },
    });
  });

  it('is spoken by the voice of the other language', async () => {
    const { engine, worker } = desk();
    const speeches = speechesOf(worker);
    const sink = gathering();
    await engine.interpret(turnOf(await moment()), BY_HOST, sink, never);
    expect(await speeches()).toEqual([
      { text: 'Un momento, por favor.', code: 'es', sound: Int16Array.from(sink.samples) },
    ]);
  });

  it("is named in the turn's codes", async () => {
    const { engine } = desk();
    const regions = { host: 'es-MX', guest: 'en-GB', speaker: 'guest' } as const;
    expect(await engine.interpret(turnOf(await moment()), regions, gathering(), never)).toMatchObject({
      heard: { language: 'en-GB' },
      said: { language: 'es-MX' },
    });
  });

  it('is awaited until it was spoken to its end', async () => {
    const { engine } = desk();
    const frames = turnOf(await moment()).frames;
    const turn = new Turn();
    turn.append(frames.slice(0, 40));
    const running = engine.interpret(turn, BY_HOST, gathering(), never);
    turn.append(frames.slice(40));
    turn.close();
    expect((await running).outcome).toBe('translated');
  });

  it('in a language that is not the one of the speaker is none', async () => {
    const { engine } = desk();
    const guest = { ...LANGUAGES, speaker: 'guest' } as const;
    const sink = gathering();
    expect(await engine.interpret(turnOf(await moment()), guest, sink, never)).toMatchObject({
      outcome: 'not understood',
      said: { text: 'I did not understand.', language: 'en' },
    });
    expect((await engine.interpret(turnOf(await moment()), BY_HOST, gathering(), never)).outcome).toBe(
      'translated',
    );
  });

  it('without a text in the other language is not understood', async () => {
    const { engine } = desk();
    const turn = () => spoken('The room looks out on the sea.', 'rms').then((sound) => turnOf(sound));
    const french: Languages = { host: 'en', guest: 'fr', speaker: 'host' };
    expect(await engine.interpret(await turn(), french, gathering(), never)).toMatchObject({
      said: { text: 'La chambre donne sur la mer Méditerranée.', language: 'fr' },
    });
    expect(await engine.interpret(await turn(), BY_HOST, gathering(), never)).toMatchObject({
      outcome: 'not understood',
      heard: undefined,
      said: { text: 'No he entendido.', language: 'es' },
    });
  });
});

describe('what is no phrase of the book', () => {
  it('is not understood, which the listener hears', async () => {
    const { engine, worker } = desk();
    const speeches = speechesOf(worker);
    const sink = gathering();
    const turn = turnOf(await spoken('The weather is going to be lovely tomorrow afternoon.', 'rms'));
    const said = { text: 'No he entendido.', language: 'es' };
    expect(await engine.interpret(turn, LANGUAGES, sink, never)).toEqual({
      outcome: 'not understood',
      heard: undefined,
      said,
      roundTripMs: 0,
    });
    expect(sink.texts).toEqual([`said ${said.text}`]);
    expect(await speeches()).toEqual([{ text: said.text, code: 'es', sound: Int16Array.from(sink.samples) }]);
  });

  it('is a phrase followed by too much speech', async () => {
    const { engine } = desk();
    const turn = turnOf(await moment(), silence(15));
    expect((await engine.interpret(turn, BY_HOST, gathering(), never)).outcome).toBe('not understood');
  });

  it('is anything between languages that the book does not have, and the listener hears so all the same', async () => {
    const { engine } = desk();
    const sink = gathering();
    const languages = { host: 'de', guest: 'ja' };
    expect((await engine.interpret(turnOf(await passport()), languages, sink, never)).outcome).toBe(
      'not understood',
    );
    expect(sink.samples.length).toBeGreaterThan(0);
  });

  it('is nothing', async () => {
    const { engine } = desk();
    const turn = new Turn();
    turn.close();
    const sink = gathering();
    expect((await engine.interpret(turn, LANGUAGES, sink, never)).outcome).toBe('nothing said');
    expect(sink.samples).toEqual([]);
  });
});

describe('in a language whose recognition rejects nothing', () => {
  const french = { host: 'en', guest: 'fr' };
  const monsieur = () => spoken('Un petit moment, monsieur, je vous prie.', 'fr');

  it('the speaker is asked, in their language, and what they agree to is said', async () => {
    const { engine, worker } = desk();
    const speeches = speechesOf(worker);
    const { sink, questions } = asked(true);
    expect(await engine.interpret(turnOf(await monsieur()), french, sink, never)).toMatchObject({
      outcome: 'translated',
      heard: { text: 'Un petit moment, monsieur, je vous prie.', language: 'fr' },
      said: { text: 'One moment, please.', language: 'en' },
    });
    expect(await speeches()).toEqual([
      { text: 'Un petit moment, monsieur, je vous prie.', code: 'fr', sound: questions[0] },
      { text: 'One moment, please.', code: 'en', sound: Int16Array.from(sink.samples) },
    ]);
    expect(questions).toHaveLength(1);
  });

  it('without the agreement of the speaker nothing is understood or played', async () => {
    const { engine } = desk();
    const { sink, questions } = asked(false);
    expect(await engine.interpret(turnOf(await monsieur()), french, sink, never)).toMatchObject({
      outcome: 'not understood',
      heard: undefined,
    });
    expect(questions).toHaveLength(1);
    expect(sink.texts).toEqual(['said I did not understand.']);
  });

  it('the other side, of whose language more is known, is not asked', async () => {
    const { engine } = desk();
    const { sink, questions } = asked(false);
    const turn = turnOf(await moment());
    expect((await engine.interpret(turn, french, sink, never)).outcome).toBe('translated');
    expect(questions).toEqual([]);
  });

  it('a child that dies between recognition and speech is replaced, and the speaker is asked only once', async () => {
    const { engine, worker } = desk();
    atWorkOn(worker, 'speak', () => process.kill(worker.pid ?? 0, 'SIGKILL'));
    const { sink, questions } = asked(true);
    const turn = turnOf(await monsieur());
    expect((await engine.interpret(turn, french, sink, never)).outcome).toBe('translated');
    expect(questions).toHaveLength(1);
    expect(sink.restarts).toEqual(['phrasebook-failed']);
    expect(turn.meter.attempts).toBe(1);
    expect(turn.marks.heard).toBeDefined();
  });

  it('a turn that is cancelled meanwhile waits for no answer', async () => {
    const { engine } = desk();
    const abort = new AbortController();
    const confirm = () => {
      abort.abort(new Error('superseded'));
      return Promise.withResolvers<boolean>().promise;
    };
    const running = engine.interpret(
      turnOf(await monsieur()),
      french,
      { ...gathering(), confirm },
      abort.signal,
    );
    await expect(running).rejects.toThrow('superseded');
  });
});

it("the engine names the book's languages, and that no network is needed", () => {
  expect(desk().engine.abilities).toEqual({
    languages: ['en', 'es', 'fr'],
    needsSpeaker: false,
    online: false,
  });
});

describe('a cancelled turn', () => {
  it.each(['recognise', 'speak'] as const)(
    'ends with the reason while the child is asked to %s, and the next one comes through',
    async (request) => {
      const { engine, worker } = desk();
      const abort = new AbortController();
      atWorkOn(worker, request, () => abort.abort(new Error('superseded')));
      const running = engine.interpret(turnOf(await moment()), BY_HOST, gathering(), abort.signal);
      await expect(running).rejects.toThrow('superseded');
      expect((await engine.interpret(turnOf(await moment()), BY_HOST, gathering(), never)).outcome).toBe(
        'translated',
      );
    },
  );

  it('while it is still being spoken asks for nothing', async () => {
    const { engine, worker } = desk();
    const recognise = vi.spyOn(worker, 'recognise');
    const abort = new AbortController();
    const turn = new Turn();
    turn.append(framesOf(silence(1), 0));
    const running = engine.interpret(turn, LANGUAGES, gathering(), abort.signal);
    abort.abort(new Error('superseded'));
    await expect(running).rejects.toThrow('superseded');
    expect(recognise).not.toHaveBeenCalled();
  });
});
