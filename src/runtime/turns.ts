import { cueSamples } from '../audio/cues.ts';
import type { Loudspeaker, Playback } from '../audio/loudspeaker/loudspeaker.ts';
import type { Mask } from '../audio/mask.ts';
import type { Microphone } from '../audio/microphone/microphone.ts';
import { FRAME_SAMPLES, type Frame, frameEndMs } from '../audio/pcm/frame.ts';
import { MOST_KEPT_MS, type PreRoll } from '../audio/pre-roll.ts';
import type { Prompts } from '../audio/prompts.ts';
import type { Interpretation, InterpretationSink } from '../interpreters/interpreter.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { Effect, KioskEvent } from '../kiosk/events.ts';
import { Fault } from '../kiosk/faults.ts';
import { isClear, type Languages } from '../kiosk/languages.ts';
import { CUE_FOR, type Prompt } from '../kiosk/sounds.ts';
import type { Clock } from '../time.ts';
import { Turn } from '../turn/turn.ts';
import type { SpeechDetector } from '../voice/detector.ts';
import type { Gate } from '../voice/gate.ts';
import type { Engines } from './engines.ts';
import { FrameQueue } from './frame-queue.ts';
import { runTurn, type TurnReport, withLanguage } from './run-turn.ts';

/** The last frames of an utterance may come late, but not by more than this, in milliseconds. */
const LATE_FRAMES_MS = 1000;

const SILENCE = new Int16Array(FRAME_SAMPLES);

/** What a turn runs on. */
export interface TurnPorts {
  readonly microphone: Microphone;
  readonly loudspeaker: Loudspeaker;
  readonly detector: SpeechDetector;
  /** @param ends the gate finds the end of the utterance */
  readonly gate: (noiseDbfs: number | undefined, ends: boolean) => Gate;
  readonly preRoll: PreRoll;
  readonly mask: Mask;
  readonly prompts: Prompts;
  readonly clock: Clock;
}

/** What is left of a turn when it is over: for the log. */
export interface TurnRecord {
  readonly turn: Turn;
  /** That interpreted it, or tried to at last. */
  readonly engine: Engine;
  /** Why that one, in words. */
  readonly route: string;
  readonly report: TurnReport | undefined;
}

type Begin = Extract<Effect, { effect: 'begin turn' }>;
type Move = Extract<Effect, { effect: 'move turn' }>;

/** A turn's way with one engine. */
interface Leg {
  readonly engine: Engine;
  readonly languages: Languages;
  readonly route: string;
  readonly abort: AbortController;
}

interface Running {
  readonly number: number;
  readonly turn: Turn;
  readonly frames: FrameQueue;
  readonly abort: AbortController;
  releasedAtMs: number | undefined;
  stopLateTimer: () => void;
  leg: Leg;
  question: ((agreed: boolean) => void) | undefined;
  playback: Playback | undefined;
  pieces: Int16Array[];
  report: TurnReport | undefined;
}

/** An event of a turn, but for its number and time. */
type OfTurn = KioskEvent extends infer E
  ? E extends { readonly turn: number }
    ? Omit<E, 'turn' | 'atMs'>
    : never
  : never;

export interface TurnsListener {
  /** For the mind. */
  happens(event: KioskEvent): void;
  /** An attempt at a turn failed, and it is tried again. */
  delayed(turn: number, fault: Fault): void;
  /** An error that is no fault. */
  bug(error: unknown): void;
}

/** Runs the turns that the mind begins: carries their sound, and tells the mind what becomes of them. */
export class Turns {
  readonly #ports: TurnPorts;
  readonly #engines: Engines;
  readonly #settings: { readonly tailMs: number; readonly preRollMs: number };
  readonly #told: TurnsListener;
  #running: Running | undefined;
  #detectorFree: Promise<void> = Promise.resolve();
  /** The last translation, for "repeat". In memory only, until the guest boundary. */
  #last: readonly Int16Array[] = [];
  /** To where the last utterance was listened to, by capture time: hands-free, the next one begins there. */
  #heardUntilMs = Number.NEGATIVE_INFINITY;
  #conversing = false;
  #microphoneOff = false;
  /** When it was switched on: sound from before does not count. */
  #microphoneOnMs = Number.NEGATIVE_INFINITY;
  #playing: { readonly playback: number; readonly turn: number | undefined } | undefined;

  constructor(
    ports: TurnPorts,
    engines: Engines,
    settings: { readonly tailMs: number; readonly preRollMs: number },
    told: TurnsListener,
  ) {
    this.#ports = ports;
    this.#engines = engines;
    this.#settings = settings;
    this.#told = told;
  }

  /** The next frame of the microphone. What the device itself played is silence to it. */
  frame(frame: Frame): void {
    if (this.#microphoneOff || frame.capturedAtMs < this.#microphoneOnMs) return;
    const { mask, preRoll } = this.#ports;
    const masked = mask.masked(frame);
    if (!masked) preRoll.push(frame);
    this.#running?.frames.push(masked ? { samples: SILENCE, capturedAtMs: frame.capturedAtMs } : frame);
  }

  begin({ turn: number, pressedAtMs, gated, continues, ...way }: Begin): void {
    const { microphone, preRoll } = this.#ports;
    const sinceMs = continues ? this.#heardUntilMs : pressedAtMs - this.#settings.preRollMs;
    const running: Running = {
      number,
      turn: new Turn(),
      frames: new FrameQueue(preRoll.frames(sinceMs)),
      abort: new AbortController(),
      releasedAtMs: undefined,
      stopLateTimer: () => {},
      leg: legOf(way),
      question: undefined,
      playback: undefined,
      pieces: [],
      report: undefined,
    };
    if (this.#running !== undefined) this.#stopListening(this.#running);
    this.#running = running;
    microphone.open();
    // A microphone that can't be opened says so at once, and the turn may be over already.
    if (running.abort.signal.aborted) return;
    this.#run(running, pressedAtMs, gated).catch((error: unknown) => this.#failed(running, error));
  }

  end(number: number, releasedAtMs: number): void {
    const running = this.#running;
    if (running?.number !== number) return;
    running.releasedAtMs = releasedAtMs;
    running.stopLateTimer = this.#ports.clock.after(this.#settings.tailMs + LATE_FRAMES_MS, () =>
      running.frames.end(),
    );
  }

  /** What goes on with it goes on with another engine: all its sound, from its beginning. */
  move({ turn: number, ...way }: Move): void {
    const running = this.#running;
    if (running?.number !== number) return;
    const before = running.leg;
    running.leg = legOf(way);
    this.#void(running);
    running.turn.unanswered();
    before.abort.abort(new Error('the turn goes on with another engine'));
  }

  /** Hands-free, people are listened to from one turn to the next: what they say meanwhile is kept. */
  conversation(open: boolean): void {
    const { preRoll, microphone } = this.#ports;
    this.#conversing = open;
    preRoll.keep(open ? MOST_KEPT_MS : undefined);
    if (open) microphone.open();
    else if (this.#running === undefined || this.#running.frames.ended) microphone.close();
  }

  /** Off, nothing is recorded, and nothing that was recorded before gets into a later turn. */
  switchMicrophone(off: boolean): void {
    const { microphone, preRoll, clock } = this.#ports;
    this.#microphoneOff = off;
    if (off) {
      preRoll.clear();
      this.#running?.frames.end();
    } else this.#microphoneOnMs = clock.now();
    microphone.switchOff(off);
  }

  answerQuestion(number: number, agreed: boolean): void {
    const running = this.#running;
    if (running?.number === number) running.question?.(agreed);
  }

  drop(number: number): void {
    const running = this.#running;
    if (running?.number !== number) return;
    running.abort.abort(new Error('the turn was dropped'));
    this.#stopListening(running);
  }

  /** The marks and figures of the latest turn, for the log; undefined when it never began to run. */
  record(number: number): TurnRecord | undefined {
    const running = this.#running;
    if (running?.number !== number) return undefined;
    const { turn, report, leg } = running;
    return { turn, report, engine: leg.engine, route: leg.route };
  }

  repeat(): void {
    this.#play(this.#last);
  }

  /** Speaks a prompt, or gives the cue that stands for it where there is no recording. */
  prompt(prompt: Prompt, languages: readonly string[]): void {
    const { prompts, loudspeaker } = this.#ports;
    // A translation that has begun to come, though nobody hears it yet, goes before anything the device has to say.
    const running = this.#running;
    const translation = running?.abort.signal.aborted ? undefined : running?.playback;
    if (translation !== undefined && this.#playing?.playback === translation.id) return;
    const sound = prompts.sound(prompt, languages);
    if (sound === undefined) loudspeaker.cue(CUE_FOR[prompt]);
    else this.#play([sound]);
  }

  /** Something that is no turn's translation. */
  #play(pieces: readonly Int16Array[]): void {
    const playback = this.#ports.loudspeaker.begin();
    this.#playing = { playback: playback.id, turn: undefined };
    for (const piece of pieces) playback.write(piece);
    playback.end();
  }

  /** The last translation is not repeated any more. */
  forgetAnswer(): void {
    if (this.#running?.pieces !== this.#last) overwrite(this.#last);
    this.#last = [];
  }

  /**
   * A guest has left: what was said is overwritten, as far as it is in our hands, and dropped.
   * @param but the number of a turn of the next guest, which goes on or can be repeated
   */
  forget(but: number | undefined): void {
    const running = this.#running;
    const isKept = running !== undefined && running.number === but;
    this.#engines.forget(isKept);
    if (isKept) {
      if (this.#last !== running.pieces) this.forgetAnswer();
      return;
    }
    // Nothing goes on when a guest is forgotten.
    for (const { samples } of [...(running?.turn.frames ?? []), ...this.#ports.preRoll.frames()])
      samples.fill(0);
    overwrite(running?.pieces ?? []);
    this.#running = undefined;
    this.forgetAnswer();
    this.#ports.preRoll.clear();
  }

  // What the loudspeaker tells.

  playing(playback: number, atMs: number): void {
    if (this.#playing?.playback !== playback || this.#playing.turn === undefined) return;
    const running = this.#running;
    if (running?.number === this.#playing.turn) {
      if (running.playback?.id !== playback) return; // a question: no translation is heard yet
      running.turn.mark('playing', atMs);
    }
    this.#told.happens({ event: 'playing', turn: this.#playing.turn, atMs: this.#ports.clock.now() });
  }

  drained(playback: number): void {
    if (this.#playing?.playback !== playback) return;
    const { turn } = this.#playing;
    this.#playing = undefined;
    this.#told.happens({ event: 'drained', turn, atMs: this.#ports.clock.now() });
  }

  lost(playback: number): void {
    const playing = this.#playing;
    if (playing?.playback !== playback) return;
    this.#playing = undefined;
    const atMs = this.#ports.clock.now();
    if (playing.turn === undefined) this.#told.happens({ event: 'drained', turn: undefined, atMs });
    else this.#told.happens({ event: 'turn failed', turn: playing.turn, fault: 'loudspeaker-failed', atMs });
  }

  async #run(running: Running, pressedAtMs: number, gated: boolean): Promise<void> {
    const { detector, gate, preRoll } = this.#ports;
    const { turn, abort, frames } = running;
    const noise = preRoll.noiseDbfs();
    // One detector serves all turns: one that was dropped may still be asking it about its last frame.
    const before = this.#detectorFree;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#detectorFree = promise;
    await before;
    detector.reset();
    const report = await runTurn(
      turn,
      { pressedAtMs, releasedAtMs: () => running.releasedAtMs, microphone: this.#listened(frames) },
      gate(noise, gated),
      (signal) => this.#interpret(running, signal),
      this.#settings.tailMs,
      abort.signal,
      this.#ports.clock,
      {
        speechStarted: () => this.#tell(running, { event: 'speech started' }),
        captured: () => {
          resolve();
          this.#stopListening(running);
          frames.clear();
          // What the gate held back behind the end of the utterance may begin the next one.
          const last = turn.frames.at(-1);
          if (last !== undefined) this.#heardUntilMs = frameEndMs(last);
          if (gated && running.releasedAtMs === undefined) this.#tell(running, { event: 'utterance ended' });
        },
      },
    );
    running.report = report;
    this.#answered(running, report);
  }

  /** The frames, as they are taken. */
  async *#listened(frames: FrameQueue): AsyncGenerator<Frame, void, void> {
    for await (const frame of frames) {
      this.#heardUntilMs = frameEndMs(frame);
      yield frame;
    }
  }

  /** With one engine after the other, for as long as there is another one. */
  async #interpret(running: Running, signal: AbortSignal): Promise<Interpretation> {
    for (;;) {
      const { leg } = running;
      const { engine, languages, abort } = leg;
      try {
        const either = AbortSignal.any([signal, abort.signal]);
        const sink = this.#sink(running, leg);
        const result = await this.#engines.get(engine).interpret(running.turn, languages, sink, either);
        signal.throwIfAborted();
        if (running.leg === leg) return withLanguage(result, languages);
      } catch (error) {
        signal.throwIfAborted();
        if (running.leg !== leg) continue; // it was moved meanwhile
        this.#failed(running, error);
        if (running.leg === leg) throw error;
      }
    }
  }

  #sink(running: Running, leg: Leg): InterpretationSink {
    const over = () => running.abort.signal.aborted || running.leg !== leg;
    let isTold = false;
    return {
      heard: ({ text, language }) => {
        if ((language === undefined && !isTold) || over()) return;
        isTold = true;
        this.#tell(running, { event: 'heard', language, clear: isClear(text) });
      },
      said: () => {},
      audio: (samples) => {
        if (over()) return;
        if (running.playback === undefined) {
          running.playback = this.#ports.loudspeaker.begin();
          this.#playing = { playback: running.playback.id, turn: running.number };
        }
        running.playback.write(samples);
        running.pieces.push(samples);
      },
      confirm: async (question) => {
        if (over()) return false;
        const { promise, resolve } = Promise.withResolvers<boolean>();
        running.question = resolve;
        for (const { signal } of [running.abort, leg.abort])
          signal.addEventListener('abort', () => resolve(false), { once: true });
        const playback = this.#ports.loudspeaker.begin();
        this.#playing = { playback: playback.id, turn: running.number };
        this.#tell(running, { event: 'asked' });
        playback.write(question);
        playback.write(cueSamples('confirm'));
        playback.end();
        return promise;
      },
      restarted: (fault) => {
        if (over()) return;
        this.#told.delayed(running.number, fault);
        this.#void(running);
        this.#tell(running, { event: 'turn delayed', fault: fault.code });
      },
    };
  }

  /** What of a broken answer is on its way to the ear must not reach it any more, heard or not. */
  #void(running: Running): void {
    if (running.playback !== undefined) this.#ports.loudspeaker.silence();
    running.playback = undefined;
    running.pieces = [];
  }

  #tell(running: Running, event: OfTurn): void {
    if (running.abort.signal.aborted) return;
    this.#told.happens({ ...event, turn: running.number, atMs: this.#ports.clock.now() } as KioskEvent);
  }

  #answered(running: Running, report: TurnReport): void {
    if (running.abort.signal.aborted) return;
    if (report.outcome === 'translated') this.#last = running.pieces;
    const { outcome } = report;
    this.#tell(running, { event: 'answered', outcome, spoken: running.playback !== undefined });
    running.playback?.end();
  }

  #failed(running: Running, error: unknown): void {
    if (running.abort.signal.aborted) return;
    const fault = error instanceof Fault ? error.code : 'internal';
    if (!(error instanceof Fault)) this.#told.bug(error);
    this.#tell(running, { event: 'turn failed', fault });
  }

  /** The utterance is over, or nobody wants it any more. */
  #stopListening(running: Running): void {
    running.stopLateTimer();
    running.frames.end();
    if (this.#running === running && !this.#conversing) this.#ports.microphone.close();
  }
}

function overwrite(pieces: readonly Int16Array[]): void {
  for (const samples of pieces) samples.fill(0);
}

function legOf({ engine, languages, route }: Pick<Leg, 'engine' | 'languages' | 'route'>): Leg {
  return { engine, languages, route, abort: new AbortController() };
}
