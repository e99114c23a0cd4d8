import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { quotaExceeded } from '../../src/standin/faults/faults.ts';
import { type Counter, tap } from '../rig/counter.ts';
import { counters } from '../rig/counters.ts';
import { temporaryFolders } from '../rig/folders.ts';
import { KEY } from '../rig/live.ts';
import { stretches } from '../rig/real/recording.ts';
import { longAnswer } from '../rig/standin.ts';
import { sequence, silence, spoken } from '../rig/voices.ts';

/** What breaks around the daemon, and how it ends. */

let speech: Int16Array;
beforeAll(async () => {
  speech = await spoken('Do you need a doctor?', 'rms');
});

const open = counters();
const temporary = temporaryFolders();

describe('what breaks', () => {
  it('loudspeaker child killed in mid-sentence: reported, and the sentence goes on', async () => {
    const { desk, say, turnEnds, ready, log } = await open({ standin: { answerer: longAnswer() } });
    await ready();
    const releasedMs = await say(speech);
    const beganMs = await desk.recorder.nextSound({ afterMs: releasedMs });
    await desk.passes(beganMs + 500);
    expect(desk.loudspeaker.signal('SIGKILL')).toBeGreaterThan(0);
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
  ] as const)('arecord %s: reported, reopened, and the next turn comes through', async (_, signal) => {
    const { desk, log, say, turnEnds, ready } = await open();
    await ready();
    desk.microphone.signal(signal);
    await log((line) => line.device === 'microphone' && line.fault !== undefined);
    await log((line) => line.device === 'microphone' && line.msg === 'works');
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  });

  it('arecord missing at the start: shown, and it goes on when it is installed', async () => {
    const { desk, log, turnEnds, say } = await open({
      before: ({ desk: { microphone } }) => microphone.uninstall(),
    });
    await log((line) => line.fault === 'recorder-missing');
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
      before: ({ desk: { microphone, loudspeaker } }) => {
        microphone.break('gone');
        loudspeaker.break('gone');
      },
    });
    const missing = new Set<unknown>();
    while (missing.size < 2)
      missing.add((await log((line) => /missing/.test(line.fault ?? ''), 15_000)).fault);
    expect([...missing].toSorted()).toEqual(['loudspeaker-missing', 'microphone-missing']);
    desk.microphone.repair();
    desk.loudspeaker.repair();
    const works = new Set<unknown>();
    while (!works.has('microphone') || !works.has('loudspeaker')) {
      works.add((await log((line) => line.msg === 'works', 20_000)).device);
    }
    await desk.untilLed('connection', true);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  }, 60_000);

  it('no GPIO at the start: it says so, and takes the panel when it appears', async () => {
    const { desk, log, say, turnEnds } = await open({
      before: ({ desk: { gpio } }) => gpio.setPresent(false),
    });
    await log((line) => line.fault === 'panel-missing');
    desk.gpio.setPresent(true);
    await log((line) => line.device === 'panel' && line.msg === 'works', 20_000);
    await desk.untilLed('connection', true);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  }, 60_000);

  it('GPIO lines that udev has not released yet: they are tried again until they work', async () => {
    const { desk, log, say, turnEnds } = await open({ desk: { lateMs: 2500 } });
    await log((line) => line.fault === 'panel-missing', 20_000);
    await log((line) => line.device === 'panel' && line.msg === 'works', 20_000);
    await desk.untilLed('connection', true);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  }, 60_000);

  it('no key at the start: it stays up, shows it, and goes on when the key is there', async () => {
    const file = path.join(temporary(), 'key');
    const { desk, log, logged, say, turnEnds } = await open({
      env: { GEMINI_API_KEY: '' },
      config: `[kiosk]\nguest_idle_s = 60\n`,
      keyFile: file,
    });
    await log((line) => line.fault === 'key-missing');
    await desk.untilLed('trouble', true);
    expect(desk.led('connection')).toBe(false);
    await writeFile(file, `${KEY}\n`);
    await desk.untilLed('connection', true, 20_000);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
    expect(JSON.stringify(logged())).not.toContain(KEY);
  }, 60_000);
});

describe('the button', () => {
  it('that bounces 30 times in 20 ms is one press', async () => {
    const { desk, ready, turnEnds } = await open();
    await ready();
    const pressedMs = desk.gpio.bounce('talk', 30, 20);
    await desk.passes(pressedMs);
    desk.press('talk');
    await desk.passes(pressedMs + 500);
    expect(desk.led('talk')).toBe(true);
    await desk.passes(desk.gpio.bounce('talk', 30, 20));
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
    await desk.untilLed('trouble', true);
    await desk.passes(desk.release('talk') + 100);
    await say(speech.subarray(0, 14_000));
    expect(await turnEnds()).toMatchObject({ turn: 2, outcome: 'translated' });
  });

  it('whose wire picks up mains hum begins no turn, is a fault, and works again when the wire rests', async () => {
    const { desk, ready, turnEnds, log, say } = await open();
    await ready();
    for (let edge = 0; edge < 1000; edge += 1) {
      const atMs = edge % 2 === 0 ? desk.press('talk') : desk.release('talk');
      await desk.passes(atMs + 5);
    }
    await log((line) => line.fault === 'button-stuck' && line.msg !== 'is over');
    await log((line) => line.fault === 'button-stuck' && line.msg === 'is over');
    await say(speech.subarray(0, 14_000));
    expect(await turnEnds()).toMatchObject({ turn: 1, outcome: 'translated' });
  });

  it('pressed 100 times in 10 s: every turn ends once, and the next one comes through', async () => {
    const { desk, ready, turnEnds, say } = await open();
    await ready();
    for (let i = 0; i < 100; i++) {
      await desk.passes(desk.press('talk') + 50);
      await desk.passes(desk.release('talk') + 50);
    }
    await say(speech);
    const seen: number[] = [];
    let outcome = '';
    while (outcome !== 'translated') {
      const turn = await turnEnds();
      seen.push(turn.turn);
      outcome = turn.outcome;
    }
    // Each once, in order, none left out. On a busy machine two presses may be read as one.
    expect(seen).toEqual(seen.map((_, i) => i + 1));
    expect(seen.length).toBeGreaterThan(50);
  }, 60_000);
});

describe('a press at a bad moment', () => {
  it('before a translation that has begun to come is heard: it never sounds, and the new turn is whole', async () => {
    const opened = await open({
      config: '[loudspeaker]\nlead_in_ms = 500\n',
      standin: { answerer: longAnswer() },
    });
    const { desk, standin, ready, say, turnEnds, drive } = opened;
    await ready();
    await say(speech);
    await drive(standin.next('firstAudioOut'));
    const pressedMs = desk.press('talk');
    await desk.speak(sequence(silence(0.3), speech)).ended;
    const releasedMs = desk.release('talk');
    expect(await turnEnds()).toMatchObject({ turn: 1, outcome: 'cancelled' });
    expect(stretches(desk.recording(pressedMs + 200, releasedMs))).toEqual([]);
    expect(await turnEnds()).toMatchObject({ turn: 2, outcome: 'translated' });
    expect(standin.connections.flatMap(({ turns }) => turns).at(-1)?.audioSeconds).toBeGreaterThan(
      speech.length / 16_000,
    );
  });

  it('during a cue: the cue ends, and what is said is heard', async () => {
    const { desk, ready, turnEnds, say, standin } = await open({ listens: true });
    await ready();
    await tap(desk, 'talk');
    expect(await turnEnds()).toMatchObject({ outcome: 'nothing said' });
    await say(sequence(silence(0.25), speech));
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
    expect(standin.connections.flatMap(({ turns }) => turns).at(-1)?.heard).toBe('Do you need a doctor?');
  });
});

describe('a service that talks nonsense', () => {
  it.each(['es_419', 'auto', '', 'und', 'english_x!'])(
    '(language code "%s") does no harm to the turns that follow',
    async (code) => {
      const answerer = longAnswer(0.5);
      const answer = { ...(await answerer.answerText('')), heard: { text: 'hola', languageCode: code } };
      const { ready, say, turnEnds } = await open({
        standin: { answerer: { ...answerer, answerSpeech: async () => answer } },
      });
      await ready();
      for (let i = 0; i < 2; i++) {
        await say(speech);
        expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
      }
    },
  );

  it('(the quota used up) is shown at once, not only when somebody speaks', async () => {
    const counter = await open();
    const { standin, desk, log } = counter;
    standin.script.everyConnection(...quotaExceeded);
    await log((line) => line.fault === 'quota', 20_000);
    await desk.untilLed('connection', false);
    expect(counter.running).toBe(true);
  });
});

describe('the daemon', () => {
  it('outlives a GPIO that goes away under a press, and takes it back', async () => {
    const counter = await open();
    const { desk, log, ready, say, turnEnds } = counter;
    await ready();
    desk.gpio.setPresent(false);
    desk.press('talk');
    await log((line) => line.fault === 'panel-missing');
    desk.release('talk');
    desk.gpio.setPresent(true);
    await log((line) => line.device === 'panel' && line.msg === 'works', 20_000);
    expect(counter.running).toBe(true);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
  });
});

describe('the end of the daemon', () => {
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
      const { desk } = opened;
      await opened.endDaemon();
      expect([desk.led('talk'), desk.led('connection'), desk.led('trouble')]).toEqual([false, false, true]);
    },
  );
});
