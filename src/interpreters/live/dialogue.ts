import { type AudioTranscriptionConfig, type LiveConnectConfig, Modality } from '@google/genai';
import { CAPTURE_RATE_HZ, FRAME_MS, FRAME_SAMPLES } from '../../audio/pcm/frame.ts';
import type { Abilities } from '../../kiosk/engines.ts';
import { Fault, isNetworkFault } from '../../kiosk/faults.ts';
import { type Languages, languagesOf } from '../../kiosk/languages.ts';
import { turnRetryDelayMs } from '../../kiosk/retry.ts';
import { type Clock, MONOTONIC, pause } from '../../turn/clock.ts';
import type { ModelUsed, Turn } from '../../turn/turn.ts';
import { CHARACTERS_A_TOKEN, type GlossaryTerm } from '../glossary.ts';
import {
  type Availability,
  type Interpretation,
  type InterpretationSink,
  type Interpreter,
  type InterpreterWatcher,
  TRANSLATION_RATE_HZ,
} from '../interpreter.ts';
import { Answer, type AnswerLimits } from './answer.ts';
import { Connection, type ConnectionLimits, type Service, type Surroundings } from './connection.ts';
import { instructionFor, MAX_PAST_TURNS, type PastTurn } from './instruction.ts';
import { Models } from './models.ts';
import { Names } from './names.ts';
import { meansNotUnderstood } from './not-understood.ts';
import { checkReach } from './reach.ts';
import { HAND_OVER_MS, type Opener, Sessions } from './sessions.ts';
import { Tries } from './tries.ts';
import { speechIn } from './voice.ts';
import { type Direction, WrongLanguage } from './wrong-language.ts';

export interface DialogueSettings extends ConnectionLimits, AnswerLimits {
  /** Models in the order in which they are to be used, without the prefix `models/`. */
  readonly models: readonly string[];
  /** Terms of the house, told with every session. See checkGlossary. */
  readonly glossary: readonly GlossaryTerm[];
  /** One of the service's prebuilt voices; undefined for the model's own choice. */
  readonly voice: string | undefined;
  /** How long a connection is held without a turn, in milliseconds; 0 for no spare at all. */
  readonly spareIdleMs: number;
  /** How many turns of one guest a connection serves. With more than 1 the session goes on: resumed, compressed. */
  readonly turnsPerConnection: number;
  /** At so many tokens the session's context is compressed, where a connection serves more than one turn. */
  readonly compressAtTokens: number;
  /** An utterance is not tried again when it ended so long ago, in milliseconds. */
  readonly deliverWithinMs: number;
}

/** On the wire, 100 ms (live-translate guide); inside, 20 ms. */
const MESSAGE_MS = 100;
const FRAMES_PER_MESSAGE = MESSAGE_MS / FRAME_MS;

/** A service that ended sessions behind their set-up (quota: 0.8 s) is believed again after this, in milliseconds. */
const PROBATION_MS = 2000;

/** What only a change can mend is tried again after this without one: the change may be at the other end. */
const REFUSED_AGAIN_MS = 15 * 60_000;

/**
 * The `dialogue` engine: a general Live model, instructed to interpret both ways between two languages.
 * One connection a turn, so that no earlier sound is billed again and no event of an older turn can arrive; or, where
 * configured, a session that goes on for several turns of a guest.
 */
export class Dialogue implements Interpreter {
  readonly abilities: Abilities = { languages: 'any', needsSpeaker: false, online: true };
  readonly #service: () => Promise<Service>;
  readonly #settings: DialogueSettings;
  readonly #surroundings: Surroundings;
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #models: Models;
  #watcher: InterpreterWatcher | undefined;
  /** What became of the latest session that was opened to the end. */
  #told: Availability | undefined;
  /** Sessions opened and were ended by the service: an open one proves nothing yet. */
  #onProbation = false;
  /** What only a change can mend: not tried again with the same key for a while. */
  #refused: { readonly fault: Fault; readonly apiKey: string; readonly atMs: number } | undefined;
  readonly #stopping = new AbortController();
  #turnsBegun = 0;
  /** What was said lately, for names and references. In memory only. */
  #past: PastTurn[] = [];

  /**
   * @param service asked for every connection, so that a key may appear or change while the kiosk runs
   * @throws nothing; what is wrong is told when a connection is wanted
   */
  constructor(service: () => Promise<Service>, settings: DialogueSettings, clock: Clock = MONOTONIC) {
    this.#service = service;
    this.#settings = settings;
    this.#clock = clock;
    this.#surroundings = { clock, names: new Names() };
    this.#models = new Models(settings.models, clock);
    this.#sessions = new Sessions(settings.spareIdleMs, clock, (fault) => this.#ended(fault));
  }

  watch(watcher: InterpreterWatcher): void {
    this.#watcher = watcher;
  }

  prepare(languages: Languages): void {
    if (this.#settings.spareIdleMs > 0) this.#sessions.prepare(this.#opener(languages));
    // Without a spare, nothing would ever tell that the service is there, or there again.
    else if (this.#told?.is !== 'ready') void this.#probe(languages);
  }

  /** Whether the service could be had, asked in a way that is not billed; an open connection is proof enough. */
  async check(): Promise<void> {
    if (this.#sessions.holding) return;
    const turnsBegun = this.#turnsBegun;
    const fault = await this.#unreachable();
    // A turn that began meanwhile knows better.
    if (fault === undefined || this.#sessions.holding || this.#turnsBegun !== turnsBegun) return;
    this.#tell({ is: 'unreachable', fault });
  }

  /** A session that is opened and closed: nothing is said in it, so nothing is billed. */
  async #probe(languages: Languages): Promise<void> {
    try {
      const connection = await this.#opener(languages).open(this.#stopping.signal, undefined);
      connection.close();
    } catch (error) {
      // What is wrong has been told by who opened it.
      if (!(error instanceof Fault) && !this.#stopping.signal.aborted) throw error;
    }
  }

  /** Why the service could not be had now, as far as that can be known without a session. */
  async #unreachable(): Promise<Fault | undefined> {
    const { connectTimeoutMs } = this.#settings;
    try {
      await checkReach(await this.#service(), this.#models.current, connectTimeoutMs, this.#surroundings);
      return undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // What else is refused here may be given to a session all the same.
      return isNetworkFault(error.code) ? error : undefined;
    }
  }

  forget(): void {
    this.#past = [];
    this.#sessions.drop();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the kiosk ends'));
    this.forget();
  }

  async interpret(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    this.#refused = undefined; // whoever presses wants it tried now
    // The connection opens at the press at the latest and hides behind the utterance.
    this.#turnsBegun += 1;
    this.#sessions.prepare(this.#opener(languages));
    await turn.reaches(0, signal);
    if (turn.frames.length === 0) {
      return { outcome: 'nothing said', heard: undefined, said: undefined, roundTripMs: 0 };
    }
    const tries = new Tries();
    let failures = 0;
    let waitingSinceMs: number | undefined;
    let missed: Direction | undefined;
    for (;;) {
      const sentBefore = turn.meter.attempts;
      try {
        const { parts, roundTripMs } = await this.#attempt(turn, languages, missed, sink, signal);
        const { heard, said } = parts;
        const understood = said === undefined || !meansNotUnderstood(said.text, languagesOf(languages));
        if (understood) this.#remember(heard?.text, said?.text);
        this.#onProbation = false;
        this.#tell({ is: 'ready' });
        return { outcome: understood ? 'translated' : 'not understood', heard, said, roundTripMs };
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        failures += 1;
        if (turn.closed) waitingSinceMs ??= turn.marks.gated ?? this.#clock.now();
        const verdict = tries.failed(error, turn.meter.attempts > sentBefore);
        if (verdict === 'no more' || this.#tooLate(waitingSinceMs)) {
          this.#ended(error);
          throw error;
        }
        if (error instanceof WrongLanguage) missed = error.direction;
        turn.unanswered();
        sink.restarted(error);
        await pause(this.#clock, turnRetryDelayMs(failures, Math.random()), signal);
        if (verdict === 'when it has ended') await turn.reaches(Number.POSITIVE_INFINITY, signal);
      }
    }
  }

  /** The kiosk has a limit of its own for how long a turn is tried; this is for who has none. */
  #tooLate(waitingSinceMs: number | undefined): boolean {
    if (waitingSinceMs === undefined) return false;
    return this.#clock.now() >= waitingSinceMs + this.#settings.deliverWithinMs;
  }

  /** @param missed the direction that an earlier answer did not take */
  async #attempt(
    turn: Turn,
    languages: Languages,
    missed: Direction | undefined,
    sink: InterpretationSink,
    signal: AbortSignal,
  ) {
    const opener = this.#opener(languages, missed);
    const connection = await this.#sessions.take(opener, signal);
    turn.mark('connected', this.#clock.now());
    connection.turns += 1;
    const use: ModelUsed = {
      model: connection.model,
      sentSeconds: 0,
      receivedSeconds: 0,
      earlierSeconds: connection.soundSeconds,
      textInTokens: Math.ceil(opener.instruction.length / CHARACTERS_A_TOKEN),
    };
    turn.meter.uses.push(use);
    const counted: InterpretationSink = {
      ...sink,
      audio: (samples) => {
        const seconds = samples.length / TRANSLATION_RATE_HZ;
        turn.meter.receivedSeconds += seconds;
        use.receivedSeconds += seconds;
        connection.soundSeconds += seconds;
        sink.audio(samples);
      },
    };
    const answer = new Answer(languages, counted, this.#settings, this.#clock, (name) =>
      turn.mark(name, this.#clock.now()),
    );
    const sending = new AbortController();
    const stopWatching = connection.watchLink();
    let stopHandOver = () => {};
    let answered = false;
    try {
      let sent = false;
      const leave = () => answer.lost(new Fault('session-expired', 'left before the service ends it'));
      const handOverInTime = () => {
        stopHandOver();
        if (connection.deadlineMs === undefined) return;
        const leftMs = connection.deadlineMs - HAND_OVER_MS - this.#clock.now();
        // When it is too late to leave in time, what is being spoken loses nothing by leaving at once; an answer
        // that is due may still arrive before the end.
        if (leftMs > 0) stopHandOver = this.#clock.after(leftMs, leave);
        else if (!sent) leave();
      };
      connection.listen({
        message: (message) => answer.message(message),
        lost: (fault) => answer.lost(fault),
        retiring: handOverInTime,
      });
      handOverInTime();
      const sentAndDue = this.#send(
        turn,
        connection,
        answer,
        use,
        AbortSignal.any([signal, sending.signal]),
      ).then(() => {
        sent = true;
        // Nobody can answer what is still on its way.
        void connection.arrived().then(() => answer.expect(turn.seconds));
      });
      const cancelled = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: sending.signal });
      });
      const [parts] = await Promise.race([Promise.all([answer.done, sentAndDue]), cancelled]);
      answered = true;
      connection.owesEnd = parts.owesEnd;
      return { parts, roundTripMs: connection.roundTripMs };
    } finally {
      sending.abort(new Error('the attempt is over'));
      answer.cancel();
      stopWatching();
      stopHandOver();
      // One that knows a single direction serves no other turn.
      if (answered && missed === undefined && connection.turns < this.#settings.turnsPerConnection) {
        this.#sessions.keep(connection, opener);
      } else connection.close();
    }
  }

  /** Sends the utterance from its first frame, as it comes, and its end. */
  async #send(
    turn: Turn,
    connection: Connection,
    answer: Answer,
    use: ModelUsed,
    signal: AbortSignal,
  ): Promise<void> {
    turn.meter.attempts += 1;
    connection.startActivity();
    let cursor = 0;
    for (;;) {
      await turn.reaches(cursor + FRAMES_PER_MESSAGE - 1, signal);
      const frames = turn.frames.slice(cursor, cursor + FRAMES_PER_MESSAGE);
      if (frames.length === 0) break; // closed, and all of it is sent
      await connection.uplinkFree();
      const message = new Int16Array(frames.length * FRAME_SAMPLES);
      for (const [i, frame] of frames.entries()) message.set(frame.samples, i * FRAME_SAMPLES);
      connection.sendAudio(message);
      turn.mark('firstSent', this.#clock.now());
      const seconds = message.length / CAPTURE_RATE_HZ;
      turn.meter.sentSeconds += seconds;
      use.sentSeconds += seconds;
      connection.soundSeconds += seconds;
      cursor += frames.length;
    }
    answer.open();
    connection.endActivity();
    turn.meter.sentWhole += 1;
    await connection.flushed();
    turn.mark('sent', this.#clock.now());
  }

  #remember(heard: string | undefined, said: string | undefined): void {
    if (heard === undefined || said === undefined) return;
    this.#past = [...this.#past, { heard, said }].slice(-MAX_PAST_TURNS);
  }

  #opener(languages: Languages, missed?: Direction): Opener & { readonly instruction: string } {
    const goesOn = this.#settings.turnsPerConnection > 1;
    const { speaker: _, ...either } = languages; // a spare fits whoever speaks
    const instruction = instructionFor(either, this.#past, this.#settings.glossary, missed);
    return {
      instruction,
      // A session that goes on remembers by itself what was said; a fresh one is told.
      key: goesOn && missed === undefined ? JSON.stringify(either) : instruction,
      open: (signal, handle) => this.#openOrResume(instruction, signal, handle),
    };
  }

  /** A session that can't be taken up any more is no reason to have none. */
  async #openOrResume(instruction: string, signal: AbortSignal, handle: string | undefined) {
    if (handle !== undefined) {
      try {
        return await this.#open(instruction, signal, handle);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
      }
    }
    return this.#open(instruction, signal, undefined);
  }

  async #open(instruction: string, signal: AbortSignal, handle: string | undefined): Promise<Connection> {
    this.#watcher?.availability({ is: 'connecting' });
    let apiKey: string | undefined;
    try {
      const service = await this.#service();
      apiKey = service.apiKey;
      this.#throwIfRefused(apiKey);
      const connection = await this.#openModel(service, instruction, signal, handle);
      this.#opened(connection);
      return connection;
    } catch (error) {
      if (!(error instanceof Fault)) {
        if (this.#told !== undefined) this.#watcher?.availability(this.#told); // given up by us: it is as it was
      } else if (handle === undefined) {
        if (error.entry.retry === 'when changed' && apiKey !== undefined)
          this.#refused ??= { fault: error, apiKey, atMs: this.#clock.now() };
        this.#tell({ is: 'unreachable', fault: error });
      }
      throw error;
    }
  }

  /** With the first model that the service offers. */
  async #openModel(
    service: Service,
    instruction: string,
    signal: AbortSignal,
    handle: string | undefined,
  ): Promise<Connection> {
    for (;;) {
      const model = this.#models.current;
      const config = this.#config(instruction, handle);
      try {
        const connection = await Connection.open(
          service,
          model,
          config,
          this.#settings,
          signal,
          this.#surroundings,
        );
        if (this.#models.works(model)) this.#watcher?.condition(new Fault('model-gone', model), false);
        return connection;
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'model-gone') throw error;
        if (!this.#modelGone(model, error)) throw error;
      }
    }
  }

  #modelGone(model: string, fault: Fault): boolean {
    this.#watcher?.condition(new Fault('model-gone', `${model}: ${fault.detail}`), true);
    return this.#models.drop(model);
  }

  #config(instruction: string, handle: string | undefined): LiveConnectConfig {
    const { voice, turnsPerConnection, compressAtTokens } = this.#settings;
    const config = liveConfig(instruction, voice);
    if (turnsPerConnection <= 1) return config;
    return {
      ...config,
      sessionResumption: handle === undefined ? {} : { handle },
      contextWindowCompression: {
        triggerTokens: String(compressAtTokens),
        slidingWindow: { targetTokens: String(Math.round(compressAtTokens / 2)) },
      },
    };
  }

  #throwIfRefused(apiKey: string): void {
    const refused = this.#refused;
    if (refused === undefined) return;
    const same = refused.apiKey === apiKey && this.#clock.now() < refused.atMs + REFUSED_AGAIN_MS;
    if (same) throw refused.fault;
    this.#refused = undefined;
  }

  #opened(connection: Connection): void {
    this.#refused = undefined;
    if (!this.#onProbation) {
      this.#tell({ is: 'ready' });
      return;
    }
    this.#clock.after(PROBATION_MS, () => {
      if (connection.ready) this.#tell({ is: 'ready' });
      // Given up for another reason, it has proved nothing: told again, so that it is tried again.
      else if (this.#told?.is === 'unreachable') this.#tell(this.#told);
    });
  }

  #tell(availability: Availability): void {
    this.#told = availability;
    this.#watcher?.availability(availability);
  }

  /** A session ended under us. That is news when another one would end the same way: quota, key, model, outage. */
  #ended(fault: Fault): void {
    if (fault.entry.retry === 'at once' && fault.code !== 'service-error') return;
    if (this.#told?.is === 'unreachable' && this.#told.fault === fault) return; // told when it could not be opened
    this.#onProbation = true;
    this.#tell({ is: 'unreachable', fault });
  }
}

/** The session's set-up. The button is the turn boundary: the service's own voice detection is off. */
function liveConfig(instruction: string, voice: string | undefined): LiveConnectConfig {
  const transcription: AudioTranscriptionConfig = {};
  return {
    responseModalities: [Modality.AUDIO],
    systemInstruction: instruction,
    inputAudioTranscription: transcription,
    outputAudioTranscription: transcription,
    realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
    ...speechIn(voice),
  };
}
