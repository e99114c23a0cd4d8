import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bookWith, plain } from '../../test/rig/books.ts';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { rendered, sequence, silence, soundOf } from '../../test/rig/voices.ts';
import { resample } from '../audio/pcm/resample.ts';
import { type Book, BookError, dataOf } from './book/book.ts';
import { DEFAULT_BOOK, loadBook } from './book/book-file.ts';
import { MissingDependency } from './libraries.ts';
import { PhrasebookStopped, PhrasebookWorker } from './phrasebook-worker.ts';

const RATE = 16_000;
const ASTERISK = '/usr/share/asterisk/sounds/en_US_f_Allison';

const folder = temporaryFolders();
/** Time stands still for it unless a test advances it: it does not count as hung, however busy the machine is. */
const clock = new VirtualClock();
const worker = new PhrasebookWorker({ clock });
/** For tests in which it does not matter what the book has. One whose child a test ends starts another for the next test. */
let small: PhrasebookWorker;
let smallBook: Book;
beforeAll(async () => {
  smallBook = plain(await bookWith('one-moment'), 'en');
  small = new PhrasebookWorker({ book: smallBook, clock });
  await worker.start();
});
afterAll(() => Promise.all([worker.stop(), small.stop()]));

/** Phrases and voices that pass with room to spare, see docs/developers/phrasebook.md: what is tested here is that it works. */
const ENGLISH = [
  ['see-your-passport', 'awb'],
  ['here-is-your-key', 'rms'],
] as const;
const SPANISH = [
  ['room-for-tonight', 'es'],
  ['allergic-penicillin', 'es-419+f3'],
] as const;

/** A sound at 16 kHz between 300 ms of digital silence, as a null sink would deliver it. */
async function padded(wav: string): Promise<Int16Array> {
  return sequence(silence(0.3), await soundOf(wav), silence(0.3));
}

const flite = async (text: string, voice: string) => padded(await rendered('flite', voice, text));
const espeak = async (text: string, voice: string) => padded(await rendered('espeak-ng', voice, text));
/** People, by the name of the prompt (asterisk-core-sounds-en-wav, CC-BY-SA 3.0): 8 kHz. */
const human = (prompt: string) => padded(join(ASTERISK, `${prompt}.wav`));

async function textOf(id: string, language: string): Promise<string> {
  const book = await loadBook();
  return book.find(id)?.texts[language] ?? '';
}

describe('a listed phrase is recognised', () => {
  it.each(ENGLISH)('in English: %s (%s)', async (id, voice) => {
    const recognition = await worker.recognise(await flite(await textOf(id, 'en'), voice));
    expect(recognition).toMatchObject({ kind: 'recognised', phrase: { id }, language: 'en' });
  });

  it.each(SPANISH)('in Spanish: %s (%s)', async (id, voice) => {
    const recognition = await worker.recognise(await espeak(await textOf(id, 'es'), voice));
    expect(recognition).toMatchObject({ kind: 'recognised', phrase: { id }, language: 'es' });
  });

  it('said in another way', async () => {
    const recognition = await worker.recognise(await flite("I'm allergic to penicillin.", 'rms'), {
      languages: ['en'],
    });
    expect(recognition).toMatchObject({ kind: 'recognised', phrase: { id: 'allergic-penicillin' } });
  });

  it('from a person on the telephone', async () => {
    expect(await worker.recognise(await human('please-try-again'))).toMatchObject({
      kind: 'recognised',
      phrase: { id: 'try-again' },
      language: 'en',
    });
  });
});

describe('what is not in the book is rejected:', () => {
  it('a sentence of any kind', async () => {
    const sound = await flite('Did you watch the football game last night?', 'awb');
    expect((await worker.recognise(sound)).kind).toBe('rejected');
  });

  it('a sentence that differs from a phrase in a number', async () => {
    const sound = await flite('The room costs two hundred euros per night.', 'rms');
    expect((await worker.recognise(sound, { languages: ['en'] })).kind).toBe('rejected');
  });

  it('a person who says something else', async () => {
    const sound = await human('tt-weasels');
    expect((await worker.recognise(sound, { languages: ['en'] })).kind).toBe('rejected');
  });

  it.each([
    ['no samples', 0],
    ['one sample', 1],
    ['10 ms', 160],
    ['a second of digital silence', RATE],
    ['a minute of digital silence', 60 * RATE],
  ])('%s', async (_, length) => {
    expect((await worker.recognise(new Int16Array(length))).kind).toBe('rejected');
  });

  it('a square wave at full scale', async () => {
    const wave = Int16Array.from({ length: 2 * RATE }, (_, i) => (i % 40 < 20 ? 32_767 : -32_768));
    expect((await worker.recognise(wave)).kind).toBe('rejected');
  });
});

describe('requests', () => {
  it('are answered in order, each with its own answer, the same for the same sound', async () => {
    const [moment, sign] = await Promise.all(
      ['one-moment', 'sign-here'].map(async (id) => flite(await textOf(id, 'en'), 'rms')),
    );
    if (moment === undefined || sign === undefined) throw new Error('no sound');
    const answers = await Promise.all(
      [moment, sign, moment].map((sound) => worker.recognise(sound, { languages: ['en'] })),
    );
    expect(answers.map((answer) => answer.kind === 'recognised' && answer.phrase.id)).toEqual([
      'one-moment',
      'sign-here',
      'one-moment',
    ]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('end with the reason of their signal, before or during the work', async () => {
    const reason = new Error('the guest went away');
    const aborted = AbortSignal.abort(reason);
    await expect(small.recognise(new Int16Array(RATE), { signal: aborted })).rejects.toBe(reason);
    const controller = new AbortController();
    const answer = small.recognise(new Int16Array(RATE), { signal: controller.signal });
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    expect((await small.recognise(new Int16Array(RATE))).kind).toBe('rejected');
  });

  it('with more than a minute of sound or 4,000 characters are refused', async () => {
    await expect(worker.recognise(new Int16Array(60 * RATE + 1))).rejects.toThrow(/at most 60 s/);
    await expect(worker.speak('a'.repeat(4001), 'en')).rejects.toThrow(/at most 4000/);
  });
});

describe('the languages that are listened for', () => {
  it('are the only ones that are heard', async () => {
    const english = await flite(await textOf('one-moment', 'en'), 'rms');
    expect(await worker.recognise(english, { languages: ['en'] })).toMatchObject({ language: 'en' });
    expect(await worker.recognise(english, { languages: ['es'] })).toEqual({
      kind: 'rejected',
      nearestLanguage: 'es',
    });
  });
});

describe('speech', () => {
  it.each([
    ['I did not understand.', 'en'],
    ['No he entendido.', 'es'],
    ['Ich habe das nicht verstanden.', 'de'],
    ["Je n'ai pas compris.", 'fr-CH'],
    ['我没听懂', 'zh-CN'],
  ])('"%s" in %s is audible, 0.5 to 4 s, and does not end in silence', async (text, language) => {
    const sound = await worker.speak(text, language);
    expect(sound.length / 24_000).toBeGreaterThan(0.5);
    expect(sound.length / 24_000).toBeLessThan(4);
    expect(Math.max(...sound)).toBeGreaterThan(3000);
    expect(Math.max(...sound.slice(-2400).map(Math.abs))).toBeGreaterThan(20);
  });

  it('of nothing is empty', async () => {
    expect((await worker.speak('', 'en')).length).toBe(0);
  });

  it('ends after a minute', async () => {
    const sound = await worker.speak('one two three four '.repeat(200), 'en');
    expect(sound.length / 24_000).toBeGreaterThan(55);
    expect(sound.length / 24_000).toBeLessThan(61);
  });

  it('in a language that espeak-ng does not have names it', async () => {
    await expect(worker.speak('hello', 'xx')).rejects.toThrow(MissingDependency);
    await expect(worker.speak('hello', 'xx')).rejects.toThrow(/no voice "xx"/);
  });

  it('is understood again by the recogniser', async () => {
    const sound = await worker.speak(await textOf('thank-you-patience', 'es'), 'es');
    expect(await worker.recognise(resample(sound, 24_000, RATE), { languages: ['es'] })).toMatchObject({
      phrase: { id: 'thank-you-patience' },
    });
  });
});

/** True when the process is gone, or dead and only waits for somebody to ask how it ended. */
async function gone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined || stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
}

describe('the child process', () => {
  /** Runs a module that has a worker, in a process of its own. */
  const program = (body: string) => {
    const module = (name: string) => JSON.stringify(new URL(name, import.meta.url));
    const code = `
      import { bookOf } from ${module('./book/book.ts')};
      import { PhrasebookWorker } from ${module('./phrasebook-worker.ts')};
      const w = new PhrasebookWorker({ book: bookOf(${JSON.stringify(dataOf(smallBook))}) });
      await w.start();
      ${body}`;
    return spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  };

  it('is started once, however often start() is called', async () => {
    await Promise.all([small.start(), small.start()]);
    const { pid } = small;
    await small.start();
    expect(small.pid).toBe(pid);
  });

  it('may die in the middle of a request, which fails, and the next request starts another', async () => {
    await small.start();
    const pid = small.pid;
    if (pid === undefined) throw new Error('no child');
    const answers = [small.recognise(new Int16Array(50 * RATE)), small.speak('hello', 'en')];
    process.kill(pid, 'SIGKILL');
    const outcomes = await Promise.allSettled(answers);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(PhrasebookStopped) });
      expect(outcome.status === 'rejected' && outcome.reason.message).toMatch(/ended \(SIGKILL\)/);
    }
    expect((await small.speak('hello', 'en')).length).toBeGreaterThan(0);
    expect(small.pid).not.toBe(pid);
  });

  it('that hangs is killed after the set time, and another is started', async () => {
    await small.start();
    const pid = small.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    const answer = small.speak('hello', 'en');
    await expect.poll(() => clock.pending, { timeout: 100_000 }).toEqual([240_000]);
    clock.advance(240_000);
    await expect(answer).rejects.toThrow(/not answer within 240000 ms/);
    expect((await small.speak('hello', 'en')).length).toBeGreaterThan(0);
    expect(await gone(pid)).toBe(true);
  });

  it('ends with stop(), which rejects requests that wait', async () => {
    await small.start();
    const pid = small.pid ?? 0;
    const answer = small.recognise(new Int16Array(RATE));
    const rejected = expect(answer).rejects.toThrow(/stopped/);
    await Promise.all([small.stop(), rejected]);
    expect(await gone(pid)).toBe(true);
    await small.stop();
    expect(small.pid).toBeUndefined();
  });

  it('does not keep its parent alive after stop()', async () => {
    const parent = program('await w.stop();');
    const code = await new Promise((resolve) => parent.once('exit', resolve));
    expect(code).toBe(0);
  });

  it('ends when its parent is killed', async () => {
    const parent = program('console.log(w.pid);');
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (line) => resolve(Number(line))),
    );
    expect(await gone(pid)).toBe(false);
    parent.kill('SIGKILL');
    await vi.waitFor(async () => expect(await gone(pid)).toBe(true), { timeout: 100_000 });
  });

  it('reports a book with mistakes, and starts once the book is fixed', async () => {
    const path = join(folder(), 'book.json');
    await writeFile(path, '{}');
    const own = new PhrasebookWorker({ book: path, clock: new VirtualClock() });
    await expect(own.start()).rejects.toThrow(BookError);
    await expect(own.recognise(new Int16Array(RATE))).rejects.toThrow(/languages/);
    await writeFile(path, await readFile(DEFAULT_BOOK));
    await own.start();
    await own.stop();
  });
});
