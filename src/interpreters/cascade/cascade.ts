import type { Abilities } from '../../kiosk/engines.ts';
import { concernsNextTurn, Fault } from '../../kiosk/faults.ts';
import type { Languages } from '../../kiosk/languages.ts';
import type { GlossaryTerm } from '../../turn/glossary.ts';
import { textTokens } from '../../turn/tokens.ts';
import type { ModelUsed, Turn } from '../../turn/turn.ts';
import { Access } from '../gemini/access.ts';
import type { Catalogue } from '../gemini/catalogue.ts';
import type { CurrentService } from '../gemini/client.ts';
import { Models, usedOf } from '../gemini/models.ts';
import { mindingPast, Past, wordsOf } from '../gemini/prompt/past.ts';
import type { HttpEvents } from '../gemini/requests/http.ts';
import type { Handle } from '../gemini/requests/request.ts';
import { Requests } from '../gemini/requests/requests.ts';
import { Speech, type SpeechSettings, speechModels } from '../gemini/requests/speech.ts';
import { retry } from '../gemini/retry.ts';
import type { World } from '../gemini/world.ts';
import {
  type Interpretation,
  type InterpretationSink,
  type Interpreter,
  type InterpreterWatcher,
  NOTHING_SAID,
} from '../interpreter.ts';
import { hear, type Prompt, translationAlone, type Understanding } from './hearing.ts';
import { hearingInstruction } from './instruction.ts';

export interface CascadeSettings extends SpeechSettings {
  /** Models that hear and translate, in order of preference, without the prefix `models/`. */
  readonly hearingModels: readonly string[];
  /** Terms of the house, sent with every utterance. See checkGlossary. */
  readonly glossary: readonly GlossaryTerm[];
  /** From the first packet to the open connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** From the open connection until it has taken the utterance, plus the utterance's length, in milliseconds. */
  readonly uplinkStallMs: number;
  /** From when the utterance was sent to its translation in words, in milliseconds. */
  readonly hearingTimeoutMs: number;
  /** An utterance is not tried again this long after its end, in milliseconds. */
  readonly deliverWithinMs: number;
}

/** Requests that are billed are made at most twice; connecting is tried until the turn's time is up. */
const MAX_SENT_WHOLE = 2;

/**
 * The `cascade` engine: one request translates the utterance into words, a second one speaks them. It waits for the end of
 * the utterance, so it is slower than `dialogue`; it needs no session, and is cheaper.
 */
export class Cascade implements Interpreter {
  readonly abilities: Abilities = { languages: 'any', needsSpeaker: false, online: true };
  readonly #settings: CascadeSettings;
  readonly #world: World;
  readonly #access: Access;
  readonly #requests: Requests;
  readonly #hearing: Models;
  readonly #speaking: Models;
  readonly #speech: Speech;
  /** Aborts the request that checks whether the service is available. */
  #asking: AbortController | undefined;
  readonly #past = new Past();

  /**
   * @param catalogue the models that the service offers; without it, only refusals show which are missing
   * @throws nothing; errors are reported when a request is made
   */
  constructor(service: CurrentService, settings: CascadeSettings, world: World, catalogue?: Catalogue) {
    const { connectTimeoutMs, hearingTimeoutMs: describeTimeoutMs } = settings;
    this.#settings = settings;
    this.#world = world;
    const purpose = { engine: 'cascade', method: 'generateContent' } as const;
    this.#hearing = new Models(settings.hearingModels, { ...purpose, setting: 'cascade.hearing_models' });
    this.#speaking = speechModels('cascade', settings);
    this.#access = new Access(service, [this.#hearing, this.#speaking], world, catalogue);
    this.#requests = new Requests(this.#access, { connectTimeoutMs, describeTimeoutMs });
    this.#speech = new Speech('cascade', this.#requests, this.#speaking, settings);
  }

  watch(watcher: InterpreterWatcher): void {
    this.#access.watch(watcher);
  }

  /** Requests the descriptions of the models, which is not billed, and keeps the connection for the turn. */
  prepare(_languages: Languages): void {
    this.#access.look();
    if (this.#asking !== undefined || this.#requests.fresh) return;
    const asking = new AbortController();
    this.#asking = asking;
    this.#access.connecting();
    void this.#ask(asking.signal).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
  }

  async #ask(signal: AbortSignal): Promise<void> {
    try {
      await this.#requests.describe(this.#hearing, signal);
      await this.#requests.describe(this.#speaking, signal);
      this.#access.report({ is: 'ready' });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Fault)) throw error; // a bug
      this.#unreachable(error);
    }
  }

  /** Checks whether the service is available, unless it has answered recently. Not billed. */
  async check(): Promise<void> {
    this.#access.look();
    if (this.#requests.fresh) return;
    const fault = await this.#access.unreachable(this.#hearing, this.#settings.connectTimeoutMs);
    if (fault !== undefined) this.#unreachable(fault);
  }

  forget(turnContinues = false): void {
    this.#past.forget();
    if (!turnContinues) this.#world.confidentiality.conversationEnded();
  }

  async stop(): Promise<void> {
    this.#past.forget();
    this.#asking?.abort(new Error('stopped'));
    this.#access.stop();
    this.#requests.renew();
  }

  async interpret(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    this.prepare(languages); // the connection is opened during the utterance
    await turn.reaches(Number.POSITIVE_INFINITY, signal);
    if (turn.frames.length === 0) return NOTHING_SAID;
    try {
      const interpretation = await this.#translate(turn, languages, sink, signal);
      this.#access.report({ is: 'ready' });
      return interpretation;
    } catch (error) {
      if (error instanceof Fault && concernsNextTurn(error.code)) this.#unreachable(error);
      throw error;
    }
  }

  async #translate(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    const { clock } = this.#world;
    let roundTripMs = 0;
    const connected = (ms: number) => {
      roundTripMs = ms;
      turn.mark('connected', clock.now());
    };
    const untilMs = (turn.marks.gated ?? clock.now()) + this.#settings.deliverWithinMs;
    const again = (fault: Fault) => {
      this.#requests.renew();
      turn.unanswered();
      sink.restarted(fault);
    };
    const { guest } = this.#past;
    const sentBefore = turn.meter.sentWhole; // by another engine that failed
    const worthwhile = () => clock.now() < untilMs && turn.meter.sentWhole < sentBefore + MAX_SENT_WHOLE;
    const past = this.#past.conversation(translationAlone);
    const instruction = mindingPast(hearingInstruction(languages, this.#settings.glossary), past);
    const { heard, said, trusted } = await retry(
      () => this.#hear(turn, { instruction, past }, languages, connected, signal),
      { clock, worthwhile, again },
      signal,
    );
    const heardMs = clock.now();
    const reportWords = () => {
      if (heard !== undefined) turn.mark('heard', heardMs);
      if (heard !== undefined) sink.heard(heard);
      if (said !== undefined) sink.said(said);
    };
    reportWords();
    if (said === undefined) return { outcome: 'not understood', heard, said, roundTripMs };
    // The words remain valid when the speech is tried again.
    await this.#speech.speak(turn, said.text, sink, untilMs, { connected, again: reportWords }, signal);
    if (trusted) this.#past.remember(guest, heard?.text, said.text);
    return { outcome: 'translated', heard, said, roundTripMs };
  }

  /** The first of the two requests. */
  #hear(
    turn: Turn,
    prompt: Prompt,
    languages: Languages,
    connected: (roundTripMs: number) => void,
    signal: AbortSignal,
  ): Promise<Understanding> {
    const { uplinkStallMs, hearingTimeoutMs } = this.#settings;
    const { clock, confidentiality } = this.#world;
    let watch: Handle['watch'] = () => {};
    let use: ModelUsed | undefined;
    const events: HttpEvents = {
      connected: (roundTripMs) => {
        connected(roundTripMs);
        turn.mark('firstSent', clock.now());
        turn.meter.attempts += 1;
        // The network must take sound about as fast as it is spoken.
        const ms = uplinkStallMs + turn.seconds * 1000;
        watch(ms, () => new Fault('network-slow', `the utterance was not taken within ${ms.toFixed(0)} ms`));
      },
      sent: () => {
        turn.mark('sent', clock.now());
        turn.meter.sentSeconds += turn.seconds;
        turn.meter.sentWhole += 1;
        if (use !== undefined) {
          use.sentSeconds = turn.seconds;
          turn.meter.uses.push(use);
        }
        const late = () => new Fault('no-answer', `no translation within ${hearingTimeoutMs} ms`);
        watch(hearingTimeoutMs, late);
      },
    };
    return this.#requests.make(this.#hearing, events, signal, (handle, model) => {
      confidentiality.speechSent();
      watch = handle.watch;
      use = usedOf('cascade', model, textTokens(prompt.instruction + wordsOf(prompt.past)));
      return hear(handle, model, prompt, turn, languages, use);
    });
  }

  #unreachable(fault: Fault): void {
    // An earlier answer no longer shows that the service is available.
    this.#requests.renew();
    this.#access.report({ is: 'unreachable', fault });
  }
}
