import { Draft, type Step } from './draft.ts';
import {
  noteService,
  prepareNext,
  retriesDue,
  retryDeadlines,
  retryNow,
  startEngines,
} from './engine-retry.ts';
import type { Engine, Service } from './engines.ts';
import type { KioskEvent } from './events.ts';
import { type FaultCode, isOutage } from './faults.ts';
import { type Speakers, sameLanguage } from './languages.ts';
import { isOnline } from './route.ts';
import {
  type KioskState,
  microphoneOff,
  routeAhead,
  runningTurn,
  SHORT_BREAK_MS,
  serviceOf,
  strangers,
  type TalkButton,
  waitsForSpeech,
} from './state.ts';
import { begin } from './turn/begin.ts';
import { closeByPress, closeBySilence, goOn, open } from './turn/conversation.ts';
import { engineFailed, keepUpToDate, move, moveDueMs } from './turn/failover.ts';
import { endRepetition, forgetGuest, hear, isAnotherGuest } from './turn/guest.ts';
import { answered, cancel, closeConversation, fail } from './turn/outcome.ts';
import {
  answerBegan,
  answerQuestion,
  ask,
  delay,
  delayOf,
  drained,
  endUtterance,
  playing,
  reassure,
} from './turn/waiting.ts';

export type { Step } from './draft.ts';

const VOLUME_STEP_PERCENT = 10;
const QUIETEST_PERCENT = 10;

/** Holding the language button for this long means that the guest has left, in milliseconds. */
const GUEST_LEFT_HOLD_MS = 1000;

/** A translation can be repeated for this long after it was heard, in milliseconds: then another guest may be there. */
const REPEATABLE_MS = 30_000;

/** Nothing that is said at a desk takes longer, in milliseconds: a loudspeaker that never ends must not block the desk. */
const SPEAKING_LIMIT_MS = 5 * 60_000;

/**
 * What an event means in a state. Pure: no clock, no I/O; time comes with the event. A time before the last one counts as
 * the last one, so that setting a clock does no harm.
 */
export function transition(before: KioskState, event: KioskEvent): Step {
  const draft = new Draft({ ...before, nowMs: Math.max(before.nowMs, event.atMs) });
  if (!before.stopping) {
    apply(draft, event);
    deadlines(draft);
    goOn(draft);
    keepUpToDate(draft);
    shownLongEnough(draft);
    const off = microphoneOff(draft.state);
    if (off !== microphoneOff(before)) draft.effect({ effect: 'microphone', off });
    serveEngines(draft, before);
  }
  return draft.step();
}

/** When the state changes without an event; undefined when it does not. */
export function nextDeadlineMs(state: KioskState): number | undefined {
  if (state.stopping) return undefined;
  const { activity, settings, held, languageHeldMs, last } = state;
  const times: number[] = [];
  if (activity.doing === 'listening') times.push(listenUntilMs(state, activity));
  if (activity.doing === 'awaiting translation') {
    if (activity.announced === 'nothing') times.push(activity.releasedMs + settings.reassureAfterMs);
    times.push(activity.releasedMs + settings.deliverWithinMs);
  }
  const dueMs = moveDueMs(state);
  if (dueMs !== undefined) times.push(dueMs);
  if (activity.doing === 'asking') times.push(activity.untilMs);
  if (activity.doing === 'speaking') times.push(activity.releasedMs + SPEAKING_LIMIT_MS);
  // Then another route is shown.
  for (const since of Object.values(state.awaySinceMs)) times.push(since + SHORT_BREAK_MS);
  times.push(...retryDeadlines(state));
  for (const since of Object.values(held)) times.push(since + settings.holdLimitMs);
  if (languageHeldMs !== undefined) times.push(languageHeldMs + GUEST_LEFT_HOLD_MS);
  if (last !== undefined) times.push(last.atMs + settings.outcomeShownMs);
  if (state.repeatable && !isHeard(state)) times.push(state.repeatableSinceMs + REPEATABLE_MS);
  if (forgettable(state) && nobodySpeaks(state)) times.push(state.guestSeenMs + settings.guestIdleMs);
  const ahead = times.filter((time) => time > state.nowMs);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}

type Listening = Extract<KioskState['activity'], { doing: 'listening' }>;

/** How long somebody is listened to at most. */
function listenUntilMs(
  { settings, conversation }: KioskState,
  { gated, speech, sinceMs }: Listening,
): number {
  if (!gated || speech) return sinceMs + settings.holdLimitMs;
  return (conversation?.quietSinceMs ?? sinceMs) + settings.silenceMs;
}

/** Whether there is anything of a guest that a guest boundary would forget. */
function forgettable({ speakers, repeatable, serving, settings }: KioskState): boolean {
  const strange = speakers.guest === undefined && speakers.host === strangers(settings).host;
  return !strange || repeatable || serving !== undefined;
}

/** The translation that can be repeated is being heard. */
function isHeard({ activity }: KioskState): boolean {
  return activity.doing === 'speaking' || activity.doing === 'repeating';
}

/** The desk is idle, or a conversation listens and nobody speaks. */
function nobodySpeaks(state: KioskState): boolean {
  return state.activity.doing === 'nothing' || waitsForSpeech(state);
}

/** Engines that are away are tried again. The next one is made ready after each turn, and when the route changes. */
function serveEngines(draft: Draft, before: KioskState): void {
  if (draft.state.stopping) return;
  retriesDue(draft);
  const { state } = draft;
  const isReported = draft.effects.some(({ effect }) => effect === 'report turn');
  if (isReported || routeAhead(before).engine !== routeAhead(state).engine) prepareNext(draft);
}

function apply(draft: Draft, event: KioskEvent): void {
  const { state } = draft;
  // What a turn reports after its end is no news.
  const ofTurn = 'turn' in event && event.event !== 'drained';
  if (ofTurn && runningTurn(state)?.number !== event.turn) return;
  switch (event.event) {
    case 'talk pressed':
      if (state.held[event.button] !== undefined) return; // a bounce that got through: it is down already
      draft.change({ held: { ...state.held, [event.button]: state.nowMs } });
      press(draft, event.button);
      return;
    case 'talk released': {
      const { [event.button]: since, ...held } = state.held;
      if (since === undefined) return;
      draft.change({ held });
      const { activity } = draft.state;
      if (activity.doing === 'listening' && !activity.gated && activity.button === event.button)
        endUtterance(draft);
      return;
    }
    case 'repeat pressed':
      if (!state.repeatable || (state.activity.doing !== 'nothing' && state.activity.doing !== 'repeating'))
        return;
      if (state.activity.doing === 'repeating') draft.effect({ effect: 'silence' });
      draft.change({ activity: { doing: 'repeating' } });
      draft.effect({ effect: 'repeat' });
      return;
    case 'volume pressed': {
      const wanted = state.volumePercent + event.step * VOLUME_STEP_PERCENT;
      const percent = Math.min(100, Math.max(QUIETEST_PERCENT, wanted));
      if (percent === state.volumePercent) return;
      draft.change({ volumePercent: percent });
      draft.effect({ effect: 'set volume', percent });
      return;
    }
    case 'language pressed':
      draft.change({ languageHeldMs: state.languageHeldMs ?? state.nowMs });
      return;
    case 'language released':
      if (state.languageHeldMs === undefined) return; // it was held: the guest has left
      draft.change({ languageHeldMs: undefined });
      if (state.nowMs < state.languageHeldMs + GUEST_LEFT_HOLD_MS) chooseNext(draft);
      else guestLeft(draft);
      return;
    case 'language chosen':
      choose(draft, event.language);
      return;
    case 'guest left':
      guestLeft(draft);
      return;
    case 'muted':
      draft.change({ mute: event.on ? 'on' : 'off' });
      if (event.on) stopListening(draft);
      return;
    case 'quiet':
      draft.change({ quiet: event.on });
      return;
    case 'speech started':
      if (state.activity.doing !== 'listening') return;
      draft.change({
        activity: { ...state.activity, speech: true, sinceMs: state.nowMs },
      });
      return;
    case 'utterance ended':
      endUtterance(draft, true);
      return;
    case 'heard':
      hear(draft, event);
      return;
    case 'asked':
      ask(draft);
      return;
    case 'answer began':
      answerBegan(draft);
      return;
    case 'playing':
      playing(draft);
      return;
    case 'answered':
      answered(draft, event.outcome, event.spoken);
      return;
    case 'turn delayed':
      delay(draft, event.turn, event.fault);
      return;
    case 'turn failed':
      engineFailed(draft, event.fault);
      return;
    case 'drained':
      drained(draft, event.turn);
      return;
    case 'service':
      noteService(draft, event.engine, event.service, event.random ?? 1);
      service(draft, event.engine, event.service);
      return;
    case 'network changed':
    case 'clock set':
      retryNow(draft);
      return;
    case 'start':
      draft.effect({ effect: 'set volume', percent: state.volumePercent });
      startEngines(draft);
      return;
    case 'money':
      draft.change({ money: event.money });
      return;
    case 'device':
      draft.change({ devices: { ...state.devices, [event.device]: event.is } });
      if (event.is !== 'working' && event.is !== 'starting') lose(draft, event.device, event.is);
      return;
    case 'condition': {
      const others = state.conditions.filter((fault) => fault !== event.fault);
      draft.change({ conditions: event.on ? [...others, event.fault] : others });
      return;
    }
    case 'tick':
      return;
    case 'stop':
      if (runningTurn(state) !== undefined) cancel(draft);
      else draft.effect({ effect: 'silence' });
      closeConversation(draft);
      draft.change({ activity: { doing: 'nothing' }, stopping: true });
      return;
  }
}

/** What the time alone brings about. */
function deadlines(draft: Draft): void {
  if (draft.state.stopping) return;
  const { languageHeldMs, repeatableSinceMs } = draft.state;
  if (languageHeldMs !== undefined && draft.state.nowMs >= languageHeldMs + GUEST_LEFT_HOLD_MS) {
    draft.change({ languageHeldMs: undefined });
    guestLeft(draft);
  }
  listeningTooLong(draft);
  askingTooLong(draft);
  waitingTooLong(draft);
  const { activity, settings, nowMs, guestSeenMs } = draft.state;
  if (activity.doing === 'speaking' && nowMs >= activity.releasedMs + SPEAKING_LIMIT_MS) {
    fail(draft, 'loudspeaker-failed');
  }
  if (nobodySpeaks(draft.state) && forgettable(draft.state) && nowMs >= guestSeenMs + settings.guestIdleMs) {
    closeBySilence(draft);
    forgetGuest(draft, strangers(settings));
  }
  if (draft.state.repeatable && !isHeard(draft.state) && nowMs >= repeatableSinceMs + REPEATABLE_MS) {
    draft.change({ repeatable: false });
    draft.effect({ effect: 'forget answer' });
  }
}

/** What became of the last turn. */
function shownLongEnough(draft: Draft): void {
  const { last, nowMs, settings } = draft.state;
  if (last !== undefined && nowMs >= last.atMs + settings.outcomeShownMs) draft.change({ last: undefined });
}

function listeningTooLong(draft: Draft): void {
  const { activity, conversation, nowMs } = draft.state;
  if (activity.doing !== 'listening' || nowMs < listenUntilMs(draft.state, activity)) return;
  if (conversation !== undefined && !activity.speech) closeBySilence(draft);
  else endUtterance(draft);
}

function askingTooLong(draft: Draft): void {
  const { activity, nowMs } = draft.state;
  if (activity.doing === 'asking' && nowMs >= activity.untilMs) answerQuestion(draft, false);
}

/** Too long to be delivered at all; with this engine; or without a word. */
function waitingTooLong(draft: Draft): void {
  const { activity, settings, nowMs } = draft.state;
  const awaited = activity.doing === 'awaiting translation' ? activity : undefined;
  if (awaited !== undefined && nowMs >= awaited.releasedMs + settings.deliverWithinMs) {
    fail(draft, delayOf(draft.state));
    return;
  }
  const dueMs = moveDueMs(draft.state);
  if (dueMs !== undefined && nowMs >= dueMs) move(draft, delayOf(draft.state));
  if (awaited?.announced === 'nothing' && nowMs >= awaited.releasedMs + settings.reassureAfterMs)
    reassure(draft);
}

/** A press begins a turn, ends what is in progress, or agrees to a question, depending on the talk mode. */
function press(draft: Draft, button: TalkButton): void {
  const { activity, conversation, settings } = draft.state;
  if (activity.doing === 'asking') {
    draft.effect({ effect: 'silence' });
    answerQuestion(draft, true);
    return;
  }
  if (conversation !== undefined) {
    closeByPress(draft);
    return;
  }
  if (activity.doing === 'listening' && activity.gated) {
    endUtterance(draft);
    return;
  }
  // Whatever sounds ends, a cue as well: the microphone is deaf to what the device itself plays.
  if (runningTurn(draft.state) !== undefined) cancel(draft);
  else draft.effect({ effect: 'silence' });
  if (settings.talkMode === 'open') open(draft, button);
  else begin(draft, button);
}

/** The next of the guest's languages; after the last one, whatever is heard. */
function chooseNext(draft: Draft): void {
  const { guest } = draft.state.speakers;
  const choices = draft.state.settings.guestChoices;
  const now = choices.findIndex((code) => guest !== undefined && sameLanguage(code, guest.code));
  const pinnedLast = guest?.by === 'pinned' && now === choices.length - 1;
  choose(draft, pinnedLast ? undefined : choices[(now + 1) % choices.length]);
}

/** Somebody chooses the guest's language, or undoes the choice. */
function choose(draft: Draft, code: string | undefined): void {
  const { speakers, nowMs, settings } = draft.state;
  if (code !== undefined && settings.hosts.some((host) => sameLanguage(host, code))) return;
  if (code === undefined && speakers.guest?.by !== 'pinned') return;
  const guest = code === undefined ? undefined : ({ code, by: 'pinned' } as const);
  const chosen: Speakers = { ...speakers, guest, rival: undefined };
  if (isAnotherGuest(draft.state, speakers, chosen)) {
    if (draft.state.activity.doing === 'repeating') endRepetition(draft);
    forgetGuest(draft, chosen, runningTurn(draft.state)?.number);
  }
  draft.change({ speakers: chosen, guestSeenMs: nowMs });
}

/** The guest has left: everything in progress ends, and the desk is free. */
function guestLeft(draft: Draft): void {
  const { activity, settings, nowMs } = draft.state;
  closeConversation(draft);
  if (runningTurn(draft.state) !== undefined) cancel(draft);
  else if (activity.doing === 'repeating') endRepetition(draft);
  draft.effect({ effect: 'cue', cue: 'ended' });
  draft.change({ last: undefined, guestSeenMs: nowMs - settings.guestIdleMs });
  forgetGuest(draft, strangers(settings));
}

/** The microphone is off, or the lights can't show any more whether the desk listens. */
function stopListening(draft: Draft): void {
  closeConversation(draft);
  if (draft.state.activity.doing === 'listening') cancel(draft);
}

function service(draft: Draft, engine: Engine, is: Service): void {
  const { state } = draft;
  const known = state.services[engine];
  // A connection is opened for every turn. What is known of the engine holds until it reports something else.
  if (is.is === 'connecting' && known !== undefined && known.is !== 'unknown') return;
  const wasAway = serviceOf(state).is === 'unreachable';
  const { [engine]: since, ...others } = state.awaySinceMs;
  const awaySinceMs =
    is.is === 'unreachable'
      ? { ...others, [engine]: since ?? state.nowMs }
      : is.is === 'ready'
        ? others
        : state.awaySinceMs;
  draft.change({ services: { ...backOnline(state, engine, is), [engine]: is }, awaySinceMs });
  if (wasAway && serviceOf(draft.state).is === 'ready' && state.activity.doing === 'nothing' && !state.quiet)
    draft.effect({ effect: 'cue', cue: 'ready' });
  const turn = runningTurn(draft.state);
  if (turn?.engine !== engine || is.is === 'connecting') return;
  draft.changeTurn({
    stuckSinceMs: is.is === 'unreachable' ? (turn.stuckSinceMs ?? draft.state.nowMs) : undefined,
  });
}

/** If one engine reaches the network, the network no longer keeps the others from it. */
function backOnline({ services, settings }: KioskState, engine: Engine, is: Service): KioskState['services'] {
  if (is.is !== 'ready' || !isOnline(settings.route, engine)) return services;
  return Object.fromEntries(
    Object.entries(services).filter(
      ([, service]) => service.is !== 'unreachable' || !isOutage(service.fault),
    ),
  );
}

/**
 * A device is lost, and so is a turn that needs it. Not so with the loudspeaker: it keeps its sound, is usually back in a
 * moment, and reports when it gives the sound up.
 */
function lose(draft: Draft, device: 'microphone' | 'loudspeaker' | 'panel', fault: FaultCode): void {
  const { doing } = draft.state.activity;
  if (device === 'microphone' && doing === 'listening') fail(draft, fault);
  if (device === 'panel') {
    // Neither the release of a button nor the mute switch can be read any more.
    const mute = draft.state.settings.muteSwitch ? 'unread' : draft.state.mute;
    draft.change({ held: {}, languageHeldMs: undefined, mute });
    stopListening(draft);
  }
}
