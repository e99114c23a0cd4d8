import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Book } from '../../src/phrasebook/book/book.ts';
import { PhrasebookWorker } from '../../src/phrasebook/phrasebook-worker.ts';
import { type BookWorker, PhrasebookAnswerer } from '../../src/standin/phrasebook-answerer.ts';
import { OUT_RATE } from '../../src/standin/protocol/sound.ts';
import { bookWith } from '../rig/books.ts';
import { type Counter, tap } from '../rig/counter.ts';
import { counters, ON_REAL_DESK } from '../rig/counters.ts';
import { forRecognition, whereIs } from '../rig/real/recording.ts';
import { longAnswer } from '../rig/standin.ts';
import { noise, sequence, silence, spoken } from '../rig/voices.ts';
import { heardPrompt } from './scenario.ts';

/** Turns at the counter, with the daemon as it ships. */

let book: Book;
let worker: PhrasebookWorker;
let speech: Int16Array;
beforeAll(async () => {
  book = await bookWith('allergic-penicillin', 'room-price');
  worker = new PhrasebookWorker({ book });
  await worker.start();
  speech = await spoken('Do you need a doctor?', 'rms');
});
afterAll(() => worker.stop());

const open = counters();

/** What the stand-in that listens answered: espeak-ng never makes quite the same sound twice. */
let answered: Int16Array;

/** A counter whose stand-in really listens: with the worker of all tests, as to start one takes longer than a turn. */
async function openListening(): Promise<Counter> {
  const shared: BookWorker = {
    start: async () => {},
    stop: async () => {},
    recognise: (sound) => worker.recognise(sound),
    speak: async (text, language) => {
      answered = await worker.speak(text, language);
      return answered;
    },
  };
  return open({ standin: { answerer: new PhrasebookAnswerer(shared, book) } });
}

/** Seconds of sound that reached the service in its latest turn. */
function sentSeconds({ standin }: Counter): number {
  return standin.connections.flatMap(({ turns }) => turns).at(-1)?.audioSeconds ?? 0;
}

/** How often the same is done: on the real desk no two times are the same. */
const TIMES = ON_REAL_DESK ? 20 : 2;

describe('a turn at the counter', () => {
  it('lights up at the press, is heard, and its translation is spoken whole and without a gap', async () => {
    const { desk, say, turnEnds, ready } = await openListening();
    await ready();
    const releasedMs = await say(await spoken('Tengo alergia a la penicilina.', 'es'));
    expect(desk.led('talk')).toBe(true);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated', from: 'es', to: 'en', attempts: 1 });
    expect(desk.led('talk')).toBe(false);
    expect(desk.led('language-es')).toBe(true);
    await desk.recorder.nextSilence(300, { afterMs: desk.now() });
    const heard = desk.recording(releasedMs);
    const recognition = await worker.recognise(forRecognition(heard), { languages: ['en'] });
    expect(recognition).toMatchObject({
      kind: 'recognised',
      language: 'en',
      phrase: { id: 'allergic-penicillin' },
    });
    const found = whereIs(answered, OUT_RATE, heard);
    const pieces = found.pieces.filter((piece) => !Number.isNaN(piece));
    expect(Math.min(...pieces), pieces.map((piece) => piece.toFixed(2)).join(' ')).toBeGreaterThan(0.9);
  });

  it('keeps the first syllable of who speaks before pressing, and the last word of who lets go early', async () => {
    const { desk, turnEnds, ready, standin } = await openListening();
    await ready();
    const sound = await spoken('The room costs one hundred euros per night.', 'rms');
    const said = desk.speak(sound);
    const beganMs = await said.began;
    // Pressed 200 ms late, released 100 ms early: pre-roll and tail make up for it.
    await desk.passes(beganMs + 200);
    desk.press('talk');
    await desk.passes(beganMs + sound.length / 16 - 100);
    desk.release('talk');
    expect(await turnEnds()).toMatchObject({ outcome: 'translated', from: 'en' });
    expect(standin.connections.flatMap(({ turns }) => turns).at(-1)?.heard).toBe(
      'The room costs one hundred euros per night.',
    );
  });

  it('in which nobody speaks costs nothing and says so with a cue and a flash', async () => {
    const { desk, turnEnds, ready, standin } = await open();
    await ready();
    const pressedMs = desk.press('talk');
    await desk.passes(pressedMs + 1500);
    desk.release('talk');
    expect(await turnEnds()).toMatchObject({ outcome: 'nothing said', sentSeconds: 0 });
    await desk.untilLed('talk', true);
    await desk.recorder.nextSound({ afterMs: pressedMs });
    expect(standin.connections.flatMap(({ turns }) => turns)).toEqual([]);
  });

  it('in which somebody speaks too softly costs nothing, and asks them to speak again', async () => {
    const opened = await open();
    const { desk, turnEnds, ready } = opened;
    await ready();
    const pressedMs = desk.press('talk');
    await desk.passes(pressedMs + 500);
    // A breath, 10 dB above the room.
    await desk.speak(noise('white', -57, 0.8)).ended;
    await desk.passes(pressedMs + 2500);
    desk.release('talk');
    expect(await turnEnds()).toMatchObject({ outcome: 'too quiet', sentSeconds: 0 });
    expect(await heardPrompt(opened, 'speak again', pressedMs)).toBe(true);
  });

  it('superseded by a press while it is awaited is cancelled, and the new one comes through', async () => {
    const { desk, say, turnEnds, ready, standin } = await open();
    await ready();
    standin.script.nextTurn({ at: 'answer', do: 'hang' });
    const releasedMs = await say(speech);
    await desk.passes(releasedMs + 200);
    const second = say(speech);
    expect(await turnEnds()).toMatchObject({ turn: 1, outcome: 'cancelled' });
    await second;
    expect(await turnEnds()).toMatchObject({ turn: 2, outcome: 'translated' });
  });

  it('can be repeated', async () => {
    const { desk, say, turnEnds, ready } = await open();
    await ready();
    await say(speech);
    await turnEnds();
    const repeatedMs = await tap(desk, 'repeat');
    const began = await desk.recorder.nextSound({ afterMs: repeatedMs });
    const ended = await desk.recorder.nextSilence(300, { afterMs: began });
    expect(ended - began).toBeGreaterThan(500);
  });
});

describe('a press while a translation plays', () => {
  it('silences it at once, and the new turn is complete', async () => {
    const { desk, turnEnds, ready, say } = await open({ standin: { answerer: longAnswer() } });
    await ready();
    const delays: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const releasedMs = await say(speech);
      const beganMs = await desk.recorder.nextSound({ afterMs: releasedMs });
      await desk.passes(beganMs + 300);
      const pressedMs = await tap(desk, 'talk');
      const silentMs = await desk.recorder.nextSilence(150, { afterMs: pressedMs });
      delays.push(silentMs - pressedMs);
      expect(await turnEnds()).toMatchObject({ outcome: 'cancelled' });
      expect(await turnEnds()).toMatchObject({ outcome: 'nothing said' });
    }
    delays.sort((a, b) => a - b);
    process.stdout.write(
      `press to silence, ${TIMES} times: median ${delays[TIMES / 2]?.toFixed(0)} ms, most ${delays.at(-1)?.toFixed(0)} ms\n`,
    );
  }, 180_000);
});

describe('the device does not hear itself', () => {
  it('with the loudspeaker in the microphone: nothing but what people said is sent', async () => {
    const opened = await open({ desk: { echoDb: -6 }, standin: { answerer: longAnswer(1.5) } });
    await opened.ready();
    const alone = speech.length / 16_000;
    for (let i = 0; i < TIMES / 2; i++) {
      await opened.say(speech);
      await opened.turnEnds();
      // What the gate lets through besides the speech itself: pre-roll and hangover.
      expect(sentSeconds(opened)).toBeLessThan(alone + 1);
    }
    // Pressed right after a translation, with nobody speaking: its echo is no speech.
    const pressedMs = opened.desk.press('talk');
    await opened.desk.passes(pressedMs + 1200);
    opened.desk.release('talk');
    expect(await opened.turnEnds()).toMatchObject({ outcome: 'nothing said', sentSeconds: 0 });
  }, 120_000);
});

describe('other ways to set it up', () => {
  it('listening only while pressed: nothing is recorded before, and the turn comes through', async () => {
    const { desk, log, say, turnEnds } = await open({ microphone: 'listen = "pressed"' });
    await log((line) => line.device === 'loudspeaker' && line.msg === 'works');
    await desk.untilLed('connection', true);
    expect(desk.microphone.recorders()).toEqual([]);
    await say(sequence(silence(0.5), speech));
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
    expect(desk.microphone.recorders()).toEqual([]);
  });

  it('aplay in place of speaker: the translation is heard', async () => {
    const { desk, say, turnEnds, ready } = await open({ config: '[loudspeaker]\ndriver = "aplay"\n' });
    await ready();
    const releasedMs = await say(speech);
    await desk.recorder.nextSound({ afterMs: releasedMs });
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  });

  it("two talk buttons: each takes the other's turn over", async () => {
    const { desk, turnEnds, ready } = await open({
      desk: { buttons: { host: 6, guest: 13 } },
      buttons: '"talk-host" = 6\n"talk-guest" = 13\n',
    });
    await ready();
    desk.press('host');
    await desk.untilLed('talk', true);
    desk.press('guest');
    expect(await turnEnds()).toMatchObject({ turn: 1, outcome: 'cancelled' });
    await desk.speak(speech).ended;
    desk.release('host');
    desk.release('guest');
    expect(await turnEnds()).toMatchObject({ turn: 2, outcome: 'translated' });
  });
});

describe('what people say', () => {
  it('is neither in the log nor in the ledger', async () => {
    const counter = await open();
    await counter.ready();
    await counter.say(speech);
    await counter.turnEnds();
    await counter.endDaemon();
    // The ledger holds the turn and its price.
    const [file = ''] = await readdir(counter.ledger);
    const ledger = await readFile(path.join(counter.ledger, file), 'utf8');
    expect(ledger).toMatch(/"outcome":"translated","from":"es","to":"en".*"microdollars":[1-9]/);
    expect(ledger).not.toMatch(/baño|bathroom|Where is/i);
    const logged = counter.logged().map(({ text }) => text);
    expect(logged.join('\n')).toContain('"outcome":"translated"');
    expect(logged.join('\n')).not.toMatch(/baño|bathroom|Where is/i);
  });
});
