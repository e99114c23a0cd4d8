import type { Engine, Service } from './engines.ts';
import { type FaultCode, mayPassSoon } from './faults.ts';
import type { Languages, Side, Speakers } from './languages.ts';
import {
  type EngineSetting,
  inOrder,
  type Money,
  networkFault,
  type Route,
  type RouteSettings,
  route,
} from './route.ts';

/** What the kiosk knows: one value, changed by `transition` only. All times are milliseconds on the monotonic clock. */

/** The result of an utterance. `too quiet`: there was a sound, but too soft to distinguish it from the room. */
export type Answered = 'translated' | 'nothing said' | 'too quiet' | 'not understood';

/** The outcome of a turn: exactly one of these. */
export type Outcome = Answered | 'cancelled' | 'failed';

/** A talk button. A desk has either `talk`, where the language shows who speaks, or one for each side. */
export type TalkButton = 'talk' | 'talk-host' | 'talk-guest';

/** How an utterance begins and ends: by holding the button; by a press and the gate; or hands-free, by the gate alone. */
export type TalkMode = 'hold' | 'tap' | 'open';

/** A turn in progress. */
export interface RunningTurn {
  readonly number: number;
  /** The engine that interprets it, and those that have failed. */
  readonly engine: Engine;
  readonly failed: readonly Engine[];
  /** Between which languages it is interpreted. */
  readonly languages: Languages;
  /** Since when that engine can't be reached, if it can't. */
  readonly stuckSinceMs: number | undefined;
  /** The side whose button was pressed; undefined with a single button. */
  readonly byButton: Side | undefined;
  /** The side that speaks, by the button or by what was heard; undefined until it is known. */
  readonly speaker: Side | undefined;
  /** The speakers before this turn: a later transcription may replace an earlier one. */
  readonly before: Speakers;
}

/** What the desk is doing. */
export type Activity =
  | { readonly doing: 'nothing' }
  | {
      readonly doing: 'listening';
      readonly turn: RunningTurn;
      readonly button: TalkButton | undefined;
      readonly sinceMs: number;
      /** Whether the gate, rather than the button, ends the utterance. */
      readonly gated: boolean;
      /** Somebody is speaking, where the gate reports it. */
      readonly speech: boolean;
    }
  | {
      readonly doing: 'awaiting translation';
      readonly turn: RunningTurn;
      readonly releasedMs: number;
      /** What people have heard meanwhile: the cue for work in progress, or a request for patience. */
      readonly announced: 'nothing' | 'working' | 'one moment';
      /** The fault because of which the utterance is being tried again. */
      readonly delayedBy: FaultCode | undefined;
      /** The translation has begun to come, though nobody hears it yet. */
      readonly answerBegan: boolean;
    }
  /** The speaker is asked whether this was meant; a press of a talk button says yes. */
  | {
      readonly doing: 'asking';
      readonly turn: RunningTurn;
      readonly releasedMs: number;
      readonly untilMs: number;
    }
  | {
      readonly doing: 'speaking';
      readonly turn: RunningTurn;
      readonly releasedMs: number;
      /** The outcome of the turn once it has been heard; undefined while more may come. */
      readonly answer: 'translated' | 'not understood' | undefined;
      /** The loudspeaker has played all it was given. */
      readonly drained: boolean;
    }
  /** The last translation is played once more; no turn. */
  | { readonly doing: 'repeating' };

export type Device = 'microphone' | 'loudspeaker' | 'panel';

/** The mute switch. `unread`: its position is not known yet, and the microphone stays off. */
export type Mute = 'off' | 'on' | 'unread';

/** A device works, or does not for this reason. */
export type DeviceState = 'starting' | 'working' | FaultCode;

export function isFault(state: DeviceState): state is FaultCode {
  return state !== 'starting' && state !== 'working';
}

export interface Settings {
  /** The host's languages, at least one; the first until another is heard. */
  readonly hosts: readonly string[];
  /** The guest's language until one is heard. */
  readonly guestDefault: string;
  /** Languages of guests, in the order in which the language button goes through them. */
  readonly guestChoices: readonly string[];
  readonly route: RouteSettings;
  readonly talkMode: TalkMode;
  /** Each side has a talk button of its own: the press shows who speaks. */
  readonly speakerByButton: boolean;
  readonly holdLimitMs: number;
  /** `open`: a conversation ends when nobody has spoken for this long. `tap`: so does the listening. */
  readonly silenceMs: number;
  /** After waiting for this long, people hear a cue. */
  readonly reassureAfterMs: number;
  /** A translation must begin this long after the release, or the turn fails. */
  readonly deliverWithinMs: number;
  /** After this long without a turn the guest has probably left. */
  readonly guestIdleMs: number;
  /** How long the outcome of a turn is shown. */
  readonly outcomeShownMs: number;
  readonly volumePercent: number;
  /** A cue answers each press. It covers the first words of a speaker who does not wait for it. */
  readonly listenCue: boolean;
  /** The panel has a mute switch. */
  readonly muteSwitch: boolean;
  /** The microphone is open only during a turn: only a press shows whether it works. */
  readonly opensMicrophone: boolean;
  /** How often an idle desk checks that its engines can be reached, in milliseconds; 0 for never. */
  readonly checkEveryMs: number;
}

/** When an engine is tried again. */
export interface Retry {
  /** Failures in a row, counted until a turn is answered: that a connection opens proves little. */
  readonly failures: number;
  /** Why the engine can't be reached, and since when; undefined while it can. */
  readonly away: { readonly fault: FaultCode; readonly sinceMs: number } | undefined;
  readonly atMs: number | undefined;
}

export interface KioskState {
  readonly settings: Settings;
  /** The latest time of any event; it never goes back. */
  readonly nowMs: number;
  readonly activity: Activity;
  /** Turns begun so far; the number of the latest. */
  readonly turns: number;
  readonly last:
    | { readonly outcome: Outcome; readonly fault: FaultCode | undefined; readonly atMs: number }
    | undefined;
  /** The state of each engine. */
  readonly services: Readonly<Partial<Record<Engine, Service>>>;
  readonly retries: Readonly<Partial<Record<Engine, Retry>>>;
  /** When it was last checked that the engines can be reached. */
  readonly checkedMs: number;
  /** The latest reason for which an attempt at a turn was repeated. */
  readonly delay: { readonly turn: number; readonly fault: FaultCode } | undefined;
  readonly money: Money;
  readonly devices: Readonly<Record<Device, DeviceState>>;
  /** Trouble that does not prevent turns, in the order of the fault table: for the operator. */
  readonly conditions: readonly FaultCode[];
  readonly mute: Mute;
  /** Talk buttons that are down, and since when. */
  readonly held: Readonly<Partial<Record<TalkButton, number>>>;
  /** Since when the language button is down. */
  readonly languageHeldMs: number | undefined;
  readonly speakers: Speakers;
  /** The engine that has served this guest. */
  readonly serving: Engine | undefined;
  /** Hands-free, a conversation is open; since when nobody has spoken in it. */
  readonly conversation: { readonly quietSinceMs: number } | undefined;
  /** When the guest was last heard of. */
  readonly guestSeenMs: number;
  /** There is a last translation to repeat. */
  readonly repeatable: boolean;
  /** When it was last heard: it is kept for a while only. */
  readonly repeatableSinceMs: number;
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
    services: {},
    retries: {},
    checkedMs: nowMs,
    delay: undefined,
    money: { is: 'within' },
    devices: { microphone: 'starting', loudspeaker: 'starting', panel: 'starting' },
    conditions: [],
    mute: settings.muteSwitch ? 'unread' : 'off',
    held: {},
    languageHeldMs: undefined,
    speakers: strangers(settings),
    serving: undefined,
    conversation: undefined,
    guestSeenMs: nowMs,
    repeatable: false,
    repeatableSinceMs: nowMs,
    volumePercent: settings.volumePercent,
    quiet: false,
    stopping: false,
  };
}

/** The speakers before anybody has been heard. */
export function strangers({ hosts }: Settings): Speakers {
  return { host: hosts[0] ?? 'en', guest: undefined, rival: undefined };
}

/** Whether nothing may be recorded. */
export function microphoneOff({ mute }: KioskState): boolean {
  return mute !== 'off';
}

/** The turn in progress. */
export function runningTurn({ activity }: KioskState): RunningTurn | undefined {
  return 'turn' in activity ? activity.turn : undefined;
}

/** The state of the service, derived from the engines that need the network, or from all if none does. */
export function serviceOf(state: KioskState): Service {
  const fit = fitEngines(state);
  const online = fit.filter(({ abilities }) => abilities.online);
  const states = (online.length > 0 ? online : fit).map((one) => effectively(state, one));
  return (
    states.find(({ is }) => is === 'ready') ??
    states.find(({ is }) => is === 'connecting') ??
    states.find(({ is }) => is === 'unknown') ??
    states[0] ??
    UNKNOWN
  );
}

/** The engines that could serve the next turn if they can be reached, the preferred first; all, if none could. */
function fitEngines(state: KioskState): readonly EngineSetting[] {
  const { passedOver } = routeAhead(state);
  const unfit = passedOver.filter(({ because }) => because !== 'unreachable').map(({ engine }) => engine);
  const all = inOrder(state.settings.route, state.money);
  const fit = all.filter(({ engine }) => !unfit.includes(engine));
  return fit.length > 0 ? fit : all;
}

/** The state of an engine for the route: without a network, no engine that needs it can be reached. */
function effectively({ services }: KioskState, { engine, abilities }: EngineSetting): Service {
  const own = services[engine] ?? UNKNOWN;
  const away = abilities.online && own.is !== 'unreachable' ? networkFault(services) : undefined;
  return away === undefined ? own : { is: 'unreachable', fault: away };
}

const UNKNOWN: Service = { is: 'unknown' };

/** Between which languages a turn is interpreted now. @param speaker by the button, where there are two */
export function languagesFor({ settings, speakers }: KioskState, speaker: Side | undefined): Languages {
  const alsoHost = settings.hosts.filter((code) => code !== speakers.host);
  return {
    host: speakers.host,
    guest: speakers.guest?.code ?? settings.guestDefault,
    ...(alsoHost.length === 0 ? {} : { alsoHost }),
    ...(speakers.guest?.by === 'pinned' ? {} : { anyGuest: true }),
    ...(speaker === undefined ? {} : { speaker }),
  };
}

/** A short break of the network is usually shorter than this, in milliseconds. */
export const SHORT_BREAK_MS = 30_000;

/** Which engine interprets a turn that begins now. */
export function routeOf(state: KioskState, speaker: Side | undefined, failed: readonly Engine[] = []): Route {
  const { settings, services, retries, money, serving, nowMs } = state;
  const languages = languagesFor(state, speaker);
  // A turn that has failed with one engine does not wait for another one to come back.
  const isBrief = ({ engine }: EngineSetting) => {
    const service = services[engine];
    if (service?.is !== 'unreachable' || failed.length > 0) return false;
    return mayPassSoon(service.fault) && nowMs - (retries[engine]?.away?.sinceMs ?? nowMs) < SHORT_BREAK_MS;
  };
  const briefly = settings.route.engines.filter(isBrief).map(({ engine }) => engine);
  return route(settings.route, { services, languages, money, serving, failed, briefly });
}

/** Which engine the next turn goes to, as far as anybody knows. */
export function routeAhead(state: KioskState): Route {
  const { settings, conversation } = state;
  // Any side will do: the question is only whether it is known. In a conversation nobody presses again.
  const known = settings.speakerByButton && conversation === undefined;
  return routeOf(state, known ? 'host' : undefined);
}

/** The gate listens, and nobody has spoken yet. */
export function waitsForSpeech({ activity }: KioskState): boolean {
  return activity.doing === 'listening' && activity.gated && !activity.speech;
}

/** The faults of engines that are preferred to the one in use. */
function missedEngines(state: KioskState): FaultCode[] {
  const used = routeAhead(state).engine;
  const faults: FaultCode[] = [];
  for (const one of fitEngines(state)) {
    const service = effectively(state, one);
    if (service.is === 'unreachable') faults.push(service.fault);
    else if (one.engine === used) break;
  }
  return faults;
}

/**
 * Whether nobody is being served: the desk is idle, and the last guest has left or has been silent for as long. The
 * device may then be restarted unnoticed.
 */
export function isVacant(
  { activity, conversation, turns, guestSeenMs, settings }: KioskState,
  nowMs: number,
): boolean {
  if (activity.doing !== 'nothing' || conversation !== undefined) return false;
  return turns === 0 || nowMs >= guestSeenMs + settings.guestIdleMs;
}

/** The present faults, most urgent first. Derived, so that nothing can contradict it. */
export function faultsOf(state: KioskState): FaultCode[] {
  const { activity, conditions, devices, money, held, mute, settings, nowMs } = state;
  const faults: FaultCode[] = [];
  const stuck = Object.values(held).some((since) => nowMs - since >= settings.holdLimitMs);
  if (stuck || conditions.includes('button-stuck')) faults.push('button-stuck');
  for (const device of ['microphone', 'loudspeaker', 'panel'] as const) {
    const is = devices[device];
    if (device === 'microphone' && microphoneOff(state)) continue; // nobody knows
    if (isFault(is)) faults.push(is);
  }
  if (mute === 'on') faults.push('muted');
  const stops = settings.route.whenSpent === 'stop' || settings.route.whenSpent === 'phrasebook';
  if (money.is === 'spent' && stops) faults.push('budget-spent');
  const { engine, passedOver } = routeAhead(state);
  if (engine === undefined && passedOver.every(({ because }) => because !== 'budget'))
    faults.push('no-engine');
  faults.push(...missedEngines(state));
  if (activity.doing === 'awaiting translation' && activity.delayedBy !== undefined) {
    faults.push(activity.delayedBy);
  }
  faults.push(...conditions);
  return [...new Set(faults)];
}
