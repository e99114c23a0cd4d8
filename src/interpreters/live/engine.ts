import type { Clock } from '../../base/time.ts';
import type { Abilities, Engine } from '../../kiosk/engines.ts';
import { Fault } from '../../kiosk/faults.ts';
import type { Languages } from '../../kiosk/languages.ts';
import type { Marks } from '../../turn/marks.ts';
import type { Turn } from '../../turn/turn.ts';
import type { Catalogue } from '../gemini/catalogue.ts';
import type { CurrentService } from '../gemini/client.ts';
import { usedOf } from '../gemini/models.ts';
import type { RequestLimits } from '../gemini/requests/requests.ts';
import { Speech, type SpeechSettings } from '../gemini/requests/speech.ts';
import { retry, SessionTries } from '../gemini/retry.ts';
import type { World } from '../gemini/world.ts';
import {
  type Interpretation,
  type InterpretationSink,
  type Interpreter,
  type InterpreterWatcher,
  NOTHING_SAID,
} from '../interpreter.ts';
import { attempt } from './session/attempt.ts';
import type { Connection } from './session/connection.ts';
import type { AnswerContext, AnswerLimits, AnswerParts, PendingAnswer } from './session/pending-answer.ts';
import { SessionSource, type SourceSettings } from './session/source.ts';
import type { SessionPlan } from './session/spare.ts';
import type { TurnCount } from './session/usage.ts';

export interface LiveSettings extends SourceSettings, AnswerLimits {
  /** An utterance is not tried again this long after its end, in milliseconds. */
  readonly deliverWithinMs: number;
  /** Speaks answers that came in words without sound; undefined if nothing does. */
  readonly speech: (SpeechSettings & RequestLimits) | undefined;
}

/** A turn with all its attempts. */
export interface LiveTurn<Parts> {
  /** The session's context is compressed at this many tokens; undefined if it is not. */
  readonly compressAtTokens?: number | undefined;
  /** Of the session for the next attempt. */
  plan(): SessionPlan;
  answer(context: AnswerContext): PendingAnswer<Parts>;
  /**
   * An attempt is over: closes its connection, or gives it another use.
   * @param parts undefined when the attempt failed
   * @param count of the service
   */
  release(connection: Connection, plan: SessionPlan, parts: Parts | undefined, count: TurnCount): void;
  /** There will be another attempt. */
  failed?(fault: Fault): void;
  answered?(parts: Parts): void;
}

/** The common part of the engines with Live API sessions: a turn is tried on one connection after the other. */
export abstract class LiveEngine<Parts extends AnswerParts> implements Interpreter {
  abstract readonly abilities: Abilities;
  protected readonly clock: Clock;
  protected readonly source: SessionSource;
  readonly #engine: Engine;
  readonly #settings: LiveSettings;
  readonly #speech: Speech | undefined;

  /**
   * @param setting where the engine's models are configured
   * @param catalogue the models that the service offers
   * @throws nothing; errors are reported when a connection is needed
   */
  constructor(
    engine: Engine,
    setting: string,
    service: CurrentService,
    settings: LiveSettings,
    world: World,
    catalogue?: Catalogue,
  ) {
    this.#engine = engine;
    this.#settings = settings;
    this.clock = world.clock;
    this.source = new SessionSource(service, settings, { engine, setting }, world, catalogue);
    this.#speech = settings.speech && Speech.alone(engine, service, settings.speech, world);
  }

  /** The session for the likeliest next turn; undefined if there is none. */
  protected abstract planFor(languages: Languages): SessionPlan | undefined;

  /** A turn begins. */
  protected abstract begin(languages: Languages, turn: Turn): LiveTurn<Parts>;

  /** Forgets the engine's own memory of the conversation. */
  protected abstract forgetConversation(): void;

  watch(watcher: InterpreterWatcher): void {
    this.source.watch(watcher);
  }

  prepare(languages: Languages): void {
    const plan = this.planFor(languages);
    if (plan !== undefined) this.source.prepare(plan);
  }

  check(): Promise<void> {
    return this.source.check();
  }

  forget(turnContinues = false): void {
    this.source.spare.drop();
    this.forgetConversation();
    if (!turnContinues) this.source.conversationEnded();
  }

  async stop(): Promise<void> {
    this.source.stop();
    this.#speech?.stop();
    this.forgetConversation();
  }

  async interpret(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    const live = this.begin(languages, turn);
    this.source.begin(live.plan());
    await turn.reaches(0, signal);
    if (turn.frames.length === 0) return NOTHING_SAID;
    const { clock } = this;
    const tries = new SessionTries();
    let failures = 0;
    let last: Fault | undefined;
    let affordable = true;
    // For callers without a limit. The kiosk has its own.
    let untilMs: number | undefined;
    const tryOnce = async () => {
      const sentBefore = turn.meter.attempts;
      try {
        if (tries.waits) await turn.reaches(Number.POSITIVE_INFINITY, signal);
        return await this.#attempt(turn, live, sink, signal);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        failures += 1;
        // If fresh sessions expire one after the other, the service has another problem.
        const again = error.code === 'session-expired' && failures > 1;
        last = again ? new Fault('service-error', error.detail) : error;
        if (turn.closed) untilMs ??= (turn.marks.gated ?? clock.now()) + this.#settings.deliverWithinMs;
        affordable = tries.failed(error, turn.meter.attempts > sentBefore);
        throw error;
      }
    };
    const worthwhile = () => affordable && (untilMs === undefined || clock.now() < untilMs);
    const again = (fault: Fault) => {
      live.failed?.(fault);
      turn.unanswered();
      sink.restarted(fault);
    };
    try {
      const interpretation = await retry(tryOnce, { clock, worthwhile, again }, signal);
      this.source.answered();
      return interpretation;
    } catch (error) {
      // Also when the turn was cancelled after two failures: the next turn would probably fail as well.
      if (last !== undefined && (error instanceof Fault || failures > 1)) this.source.ended(last);
      throw error instanceof Fault ? last : error;
    }
  }

  async #attempt(
    turn: Turn,
    live: LiveTurn<Parts>,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    const { clock } = this;
    const plan = live.plan();
    const connection = await this.source.spare.take(plan, signal);
    turn.mark('connected', clock.now());
    connection.turns += 1;
    const { model, promptTokens, sound, counts } = connection;
    const use = usedOf(this.#engine, model, promptTokens, sound.begin(promptTokens, live.compressAtTokens));
    turn.meter.uses.push(use);
    const count = counts.begin(use);
    turn.awaitCount(count.over);
    const mark = (name: keyof Marks) => turn.mark(name, clock.now());
    const received = (seconds: number) => {
      turn.meter.receivedSeconds += seconds;
      use.receivedSeconds += seconds;
      sound.add(seconds);
    };
    const answer = live.answer({ sink, limits: this.#settings, clock, events: { mark, received } });
    let parts: Parts | undefined;
    try {
      parts = await attempt(turn, connection, use, answer, clock, signal);
    } finally {
      live.release(connection, plan, parts, count);
    }
    await this.#speakInPlace(turn, parts, sink, signal);
    live.answered?.(parts);
    const { outcome, heard, said } = parts;
    return { outcome, heard, said, roundTripMs: connection.roundTripMs };
  }

  /**
   * Has an answer spoken that came in words without sound: 6.5 % of all in the largest deployment (livekit/agents#7390). A
   * repetition of the utterance would cost as much, take longer and often end the same way.
   * @throws Fault silent-answer when it can't be spoken; the signal's reason when that is aborted
   */
  async #speakInPlace(
    turn: Turn,
    { heard, said, silence }: AnswerParts,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<void> {
    if (silence === undefined) return;
    if (this.#speech === undefined || said === undefined) throw silence;
    const { clock } = this;
    const reportWords = () => {
      if (heard !== undefined) turn.mark('heard', clock.now());
      if (heard !== undefined) sink.heard(heard);
      sink.said(said);
    };
    if (turn.marks.firstAudio !== undefined) {
      // Its near-silence is being played.
      turn.unanswered();
      sink.restarted(silence);
    }
    reportWords();
    const untilMs = (turn.marks.gated ?? clock.now()) + this.#settings.deliverWithinMs;
    const events = { connected: () => {}, again: reportWords };
    try {
      await this.#speech.speak(turn, said.text, sink, untilMs, events, signal);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault('silent-answer', `${silence.detail}; nor is it spoken otherwise: ${error.code}`);
    }
  }
}
