import { beforeAll, describe, expect, it } from 'vitest';
import { CAPTURE_RATE_HZ } from '../../src/audio/pcm/frame.ts';
import { resample } from '../../src/audio/pcm/resample.ts';
import { loadBook } from '../../src/phrasebook/book/book-file.ts';
import type { Answer, Answerer } from '../../src/standin/answerer.ts';
import { quotaExceeded } from '../../src/standin/faults/faults.ts';
import { OUT_RATE } from '../../src/standin/protocol/sound.ts';
import { dragomanInProcess } from '../rig/command.ts';
import { type Counter, tap } from '../rig/counter.ts';
import type { Desk } from '../rig/desk.ts';
import { atLevel, hotelTalk, humanTalk, lobbyWith, type Said } from '../rig/lobby.ts';
import { type Recording, whereIs } from '../rig/real/recording.ts';
import { VirtualClock } from '../rig/virtual/clock.ts';
import { sequence, silence, spoken } from '../rig/voices.ts';
import { heardPrompt, hearsCue } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** Hands-free: one press, and two people talk; the loudspeaker is heard by the microphone all the time. */

const opened = scenarios();

/** How loud people are at the microphone. */
const SPEECH_DBFS = -26;

/** Something that is said at the desk, with its translation. */
interface Line extends Said {
  readonly answer: Answer;
}

let lines: readonly Line[];
/** What somebody in the lobby says, whom nobody means to translate. */
let stranger: Said;
beforeAll(async () => {
  const book = await loadBook();
  const talk = await hotelTalk();
  lines = await Promise.all(
    talk.map(async ({ by, text, sound }) => {
      const [from, to] = by === 'es' ? (['es', 'en'] as const) : (['en', 'es'] as const);
      const translation = book.findText(text, from)?.texts[to] as string;
      const voice = await spoken(translation, to === 'en' ? 'slt' : 'es-419+f3');
      const answer = {
        heard: { text, languageCode: from },
        said: { text: translation, languageCode: to },
        pcm24k: resample(voice, CAPTURE_RATE_HZ, OUT_RATE),
      };
      return { by, text, sound: atLevel(sound, SPEECH_DBFS), answer };
    }),
  );
  const [prompt] = await humanTalk();
  stranger = { ...(prompt as Said), sound: atLevel((prompt as Said).sound, SPEECH_DBFS) };
});

const line = (n: number) => lines[n] as Line;

/** A stand-in that keeps what it hears, and translates what it was told would be said. Anything else it does not understand. */
class Witness implements Answerer {
  readonly heard: Int16Array[] = [];
  readonly expected: Line[] = [];

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async answerSpeech(sound: Int16Array): Promise<Answer> {
    const expected = this.expected[this.heard.push(sound) - 1];
    return expected?.answer ?? this.answerText();
  }

  async answerText(): Promise<Answer> {
    const said = { text: 'I did not understand.', languageCode: 'en' };
    return { heard: { text: '' }, said, pcm24k: line(1).answer.pcm24k };
  }
}

interface HandsFreeOptions {
  readonly mode?: 'open' | 'tap';
  /** More of its section [turn]. */
  readonly turn?: string;
  readonly config?: string;
  readonly microphone?: string;
  readonly answerMs?: number;
  /** With the waits of a real desk. */
  readonly patient?: boolean;
}

async function open(options: HandsFreeOptions = {}): Promise<{ counter: Counter; witness: Witness }> {
  const { mode = 'open', turn = '', config = '', microphone, answerMs = 300, patient = true } = options;
  const witness = new Witness();
  const counter = await opened({
    patient,
    desk: { echoDb: -20 },
    leds: { host: 25, guest: 8 },
    config: `[turn]\nmode = "${mode}"\n${turn}${config}`,
    standin: { answerer: witness, timing: { answerMs, pace: 10 } },
    ...(microphone === undefined ? {} : { microphone }),
  });
  return { counter, witness };
}

/** Somebody presses, and sees the lights come on. */
async function begin(counter: Counter): Promise<void> {
  const pressedMs = await tap(counter.desk, 'talk');
  await listens(counter.desk);
  await counter.desk.passes(pressedMs + 400); // fingers are not faster
}

/** Until the lights say that both may speak. */
async function listens(desk: Desk): Promise<void> {
  await desk.untilLed('talk', true);
  await desk.untilLed('host', true);
  await desk.untilLed('guest', true);
}

/** Nobody speaks in the instant in which the other has ended. */
const after = (seconds: number, { sound }: Said) => sequence(silence(seconds), sound);

/** Somebody says it when it is their turn. @returns when they had said it */
async function say(
  { counter, witness }: { counter: Counter; witness: Witness },
  said: Line,
): Promise<number> {
  witness.expected.push(said);
  await listens(counter.desk);
  return (await counter.desk.speak(after(0.5, said)).ended).endedMs;
}

const asRecording = (samples: Int16Array): Recording => ({
  rateHz: CAPTURE_RATE_HZ,
  samples,
  startMs: 0,
});

/** What was said came to the service from its first sound to its last, and not much more. */
function isWhole({ sound }: Said, received: Int16Array): void {
  for (const part of [sound, sound.subarray(0, sound.length / 2), sound.subarray(sound.length / 2)])
    expect(whereIs(part, CAPTURE_RATE_HZ, asRecording(received)).likeness).toBeGreaterThan(0.9);
  // Pre-roll and hangover; noise right behind a word passes for more of it.
  expect(received.length - sound.length).toBeLessThan(1.5 * CAPTURE_RATE_HZ);
}

/** Nothing of the device's own voice is in it. */
function isNotOurs({ answer }: Line, received: Int16Array): void {
  const beginning = answer.pcm24k.subarray(0, OUT_RATE);
  expect(whereIs(beginning, OUT_RATE, asRecording(received)).likeness).toBeLessThan(0.5);
}

/** Its translation was heard. A busy machine may put a gap into it, but not into each half of a second. */
function heardBy({ desk }: Counter, { answer }: Line, sinceMs: number): boolean {
  const heard = desk.recording(sinceMs);
  const parts = [0, 1, 2].map((i) => answer.pcm24k.subarray((i * OUT_RATE) / 2, ((i + 1) * OUT_RATE) / 2));
  return parts.some((part) => whereIs(part, OUT_RATE, heard).likeness > 0.8);
}

/** Nobody is listened to: the lights say so, and what is said now reaches nobody. */
async function isOver({ counter, witness }: { counter: Counter; witness: Witness }): Promise<void> {
  const { desk, standin } = counter;
  for (const led of ['host', 'guest', 'talk']) await desk.untilLed(led, false);
  const reached = () => standin.connections.flatMap(({ turns }) => turns).length;
  const before = [reached(), witness.heard.length];
  const { endedMs } = await desk.speak(after(0.3, line(2))).ended;
  await desk.passes(endedMs + 2000); // a gate would have found the end by now
  expect([reached(), witness.heard.length]).toEqual(before);
  // Sound outside of an activity would have ended its session with 1007.
  expect(standin.connections.filter(({ closed }) => closed?.code === 1007)).toEqual([]);
  for (const led of ['host', 'guest', 'talk']) expect(desk.led(led)).toBe(false);
}

describe('a conversation that one press opens', () => {
  it('carries six utterances of two people through a lobby: each whole, in order, and nothing else', async () => {
    const at = await open();
    const { counter, witness } = at;
    const { desk } = counter;
    await counter.ready();
    const pauses = Array.from({ length: 20 }, () => ({ by: 'nobody', text: '', sound: silence(0.5) }));
    const [clicks, murmur] = await Promise.all([
      lobbyWith(pauses, { sounds: ['clicks', 'nothing'] }),
      lobbyWith(pauses, { sounds: ['babble'], lobbyDbfs: SPEECH_DBFS - 30 }),
    ]);
    const lobby = [clicks, murmur].map(({ samples }) => desk.speak(samples));
    await begin(counter);
    const talk = lines.slice(0, 6);
    for (const said of talk) {
      const saidMs = await say(at, said);
      const [speaker, listener] = said.by === 'es' ? ['guest', 'host'] : ['host', 'guest'];
      // Its way is shown: who was heard while it is awaited, who is spoken to while it is spoken.
      await desk.untilLed(listener as string, false);
      await desk.recorder.nextSound({ afterMs: saidMs });
      await desk.untilLed(speaker as string, false);
      await desk.untilLed(listener as string, true);
      expect(await counter.turnEnds()).toMatchObject({
        outcome: 'translated',
        from: said.answer.heard.languageCode,
        attempts: 1,
      });
      expect(heardBy(counter, said, saidMs)).toBe(true);
    }
    for (const speech of lobby) speech.stop();
    expect(witness.heard).toHaveLength(talk.length);
    for (const [i, sound] of witness.heard.entries()) {
      isWhole(line(i), sound);
      // What was played last before it, or since: nothing else can be in it.
      for (const said of lines.slice(Math.max(0, i - 1), i + 1)) isNotOurs(said, sound);
    }
  }, 300_000);

  it('keeps what somebody goes on to say while a translation is awaited, and translates it next', async () => {
    const at = await open({ answerMs: 4000 });
    const { counter, witness } = at;
    await counter.ready();
    await begin(counter);
    witness.expected.push(line(0), line(2));
    // The first ends with the pause; the second is over before the first is answered.
    const speech = counter.desk.speak(sequence(silence(0.5), line(0).sound, silence(1.2), line(2).sound));
    const { endedMs } = await speech.ended;
    const heardMs = await counter.desk.recorder.nextSound({ afterMs: endedMs });
    expect(await counter.turnEnds()).toMatchObject({ turn: 1, outcome: 'translated' });
    expect(heardBy(counter, line(0), heardMs - 500)).toBe(true);
    const againMs = await counter.desk.recorder.nextSilence(300, { afterMs: heardMs + 500 });
    expect(await counter.turnEnds()).toMatchObject({ turn: 2, outcome: 'translated' });
    expect(heardBy(counter, line(2), againMs)).toBe(true);
    const [first, second] = witness.heard as [Int16Array, Int16Array];
    isWhole(line(0), first);
    isWhole(line(2), second);
    isNotOurs(line(0), second);
    expect(witness.heard).toHaveLength(2);
    await listens(counter.desk);
  }, 60_000);

  it('goes on after a fault that asks to speak again', async () => {
    const at = await open({ patient: false });
    const { counter, witness } = at;
    await counter.ready();
    await begin(counter);
    for (let attempt = 0; attempt < 2; attempt++)
      counter.standin.script.nextTurn({ at: 'activityEnd', do: 'hang' });
    const { endedMs } = await counter.desk.speak(after(0.5, line(0))).ended;
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'failed', fault: 'no-answer', attempts: 2 });
    expect(await heardPrompt(counter, 'speak again', endedMs)).toBe(true);
    await counter.desk.recorder.nextSilence(1500, { afterMs: counter.desk.now(), timeoutMs: 20_000 });
    await say(at, line(0));
    expect(await counter.turnEnds()).toMatchObject({ turn: 2, outcome: 'translated' });
    isWhole(line(0), witness.heard[0] as Int16Array);
    await listens(counter.desk);
  }, 60_000);

  it('is closed by a fault that lasts', async () => {
    const at = await open();
    const { counter } = at;
    await counter.ready();
    await begin(counter);
    counter.standin.script.everyConnection(...quotaExceeded);
    await say(at, line(0)); // on the connection that is there already
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'translated' });
    // The next one breaks while somebody speaks, or before.
    const [, failed] = await Promise.all([say(at, line(2)), counter.turnEnds()]);
    expect(failed).toMatchObject({ outcome: 'failed', fault: 'quota' });
    expect(await heardPrompt(counter, 'not available', counter.desk.now() - 5000)).toBe(true);
    await counter.desk.recorder.nextSilence(1500, { afterMs: counter.desk.now(), timeoutMs: 20_000 });
    await isOver(at);
  }, 60_000);
});

describe('a conversation ends', () => {
  it('by a press: listening, in the middle of a word, and while a translation plays', async () => {
    const at = await open();
    const { counter, witness } = at;
    const { desk } = counter;
    await counter.ready();

    await begin(counter);
    await tap(desk, 'talk');
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'cancelled', sentSeconds: 0 });
    await isOver(at);

    await begin(counter);
    witness.expected.push(line(4));
    const speech = desk.speak(after(0.5, line(4)));
    await counter.drive(counter.standin.next('firstAudio'));
    const began = await speech.began;
    await desk.passes(began + 500 + 1800);
    await tap(desk, 'talk');
    // What has been said is still translated.
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'translated' });
    const received = witness.heard[0] as Int16Array;
    const half = line(4).sound.subarray(0, 1.5 * CAPTURE_RATE_HZ);
    expect(whereIs(half, CAPTURE_RATE_HZ, asRecording(received)).likeness).toBeGreaterThan(0.9);
    await isOver(at);

    await begin(counter);
    const saidMs = await say(at, line(6));
    const beganMs = await desk.recorder.nextSound({ afterMs: saidMs });
    await desk.passes(beganMs + 300);
    const pressedMs = await tap(desk, 'talk');
    await desk.recorder.nextSilence(500, { afterMs: pressedMs });
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'cancelled' });
    const { pcm24k } = line(6).answer;
    const rest = whereIs(pcm24k.subarray(OUT_RATE), OUT_RATE, desk.recording(beganMs));
    expect(rest.likeness).toBeLessThan(0.8);
    await isOver(at);
  }, 90_000);

  it('when nobody has spoken for a while, which is heard', async () => {
    const at = await open({ turn: 'silence_s = 3\n' });
    const { counter } = at;
    await counter.ready();
    await begin(counter);
    const saidMs = await say(at, line(0));
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'translated' });
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'nothing said', sentSeconds: 0 });
    expect(await hearsCue(counter, 'ended', saidMs)).toBe(true);
    await isOver(at);
  }, 60_000);

  it('when the guest is taken to have left', async () => {
    const at = await open({ turn: 'silence_s = 60\n', config: '[kiosk]\nguest_idle_s = 5\n' });
    const { counter } = at;
    await counter.ready();
    await begin(counter);
    const saidMs = await say(at, line(1));
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'translated' });
    await counter.desk.untilLed('language-es', true);
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'nothing said' });
    await counter.desk.untilLed('language-es', false);
    expect(await hearsCue(counter, 'ended', saidMs)).toBe(true);
    await isOver(at);
  }, 60_000);

  it('and with it the recording, where it is listened only then', async () => {
    const at = await open({ turn: 'silence_s = 4\n', microphone: 'listen = "pressed"' });
    const { counter } = at;
    const { desk } = counter;
    await counter.log(({ device, msg }) => device === 'loudspeaker' && msg === 'works');
    await desk.untilLed('connection', true);
    expect(desk.microphone.recorders()).toEqual([]);
    for (const end of ['press', 'silence']) {
      await begin(counter);
      await say(at, line(end === 'press' ? 0 : 2));
      expect(await counter.turnEnds()).toMatchObject({ outcome: 'translated' });
      await listens(desk);
      expect(desk.microphone.recorders()).toHaveLength(1);
      if (end === 'press') await tap(desk, 'talk');
      const outcome = end === 'press' ? 'cancelled' : 'nothing said';
      expect(await counter.turnEnds()).toMatchObject({ outcome });
      await isOver(at);
      expect(desk.microphone.recorders()).toEqual([]);
    }
    for (const [i, sound] of at.witness.heard.entries()) isWhole(line(2 * i), sound);
  }, 60_000);
});

describe('a tap', () => {
  it('is followed by one utterance, which a pause ends, or a second tap at once, or nothing', async () => {
    const endAfterMs = 2000;
    const at = await open({
      mode: 'tap',
      turn: 'silence_s = 4\n',
      config: `[gate]\nend_after_ms = ${endAfterMs}\n`,
    });
    const { counter, witness } = at;
    const { desk } = counter;
    await counter.ready();

    await begin(counter);
    await say(at, line(0));
    const byPause = await counter.turnEnds();
    expect(byPause).toMatchObject({ outcome: 'translated' });
    expect(byPause.stagesMs?.tail).toBeGreaterThanOrEqual(endAfterMs);
    isWhole(line(0), witness.heard[0] as Int16Array);
    await isOver(at);

    await begin(counter);
    await say(at, line(2));
    await tap(desk, 'talk');
    const byTap = await counter.turnEnds();
    expect(byTap).toMatchObject({ outcome: 'translated' });
    expect(byTap.stagesMs?.tail).toBeLessThan(endAfterMs);
    isWhole(line(2), witness.heard[1] as Int16Array);

    await begin(counter);
    const listensMs = desk.now();
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'nothing said', sentSeconds: 0 });
    expect(await hearsCue(counter, 'nothing heard', listensMs)).toBe(true);
    expect(witness.heard).toHaveLength(2);
  }, 90_000);
});

describe('what untranslated turns cost', () => {
  it('is told by `dragoman costs`, apart from what was translated', async () => {
    const at = await open();
    const { counter, witness } = at;
    await counter.ready();
    await begin(counter);
    await say(at, line(0));
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'translated' });
    await listens(counter.desk);
    await counter.desk.speak(after(0.5, stranger)).ended;
    const turn = await counter.turnEnds();
    expect(turn).toMatchObject({ outcome: 'not understood' });
    isWhole(stranger, witness.heard[1] as Int16Array);
    await tap(counter.desk, 'talk');
    await counter.turnEnds();
    await counter.endDaemon();
    const clock = new VirtualClock({ wall: counter.wall() });
    const { stdout } = await dragomanInProcess(['costs', '--config', counter.configFile], { clock });
    const row = (name: string) => new RegExp(`^ *${name} +1 +\\$[\\d.]+ +[1-9]\\d? %$`, 'm');
    for (const name of ['translated', 'untranslated', 'not understood']) expect(stdout).toMatch(row(name));
  }, 60_000);
});
