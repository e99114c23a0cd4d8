import type { FaultCode } from './faults.ts';

/** What the kiosk knows: one value, changed by `transition` only. All times are milliseconds on the monotonic clock. */

/** What became of a turn: exactly one of these. */
export type Outcome = 'translated' | 'nothing said' | 'not understood' | 'cancelled' | 'failed';

/** A talk button. `talk` is the only one where there is one: who speaks is told by the language. */
export type TalkButton = 'talk' | 'talk-host' | 'talk-guest';

/** What the turn is doing. */
export type Activity =
  | { readonly doing: 'nothing' }
  | {
      readonly doing: 'listening';
      readonly turn: number;
      readonly button: TalkButton;
      readonly sinceMs: number;
    }
  | {
      readonly doing: 'awaiting translation';
      readonly turn: number;
      readonly releasedMs: number;
      /** What people have been told meanwhile: that work is going on, or that it takes a moment longer. */
      readonly told: 'nothing' | 'working' | 'one moment';
      /** What keeps it: the utterance is being tried again because of it. */
      readonly delayedBy: FaultCode | undefined;
    }
  | {
      readonly doing: 'speaking';
      readonly turn: number;
      readonly releasedMs: number;
      /** What will have become of the turn when it has been heard; undefined while more may come. */
      readonly answer: 'translated' | 'not understood' | undefined;
      /** The loudspeaker has played all it was given. */
      readonly drained: boolean;
    }
  /** The last translation is played once more; no turn. */
  | { readonly doing: 'repeating' };

/** How the service is, as far as anybody knows. */
export type Service =
  | { readonly is: 'unknown' }
  | { readonly is: 'connecting' }
  | { readonly is: 'ready' }
  | { readonly is: 'unreachable'; readonly fault: FaultCode };

export type Device = 'microphone' | 'loudspeaker' | 'panel';

/** A device works, or does not for this reason. */
export type DeviceState = 'starting' | 'working' | FaultCode;

export interface GuestLanguage {
  readonly code: string;
  /** By whom: the guest's own words, or somebody's choice that words don't change. */
  readonly by: 'detected' | 'pinned';
}

export interface Settings {
  readonly host: string;
  /** The guest's language while nobody has heard it. */
  readonly guestDefault: string;
  /** Languages of guests, in the order in which the language button goes through them. */
  readonly guestChoices: readonly string[];
  readonly holdLimitMs: number;
  /** Waiting for longer than this is told by a cue. */
  readonly reassureAfterMs: number;
  /** An utterance that has not begun to be heard so long after its release is not delivered any more. */
  readonly deliverWithinMs: number;
  /** After this without a turn the guest is taken to have left. */
  readonly guestIdleMs: number;
  /** How long what became of a turn is shown. */
  readonly outcomeShownMs: number;
  readonly volumePercent: number;
  /** A press is answered by a cue, which costs the first words of who does not wait for it. */
  readonly listenCue: boolean;
}

export interface KioskState {
  readonly settings: Settings;
  /** The latest time that any event has told; never goes back. */
  readonly nowMs: number;
  readonly activity: Activity;
  /** Turns begun so far; the number of the latest. */
  readonly turns: number;
  readonly last:
    | { readonly outcome: Outcome; readonly fault: FaultCode | undefined; readonly atMs: number }
    | undefined;
  readonly service: Service;
  readonly devices: Readonly<Record<Device, DeviceState>>;
  /** What is wrong without keeping turns from being interpreted: for who looks after the device. */
  readonly conditions: readonly FaultCode[];
  readonly muted: boolean;
  /** Talk buttons that are down, and since when. */
  readonly held: Readonly<Partial<Record<TalkButton, number>>>;
  readonly guest: GuestLanguage | undefined;
  /** When the guest was last heard of. */
  readonly guestSeenMs: number;
  /** There is a last translation to repeat. */
  readonly repeatable: boolean;
  readonly volumePercent: number;
  readonly quiet: boolean;
  readonly stopping: boolean;
}

export function initialState(settings: Settings, nowMs: number): KioskState {
  return {
    settings,
    nowMs,
    activity: { doing: 'nothing' },
    turns: 0,
    last: undefined,
    service: { is: 'unknown' },
    devices: { microphone: 'starting', loudspeaker: 'starting', panel: 'starting' },
    conditions: [],
    muted: false,
    held: {},
    guest: undefined,
    guestSeenMs: nowMs,
    repeatable: false,
    volumePercent: settings.volumePercent,
    quiet: false,
    stopping: false,
  };
}

/** The turn that is going on, by its number. */
export function currentTurn(state: KioskState): number | undefined {
  return 'turn' in state.activity ? state.activity.turn : undefined;
}

/** What is wrong now, most urgent first. Derived, so that nothing else can disagree with it. */
export function faultsOf(state: KioskState): FaultCode[] {
  const { activity, conditions, devices, service, held, muted, settings, nowMs } = state;
  const faults: FaultCode[] = [];
  const stuck = Object.values(held).some((since) => nowMs - since >= settings.holdLimitMs);
  if (stuck) faults.push('button-stuck');
  for (const device of ['microphone', 'loudspeaker', 'panel'] as const) {
    const is = devices[device];
    if (is !== 'starting' && is !== 'working') faults.push(is);
  }
  if (muted) faults.push('muted');
  if (service.is === 'unreachable') faults.push(service.fault);
  if (activity.doing === 'awaiting translation' && activity.delayedBy !== undefined) {
    faults.push(activity.delayedBy);
  }
  faults.push(...conditions);
  return [...new Set(faults)];
}
