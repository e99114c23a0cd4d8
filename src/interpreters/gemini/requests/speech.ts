import type { Engine } from '../../../kiosk/engines.ts';
import type { Fault } from '../../../kiosk/faults.ts';
import { textTokens } from '../../../turn/tokens.ts';
import type { ModelUsed, Turn } from '../../../turn/turn.ts';
import { type InterpretationSink, TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import { Access } from '../access.ts';
import type { CurrentService } from '../client.ts';
import { Models, usedOf } from '../models.ts';
import { retry } from '../retry.ts';
import type { World } from '../world.ts';
import { type RequestLimits, Requests } from './requests.ts';
import { type SpeakingSettings, speak } from './speaking.ts';

/** Speech is billed, and requested at most this often. */
const MAX_SPOKEN = 2;

export interface SpeechSettings extends SpeakingSettings {
  /** Models that speak, in order of preference, without the prefix `models/`. */
  readonly speechModels: readonly string[];
}

export interface SpeechEvents {
  /** @param roundTripMs of the connection's TCP handshake, in milliseconds */
  connected(roundTripMs: number): void;
  /** It failed and is tried again: the sound so far is void. */
  again(fault: Fault): void;
}

/** Requests speech for a text: the second step of the cascade, and for sessions that answered in words without sound. */
export class Speech {
  readonly #engine: Engine;
  readonly #requests: Requests;
  readonly #models: Models;
  readonly #settings: SpeechSettings;

  /** @param engine for which it speaks @param models see `speechModels` */
  constructor(engine: Engine, requests: Requests, models: Models, settings: SpeechSettings) {
    this.#engine = engine;
    this.#requests = requests;
    this.#models = models;
    this.#settings = settings;
  }

  /** Speech on separate connections. It reports no missing models: the cascade does. */
  static alone(
    engine: Engine,
    service: CurrentService,
    settings: SpeechSettings & RequestLimits,
    world: World,
  ): Speech {
    const models = speechModels(engine, settings);
    const requests = new Requests(new Access(service, [models], world), settings);
    return new Speech(engine, requests, models, settings);
  }

  /** Closes idle connections. */
  stop(): void {
    this.#requests.renew();
  }

  /**
   * @param untilMs from then on, on the clock, it is not tried again
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
    const { clock, confidentiality } = this.#requests.world;
    let spoken = 0;
    /** The last answer had no sound. */
    let silent = false;
    const worthwhile = () => spoken < MAX_SPOKEN && clock.now() < untilMs;
    const again = (fault: Fault) => {
      silent = fault.code === 'silent-answer';
      this.#requests.renew();
      turn.unanswered();
      sink.restarted(fault);
      events.again(fault);
    };
    const attempt = () => {
      let use: ModelUsed;
      const sent = () => {
        spoken += 1;
        turn.meter.uses.push(use);
      };
      const play = (samples: Int16Array) => {
        const seconds = samples.length / TRANSLATION_RATE_HZ;
        turn.mark('firstAudio', clock.now());
        turn.meter.receivedSeconds += seconds;
        use.receivedSeconds += seconds;
        sink.audio(samples);
        turn.mark('playable', clock.now());
      };
      const { connected } = events;
      return this.#requests.make(this.#models, { connected, sent }, signal, (handle, model) => {
        confidentiality.speechSent();
        use = usedOf(this.#engine, model, textTokens(text));
        return speak(handle, model, text, silent, this.#settings, use, play);
      });
    };
    await retry(attempt, { clock, worthwhile, again }, signal);
    turn.mark('answered', clock.now());
  }
}

/** The models that speak for an engine. */
export function speechModels(engine: Engine, { speechModels: all }: SpeechSettings): Models {
  return new Models(all, { engine, setting: 'cascade.speech_models', method: 'generateContent' });
}
