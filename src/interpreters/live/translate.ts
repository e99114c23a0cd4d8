import { type LiveConnectConfig, Modality } from '@google/genai';
import type { Abilities } from '../../kiosk/engines.ts';
import { type Languages, listenersLanguage, type Side } from '../../kiosk/languages.ts';
import type { Clock } from '../../time.ts';
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
import { Access, type AccessSettings } from './access.ts';
import type { AnswerLimits } from './answer.ts';
import type { Catalogue } from './catalogue.ts';
import type { Service } from './client.ts';
import type { Connection } from './connection.ts';
import { exchange } from './exchange.ts';
import { RunningAnswer, type RunningParts } from './running-answer.ts';
import { sendFrames } from './sending.ts';
import type { Opener } from './sessions.ts';
import { type InPlace, saidInPlace } from './spoken-in-place.ts';
import { TRANSLATED_LANGUAGES, targetCode } from './target.ts';
import { type Delivery, untilAnswered } from './until-answered.ts';

export interface TranslateSettings extends AccessSettings, AnswerLimits, Delivery, InPlace {}

/**
 * The `translate` engine: Live Translate, which translates what it hears into one target language while it listens,
 * with the speaker's own voice. It serves only where the direction is known beforehand, and takes no instruction.
 * One connection a turn: each direction has its own target, and no earlier sound is billed again.
 */
export class Translate implements Interpreter {
  readonly abilities: Abilities = { languages: TRANSLATED_LANGUAGES, needsSpeaker: true, online: true };
  readonly #settings: TranslateSettings;
  readonly #clock: Clock;
  readonly #access: Access;
  /** Says what a session has left in words; undefined where nothing does. */
  readonly #speech: Speech | undefined;
  #lastSpeaker: Side | undefined;

  /**
   * @param service asked for every connection, so that a key may appear or change while the kiosk runs
   * @param catalogue the models that the service offers
   * @throws nothing; what is wrong is told when a connection is wanted
   */
  constructor(
    service: () => Promise<Service>,
    settings: TranslateSettings,
    world: World = realWorld(),
    catalogue?: Catalogue,
  ) {
    this.#settings = settings;
    this.#clock = world.clock;
    const purpose = { engine: 'translate', setting: 'translate.models' } as const;
    this.#access = new Access(service, settings, purpose, world, catalogue);
    this.#speech = settings.speech && Speech.alone('translate', service, settings.speech, world);
  }

  watch(watcher: InterpreterWatcher): void {
    this.#access.watch(watcher);
  }

  /** Host and guest alternate, and a guest speaks first: the connection that is held is for the likelier direction. */
  prepare(languages: Languages): void {
    const speaker = languages.speaker ?? (this.#lastSpeaker === 'guest' ? 'host' : 'guest');
    const target = targetOf({ ...languages, speaker });
    if (target !== undefined) this.#access.prepare(this.#opener(target));
  }

  async check(): Promise<void> {
    await this.#access.check();
  }

  forget(turnGoesOn = false): void {
    this.#lastSpeaker = undefined;
    this.#access.sessions.drop();
    if (!turnGoesOn) this.#access.conversationEnded();
  }

  async stop(): Promise<void> {
    this.#access.stop();
    this.#speech?.stop();
  }

  async interpret(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    const target = targetOf(languages);
    if (target === undefined) throw new Error(`no target language known for ${JSON.stringify(languages)}`);
    this.#lastSpeaker = languages.speaker;
    this.#access.begin(this.#opener(target));
    await turn.reaches(0, signal);
    if (turn.frames.length === 0) return NOTHING_SAID;
    const attempt = () => this.#attempt(turn, target, sink, signal);
    return untilAnswered(attempt, turn, sink, this.#access, this.#settings, this.#clock, signal);
  }

  async #attempt(
    turn: Turn,
    target: string,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    const connection = await this.#access.sessions.take(this.#opener(target), signal);
    turn.mark('connected', this.#clock.now());
    connection.turns += 1;
    const use: ModelUsed = {
      engine: 'translate',
      model: connection.model,
      sentSeconds: 0,
      receivedSeconds: 0,
      earlierSeconds: 0,
      textInTokens: 0,
    };
    turn.meter.uses.push(use);
    connection.counts.begin(use);
    const answer = new RunningAnswer(sink, this.#settings, target, this.#clock, {
      mark: (name) => turn.mark(name, this.#clock.now()),
      // Silence, too: whether the service bills it is not known, so it is taken to be billed.
      received: (seconds) => {
        turn.meter.receivedSeconds += seconds;
        use.receivedSeconds += seconds;
      },
    });
    const send = (whileWanted: AbortSignal) => this.#send(turn, connection, answer, use, whileWanted);
    let parts: RunningParts;
    try {
      parts = await exchange(turn, connection, answer, send, this.#clock, signal);
    } finally {
      connection.close();
    }
    await saidInPlace(this.#speech, turn, parts, sink, this.#settings, this.#clock, signal);
    const { outcome, heard, said } = parts;
    return { outcome, heard, said, roundTripMs: connection.roundTripMs };
  }

  /**
   * Sends the utterance from its first frame, as it comes, and its end. No silence is sent behind it: two clients of
   * the service that translate whole recordings get their last words by audioStreamEnd alone (@ai-sdk/google 4.0.121
   * is one), its output goes on by itself, and what is sent is billed. The gate's hangover is in the utterance.
   */
  async #send(
    turn: Turn,
    connection: Connection,
    answer: RunningAnswer,
    use: ModelUsed,
    signal: AbortSignal,
  ): Promise<void> {
    turn.meter.attempts += 1;
    await sendFrames(turn, connection, use, this.#clock, signal);
    connection.endStream();
    turn.meter.sentWhole += 1;
    await connection.flushed();
    turn.mark('sent', this.#clock.now());
    answer.open();
  }

  #opener(target: string): Opener {
    return { key: target, open: (signal) => this.#access.open(translationSetUp(target), signal) };
  }
}

/** The code of the listener's language; undefined when nobody has said who speaks, or the service can't translate. */
function targetOf(languages: Languages): string | undefined {
  if (languages.speaker === undefined) return undefined;
  const language = listenersLanguage(languages, undefined);
  return language === undefined ? undefined : targetCode(language);
}

/**
 * The session's set-up. There is no voice to choose, and nothing to set about turns: the model has none, and what
 * manual activity does to it is not known, so the service's detection stays as it is, which audioStreamEnd needs.
 */
export function translationSetUp(target: string): LiveConnectConfig {
  return {
    responseModalities: [Modality.AUDIO],
    translationConfig: { targetLanguageCode: target, echoTargetLanguage: false },
    inputAudioTranscription: {},
    outputAudioTranscription: {},
  };
}
