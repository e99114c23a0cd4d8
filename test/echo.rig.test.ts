import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { named } from '../src/audio/alsa/devices.ts';
import { AplayPlayer } from '../src/audio/loudspeaker/aplay.ts';
import { PLAYBACK_RATE_HZ } from '../src/audio/loudspeaker/loudspeaker.ts';
import { PacedLoudspeaker } from '../src/audio/loudspeaker/paced.ts';
import { ECHO_TAIL_MS, Mask } from '../src/audio/mask.ts';
import { ArecordMicrophone } from '../src/audio/microphone/arecord.ts';
import { CAPTURE_RATE_HZ, type Frame, frameEndMs, framesOf } from '../src/audio/pcm/frame.ts';
import { levelDbfs } from '../src/audio/pcm/level.ts';
import { resample } from '../src/audio/pcm/resample.ts';
import { gateSettingsFrom } from '../src/runtime/wire.ts';
import { defaultConfig } from '../src/system/config.ts';
import { loadSileroDetector, type SpeechDetector } from '../src/voice/detector.ts';
import { monotonicMs } from './rig/real/clock.ts';
import { type Desk, startDesk } from './rig/real/desk.ts';
import { tell } from './rig/real/rig.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';
import { utterancesIn } from './support/utterances.ts';
import { sequence, silence, spoken } from './support/voices.ts';

/** The device never hears itself: real loudspeaker, real microphone, and the way through the air between them. */

/** What stands above this is not the room, which is at -70 dBFS. */
const LOUD_DBFS = -58;
const settings = { ...gateSettingsFrom(defaultConfig()), endAfterMs: defaultConfig().gate.end_after_ms };

/** Speech without the silence around it, and loud to its very edges: what is there is heard. */
async function said(text: string, voice: 'slt' | 'rms'): Promise<Int16Array> {
  const frames = framesOf(await spoken(text, voice), 0);
  const loud = ({ samples }: Frame) => levelDbfs(samples) > -35;
  const [first, last] = [frames.findIndex(loud), frames.findLastIndex(loud)];
  return sequence(...frames.slice(first, last + 1).map(({ samples }) => samples));
}

/** Loudspeaker and microphone of a desk, with the mask between them as the turns have it. */
class Counter {
  readonly all: Frame[] = [];
  readonly unmasked: Frame[] = [];
  /** When the loudspeaker sounded, by its own word: from when, until when. */
  readonly intervals = new Map<number, number>();
  readonly #desk: Desk;
  readonly #mask = new Mask();
  readonly #loudspeaker = new PacedLoudspeaker(new AplayPlayer());
  readonly #microphone = new ArecordMicrophone({ routing: named('mic'), listen: 'always' });
  #playing = Promise.withResolvers<number>();
  #drained = Promise.withResolvers<number>();
  #frame = Promise.withResolvers<void>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async start(): Promise<void> {
    const works = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    this.#loudspeaker.start({
      playing: (_, atMs) => this.#playing.resolve(atMs),
      drained: (_, atMs) => this.#drained.resolve(atMs),
      gap: () => {},
      lost: () => {},
      interval: (startMs, endMs) => {
        this.#mask.interval(startMs, endMs);
        if (endMs !== undefined) this.intervals.set(startMs, endMs);
      },
      state: ({ kind }) => kind === 'working' && works[0].resolve(),
    });
    this.#microphone.start({
      frame: (frame) => {
        this.all.push(frame);
        if (!this.#mask.masked(frame)) this.unmasked.push(frame);
        this.#frame.resolve();
        this.#frame = Promise.withResolvers();
      },
      state: ({ kind }) => kind === 'working' && works[1].resolve(),
    });
    await Promise.all(works.map(({ promise }) => promise));
  }

  async stop(): Promise<void> {
    await Promise.all([this.#loudspeaker.stop(), this.#microphone.stop()]);
  }

  /** Plays a translation. @returns when its end is heard, as soon as it plays */
  async plays(sound: Int16Array): Promise<number> {
    [this.#playing, this.#drained] = [Promise.withResolvers(), Promise.withResolvers()];
    const playback = this.#loudspeaker.begin();
    playback.write(resample(sound, CAPTURE_RATE_HZ, PLAYBACK_RATE_HZ));
    playback.end();
    return (await this.#playing.promise) + (sound.length * 1000) / CAPTURE_RATE_HZ;
  }

  drained(): Promise<number> {
    return this.#drained.promise;
  }

  /** A person begins to speak at about this moment. @returns when they did */
  async personSpeaks(sound: Int16Array, aroundMs: number): Promise<number> {
    const leadMs = Math.max(0, Math.round(aroundMs - performance.now()));
    const speech = this.#desk.speak(sequence(silence(leadMs / 1000), sound));
    const { beganMs } = await speech.ended;
    return beganMs - (monotonicMs() - performance.now()) + leadMs;
  }

  /** Until what was captured at this moment has come. */
  async hears(untilMs: number): Promise<void> {
    while ((this.all.at(-1)?.capturedAtMs ?? 0) < untilMs) await this.#frame.promise;
  }
}

function atTheDesk(echoDb: number) {
  let desk: Desk;
  let counter: Counter;
  let detector: SpeechDetector;
  beforeAll(async () => {
    [desk, detector] = await Promise.all([
      startDesk({ gpio: false, noiseDbfs: -70, echoDb }),
      loadSileroDetector(),
    ]);
    for (const [name, value] of Object.entries(desk.env)) vi.stubEnv(name, value);
    counter = new Counter(desk);
    await counter.start();
  });
  afterAll(async () => {
    await counter.stop();
    vi.unstubAllEnvs();
    await desk.stop();
  });

  it('lets nothing of three translations through', async () => {
    const beforeMs = counter.all.at(-1)?.capturedAtMs ?? 0;
    for (const text of ['Welcome to our hotel.', 'The room costs one hundred euros per night.', 'Yes.']) {
      await counter.plays(await said(text, 'slt'));
      await counter.hears((await counter.drained()) + 1500);
    }
    const loud = counter.all.filter(
      ({ capturedAtMs, samples }) => capturedAtMs > beforeMs && levelDbfs(samples) > LOUD_DBFS,
    );
    // The echo is there, or nothing would be shown.
    expect(loud.length).toBeGreaterThan(100);
    const echoes = [...counter.intervals].map(([startMs, endMs]) => {
      const own = loud.filter((f) => f.capturedAtMs > startMs - 500 && f.capturedAtMs < endMs + 1000);
      return [(own.at(0) as Frame).capturedAtMs - startMs, frameEndMs(own.at(-1) as Frame) - endMs] as const;
    });
    expect(echoes).toHaveLength(3);
    tell(
      `echo at ${echoDb} dB: begins behind the start that is told`,
      echoes.map(([first]) => first),
    );
    tell(
      `echo at ${echoDb} dB: ends behind the end that is told`,
      echoes.map(([, last]) => last),
    );
    const leaked = counter.unmasked.filter(
      ({ capturedAtMs, samples }) => capturedAtMs > beforeMs && levelDbfs(samples) > LOUD_DBFS,
    );
    expect(leaked.map(({ capturedAtMs }) => capturedAtMs)).toEqual([]);
    const heard = counter.unmasked.filter(({ capturedAtMs }) => capturedAtMs > beforeMs);
    expect(await utterancesIn(heard, detector, settings)).toEqual([]);
  });

  it('lets a person through who speaks 300 ms after it, whole', async () => {
    const fromMs = counter.all.at(-1)?.capturedAtMs ?? 0;
    const endMs = await counter.plays(await said('The restrooms are on the right.', 'slt'));
    const sentence = await said('Could you wake me at half past six, please?', 'rms');
    const [spokeMs] = await Promise.all([counter.personSpeaks(sentence, endMs + 300), counter.drained()]);
    tell(`echo at ${echoDb} dB: the person speaks behind the end`, [spokeMs - endMs]);
    await counter.hears(spokeMs + (sentence.length * 1000) / CAPTURE_RATE_HZ + 2000);
    const heard = counter.unmasked.filter(({ capturedAtMs }) => capturedAtMs > fromMs);
    const found = await utterancesIn(heard, detector, settings);
    expect(found).toHaveLength(1);
    const frames = found[0]?.frames ?? [];
    expect(frames[0]?.capturedAtMs).toBeGreaterThanOrEqual(endMs + ECHO_TAIL_MS - 100);
    // What was captured of the person is let through: every frame that is loud and not masked.
    const loud = heard.filter(({ samples }) => levelDbfs(samples) > LOUD_DBFS);
    expect(loud.filter((frame) => !frames.includes(frame))).toEqual([]);
    const speech = framesOf(sentence, spokeMs).filter(({ samples }) => levelDbfs(samples) > LOUD_DBFS);
    expect(loud.length).toBeGreaterThanOrEqual(0.95 * speech.length);
  });
}

describeWithDesk('a loudspeaker that is 20 dB softer in the microphone', () => atTheDesk(-20));
describeWithDesk('a loudspeaker that is 6 dB softer in the microphone', () => atTheDesk(-6));
