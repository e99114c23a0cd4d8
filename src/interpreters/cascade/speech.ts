import type { Engine } from '../../kiosk/engines.ts';
import type { Fault } from '../../kiosk/faults.ts';
import { textTokens } from '../../turn/tokens.ts';
import type { ModelUsed, Turn } from '../../turn/turn.ts';
import { type InterpretationSink, TRANSLATION_RATE_HZ } from '../interpreter.ts';
import type { Service } from '../live/client.ts';
import { Models } from '../live/models.ts';
import type { World } from '../network/dial.ts';
import type { LineEvents } from './line.ts';
import { type RequestLimits, Requests } from './requests.ts';
import { retried } from './retried.ts';
import { type SpeakingSettings, speak } from './speaking.ts';

/** Speech is paid for, and asked for so often at most. */
const MAX_SPOKEN = 2;

export interface SpeechSettings extends SpeakingSettings {
  /** Models that speak, in the order in which they are to be used, without the prefix `models/`. */
  readonly speechModels: readonly string[];
}

export interface SpeechEvents {
  /** @param roundTripMs of the connection's TCP handshake, in milliseconds */
  connected(roundTripMs: number): void;
  /** It failed and is tried again: all that was heard of it is void. */
  again(fault: Fault): void;
}

/** Has texts spoken: the second request of the cascade, which stands in where a session has words and no sound. */
export class Speech {
  readonly models: Models;
  readonly #engine: Engine;
  readonly #requests: Requests;
  readonly #settings: SpeechSettings;
  readonly #world: World;

  /** @param engine for which it speaks */
  constructor(engine: Engine, requests: Requests, settings: SpeechSettings, world: World) {
    this.#engine = engine;
    this.#requests = requests;
    this.#settings = settings;
    this.#world = world;
    this.models = new Models(settings.speechModels, {
      engine,
      setting: 'cascade.speech_models',
      method: 'generateContent',
    });
  }

  /**
   * One with connections of its own.
   * @param engine for which it speaks
   * @param service asked for every request
   */
  static alone(
    engine: Engine,
    service: () => Promise<Service>,
    settings: SpeechSettings & RequestLimits,
    world: World,
  ): Speech {
    // The cascade itself reports a missing model.
    return new Speech(engine, new Requests(service, settings, world, () => {}), settings, world);
  }

  /** Ends the connections that wait. */
  stop(): void {
    this.#requests.renew();
  }

  /**
   * @param untilMs nothing is begun again from then on, on the clock
   * @throws Fault when the speech is incomplete or fails; the signal's reason when that is aborted
   */
  async speak(
    turn: Turn,
    text: string,
    sink: InterpretationSink,
    untilMs: number,
    events: SpeechEvents,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#world;
    let spoken = 0;
    let silent = false;
    const sent = () => {
      spoken += 1;
    };
    const again = (fault: Fault) => {
      silent = fault.code === 'silent-answer';
      this.#requests.renew();
      turn.unanswered();
      sink.restarted(fault);
      events.again(fault);
    };
    await retried(
      () => this.#request(turn, text, silent, sink, { connected: events.connected, sent }, signal),
      { clock, untilMs, affordable: () => spoken < MAX_SPOKEN, again },
      signal,
    );
    turn.mark('answered', clock.now());
  }

  /** @param otherwise it was not spoken as it stands */
  #request(
    turn: Turn,
    text: string,
    otherwise: boolean,
    sink: InterpretationSink,
    { connected, sent }: LineEvents,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, confidentiality } = this.#world;
    let use: ModelUsed | undefined;
    const events: LineEvents = {
      connected,
      sent: () => {
        sent();
        if (use !== undefined) turn.meter.uses.push(use);
      },
    };
    return this.#requests.make(this.models, events, signal, (handle, model) => {
      confidentiality.speechSent();
      const used = usedOf(this.#engine, model, text);
      use = used;
      return speak(handle, model, text, otherwise, this.#settings, used, (samples) => {
        const seconds = samples.length / TRANSLATION_RATE_HZ;
        turn.mark('firstAudio', clock.now());
        turn.meter.receivedSeconds += seconds;
        used.receivedSeconds += seconds;
        sink.audio(samples);
        turn.mark('playable', clock.now());
      });
    });
  }
}

/** A request with a text, of which nothing has been sent. */
export function usedOf(engine: Engine, model: string, text: string): ModelUsed {
  return {
    engine,
    model,
    sentSeconds: 0,
    receivedSeconds: 0,
    earlierSeconds: 0,
    textInTokens: textTokens(text),
  };
}
