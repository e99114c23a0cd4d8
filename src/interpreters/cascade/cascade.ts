import type { Abilities } from '../../kiosk/engines.ts';
import { concernsNextTurn, Fault, isNetworkFault } from '../../kiosk/faults.ts';
import type { Languages } from '../../kiosk/languages.ts';
import type { Clock } from '../../time.ts';
import type { GlossaryTerm } from '../../turn/glossary.ts';
import type { ModelUsed, Turn } from '../../turn/turn.ts';
import type { Confidentiality } from '../confidentiality.ts';
import {
  type Availability,
  type Interpretation,
  type InterpretationSink,
  type Interpreter,
  type InterpreterWatcher,
  NOTHING_SAID,
} from '../interpreter.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { Service } from '../live/client.ts';
import { Models, report } from '../live/models.ts';
import { realWorld, type World } from '../network/dial.ts';
import { mindingPast, Past, wordsOf } from '../past.ts';
import { hear, type Prompt, translationAlone, type Understanding } from './hearing.ts';
import { hearingInstruction } from './instruction.ts';
import type { LineEvents } from './line.ts';
import type { Handle } from './request.ts';
import { Requests } from './requests.ts';
import { retried } from './retried.ts';
import { Speech, type SpeechSettings, usedOf } from './speech.ts';

export interface CascadeSettings extends SpeechSettings {
  /** Models that hear and translate, in the order in which they are to be used, without the prefix `models/`. */
  readonly hearingModels: readonly string[];
  /** Terms of the house, told with every utterance. See checkGlossary. */
  readonly glossary: readonly GlossaryTerm[];
  /** From the first packet to the open connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** From the open connection until it has taken the utterance, beyond the utterance's own length, in milliseconds. */
  readonly uplinkStallMs: number;
  /** From the end of the utterance on the wire to its translation in words, in milliseconds. */
  readonly hearingTimeoutMs: number;
  /** An utterance is not tried again when it ended so long ago, in milliseconds. */
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
  readonly #clock: Clock;
  readonly #confidentiality: Confidentiality;
  readonly #requests: Requests;
  readonly #hearing: Models;
  readonly #speech: Speech;
  readonly #catalogue: Catalogue | undefined;
  #watcher: InterpreterWatcher | undefined;
  /** The question whether the service can be had, while it is asked. */
  #asking: AbortController | undefined;
  readonly #past = new Past();

  /**
   * @param service asked for every request, so that a key may appear or change while the kiosk runs
   * @param catalogue the models that the service offers; without it, only refusals show what is missing
   * @throws nothing; what is wrong is told when a request is made
   */
  constructor(
    service: () => Promise<Service>,
    settings: CascadeSettings,
    world: World = realWorld(),
    catalogue?: Catalogue,
  ) {
    const { connectTimeoutMs, hearingTimeoutMs: describeTimeoutMs } = settings;
    this.#settings = settings;
    this.#clock = world.clock;
    this.#confidentiality = world.confidentiality;
    this.#requests = new Requests(service, { connectTimeoutMs, describeTimeoutMs }, world, () =>
      this.#report(),
    );
    const purpose = { engine: 'cascade', method: 'generateContent' } as const;
    this.#hearing = new Models(settings.hearingModels, { ...purpose, setting: 'cascade.hearing_models' });
    this.#speech = new Speech('cascade', this.#requests, settings, world);
    this.#catalogue = catalogue;
    catalogue?.follow((listing, before, apiKey) => {
      for (const models of [this.#hearing, this.#speech.models]) {
        models.useKey(apiKey);
        models.listed(listing, before);
      }
      this.#report();
      const missing = this.#hearing.missing ?? this.#speech.models.missing;
      if (missing !== undefined) this.#tell({ is: 'unreachable', fault: missing });
    });
  }

  watch(watcher: InterpreterWatcher): void {
    this.#watcher = watcher;
  }

  /** Asks for the descriptions of the models: it is not billed, and its connection is kept for the turn. */
  prepare(_languages: Languages): void {
    this.#look();
    if (this.#asking !== undefined || this.#requests.fresh) return;
    const asking = new AbortController();
    this.#asking = asking;
    this.#tell({ is: 'connecting' });
    void this.#ask(asking.signal).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
  }

  async #ask(signal: AbortSignal): Promise<void> {
    try {
      await this.#requests.describe(this.#hearing, signal);
      await this.#requests.describe(this.#speech.models, signal);
      this.#tell({ is: 'ready' });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Fault)) throw error; // a bug
      this.#tell({ is: 'unreachable', fault: error });
    }
  }

  /** Whether the service could be had, asked in a way that is not billed; a late answer is proof enough. */
  async check(): Promise<void> {
    this.#look();
    if (this.#requests.fresh) return;
    try {
      await this.#requests.check(this.#hearing);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // What else is refused here may be granted to a request all the same.
      if (isNetworkFault(error.code)) this.#tell({ is: 'unreachable', fault: error });
    }
  }

  forget(turnGoesOn = false): void {
    this.#past.forget();
    if (!turnGoesOn) this.#confidentiality.conversationEnded();
  }

  async stop(): Promise<void> {
    this.#past.forget();
    this.#asking?.abort(new Error('stopped'));
    this.#catalogue?.stop();
    this.#requests.renew();
  }

  async interpret(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    this.prepare(languages); // the connection opens behind the utterance
    await turn.reaches(Number.POSITIVE_INFINITY, signal);
    if (turn.frames.length === 0) return NOTHING_SAID;
    try {
      const interpretation = await this.#translate(turn, languages, sink, signal);
      this.#tell({ is: 'ready' });
      return interpretation;
    } catch (error) {
      if (error instanceof Fault && concernsNextTurn(error.code))
        this.#tell({ is: 'unreachable', fault: error });
      throw error;
    }
  }

  async #translate(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    let roundTripMs = 0;
    const connected = (ms: number) => {
      roundTripMs = ms;
      turn.mark('connected', this.#clock.now());
    };
    const clock = this.#clock;
    const untilMs = (turn.marks.gated ?? clock.now()) + this.#settings.deliverWithinMs;
    const again = (fault: Fault) => {
      this.#requests.renew();
      turn.unanswered();
      sink.restarted(fault);
    };
    const { guest } = this.#past;
    const sentBefore = turn.meter.sentWhole; // by an engine that could not do it
    const past = this.#past.conversation(translationAlone);
    const instruction = mindingPast(hearingInstruction(languages, this.#settings.glossary), past);
    const { heard, said, trusted } = await retried(
      () => this.#hear(turn, { instruction, past }, languages, connected, signal),
      { clock, untilMs, affordable: () => turn.meter.sentWhole < sentBefore + MAX_SENT_WHOLE, again },
      signal,
    );
    const heardMs = clock.now();
    const tellWords = () => {
      if (heard !== undefined) turn.mark('heard', heardMs);
      if (heard !== undefined) sink.heard(heard);
      if (said !== undefined) sink.said(said);
    };
    tellWords();
    if (said === undefined) return { outcome: 'not understood', heard, said, roundTripMs };
    // They still hold when the speech is tried again: only the sound is void.
    await this.#speech.speak(turn, said.text, sink, untilMs, { connected, again: tellWords }, signal);
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
    let watch: Handle['watch'] = () => {};
    let use: ModelUsed | undefined;
    const events: LineEvents = {
      connected: (roundTripMs) => {
        connected(roundTripMs);
        turn.mark('firstSent', this.#clock.now());
        turn.meter.attempts += 1;
        // A network that takes sound more slowly than it is spoken is too slow.
        const ms = uplinkStallMs + turn.seconds * 1000;
        watch(ms, () => new Fault('network-slow', `the utterance was not taken within ${ms.toFixed(0)} ms`));
      },
      sent: () => {
        turn.mark('sent', this.#clock.now());
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
      this.#confidentiality.speechSent();
      watch = handle.watch;
      use = usedOf('cascade', model, prompt.instruction + wordsOf(prompt.past));
      return hear(handle, model, prompt, turn, languages, use);
    });
  }

  #report(): void {
    report([this.#hearing, this.#speech.models], this.#watcher);
  }

  #look(): void {
    this.#catalogue?.look(this.#hearing.notes.length + this.#speech.models.notes.length > 0);
  }

  #tell(availability: Availability): void {
    // That the service has answered lately is no answer to whether it can be had again.
    if (availability.is === 'unreachable') this.#requests.renew();
    this.#watcher?.availability(availability);
  }
}
