import type { Engine, Service } from './engines.ts';
import type { FaultCode } from './faults.ts';
import type { Heard, Languages } from './languages.ts';
import type { Money } from './route.ts';
import type { Cue, Prompt } from './shown/sounds.ts';
import type { Answered, Device, DeviceState, Outcome, TalkButton } from './state.ts';

/** What happens to the kiosk. Each event carries its time, and the number of its turn. */
export type KioskEvent = { readonly atMs: number } & (
  | { readonly event: 'talk pressed'; readonly button: TalkButton }
  | { readonly event: 'talk released'; readonly button: TalkButton }
  | { readonly event: 'repeat pressed' }
  | { readonly event: 'volume pressed'; readonly step: 1 | -1 }
  | { readonly event: 'language pressed' }
  | { readonly event: 'language released' }
  /** Somebody chose the guest's language; undefined: detect it again. */
  | { readonly event: 'language chosen'; readonly language: string | undefined }
  /** A command reports that the guest has left. The button: 'language released', after a long press. */
  | { readonly event: 'guest left' }
  /** The position of the mute switch. */
  | { readonly event: 'muted'; readonly on: boolean }
  | { readonly event: 'quiet'; readonly on: boolean }
  /** The gate lets somebody's speech through. */
  | { readonly event: 'speech started'; readonly turn: number }
  /** The gate has found the end of the utterance. */
  | { readonly event: 'utterance ended'; readonly turn: number }
  /** The language of the utterance, from its transcription; repeated when more is heard. */
  | ({ readonly event: 'heard'; readonly turn: number } & Heard)
  /** The speaker is asked whether this was meant. */
  | { readonly event: 'asked'; readonly turn: number }
  /** The translation begins to come: its first sound is on the way to the loudspeaker. */
  | { readonly event: 'answer began'; readonly turn: number }
  /** The first translated sound can be heard. */
  | { readonly event: 'playing'; readonly turn: number }
  /** The answer is complete: nothing more will come for the loudspeaker. */
  | {
      readonly event: 'answered';
      readonly turn: number;
      readonly outcome: Answered;
      /** The answer has sound. */
      readonly spoken: boolean;
    }
  /** An attempt failed and is repeated; the answer so far is void. */
  | {
      readonly event: 'turn delayed';
      readonly turn: number;
      readonly fault: FaultCode;
      /** What happened, for the log. */
      readonly detail?: string;
    }
  | { readonly event: 'turn failed'; readonly turn: number; readonly fault: FaultCode }
  /** The loudspeaker has played everything: the translation of a turn, or, without a turn, something else. */
  | { readonly event: 'drained'; readonly turn: number | undefined }
  | {
      readonly event: 'service';
      readonly engine: Engine;
      readonly service: Service;
      /** For the log, where it can't be reached. */
      readonly detail?: string;
      /** A random number, 0 to 1, that spreads retries; 1 if left out. */
      readonly random?: number;
    }
  /** The network of the machine has changed, or its clock was set: what failed may work now. */
  | { readonly event: 'network changed' }
  | { readonly event: 'clock set'; readonly byMs: number }
  /** @param figures of the budget, for the log */
  | { readonly event: 'money'; readonly money: Money; readonly figures?: object }
  | {
      readonly event: 'device';
      readonly device: Device;
      readonly is: DeviceState;
      /** For the log. */
      readonly detail?: string | undefined;
    }
  /** Lasting trouble that does not prevent turns begins or has ended. */
  | {
      readonly event: 'condition';
      readonly fault: FaultCode;
      readonly on: boolean;
      /** For the log. */
      readonly detail?: string;
    }
  /** Time has passed, to the deadline that `nextDeadlineMs` named. */
  | { readonly event: 'tick' }
  | { readonly event: 'start' }
  | { readonly event: 'stop' }
);

export type EventOf<E extends KioskEvent['event']> = Extract<KioskEvent, { event: E }>;

/** What an engine is asked to do with a turn. */
export interface Assignment {
  readonly engine: Engine;
  readonly languages: Languages;
  /** Why this engine, in words. */
  readonly route: string;
}

/** What the kiosk wants done. Each effect goes to one port. */
export type Effect =
  | ({
      readonly effect: 'begin turn';
      readonly turn: number;
      readonly pressedAtMs: number;
      /** The gate ends the utterance. */
      readonly gated: boolean;
      /** Hands-free: sound since the last utterance belongs to this one. */
      readonly continues: boolean;
    } & Assignment)
  /** Its sound goes to another engine. */
  | ({ readonly effect: 'move turn'; readonly turn: number } & Assignment)
  /** A conversation begins or ends: hands-free, sound is kept between its turns. */
  | { readonly effect: 'conversation'; readonly open: boolean }
  /** The speaker's answer to a question. */
  | { readonly effect: 'answer question'; readonly turn: number; readonly agreed: boolean }
  | { readonly effect: 'end utterance'; readonly turn: number; readonly releasedAtMs: number }
  /** Drops its connection, its sound and its answer. */
  | { readonly effect: 'drop turn'; readonly turn: number }
  | {
      readonly effect: 'report turn';
      readonly turn: number;
      readonly outcome: Outcome;
      readonly fault: FaultCode | undefined;
    }
  | { readonly effect: 'silence' }
  | { readonly effect: 'cue'; readonly cue: Cue }
  /** The prompt in each of these languages, one after the other. */
  | { readonly effect: 'prompt'; readonly prompt: Prompt; readonly languages: readonly string[] }
  | { readonly effect: 'repeat' }
  /** Prepares an engine for a turn, or finds out why that is not possible. */
  | { readonly effect: 'prepare engine'; readonly engine: Engine; readonly languages: Languages }
  /** Finds out, at no cost, whether an engine can be reached. */
  | { readonly effect: 'check engine'; readonly engine: Engine }
  | { readonly effect: 'set volume'; readonly percent: number }
  /** Off: nothing is recorded, and nothing that was recorded is kept. */
  | { readonly effect: 'microphone'; readonly off: boolean }
  /** The last translation may not be repeated any more. */
  | { readonly effect: 'forget answer' }
  /** Nothing of the guest may be kept. @param but a turn of the next guest, which is kept */
  | { readonly effect: 'forget guest'; readonly but: number | undefined };

export type EffectOf<E extends Effect['effect']> = Extract<Effect, { effect: E }>;
