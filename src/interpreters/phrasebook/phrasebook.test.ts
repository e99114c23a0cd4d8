import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { bookWith, plain } from '../../../test/rig/books.ts';
import { gathering, never } from '../../../test/rig/live.ts';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { sequence, silence, spoken } from '../../../test/rig/voices.ts';
import { FRAME_MS, framesOf } from '../../audio/pcm/frame.ts';
import type { Fault } from '../../kiosk/faults.ts';
import type { Languages } from '../../kiosk/languages.ts';
import type { Book } from '../../phrasebook/book/book.ts';
import { addedTo } from '../../phrasebook/book/own-book.ts';
import { PhrasebookWorker } from '../../phrasebook/phrasebook-worker.ts';
import { type Clock, REAL_TIME } from '../../time.ts';
import { Turn } from '../../turn/turn.ts';
import type { Availability } from '../interpreter.ts';
import { PHRASEBOOK_SETTINGS, PhrasebookInterpreter, type PhrasebookSettings } from './phrasebook.ts';

/** The engine with the real recogniser and real speech. */

/** Only against hanging: a child takes its time to start on a busy machine. */
const PATIENT = { timeout: 100_000 };

const LANGUAGES: Languages = { host: 'en', guest: 'es' };
/** With who speaks known, one language only is listened for: less to do where the test is about something else. */
const BY_HOST: Languages = { ...LANGUAGES, speaker: 'host' };

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
/** For tests that end their child: one that is started sooner. */
let small: Book;
/** The child of most tests: to start one takes longer than most of them. One that a test kills is replaced for the next. */
let shared: PhrasebookWorker;
beforeAll(async () => {
  const ours = await bookWith(...SAID);
  book = plain(addedTo(ours, JSON.stringify(FRENCH), 'french.json'), 'en', 'es', 'fr');
  small = plain(await bookWith('one-moment'), 'en', 'es');
  shared = workerOn(new VirtualClock(), book);
});
afterAll(() => shared.stop());

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const end of ended.splice(0)) await end();
});

/** @param clock decides when a child counts as hung: no real time is too long for a busy machine */
function workerOn(clock: Clock, book: Book): PhrasebookWorker {
  return new PhrasebookWorker({ book, hungAfterMs: PHRASEBOOK_SETTINGS.startTimeoutMs, clock });
}

function engineOf(
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

/** An engine whose child is that of the other tests too. Its time stands still: it never ends the child. */
function desk() {
  return engineOf(book, shared, new VirtualClock());
}

/** An engine with a child of its own. */
function deskWithOwnChild({
  settings,
  clock = REAL_TIME,
}: {
  settings?: Partial<PhrasebookSettings>;
  clock?: Clock;
} = {}) {
  const made = engineOf(small, workerOn(new VirtualClock(), small), clock, settings);
  ended.push(() => made.engine.stop());
  return made;
}

function turnOf(...sounds: Int16Array[]): Turn {
  const turn = new Turn();
  turn.append(framesOf(sequence(silence(0.3), ...sounds, silence(0.3)), 0));
  turn.close();
  return turn;
}

/** A sink that answers the question whether it was meant, and keeps what it was asked. */
function asked(answer: boolean) {
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
function speechesOf(worker: PhrasebookWorker) {
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
function atWorkOn(worker: PhrasebookWorker, request: 'recognise' | 'speak', happens: () => void): void {
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

const passport = () => spoken('May I see your passport, please?', 'rms');
const moment = () => spoken('One moment, please.', 'rms');

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

  it("is told in the turn's codes", async () => {
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

  it('in a language that is not the one of who speaks is none', async () => {
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
  it('is not understood, which the listener is told', async () => {
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

  it('is a phrase that somebody goes on behind for too long', async () => {
    const { engine } = desk();
    const turn = turnOf(await moment(), silence(15));
    expect((await engine.interpret(turn, BY_HOST, gathering(), never)).outcome).toBe('not understood');
  });

  it('is anything between languages that the book does not have, and is told all the same', async () => {
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

describe('in a language where anything might be taken for a phrase', () => {
  const french = { host: 'en', guest: 'fr' };
  const monsieur = () => spoken('Un petit moment, monsieur, je vous prie.', 'fr');

  it('who spoke is asked, in their language, and what they agree to is said', async () => {
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

  it('what they do not agree to is not understood, and nobody has heard it', async () => {
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

  it('a child that dies between recognition and speech is replaced, and nobody is asked twice', async () => {
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

describe('a child that', () => {
  const clock = new VirtualClock();
  let mortal: PhrasebookWorker;
  beforeAll(() => {
    mortal = workerOn(clock, small);
  });
  afterAll(() => mortal.stop());
  const desk = () => engineOf(small, mortal, new VirtualClock());

  async function atWork(worker: PhrasebookWorker): Promise<number> {
    await worker.start();
    if (worker.pid === undefined) throw new Error('no child');
    return worker.pid;
  }

  it('is killed in the middle of a turn is replaced, and the turn comes through', async () => {
    const { engine, worker, is } = desk();
    const pid = await atWork(worker);
    atWorkOn(worker, 'recognise', () => process.kill(pid, 'SIGKILL'));
    const sink = gathering();
    const turn = turnOf(await moment());
    expect((await engine.interpret(turn, BY_HOST, sink, never)).outcome).toBe('translated');
    expect(sink.restarts).toEqual(['phrasebook-failed']);
    expect(sink.texts).toHaveLength(2);
    expect(turn.meter.attempts).toBe(2);
    expect(worker.pid).not.toBe(pid);
    expect(is()).toEqual(['ready']);
  });

  it('is killed again ends the turn with a fault that tells nothing of what was said', async () => {
    const { engine, worker, told } = desk();
    await atWork(worker);
    const recognise = worker.recognise.bind(worker);
    vi.spyOn(worker, 'recognise').mockImplementation((...args) => {
      const answer = recognise(...args);
      process.kill(worker.pid ?? 0, 'SIGKILL');
      return answer;
    });
    const sink = gathering();
    const error = await engine
      .interpret(turnOf(await moment()), BY_HOST, sink, never)
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'phrasebook-failed' });
    expect((error as Fault).message).toMatch(/SIGKILL/);
    expect((error as Fault).message).not.toMatch(/moment/i);
    expect(sink.restarts).toEqual(['phrasebook-failed']);
    expect(told.at(-1)).toMatchObject({ is: 'unreachable', fault: { code: 'phrasebook-failed' } });
    await engine.check(); // nothing is missing: the next turn may start another child
    expect(told.at(-1)).toEqual({ is: 'ready' });

    vi.restoreAllMocks();
    expect((await engine.interpret(turnOf(await moment()), BY_HOST, gathering(), never)).outcome).toBe(
      'translated',
    );
    expect(told.at(-1)).toEqual({ is: 'ready' });
  });

  it('hangs is replaced', async () => {
    const { engine, worker } = desk();
    const pid = await atWork(worker);
    process.kill(pid, 'SIGSTOP');
    const sink = gathering();
    const turn = turnOf(await moment());
    const running = engine.interpret(turn, BY_HOST, sink, never);
    const spokenMs = turn.frames.length * FRAME_MS;
    await expect
      .poll(() => clock.pending, PATIENT)
      .toEqual([PHRASEBOOK_SETTINGS.answerTimeoutMs + 2 * spokenMs]);
    clock.advance(PHRASEBOOK_SETTINGS.answerTimeoutMs + 2 * spokenMs);
    expect((await running).outcome).toBe('translated');
    expect(sink.restarts).toEqual(['phrasebook-failed']);
    expect(worker.pid).not.toBe(pid);
  });

  it('can not be started because of a word in the book names what is wrong', async () => {
    const arabic = {
      languages: { ar: { notUnderstood: 'لم أفهم.' } },
      phrases: [{ id: 'one-moment', ar: 'عزيزي' }],
    };
    const odd = addedTo(small, JSON.stringify(arabic), 'odd.json');
    const engine = new PhrasebookInterpreter(odd);
    ended.push(() => engine.stop());
    const failed = engine.interpret(turnOf(await moment()), BY_HOST, gathering(), never);
    await expect(failed).rejects.toThrow(/the IPA symbol "ʕ"/);
    await expect(failed).rejects.toMatchObject({ code: 'phrasebook-failed' });
  });
});

describe('the child process', () => {
  it('is not there before it is needed, starts when a turn may come, and ends when none came for long', async () => {
    const clock = new VirtualClock();
    const { engine, worker, is } = deskWithOwnChild({ clock, settings: { idleMs: 1000 } });
    expect(worker.pid).toBeUndefined();
    engine.prepare(LANGUAGES);
    engine.prepare(LANGUAGES);
    await expect.poll(is, PATIENT).toEqual(['connecting', 'ready']);
    expect(worker.pid).toBeDefined();
    await clock.pass(999);
    expect(worker.pid).toBeDefined();
    engine.prepare(LANGUAGES); // somebody is still there
    await clock.pass(999);
    expect(worker.pid).toBeDefined();
    await clock.pass(1000);
    expect(worker.pid).toBeUndefined();
  });

  it('starts for a turn, stays as long as that goes on, and starts again for another', async () => {
    const clock = new VirtualClock();
    const { engine, worker } = deskWithOwnChild({ clock, settings: { idleMs: 1000 } });
    const turn = new Turn();
    const running = engine.interpret(turn, BY_HOST, gathering(), never);
    await worker.start();
    await clock.pass(10_000);
    expect(worker.pid).toBeDefined();
    turn.append(turnOf(await moment()).frames);
    turn.close();
    expect((await running).outcome).toBe('translated');
    await clock.pass(1000);
    expect(worker.pid).toBeUndefined();
    expect((await engine.interpret(turnOf(await moment()), BY_HOST, gathering(), never)).outcome).toBe(
      'translated',
    );
  });

  it('ends with the engine, and does not come back', async () => {
    const { engine, worker, is } = deskWithOwnChild();
    engine.prepare(LANGUAGES);
    await engine.stop();
    expect(worker.pid).toBeUndefined();
    engine.prepare(LANGUAGES);
    expect(worker.pid).toBeUndefined();
    expect(is()).toEqual(['connecting']);
  });
});

describe('availability', () => {
  it('is looked for without loading anything', async () => {
    const { engine, worker, is } = deskWithOwnChild();
    await engine.check();
    expect(is()).toEqual([]);
    expect(worker.pid).toBeUndefined();
  });

  it('is told when packages are missing, and when they have been installed', async () => {
    const { engine, told, is } = deskWithOwnChild();
    vi.stubEnv('PATH', '/nowhere');
    await engine.check();
    const fault = { code: 'phrasebook-missing', detail: expect.stringMatching(/espeak-ng is not installed/) };
    expect(told).toMatchObject([{ is: 'unreachable', fault }]);
    engine.prepare(LANGUAGES); // the child finds the same
    await expect.poll(is, PATIENT).toEqual(['unreachable', 'connecting', 'unreachable']);
    expect(told.at(-1)).toMatchObject({ is: 'unreachable', fault });
    vi.unstubAllEnvs();
    await engine.check();
    await engine.check();
    expect(is()).toEqual(['unreachable', 'connecting', 'unreachable', 'ready']);
  });

  it('ends a turn with the fault at once when packages are missing: another child would not help', async () => {
    const { engine } = deskWithOwnChild();
    vi.stubEnv('PATH', '/nowhere');
    const sink = gathering();
    const turn = turnOf(silence(1));
    await expect(engine.interpret(turn, LANGUAGES, sink, never)).rejects.toMatchObject({
      code: 'phrasebook-missing',
    });
    expect(sink.restarts).toEqual([]);
  });

  it("names the book's languages, and that no network is needed", () => {
    expect(desk().engine.abilities).toEqual({
      languages: ['en', 'es', 'fr'],
      needsSpeaker: false,
      online: false,
    });
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
