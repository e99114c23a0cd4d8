import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { bookWith, plain } from '../../../test/rig/books.ts';
import { gathering, never } from '../../../test/rig/live.ts';
import {
  atWorkOn,
  BY_HOST,
  engineOf,
  PHRASE_LANGUAGES as LANGUAGES,
  moment,
  PATIENT,
  turnOf,
  workerOn,
} from '../../../test/rig/phrasebook.ts';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { silence } from '../../../test/rig/voices.ts';
import { FRAME_MS } from '../../audio/pcm/frame.ts';
import { type Clock, REAL_TIME } from '../../base/time.ts';
import type { Fault } from '../../kiosk/faults.ts';
import type { Book } from '../../phrasebook/book/book.ts';
import { addedTo } from '../../phrasebook/book/own-book.ts';
import type { PhrasebookWorker } from '../../phrasebook/phrasebook-worker.ts';
import { Turn } from '../../turn/turn.ts';
import { PHRASEBOOK_SETTINGS, PhrasebookInterpreter, type PhrasebookSettings } from './phrasebook.ts';

/** The child process of the engine: when it runs, and what becomes of a turn when it fails. */

/** One phrase: its child is started sooner. */
let small: Book;
beforeAll(async () => {
  small = plain(await bookWith('one-moment'), 'en', 'es');
});

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const end of ended.splice(0)) await end();
});

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

  it('is killed again ends the turn with a fault that contains nothing of what was said', async () => {
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

  it('starts for a turn, stays until its end, and starts again for another', async () => {
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

  it('is reported when packages are missing, and when they have been installed', async () => {
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
});
