import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { loadBook } from '../src/phrasebook/book.ts';
import { PhrasebookWorker } from '../src/phrasebook/phrasebook-worker.ts';
import { OUT_RATE } from '../src/standin/audio.ts';
import { tone } from '../src/standin/test-support.ts';
import { monotonicMs } from './desk/clock.ts';
import { forRecognition, stretches, whereIs } from './desk/recording.ts';
import { describeWithDesk } from './desk/with-desk.ts';
import { type Counter, type CounterOptions, openCounter } from './support/counter.ts';
import { KEY } from './support/live.ts';
import { sequence, silence, spoken } from './support/voices.ts';

/** The daemon as it ships, on the virtual desk: real recorder, real player, real GPIO library, real SDK. */

const worker = new PhrasebookWorker();
let speech: Int16Array;
beforeAll(async () => {
  await worker.start();
  speech = await spoken('Do you need a doctor?', 'rms');
});
afterAll(() => worker.stop());

let counter: Counter | undefined;
afterEach(async () => {
  await counter?.stop();
  counter = undefined;
});

async function open(options: CounterOptions = {}): Promise<Counter> {
  counter = await openCounter(options);
  return counter;
}

/** Seconds of sound that reached the service in its latest turn. */
function sentSeconds({ standin }: Counter): number {
  return standin.connections.flatMap(({ turns }) => turns).at(-1)?.audioSeconds ?? 0;
}

describeWithDesk('a turn at the counter', () => {
  it('lights up at the press, is heard, and its translation is spoken whole and without a gap', async () => {
    const book = await loadBook();
    const { desk, say, turnEnds, ready } = await open({ listens: true });
    await ready();
    const releasedMs = await say(await spoken('Tengo alergia a la penicilina.', 'es'));
    expect(desk.led('talk')).toBe(true);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated', from: 'es', to: 'en', attempts: 1 });
    expect(desk.led('talk')).toBe(false);
    expect(desk.led('language-es')).toBe(true);
    const heard = desk.recording(releasedMs);
    const answer = book.find('allergic-penicillin')?.texts.en as string;
    const recognition = await worker.recognise(forRecognition(heard));
    expect(recognition).toMatchObject({
      kind: 'recognised',
      language: 'en',
      phrase: { id: 'allergic-penicillin' },
    });
    const found = whereIs(await worker.speak(answer, 'en'), OUT_RATE, heard);
    for (const likeness of found.pieces.filter((piece) => !Number.isNaN(piece)))
      expect(likeness).toBeGreaterThan(0.9);
  });

  it('keeps the first syllable of who speaks before pressing, and the last word of who lets go early', async () => {
    const { desk, turnEnds, ready, standin } = await open({ listens: true });
    await ready();
    const sound = await spoken('The room costs one hundred euros per night.', 'rms');
    const said = desk.speak(sound);
    const beganMs = await said.began;
    // Pressed 200 ms late, released 100 ms early: pre-roll and tail make up for it.
    await passes(beganMs + 200);
    desk.press('talk');
    await passes(beganMs + sound.length / 16 - 100);
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
    await passes(pressedMs + 1500);
    desk.release('talk');
    expect(await turnEnds()).toMatchObject({ outcome: 'nothing said', sentSeconds: 0 });
    await desk.untilLed('talk', true);
    await desk.recorder.nextSound({ afterMs: pressedMs });
    expect(standin.connections.flatMap(({ turns }) => turns)).toEqual([]);
  });

  it('superseded by a press while it is awaited is cancelled, and the new one comes through', async () => {
    const { say, turnEnds, ready, standin } = await open();
    await ready();
    standin.script.nextTurn({ at: 'answer', do: 'hang' });
    const releasedMs = await say(speech);
    await passes(releasedMs + 200);
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

describeWithDesk('a press while a translation plays', () => {
  it('silences it at once, and the new turn is complete', async () => {
    const { desk, turnEnds, ready, say } = await open({ standin: { answerer: longAnswer() } });
    await ready();
    const delays: number[] = [];
    for (let i = 0; i < 20; i++) {
      const releasedMs = await say(speech);
      const beganMs = await desk.recorder.nextSound({ afterMs: releasedMs });
      await passes(beganMs + 300);
      const pressedMs = await tap(desk, 'talk');
      const silentMs = await desk.recorder.nextSilence(150, { afterMs: pressedMs });
      delays.push(silentMs - pressedMs);
      expect(await turnEnds()).toMatchObject({ outcome: 'cancelled' });
      expect(await turnEnds()).toMatchObject({ outcome: 'nothing said' });
    }
    delays.sort((a, b) => a - b);
    process.stdout.write(
      `press to silence, 20 times: median ${delays[10]?.toFixed(0)} ms, most ${delays.at(-1)?.toFixed(0)} ms\n`,
    );
  }, 180_000);
});

describeWithDesk('the device does not hear itself', () => {
  it('with the loudspeaker in the microphone: nothing but what people said is sent', async () => {
    const opened = await open({ desk: { echoDb: -6 }, standin: { answerer: longAnswer(1.5) } });
    await opened.ready();
    const alone = speech.length / 16_000;
    for (let i = 0; i < 10; i++) {
      await opened.say(speech);
      await opened.turnEnds();
      // What the gate lets through besides the speech itself: pre-roll and hangover.
      expect(sentSeconds(opened)).toBeLessThan(alone + 1);
    }
    // Pressed right behind a translation, with nobody speaking: its echo is no speech.
    const pressedMs = opened.desk.press('talk');
    await passes(pressedMs + 1200);
    opened.desk.release('talk');
    expect(await opened.turnEnds()).toMatchObject({ outcome: 'nothing said', sentSeconds: 0 });
  }, 120_000);
});

describeWithDesk('what breaks', () => {
  it('loudspeaker child killed in mid-sentence: told, and the sentence goes on', async () => {
    const { desk, daemon, say, turnEnds, ready, log } = await open({ standin: { answerer: longAnswer() } });
    await ready();
    const releasedMs = await say(speech);
    const beganMs = await desk.recorder.nextSound({ afterMs: releasedMs });
    await passes(beganMs + 500);
    const players = desk
      .processes()
      .filter((one) => one.commandLine.includes('speaker-child') && one.pid !== daemon.pid);
    expect(players.length).toBeGreaterThan(0);
    for (const { pid } of players) process.kill(pid, 'SIGKILL');
    await log((line) => line.fault === 'loudspeaker-failed');
    await log((line) => line.device === 'loudspeaker' && line.msg === 'works');
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
    // 4 s of sound, less the little that was in the hands of the child that was killed.
    const heardMs = stretches(desk.recording(releasedMs)).reduce(
      (sum, { startMs, endMs }) => sum + endMs - startMs,
      0,
    );
    expect(heardMs).toBeGreaterThan(3500);
  });

  it.each([
    ['killed', 'SIGKILL'],
    ['stalled', 'SIGSTOP'],
  ] as const)('arecord %s: told, reopened, and the next turn comes through', async (_, signal) => {
    const { desk, log, say, turnEnds, ready } = await open();
    await ready();
    desk.microphone.signal(signal);
    await log((line) => line.device === 'microphone' && line.fault !== undefined);
    await log((line) => line.device === 'microphone' && line.msg === 'works');
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  });

  it('arecord missing at the start: shown, and it goes on when it is installed', async () => {
    const { desk, log, turnEnds, say } = await open({ before: ({ microphone }) => microphone.uninstall() });
    await log((line) => line.fault === 'recorder-missing');
    await log((line) => line.device === 'panel' || line.msg === 'dragoman runs');
    await desk.untilLed('connection', true);
    await tap(desk, 'talk');
    expect(await turnEnds()).toMatchObject({ outcome: 'failed', fault: 'recorder-missing' });
    desk.microphone.install();
    await log((line) => line.device === 'microphone' && line.msg === 'works', 20_000);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  }, 60_000);

  it('no sound card at the start: shown, and it goes on when there is one', async () => {
    const { desk, log, turnEnds, say } = await open({
      before: ({ microphone, loudspeaker }) => {
        microphone.break('gone');
        loudspeaker.break('gone');
      },
    });
    const missing = new Set<unknown>();
    while (missing.size < 2)
      missing.add((await log((line) => /missing/.test(line.fault ?? ''), 15_000)).fault);
    expect([...missing].toSorted()).toEqual(['loudspeaker-missing', 'microphone-missing']);
    desk.microphone.mend();
    desk.loudspeaker.mend();
    const works = new Set<unknown>();
    while (!works.has('microphone') || !works.has('loudspeaker')) {
      works.add((await log((line) => line.msg === 'works', 20_000)).device);
    }
    await desk.untilLed('connection', true);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  }, 60_000);

  it('no GPIO at the start: it stays up, says so, and takes the panel when it appears', async () => {
    const { desk, log, say, turnEnds } = await open({ before: ({ gpio }) => gpio.setPresent(false) });
    await log((line) => line.fault === 'panel-missing');
    desk.gpio.setPresent(true);
    await log((line) => line.device === 'panel' && line.msg === 'works', 20_000);
    await desk.untilLed('connection', true);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  }, 60_000);

  it('no key at the start: it stays up, shows it, and goes on when the key is there', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-key-'));
    const file = path.join(folder, 'key');
    const { desk, log, say, turnEnds, daemon } = await open({
      env: { GEMINI_API_KEY: '' },
      config: `[kiosk]\nguest_idle_s = 60\n`,
      keyFile: file,
    });
    await log((line) => line.fault === 'key-missing');
    await desk.untilLed('reconnect', true);
    expect(desk.led('connection')).toBe(false);
    await writeFile(file, `${KEY}\n`);
    await desk.untilLed('connection', true, 20_000);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
    expect(JSON.stringify(daemon.output.all)).not.toContain(KEY);
    await rm(folder, { recursive: true });
  }, 60_000);
});

describeWithDesk('the button', () => {
  it('that bounces 30 times in 20 ms is one press', async () => {
    const { desk, ready, turnEnds } = await open();
    await ready();
    const pressedMs = desk.gpio.bounce('talk', 30, 20);
    desk.press('talk');
    await passes(pressedMs + 500);
    expect(desk.led('talk')).toBe(true);
    desk.gpio.bounce('talk', 30, 20);
    desk.release('talk');
    expect(await turnEnds()).toMatchObject({ turn: 1, outcome: 'nothing said' });
    await tap(desk, 'talk');
    expect((await turnEnds()).turn).toBe(2);
  });

  it('that stays down ends the turn at the limit, is a fault until it is released, and works again', async () => {
    const { desk, ready, turnEnds, log, say } = await open({ config: '[turn]\nhold_limit_s = 1\n' });
    await ready();
    desk.press('talk');
    await log((line) => line.fault === 'button-stuck');
    expect(await turnEnds()).toMatchObject({ outcome: 'nothing said' });
    await desk.untilLed('reconnect', true);
    await passes(desk.release('talk') + 100);
    await say(speech.subarray(0, 14_000));
    expect(await turnEnds()).toMatchObject({ turn: 2, outcome: 'translated' });
  });

  it('pressed 100 times in 10 s: every turn ends once, and the next one comes through', async () => {
    const { desk, ready, turnEnds, say } = await open();
    await ready();
    const beganMs = monotonicMs();
    for (let i = 0; i < 100; i++) {
      await passes(beganMs + i * 100);
      desk.press('talk');
      await passes(beganMs + i * 100 + 50);
      desk.release('talk');
    }
    const seen = new Set<number>();
    let last = 0;
    while (last < 100) {
      const turn = await turnEnds();
      expect(seen.has(turn.turn)).toBe(false);
      seen.add(turn.turn);
      last = turn.turn;
    }
    expect(seen.size).toBe(100);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ turn: 101, outcome: 'translated' });
  }, 60_000);
});

describeWithDesk('SIGTERM', () => {
  const states: Record<string, (counter: Counter) => Promise<unknown>> = {
    idle: async () => {},
    listening: async ({ desk }) => {
      desk.press('talk');
      await desk.untilLed('talk', true);
    },
    'awaiting translation': async ({ say, standin }) => {
      standin.script.nextTurn({ at: 'answer', do: 'hang' });
      await say(speech);
    },
    speaking: async ({ say, desk }) => {
      const releasedMs = await say(speech);
      await desk.recorder.nextSound({ afterMs: releasedMs });
    },
  };
  it.each(Object.keys(states))(
    'while %s: it ends by itself, with no child left and the dead look',
    async (state) => {
      const opened = await open({ standin: { answerer: longAnswer() } });
      await opened.ready();
      await states[state]?.(opened);
      const { desk, daemon } = opened;
      daemon.signal('SIGTERM');
      expect(await daemon.exited).toMatchObject({ code: 0, signal: null });
      expect(desk.processes()).toEqual([]);
      expect([desk.led('talk'), desk.led('connection'), desk.led('reconnect')]).toEqual([false, false, true]);
    },
  );
});

/** A stand-in's answer that lasts. */
function longAnswer(seconds = 4) {
  const pcm24k = sequence(tone(seconds, OUT_RATE), silence(0));
  const answer = {
    heard: { text: 'hola', languageCode: 'es' },
    said: { text: 'hello', languageCode: 'en' },
    pcm24k,
  };
  return {
    start: async () => {},
    stop: async () => {},
    answerSpeech: async () => answer,
    answerText: async () => answer,
  };
}

/** A short press, as short as people can. @returns when it began */
async function tap(desk: Counter['desk'], button: string): Promise<number> {
  const pressedMs = desk.press(button);
  await passes(pressedMs + 80);
  desk.release(button);
  return pressedMs;
}

/** Until a moment of the monotonic clock: people take their time, and the desk runs in real time. */
async function passes(untilMs: number): Promise<void> {
  const leftMs = untilMs - monotonicMs();
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}
