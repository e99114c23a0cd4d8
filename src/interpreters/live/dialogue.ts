import { type AudioTranscriptionConfig, type Content, type LiveConnectConfig, Modality } from '@google/genai';
import type { Abilities } from '../../kiosk/engines.ts';
import { Fault } from '../../kiosk/faults.ts';
import { type Languages, languagesOf } from '../../kiosk/languages.ts';
import type { Clock } from '../../time.ts';
import type { GlossaryTerm } from '../../turn/glossary.ts';
import type { ModelUsed, Turn } from '../../turn/turn.ts';
import { Speech } from '../cascade/speech.ts';
import {
  type Interpretation,
  type InterpretationSink,
  type Interpreter,
  type InterpreterWatcher,
  NOTHING_SAID,
} from '../interpreter.ts';
import { realWorld, type World } from '../network/dial.ts';
import { mindingPast, Past } from '../past.ts';
import { Access, type AccessSettings } from './access.ts';
import { Answer, type AnswerLimits, type AnswerParts } from './answer.ts';
import type { Catalogue } from './catalogue.ts';
import type { Service } from './client.ts';
import type { Connection } from './connection.ts';
import { exchange } from './exchange.ts';
import { instructionFor } from './instruction.ts';
import { Lingering } from './lingering.ts';
import { sendFrames } from './sending.ts';
import type { Opener } from './sessions.ts';
import { type InPlace, saidInPlace } from './spoken-in-place.ts';
import { type Delivery, untilAnswered } from './until-answered.ts';
import { speechIn } from './voice.ts';
import { type Direction, WrongLanguage } from './wrong-language.ts';

export interface DialogueSettings extends AccessSettings, AnswerLimits, Delivery, InPlace {
  /** Terms of the house, told with every session. See checkGlossary. */
  readonly glossary: readonly GlossaryTerm[];
  /** Tells the service which languages to expect, where they are known: Spanish has been heard as Portuguese. */
  readonly languageHints: boolean;
  /** One of the service's prebuilt voices; undefined for the model's own choice. */
  readonly voice: string | undefined;
  /** How many turns of one guest a connection serves. With more than 1 the session goes on: resumed, compressed. */
  readonly turnsPerConnection: number;
  /** At so many tokens the session's context is compressed, where a connection serves more than one turn. */
  readonly compressAtTokens: number;
}

/** What an earlier answer did not take: the direction, or, in doubt which it was, any. */
type Missed = Direction | 'untranslated';

/**
 * The service's count of a turn comes with turnComplete, when its answer would have been played; it is waited for so
 * much longer, in milliseconds.
 */
const LATE_COUNT_MS = 3000;

/**
 * The `dialogue` engine: a general Live model, instructed to interpret both ways between two languages.
 * One connection a turn, so that no earlier sound is billed again and no event of an older turn can arrive; or, where
 * configured, a session that goes on for several turns of a guest.
 */
export class Dialogue implements Interpreter {
  readonly abilities: Abilities = { languages: 'any', needsSpeaker: false, online: true };
  readonly #settings: DialogueSettings;
  readonly #clock: Clock;
  readonly #access: Access;
  readonly #lingering = new Lingering();
  /** Says what a session has left in words; undefined where nothing does. */
  readonly #speech: Speech | undefined;
  readonly #past = new Past();

  /**
   * @param service asked for every connection, so that a key may appear or change while the kiosk runs
   * @param catalogue the models that the service offers
   * @throws nothing; what is wrong is told when a connection is wanted
   */
  constructor(
    service: () => Promise<Service>,
    settings: DialogueSettings,
    world: World = realWorld(),
    catalogue?: Catalogue,
  ) {
    this.#settings = settings;
    this.#clock = world.clock;
    const purpose = { engine: 'dialogue', setting: 'live.models' } as const;
    this.#access = new Access(service, settings, purpose, world, catalogue);
    this.#speech = settings.speech && Speech.alone('dialogue', service, settings.speech, world);
  }

  watch(watcher: InterpreterWatcher): void {
    this.#access.watch(watcher);
  }

  prepare(languages: Languages): void {
    this.#access.prepare(this.#opener(languages));
  }

  async check(): Promise<void> {
    await this.#access.check();
  }

  forget(turnGoesOn = false): void {
    this.#drop();
    if (!turnGoesOn) this.#access.conversationEnded();
  }

  async stop(): Promise<void> {
    this.#access.stop();
    this.#speech?.stop();
    this.#drop();
  }

  #drop(): void {
    this.#past.forget();
    this.#access.sessions.drop();
    this.#lingering.drop();
  }

  async interpret(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    this.#access.begin(this.#opener(languages));
    await turn.reaches(0, signal);
    if (turn.frames.length === 0) return NOTHING_SAID;
    let missed: Missed | undefined;
    const { guest } = this.#past;
    const attempt = async (): Promise<Interpretation> => {
      try {
        const { parts, roundTripMs } = await this.#attempt(turn, languages, missed, sink, signal);
        const { heard, trusted, said, outcome } = parts;
        if (outcome === 'translated' && trusted) this.#past.remember(guest, heard?.text, said?.text);
        return { outcome, heard, said, roundTripMs };
      } catch (error) {
        if (error instanceof WrongLanguage) missed = error.direction ?? 'untranslated';
        throw error;
      }
    };
    return untilAnswered(attempt, turn, sink, this.#access, this.#settings, this.#clock, signal);
  }

  /** @param missed by an earlier answer */
  async #attempt(
    turn: Turn,
    languages: Languages,
    missed: Missed | undefined,
    sink: InterpretationSink,
    signal: AbortSignal,
  ) {
    const opener = this.#opener(languages, missed);
    const { guest } = this.#past;
    const connection = await this.#access.sessions.take(opener, signal);
    turn.mark('connected', this.#clock.now());
    connection.turns += 1;
    const { turnsPerConnection, compressAtTokens } = this.#settings;
    const use: ModelUsed = {
      engine: 'dialogue',
      model: connection.model,
      sentSeconds: 0,
      receivedSeconds: 0,
      earlierSeconds: connection.sound.begin(
        connection.promptTokens,
        turnsPerConnection > 1 ? compressAtTokens : undefined,
      ),
      textInTokens: connection.promptTokens,
    };
    turn.meter.uses.push(use);
    const count = connection.counts.begin(use);
    turn.awaitCount(count.over);
    const answer = new Answer(
      languages,
      sink,
      this.#settings,
      this.#clock,
      {
        mark: (name) => turn.mark(name, this.#clock.now()),
        received: (seconds) => {
          turn.meter.receivedSeconds += seconds;
          use.receivedSeconds += seconds;
          connection.sound.add(seconds);
        },
      },
      missed === 'untranslated',
    );
    const send = (whileWanted: AbortSignal) => this.#send(turn, connection, answer, use, whileWanted);
    let parts: AnswerParts | undefined;
    try {
      parts = await exchange(turn, connection, answer, send, this.#clock, signal);
      connection.owesEnd = parts.owesEnd;
    } finally {
      // What an answer that goes on says is not listened to any more.
      if (parts === undefined || parts.goesOn) connection.close();
      else {
        const playedMs = (turn.marks.firstAudio ?? this.#clock.now()) + answer.seconds * 1000;
        const giveUpMs = Math.max(0, playedMs - this.#clock.now()) + LATE_COUNT_MS;
        const stopWaiting = this.#clock.after(giveUpMs, count.giveUp);
        void count.over.then(stopWaiting);
        // One that knows a single direction serves no other turn, and none serves two guests.
        const goesOn = missed === undefined && guest === this.#past.guest;
        if (goesOn && connection.turns < turnsPerConnection) this.#access.sessions.keep(connection, opener);
        else this.#lingering.wait(connection, count.over);
      }
    }
    await saidInPlace(this.#speech, turn, parts, sink, this.#settings, this.#clock, signal);
    return { parts, roundTripMs: connection.roundTripMs };
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
    await sendFrames(turn, connection, use, this.#clock, signal);
    answer.open();
    connection.endActivity();
    turn.meter.sentWhole += 1;
    await connection.flushed();
    turn.mark('sent', this.#clock.now());
  }

  #opener(languages: Languages, missed?: Missed): Opener {
    const goesOn = this.#settings.turnsPerConnection > 1;
    const { speaker: _, ...either } = languages; // a spare fits whoever speaks
    const { glossary, languageHints, voice } = this.#settings;
    const past = this.#past.conversation();
    const instruction = mindingPast(instructionFor(either, glossary, missed), past);
    // Nothing is to be expected where a guest may speak any language.
    const expected = languageHints && !either.anyGuest ? languagesOf(either) : [];
    const session = dialogueSetUp(instruction, voice, expected);
    return {
      // A session that goes on remembers by itself what was said; a fresh one is given it.
      key: JSON.stringify(goesOn && missed === undefined ? either : [instruction, past]),
      open: (signal, handle) => this.#openOrResume(session, past, signal, handle),
    };
  }

  /** A session that can't be taken up any more is no reason to have none. */
  async #openOrResume(
    session: LiveConnectConfig,
    past: readonly Content[],
    signal: AbortSignal,
    handle: string | undefined,
  ): Promise<Connection> {
    if (handle !== undefined) {
      try {
        return await this.#access.open(this.#config(session, handle), signal, { resumes: true });
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
      }
    }
    return this.#access.open(this.#config(session, undefined), signal, { past });
  }

  #config(session: LiveConnectConfig, handle: string | undefined): LiveConnectConfig {
    const { turnsPerConnection, compressAtTokens } = this.#settings;
    if (turnsPerConnection <= 1) return session;
    return {
      ...session,
      sessionResumption: handle === undefined ? {} : { handle },
      contextWindowCompression: {
        triggerTokens: String(compressAtTokens),
        slidingWindow: { targetTokens: String(Math.round(compressAtTokens / 2)) },
      },
    };
  }
}

/**
 * The session's set-up. The button is the turn boundary: the service's own voice detection is off.
 * @param expected languages of the utterance (BCP-47), where they are known
 */
export function dialogueSetUp(
  instruction: string,
  voice: string | undefined,
  expected: readonly string[],
): LiveConnectConfig {
  const transcription: AudioTranscriptionConfig = {};
  const hinted = expected.length === 0 ? transcription : { languageCodes: [...expected] };
  return {
    responseModalities: [Modality.AUDIO],
    systemInstruction: instruction,
    inputAudioTranscription: hinted,
    outputAudioTranscription: transcription,
    realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
    ...speechIn(voice),
  };
}
