import type { Loudspeaker, Playback } from '../audio/loudspeaker/loudspeaker.ts';
import type { Mask } from '../audio/mask.ts';
import type { Microphone } from '../audio/microphone/microphone.ts';
import { FRAME_SAMPLES, type Frame } from '../audio/pcm/frame.ts';
import type { PreRoll } from '../audio/pre-roll.ts';
import type { Prompts } from '../audio/prompts.ts';
import type { InterpretationSink, Interpreter } from '../interpreters/interpreter.ts';
import type { KioskEvent } from '../kiosk/events.ts';
import { Fault } from '../kiosk/faults.ts';
import type { Languages } from '../kiosk/languages.ts';
import { CUE_FOR, type Prompt } from '../kiosk/sounds.ts';
import type { Clock } from '../turn/clock.ts';
import { Turn } from '../turn/turn.ts';
import type { SpeechDetector } from '../voice/detector.ts';
import type { Gate } from '../voice/gate.ts';
import { FrameQueue } from './frame-queue.ts';
import { runTurn, type TurnReport } from './run-turn.ts';

/** The last frames of an utterance may come late, but not by more than this, in milliseconds. */
const LATE_FRAMES_MS = 1000;

const SILENCE = new Int16Array(FRAME_SAMPLES);

/** What a turn runs on. */
export interface TurnPorts {
  readonly microphone: Microphone;
  readonly loudspeaker: Loudspeaker;
  readonly interpreter: Interpreter;
  readonly detector: SpeechDetector;
  readonly gate: (noiseDbfs: number | undefined) => Gate;
  readonly preRoll: PreRoll;
  readonly mask: Mask;
  readonly prompts: Prompts;
  readonly clock: Clock;
}

/** What is left of a turn when it is over: for the log. */
export interface TurnRecord {
  readonly turn: Turn;
  readonly report: TurnReport | undefined;
}

interface Running {
  readonly number: number;
  readonly turn: Turn;
  readonly frames: FrameQueue;
  readonly abort: AbortController;
  releasedAtMs: number | undefined;
  stopLateTimer: () => void;
  playback: Playback | undefined;
  pieces: Int16Array[];
  report: TurnReport | undefined;
}

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
  readonly #settings: { readonly tailMs: number; readonly preRollMs: number };
  readonly #told: TurnsListener;
  #running: Running | undefined;
  #detectorFree: Promise<void> = Promise.resolve();
  /** The last translation, for "repeat". In memory only, until the guest boundary. */
  #last: readonly Int16Array[] = [];
  #playing: { readonly playback: number; readonly turn: number | undefined } | undefined;

  constructor(
    ports: TurnPorts,
    settings: { readonly tailMs: number; readonly preRollMs: number },
    told: TurnsListener,
  ) {
    this.#ports = ports;
    this.#settings = settings;
    this.#told = told;
  }

  /** The next frame of the microphone. What the device itself played is silence to it. */
  frame(frame: Frame): void {
    const { mask, preRoll } = this.#ports;
    const masked = mask.masked(frame);
    if (!masked) preRoll.push(frame);
    this.#running?.frames.push(masked ? { samples: SILENCE, capturedAtMs: frame.capturedAtMs } : frame);
  }

  begin(number: number, pressedAtMs: number, languages: Languages): void {
    const { microphone, preRoll } = this.#ports;
    const frames = new FrameQueue(preRoll.frames(pressedAtMs - this.#settings.preRollMs));
    const running: Running = {
      number,
      turn: new Turn(),
      frames,
      abort: new AbortController(),
      releasedAtMs: undefined,
      stopLateTimer: () => {},
      playback: undefined,
      pieces: [],
      report: undefined,
    };
    if (this.#running !== undefined) this.#stopListening(this.#running);
    this.#running = running;
    microphone.open();
    // A microphone that can't be opened says so at once, and the turn may be over already.
    if (running.abort.signal.aborted) return;
    this.#run(running, pressedAtMs, languages).catch((error: unknown) => this.#failed(running, error));
  }

  end(number: number, releasedAtMs: number): void {
    const running = this.#running;
    if (running?.number !== number) return;
    running.releasedAtMs = releasedAtMs;
    running.stopLateTimer = this.#ports.clock.after(this.#settings.tailMs + LATE_FRAMES_MS, () =>
      running.frames.end(),
    );
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
    return running?.number === number ? { turn: running.turn, report: running.report } : undefined;
  }

  repeat(): void {
    this.#play(this.#last);
  }

  /** Speaks a prompt, or gives the cue that stands for it where there is no recording. */
  prompt(prompt: Prompt, languages: readonly string[]): void {
    const { prompts, loudspeaker } = this.#ports;
    // A translation that has begun to come, though nobody hears it yet, goes before anything the device has to say.
    const running = this.#running;
    if (running?.playback !== undefined && !running.abort.signal.aborted) return;
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

  /** A guest has left. */
  forget(): void {
    this.#last = [];
    this.#running = undefined; // its frames and texts with it; nothing goes on when a guest is forgotten
    this.#ports.preRoll.clear();
    this.#ports.interpreter.forget();
  }

  // What the loudspeaker tells.

  playing(playback: number, atMs: number): void {
    if (this.#playing?.playback !== playback || this.#playing.turn === undefined) return;
    const running = this.#running;
    if (running?.number === this.#playing.turn) running.turn.mark('playing', atMs);
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

  async #run(running: Running, pressedAtMs: number, languages: Languages): Promise<void> {
    const { interpreter, detector, gate, preRoll } = this.#ports;
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
      { pressedAtMs, releasedAtMs: () => running.releasedAtMs, microphone: frames },
      gate(noise),
      interpreter,
      languages,
      this.#sink(running),
      this.#settings.tailMs,
      abort.signal,
      {
        now: () => this.#ports.clock.now(),
        captured: () => {
          resolve();
          this.#stopListening(running);
        },
      },
    );
    running.report = report;
    this.#answered(running, report);
  }

  #sink(running: Running): InterpretationSink {
    return {
      heard: ({ language }) => {
        if (language === undefined || running.abort.signal.aborted) return;
        this.#told.happens({ event: 'heard', turn: running.number, language, atMs: this.#ports.clock.now() });
      },
      said: () => {},
      audio: (samples) => {
        if (running.abort.signal.aborted) return;
        if (running.playback === undefined) {
          running.playback = this.#ports.loudspeaker.begin();
          this.#playing = { playback: running.playback.id, turn: running.number };
        }
        running.playback.write(samples);
        running.pieces.push(samples);
      },
      confirm: async () => false,
      restarted: (fault) => {
        if (running.abort.signal.aborted) return;
        this.#told.delayed(running.number, fault);
        // What of the broken answer is on its way to the ear must not reach it any more, heard or not.
        if (running.playback !== undefined) this.#ports.loudspeaker.silence();
        running.playback = undefined;
        running.pieces = [];
        const atMs = this.#ports.clock.now();
        this.#told.happens({ event: 'turn delayed', turn: running.number, fault: fault.code, atMs });
      },
    };
  }

  #answered(running: Running, report: TurnReport): void {
    if (running.abort.signal.aborted) return;
    if (report.outcome === 'translated') this.#last = running.pieces;
    this.#told.happens({
      event: 'answered',
      turn: running.number,
      outcome: report.outcome,
      atMs: this.#ports.clock.now(),
    });
    running.playback?.end();
  }

  #failed(running: Running, error: unknown): void {
    this.#stopListening(running);
    if (running.abort.signal.aborted) return;
    const fault = error instanceof Fault ? error.code : 'internal';
    if (!(error instanceof Fault)) this.#told.bug(error);
    this.#told.happens({ event: 'turn failed', turn: running.number, fault, atMs: this.#ports.clock.now() });
  }

  /** The utterance is over, or nobody wants it any more. */
  #stopListening(running: Running): void {
    running.stopLateTimer();
    running.frames.end();
    if (this.#running === running) this.#ports.microphone.close();
  }
}
