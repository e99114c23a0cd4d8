import type { Interpreter } from '../interpreters/interpreter.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { Assignment, EffectOf, KioskEvent } from '../kiosk/events.ts';
import { Fault } from '../kiosk/faults.ts';
import { Turn } from '../turn/turn.ts';
import type { SpeechDetector } from './detector.ts';
import type { Gate } from './gate.ts';
import { Interpreting, interpretUtterance, type TurnEvent, type TurnReport } from './interpreting.ts';
import { Listening, type ListeningPorts } from './listening.ts';
import { overwrite, Speaking, type SpeakingPorts } from './speaking.ts';
import { Utterance } from './utterance.ts';

/** What the line runs on. */
export interface LinePorts extends ListeningPorts, SpeakingPorts {
  readonly detector: SpeechDetector;
  /** @param ends whether the gate finds the end of the utterance */
  readonly gate: (noiseDbfs: number | undefined, ends: boolean) => Gate;
}

export interface LineSettings {
  /** Sound after the release that still belongs to the utterance, in milliseconds. */
  readonly tailMs: number;
  /** Sound before the press that belongs to it, in milliseconds. */
  readonly preRollMs: number;
}

export interface LineListener {
  /** Takes an event for the mind. */
  happens(event: KioskEvent): void;
  /** An error that is no fault. */
  bug(error: unknown): void;
}

/** A turn that is over, for log and ledger. */
export interface TurnRecord extends Pick<Assignment, 'engine' | 'route'> {
  readonly turn: Turn;
  readonly report: TurnReport | undefined;
}

/** The turn in progress, or the latest one. */
interface Current {
  readonly interpreting: Interpreting;
  readonly utterance: Utterance;
  report: TurnReport | undefined;
}

/** Carries out the turns that the mind begins, and reports to it what happens in them. */
export class Turns {
  readonly listening: Listening;
  readonly speaking: Speaking;
  readonly #ports: LinePorts;
  readonly #interpreter: (engine: Engine) => Interpreter;
  readonly #settings: LineSettings;
  readonly #listener: LineListener;
  #current: Current | undefined;
  /** One detector serves all turns: a dropped one may still be asking about its last frame. */
  #detectorFree: Promise<void> = Promise.resolve();

  constructor(
    ports: LinePorts,
    interpreter: (engine: Engine) => Interpreter,
    settings: LineSettings,
    listener: LineListener,
  ) {
    this.#ports = ports;
    this.#interpreter = interpreter;
    this.#settings = settings;
    this.#listener = listener;
    this.listening = new Listening(ports);
    this.speaking = new Speaking(ports, (event) => listener.happens(event));
  }

  begin({ turn: number, pressedAtMs, gated, continues, ...assignment }: EffectOf<'begin turn'>): void {
    const { preRoll, gate, clock, loudspeaker } = this.#ports;
    const before = this.#current?.utterance;
    if (before !== undefined) this.listening.end(before);
    const sinceMs = continues ? before?.heardUntilMs : pressedAtMs - this.#settings.preRollMs;
    const turn = new Turn();
    const report = (event: TurnEvent) => this.#report(interpreting, event);
    const interpreting: Interpreting = new Interpreting(number, turn, assignment, {
      interpreter: this.#interpreter,
      speaking: this.speaking,
      report,
      silence: () => loudspeaker.silence(),
    });
    const { promise: captured, resolve } = Promise.withResolvers<void>();
    const utterance = new Utterance(turn, gate(preRoll.noiseDbfs(), gated), preRoll.frames(sinceMs), {
      tailMs: this.#settings.tailMs,
      clock,
      speechStarted: () => report({ event: 'speech started' }),
      captured: () => {
        resolve();
        this.listening.end(utterance);
        if (gated && !utterance.released) report({ event: 'utterance ended' });
      },
    });
    const current: Current = { interpreting, utterance, report: undefined };
    this.#current = current;
    this.listening.begin(utterance);
    // A microphone that can't be opened reports it at once, and the turn may be over already.
    if (interpreting.signal.aborted) return;
    const free = this.#detectorFree;
    this.#detectorFree = captured;
    this.#run(current, pressedAtMs, free).catch((error: unknown) => this.#failed(current, error));
  }

  /** The button has ended the utterance. */
  release(number: number, atMs: number): void {
    this.#find(number)?.utterance.release(atMs);
  }

  /** The turn goes to another engine, with all its sound. */
  move({ turn: number, ...assignment }: EffectOf<'move turn'>): void {
    this.#find(number)?.interpreting.move(assignment);
  }

  answerQuestion(number: number, agreed: boolean): void {
    this.#find(number)?.interpreting.answer(agreed);
  }

  drop(number: number): void {
    const current = this.#find(number);
    current?.interpreting.drop();
    current?.utterance.abandon();
  }

  /** @returns undefined for a turn that never began */
  record(number: number): TurnRecord | undefined {
    const current = this.#find(number);
    if (current === undefined) return undefined;
    const { interpreting, report } = current;
    const { engine, route } = interpreting.assignment;
    return { turn: interpreting.turn, report, engine, route };
  }

  /** Forgets the last translation. */
  forgetAnswer(): void {
    this.speaking.forget(this.#current?.interpreting.pieces);
  }

  /**
   * A guest has left: overwrites and drops the sound of the conversation.
   * @param but the number of a turn of the next guest, which is kept
   * @returns whether that turn is kept
   */
  forget(but: number | undefined): boolean {
    const current = this.#current;
    if (current !== undefined && current.interpreting.number === but) {
      if (!this.speaking.repeats(current.interpreting.pieces)) this.speaking.forget();
      return true;
    }
    // No turn is in progress when a guest is forgotten.
    const { preRoll } = this.#ports;
    for (const { samples } of [...(current?.interpreting.turn.frames ?? []), ...preRoll.frames()])
      samples.fill(0);
    overwrite(current?.interpreting.pieces ?? []);
    this.#current = undefined;
    this.forgetAnswer();
    preRoll.clear();
    return false;
  }

  async #run(current: Current, pressedAtMs: number, free: Promise<void>): Promise<void> {
    const { interpreting, utterance } = current;
    await free;
    this.#ports.detector.reset();
    utterance.start();
    const { turn, signal } = interpreting;
    const run = (either: AbortSignal) => interpreting.run(either);
    const report = await interpretUtterance(turn, utterance, pressedAtMs, run, signal);
    current.report = report;
    if (signal.aborted) return;
    const { outcome } = report;
    if (outcome === 'translated') this.speaking.keep(interpreting.pieces);
    this.#report(interpreting, { event: 'answered', outcome, spoken: interpreting.spoken });
    interpreting.end();
  }

  #failed({ interpreting }: Current, error: unknown): void {
    if (interpreting.signal.aborted) return;
    const fault = error instanceof Fault ? error.code : 'internal';
    if (!(error instanceof Fault)) this.#listener.bug(error);
    this.#report(interpreting, { event: 'turn failed', fault });
  }

  #report({ number, signal }: Interpreting, event: TurnEvent): void {
    if (signal.aborted) return;
    this.#listener.happens({ ...event, turn: number, atMs: this.#ports.clock.now() } as KioskEvent);
  }

  #find(number: number): Current | undefined {
    return this.#current?.interpreting.number === number ? this.#current : undefined;
  }
}
