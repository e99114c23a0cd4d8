import { expect, it } from 'vitest';
import { PLAYBACK_RATE_HZ } from '../../../src/audio/loudspeaker/loudspeaker.ts';
import type { PacedLoudspeaker } from '../../../src/audio/loudspeaker/paced.ts';
import type { ArecordMicrophone } from '../../../src/audio/microphone/arecord.ts';
import { CAPTURE_RATE_HZ, type Frame, frameEndMs, framesOf } from '../../../src/audio/pcm/frame.ts';
import { levelDbfs } from '../../../src/audio/pcm/level.ts';
import { resample } from '../../../src/audio/pcm/resample.ts';
import type { SpeechDetector } from '../../../src/line/detector.ts';
import { ECHO_TAIL_MS, Mask } from '../../../src/line/mask.ts';
import { defaultConfig } from '../../../src/system/config/schema.ts';
import type { Speech } from '../desk.ts';
import { utterancesIn } from '../utterances.ts';
import { sequence, silence, spoken } from '../voices.ts';

/** A loudspeaker, a microphone, and the way through the air between them: real or simulated. */
export interface EchoRig {
  readonly loudspeaker: PacedLoudspeaker;
  readonly microphone: ArecordMicrophone;
  readonly detector: SpeechDetector;
  /** The clock of the loudspeaker's and the microphone's times. */
  now(): number;
  speak(sound: Int16Array): Speech;
  /** When speech began that began so on the rig's own clock. */
  heardFrom(beganMs: number): number;
  /** Lets time pass until the promise is settled. */
  drive<T>(wanted: Promise<T>): Promise<T>;
  /** Shows what was measured. */
  measured(what: string, valuesMs: readonly number[]): void;
}

/** What stands above this is not the room, which is at -70 dBFS. */
const LOUD_DBFS = -58;
const settings = defaultConfig().gate;

/** Speech without the silence around it, loud to its edges, so that all of it is heard. */
async function said(text: string, voice: 'slt' | 'rms'): Promise<Int16Array> {
  const frames = framesOf(await spoken(text, voice), 0);
  const loud = ({ samples }: Frame) => levelDbfs(samples) > -35;
  const [first, last] = [frames.findIndex(loud), frames.findLastIndex(loud)];
  return sequence(...frames.slice(first, last + 1).map(({ samples }) => samples));
}

/** Loudspeaker and microphone of a rig, with the mask between them as the turns have it. */
export class Echo {
  readonly all: Frame[] = [];
  readonly unmasked: Frame[] = [];
  /** When the loudspeaker played, as it reports it: from when, until when. */
  readonly intervals = new Map<number, number>();
  readonly rig: EchoRig;
  readonly #mask = new Mask();
  #playing = Promise.withResolvers<number>();
  #drained = Promise.withResolvers<number>();
  #frame = Promise.withResolvers<void>();

  constructor(rig: EchoRig) {
    this.rig = rig;
  }

  async start(): Promise<void> {
    const works = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    this.rig.loudspeaker.start({
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
    this.rig.microphone.start({
      frame: (frame) => {
        this.all.push(frame);
        if (!this.#mask.masked(frame)) this.unmasked.push(frame);
        this.#frame.resolve();
        this.#frame = Promise.withResolvers();
      },
      state: ({ kind }) => kind === 'working' && works[1].resolve(),
    });
    await this.rig.drive(Promise.all(works.map(({ promise }) => promise)));
  }

  async stop(): Promise<void> {
    await this.rig.drive(Promise.all([this.rig.loudspeaker.stop(), this.rig.microphone.stop()]));
  }

  /** Plays a translation. @returns when its end is heard, as soon as it plays */
  async plays(sound: Int16Array): Promise<number> {
    [this.#playing, this.#drained] = [Promise.withResolvers(), Promise.withResolvers()];
    const playback = this.rig.loudspeaker.begin();
    playback.write(resample(sound, CAPTURE_RATE_HZ, PLAYBACK_RATE_HZ));
    playback.end();
    return (await this.rig.drive(this.#playing.promise)) + (sound.length * 1000) / CAPTURE_RATE_HZ;
  }

  drained(): Promise<number> {
    return this.rig.drive(this.#drained.promise);
  }

  /** A person begins to speak at about this moment. @returns when they did */
  async personSpeaks(sound: Int16Array, aroundMs: number): Promise<number> {
    const leadMs = Math.max(0, Math.round(aroundMs - this.rig.now()));
    const speech = this.rig.speak(sequence(silence(leadMs / 1000), sound));
    const { beganMs } = await speech.ended;
    return this.rig.heardFrom(beganMs) + leadMs;
  }

  /** Until what was captured at this moment has come. */
  async hears(untilMs: number): Promise<void> {
    while ((this.all.at(-1)?.capturedAtMs ?? 0) < untilMs) await this.rig.drive(this.#frame.promise);
  }
}

/** What holds of the echo on either rig: the device never hears itself. */
export function echoStatements(at: () => Echo): void {
  it('lets nothing of a long translation and a short one through', async () => {
    const counter = at();
    const { detector, measured, drive } = counter.rig;
    const beforeMs = counter.all.at(-1)?.capturedAtMs ?? 0;
    for (const text of ['The room costs one hundred euros per night.', 'Yes.']) {
      await counter.plays(await said(text, 'slt'));
      await counter.hears((await counter.drained()) + 500);
    }
    const loud = counter.all.filter(
      ({ capturedAtMs, samples }) => capturedAtMs > beforeMs && levelDbfs(samples) > LOUD_DBFS,
    );
    // Without an echo this would show nothing.
    expect(loud.length).toBeGreaterThan(100);
    const played = [...counter.intervals].filter(([startMs]) => startMs > beforeMs);
    const echoes = played.map(([startMs, endMs]) => {
      const own = loud.filter((f) => f.capturedAtMs > startMs - 500 && f.capturedAtMs < endMs + 500);
      return [(own.at(0) as Frame).capturedAtMs - startMs, frameEndMs(own.at(-1) as Frame) - endMs] as const;
    });
    expect(echoes).toHaveLength(2);
    measured(
      'begins after the start that is reported',
      echoes.map(([first]) => first),
    );
    measured(
      'ends after the end that is reported',
      echoes.map(([, last]) => last),
    );
    const leaked = counter.unmasked.filter(
      ({ capturedAtMs, samples }) => capturedAtMs > beforeMs && levelDbfs(samples) > LOUD_DBFS,
    );
    expect(leaked.map(({ capturedAtMs }) => capturedAtMs)).toEqual([]);
    const heard = counter.unmasked.filter(({ capturedAtMs }) => capturedAtMs > beforeMs);
    expect(await drive(utterancesIn(heard, detector, settings))).toEqual([]);
  });

  it('lets speech that begins 300 ms after it through, whole', async () => {
    const counter = at();
    const { detector, measured, drive } = counter.rig;
    const fromMs = counter.all.at(-1)?.capturedAtMs ?? 0;
    const endMs = await counter.plays(await said('Of course.', 'slt'));
    const sentence = await said('Is breakfast included?', 'rms');
    const [spokeMs] = await Promise.all([counter.personSpeaks(sentence, endMs + 300), counter.drained()]);
    measured('the person speaks after the end', [spokeMs - endMs]);
    await counter.hears(spokeMs + (sentence.length * 1000) / CAPTURE_RATE_HZ + 1500);
    const heard = counter.unmasked.filter(({ capturedAtMs }) => capturedAtMs > fromMs);
    const found = await drive(utterancesIn(heard, detector, settings));
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
