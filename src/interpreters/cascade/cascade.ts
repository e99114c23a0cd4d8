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
  /** Models that hear and translate, in the order in which they are to be used, without the prefix `models/`. */
  readonly hearingModels: readonly string[];
  /** Terms of the house, sent with every utterance. See checkGlossary. */
  readonly glossary: readonly GlossaryTerm[];
  /** From the first packet to the open connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** From the open connection until it has taken the utterance, beyond the utterance's own length, in milliseconds. */
  readonly uplinkStallMs: number;
  /** From the end of the utterance on the wire to its translation in words, in milliseconds. */
  readonly hearingTimeoutMs: number;
  /** An utterance is not tried again this long after its end, in milliseconds. */
  readonly deliverWithinMs: number;
}

/** Connecting costs nothing and is tried until the turn's time is up; what is billed is asked for twice at most. */
const MAX_SENT_WHOLE = 2;

/**
 * The `cascade` engine: one request hears the utterance and translates it in words, a second one speaks them. It waits
 * for the end of the utterance, so it is slower than `dialogue`; it needs no session, and is cheaper.
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
  /** Aborts the question whether the service is available, while it is asked. */
  #asking: AbortController | undefined;
  readonly #past = new Past();

  /**
   * @param catalogue the models that the service offers; without it, only refusals show what is missing
   * @throws nothing; what is wrong is reported when a request is made
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
    this.#speech = new Speech('cascade', this.#requests, this.#speaking, settings, world);
  }

  watch(watcher: InterpreterWatcher): void {
    this.#access.watch(watcher);
  }

  /** Asks for the descriptions of the models: it is not billed, and its connection is kept for the turn. */
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

  /** Whether the service is available, asked in a way that is not billed; a late answer is proof enough. */
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
    const sentBefore = turn.meter.sentWhole; // by an engine that could not do it
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
    // They still hold when the speech is tried again: only the sound is void.
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
        // A network that takes sound more slowly than it is spoken is too slow.
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
    // That the service has answered lately does not show that it is still available.
    this.#requests.renew();
    this.#access.report({ is: 'unreachable', fault });
  }
}
