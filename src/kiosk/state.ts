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

/** What came of an utterance. `too quiet`: something was there, but too soft to be told from the room. */
export type Answered = 'translated' | 'nothing said' | 'too quiet' | 'not understood';

/** What became of a turn: exactly one of these. */
export type Outcome = Answered | 'cancelled' | 'failed';

/** A talk button. `talk` is the only one where there is one: who speaks is told by the language. */
export type TalkButton = 'talk' | 'talk-host' | 'talk-guest';

/** How an utterance begins and ends: by holding the button; by a press and the gate; or hands-free, by the gate alone. */
export type TalkMode = 'hold' | 'tap' | 'open';

/** What holds of a turn from its beginning to its end. */
export interface RunningTurn {
  readonly number: number;
  /** The engine that interprets it, and those that failed to. */
  readonly engine: Engine;
  readonly failed: readonly Engine[];
  /** Between which languages it is interpreted. */
  readonly languages: Languages;
  /** Since when that engine can't be reached, if it can't. */
  readonly stuckSinceMs: number | undefined;
  /** Who speaks: by the button, where there are two. */
  readonly byButton: Side | undefined;
  /** The same as soon as it is known: by the button, or by what was heard. */
  readonly speaker: Side | undefined;
  /** The speakers before this turn: what is heard of the utterance may still change. */
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
      /** What people heard meanwhile: that work is going on, or that it takes a moment longer. */
      readonly told: 'nothing' | 'working' | 'one moment';
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

/** The mute switch. `unread`: there is one, and nobody knows where it is; the microphone stays off until it is read. */
export type Mute = 'off' | 'on' | 'unread';

/** A device works, or does not for this reason. */
export type DeviceState = 'starting' | 'working' | FaultCode;

export interface Settings {
  /** The host's languages, at least one; the first until another is heard. */
  readonly hosts: readonly string[];
  /** The guest's language while nobody has heard it. */
  readonly guestDefault: string;
  /** Languages of guests, in the order in which the language button goes through them. */
  readonly guestChoices: readonly string[];
  readonly route: RouteSettings;
  readonly talkMode: TalkMode;
  /** Each side has a talk button of its own, and there is no other: who speaks is known at the press. */
  readonly speakerByButton: boolean;
  readonly holdLimitMs: number;
  /** Hands-free: a conversation in which nobody has spoken for so long is over. With `tap`: so is the listening. */
  readonly silenceMs: number;
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
  /** The panel has a mute switch. */
  readonly muteSwitch: boolean;
  /** The microphone is open while somebody is listened to only: how it is, a press finds out. */
  readonly opensMicrophone: boolean;
  /** How often an idle desk checks that its engines can be reached, in milliseconds; 0 for never. */
  readonly checkEveryMs: number;
}

/** When an engine is tried again. */
export interface Retry {
  /** Failures in a row, counted until a turn is answered: that a connection opens proves little. */
  readonly failures: number;
  /** The engine's own fault; undefined while it can be reached. */
  readonly away: FaultCode | undefined;
  readonly atMs: number | undefined;
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
  /** How each engine is. */
  readonly services: Readonly<Partial<Record<Engine, Service>>>;
  /** Since when what can't be reached can't be. */
  readonly awaySinceMs: Readonly<Partial<Record<Engine, number>>>;
  readonly retries: Readonly<Partial<Record<Engine, Retry>>>;
  /** When it was last checked that the engines can be reached. */
  readonly checkedMs: number;
  /** The latest reason for which an attempt at a turn was repeated. */
  readonly delay: { readonly turn: number; readonly fault: FaultCode } | undefined;
  readonly money: Money;
  readonly devices: Readonly<Record<Device, DeviceState>>;
  /** What is wrong without keeping turns from being interpreted: for who looks after the device. */
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
  /** Since when nobody hears it: it is kept for a while only. */
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
    awaySinceMs: {},
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

/** Nobody has been heard yet. */
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

/** How the desk is served, derived from how its engines are: those that need the network, if there are any. */
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

/** How an engine is: as the route sees it, without a network nothing is there that needs one. */
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

/** A break of the network that passes by itself is shorter than this, as a rule, in milliseconds. */
export const SHORT_BREAK_MS = 30_000;

/** Which engine interprets a turn that begins now. */
export function routeOf(state: KioskState, speaker: Side | undefined, failed: readonly Engine[] = []): Route {
  const { settings, services, awaySinceMs, money, serving, nowMs } = state;
  const languages = languagesFor(state, speaker);
  // Within a turn that has failed with one engine, nobody waits for another one to come back.
  const isBrief = ({ engine }: EngineSetting) => {
    const service = services[engine];
    if (service?.is !== 'unreachable' || failed.length > 0) return false;
    return mayPassSoon(service.fault) && nowMs - (awaySinceMs[engine] ?? nowMs) < SHORT_BREAK_MS;
  };
  const briefly = settings.route.engines.filter(isBrief).map(({ engine }) => engine);
  return route(settings.route, { services, languages, money, serving, failed, briefly });
}

/** Which engine the next turn goes to, as far as anybody knows. */
export function routeAhead(state: KioskState): Route {
  const { settings, conversation } = state;
  // Which side is all the same: an engine has to know, not to like it. Hands-free nobody presses again.
  const known = settings.speakerByButton && conversation === undefined;
  return routeOf(state, known ? 'host' : undefined);
}

/** Somebody may speak, and the gate has not heard anybody yet. */
export function waitsForSpeech({ activity }: KioskState): boolean {
  return activity.doing === 'listening' && activity.gated && !activity.speech;
}

/** Why those engines are away that would be used in place of the one that is. */
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
 * Whether nobody is being served: nothing goes on, and the last guest has left, or has said nothing for as long. The
 * device may then be restarted unnoticed.
 */
export function isVacant(
  { activity, conversation, turns, guestSeenMs, settings }: KioskState,
  nowMs: number,
): boolean {
  if (activity.doing !== 'nothing' || conversation !== undefined) return false;
  return turns === 0 || nowMs >= guestSeenMs + settings.guestIdleMs;
}

/** What is wrong now, most urgent first. Derived, so that nothing else can disagree with it. */
export function faultsOf(state: KioskState): FaultCode[] {
  const { activity, conditions, devices, money, held, mute, settings, nowMs } = state;
  const faults: FaultCode[] = [];
  const stuck = Object.values(held).some((since) => nowMs - since >= settings.holdLimitMs);
  if (stuck || conditions.includes('button-stuck')) faults.push('button-stuck');
  for (const device of ['microphone', 'loudspeaker', 'panel'] as const) {
    const is = devices[device];
    if (device === 'microphone' && microphoneOff(state)) continue; // nobody knows
    if (is !== 'starting' && is !== 'working') faults.push(is);
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
