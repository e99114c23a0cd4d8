import type { Effect, KioskEvent } from './events.ts';
import { FAULTS, type FaultCode } from './faults.ts';
import { type Side, sameLanguage } from './languages.ts';
import type { Prompt } from './sounds.ts';
import { type Activity, currentTurn, type KioskState, type Outcome, type TalkButton } from './state.ts';

/** The state after an event, and what is to be done because of it. */
export interface Step {
  readonly state: KioskState;
  readonly effects: readonly Effect[];
}

const VOLUME_STEP_PERCENT = 10;
const QUIETEST_PERCENT = 10;

/** Nothing that is said at a desk takes longer: a loudspeaker that never tells its end must not hold the desk. */
const SPEAKING_LIMIT_MS = 5 * 60_000;

/**
 * The kiosk's one decision: what an event means in a state. Pure: no clock, no I/O; time comes with the event.
 * A time that lies before the last one counts as the last one, so a clock that is set does no harm.
 */
export function transition(before: KioskState, event: KioskEvent): Step {
  const draft = new Draft({ ...before, nowMs: Math.max(before.nowMs, event.atMs) });
  if (!before.stopping) {
    apply(draft, event);
    deadlines(draft);
  }
  return draft.step();
}

/** When the state will change by itself, if nothing happens before; undefined when it won't. */
export function nextDeadlineMs(state: KioskState): number | undefined {
  if (state.stopping) return undefined;
  const { activity, settings, held, last } = state;
  const times: number[] = [];
  if (activity.doing === 'listening') times.push(activity.sinceMs + settings.holdLimitMs);
  if (activity.doing === 'awaiting translation') {
    if (activity.told === 'nothing') times.push(activity.releasedMs + settings.reassureAfterMs);
    times.push(activity.releasedMs + settings.deliverWithinMs);
  }
  if (activity.doing === 'speaking') times.push(activity.releasedMs + SPEAKING_LIMIT_MS);
  for (const since of Object.values(held)) times.push(since + settings.holdLimitMs);
  if (last !== undefined) times.push(last.atMs + settings.outcomeShownMs);
  if (forgettable(state) && activity.doing === 'nothing')
    times.push(state.guestSeenMs + settings.guestIdleMs);
  const ahead = times.filter((time) => time > state.nowMs);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}

/** Whether there is anything of a guest that a guest boundary would forget. */
function forgettable(state: KioskState): boolean {
  return state.guest !== undefined || state.repeatable;
}

function apply(draft: Draft, event: KioskEvent): void {
  const { state } = draft;
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
      if (activity.doing === 'listening' && activity.button === event.button)
        endUtterance(draft, activity.turn);
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
    case 'language pressed': {
      const choices = state.settings.guestChoices;
      const now = choices.findIndex(
        (code) => state.guest !== undefined && sameLanguage(code, state.guest.code),
      );
      const code = choices[(now + 1) % choices.length];
      if (code === undefined) return;
      draft.change({ guest: { code, by: 'pinned' }, guestSeenMs: state.nowMs });
      return;
    }
    case 'language chosen': {
      const { language } = event;
      if (language === undefined) {
        if (state.guest?.by === 'pinned') draft.change({ guest: undefined });
      } else if (!sameLanguage(language, state.settings.host)) {
        draft.change({ guest: { code: language, by: 'pinned' }, guestSeenMs: state.nowMs });
      }
      return;
    }
    case 'muted':
      draft.change({ muted: event.on });
      if (event.on && state.activity.doing === 'listening') cancel(draft);
      return;
    case 'quiet':
      draft.change({ quiet: event.on });
      return;
    case 'heard':
      if (currentTurn(state) !== event.turn) return;
      hear(draft, event.language);
      return;
    case 'playing':
      if (state.activity.doing !== 'awaiting translation' || state.activity.turn !== event.turn) return;
      draft.change({
        activity: {
          doing: 'speaking',
          turn: event.turn,
          releasedMs: state.activity.releasedMs,
          answer: undefined,
          drained: false,
        },
      });
      return;
    case 'answered':
      answered(draft, event.turn, event.outcome);
      return;
    case 'turn delayed':
      if (currentTurn(state) === event.turn) delay(draft, event.fault);
      return;
    case 'turn failed':
      if (currentTurn(state) === event.turn) fail(draft, event.fault);
      return;
    case 'drained':
      drained(draft, event.turn);
      return;
    case 'service': {
      // A connection is opened for every turn: that is no news. What is known holds until something else is.
      if (event.service.is === 'connecting' && state.service.is !== 'unknown') return;
      const isBack = state.service.is === 'unreachable' && event.service.is === 'ready';
      draft.change({ service: event.service });
      if (isBack && state.activity.doing === 'nothing' && !state.quiet) {
        draft.effect({ effect: 'cue', cue: 'ready' });
      }
      return;
    }
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
      if (currentTurn(state) !== undefined) cancel(draft);
      else if (state.activity.doing === 'repeating') draft.effect({ effect: 'silence' });
      draft.change({ activity: { doing: 'nothing' }, stopping: true });
      return;
  }
}

/** What the time alone brings about. */
function deadlines(draft: Draft): void {
  const { activity, settings, nowMs, last, guestSeenMs, stopping } = draft.state;
  if (stopping) return;
  if (activity.doing === 'listening' && nowMs >= activity.sinceMs + settings.holdLimitMs) {
    endUtterance(draft, activity.turn);
  }
  if (activity.doing === 'awaiting translation') {
    if (nowMs >= activity.releasedMs + settings.deliverWithinMs) fail(draft, delayOf(draft.state));
    else if (activity.told === 'nothing' && nowMs >= activity.releasedMs + settings.reassureAfterMs) {
      reassure(draft);
    }
  }
  if (activity.doing === 'speaking' && nowMs >= activity.releasedMs + SPEAKING_LIMIT_MS) {
    fail(draft, 'loudspeaker-failed');
  }
  if (last !== undefined && nowMs >= last.atMs + settings.outcomeShownMs) draft.change({ last: undefined });
  if (
    draft.state.activity.doing === 'nothing' &&
    forgettable(draft.state) &&
    nowMs >= guestSeenMs + settings.guestIdleMs
  ) {
    draft.change({ guest: undefined, repeatable: false });
    draft.effect({ effect: 'forget guest' });
  }
}

/** A press: whatever was going on ends, and somebody is listened to, if anybody can be heard. */
function press(draft: Draft, button: TalkButton): void {
  // Whatever sounds ends, a cue as well: the microphone is deaf to what the device itself plays.
  if (currentTurn(draft.state) !== undefined) cancel(draft);
  else draft.effect({ effect: 'silence' });
  const { state } = draft;
  const turn = state.turns + 1;
  const pressedAtMs = state.nowMs;
  draft.change({
    turns: turn,
    last: undefined,
    guestSeenMs: state.nowMs,
    activity: { doing: 'listening', turn, button, sinceMs: pressedAtMs },
  });
  const unable = cannotListen(state);
  if (unable !== undefined) {
    finish(draft, turn, 'failed', unable);
    tell(draft, unable);
    return;
  }
  const guest = state.guest?.code ?? state.settings.guestDefault;
  draft.effect({ effect: 'begin turn', turn, pressedAtMs, guest, side: sideOf(button) });
  if (state.settings.listenCue) draft.effect({ effect: 'cue', cue: 'listen' });
}

/** Why nobody can be listened to or answered now. */
function cannotListen({ muted, devices }: KioskState): FaultCode | undefined {
  if (muted) return 'muted';
  const { microphone, loudspeaker } = devices;
  if (microphone !== 'working' && microphone !== 'starting') return microphone;
  // One that has just died is back before there is anything to say, as a rule.
  const usable =
    loudspeaker === 'working' || loudspeaker === 'starting' || loudspeaker === 'loudspeaker-failed';
  return usable ? undefined : loudspeaker;
}

function sideOf(button: TalkButton): Side | undefined {
  switch (button) {
    case 'talk':
      return undefined;
    case 'talk-host':
      return 'host';
    case 'talk-guest':
      return 'guest';
  }
}

function endUtterance(draft: Draft, turn: number): void {
  const releasedMs = draft.state.nowMs;
  draft.change({
    activity: { doing: 'awaiting translation', turn, releasedMs, told: 'nothing', delayedBy: undefined },
  });
  draft.effect({ effect: 'end utterance', turn, releasedAtMs: releasedMs });
  // Whoever spoke into a desk without a service learns at once that it was heard and will take a moment; unless that
  // would be a vain hope.
  const { service } = draft.state;
  if (service.is === 'unreachable' && mayPassSoon(service.fault)) reassure(draft);
}

/** Tells that it takes longer: by a cue while the service works on it, in words when it has to be reached first. */
function reassure(draft: Draft): void {
  const { activity, service } = draft.state;
  if (activity.doing !== 'awaiting translation') return;
  if (activity.delayedBy === undefined && service.is === 'ready') {
    draft.change({ activity: { ...activity, told: 'working' } });
    draft.effect({ effect: 'cue', cue: 'working' });
    return;
  }
  draft.change({ activity: { ...activity, told: 'one moment' } });
  say(draft, 'one moment');
}

/** Whether people who wait for seconds may see it pass. */
function mayPassSoon(fault: FaultCode): boolean {
  const { retry } = FAULTS[fault];
  return retry === 'at once' || retry === 'backoff';
}

/** What keeps the turn that awaits its translation. */
function delayOf({ activity, service }: KioskState): FaultCode {
  if (activity.doing === 'awaiting translation' && activity.delayedBy !== undefined)
    return activity.delayedBy;
  return service.is === 'unreachable' ? service.fault : 'no-answer';
}

/**
 * The utterance is tried again. What was heard of a broken translation ends, a cue tells that it comes again, and
 * the whole of it follows from its beginning: to go on in the middle of another wording would confuse.
 */
function delay(draft: Draft, fault: FaultCode): void {
  const { activity, nowMs, settings } = draft.state;
  if (activity.doing === 'awaiting translation') {
    draft.change({ activity: { ...activity, delayedBy: fault } });
    const due = nowMs >= activity.releasedMs + settings.reassureAfterMs;
    if (due && activity.told !== 'one moment') reassure(draft);
  }
  if (activity.doing === 'speaking') {
    const { turn, releasedMs } = activity;
    if (nowMs >= releasedMs + settings.deliverWithinMs) {
      fail(draft, fault);
      return;
    }
    draft.effect({ effect: 'silence' });
    draft.change({
      activity: { doing: 'awaiting translation', turn, releasedMs, told: 'one moment', delayedBy: fault },
    });
    draft.effect({ effect: 'cue', cue: 'again' });
  }
}

/** The turn that is going on is given up; what it says, or is about to, ends at once. */
function cancel(draft: Draft): void {
  const { activity } = draft.state;
  if (!('turn' in activity)) return;
  draft.effect({ effect: 'drop turn', turn: activity.turn });
  draft.effect({ effect: 'silence' });
  finish(draft, activity.turn, 'cancelled', undefined);
}

function fail(draft: Draft, fault: FaultCode): void {
  const { activity } = draft.state;
  if (!('turn' in activity)) return;
  draft.effect({ effect: 'drop turn', turn: activity.turn });
  draft.effect({ effect: 'silence' });
  tell(draft, fault);
  finish(draft, activity.turn, 'failed', fault);
}

/** What is heard when a turn fails. */
function tell(draft: Draft, fault: FaultCode): void {
  const { cue } = FAULTS[fault];
  if (cue === 'trouble') draft.effect({ effect: 'cue', cue });
  else say(draft, cue);
}

/** In the host's language, and in that of the guest who stands there. */
function say(draft: Draft, prompt: Prompt): void {
  const { settings, guest } = draft.state;
  const languages = [settings.host, guest?.code ?? settings.guestDefault];
  draft.effect({ effect: 'prompt', prompt, languages });
}

/**
 * A device has gone: a turn that needs it can't go on. Not so with the loudspeaker: it keeps what it was given,
 * is back in a moment as a rule, and tells when it gave the sound up.
 */
function lose(draft: Draft, device: 'microphone' | 'loudspeaker' | 'panel', fault: FaultCode): void {
  const { doing } = draft.state.activity;
  if (device === 'microphone' && doing === 'listening') fail(draft, fault);
  if (device === 'panel') {
    // Nobody will see the release of a button that can't be read any more.
    draft.change({ held: {} });
    if (doing === 'listening') cancel(draft);
  }
}

function answered(
  draft: Draft,
  turn: number,
  outcome: 'translated' | 'nothing said' | 'not understood',
): void {
  const { activity } = draft.state;
  if (!('turn' in activity) || activity.turn !== turn) return;
  if (activity.doing === 'listening') return; // it has not ended yet: the interpreter can't know
  if (outcome === 'nothing said') {
    draft.effect({ effect: 'cue', cue: 'nothing heard' });
    finish(draft, turn, outcome, undefined);
    return;
  }
  const drained = activity.doing === 'speaking' && activity.drained;
  if (outcome === 'translated') draft.change({ repeatable: true });
  if (drained) finish(draft, turn, outcome, undefined);
  else {
    const { releasedMs } = activity;
    draft.change({ activity: { doing: 'speaking', turn, releasedMs, answer: outcome, drained: false } });
  }
}

function drained(draft: Draft, turn: number | undefined): void {
  const { activity } = draft.state;
  if (activity.doing === 'repeating' && turn === undefined) draft.change({ activity: { doing: 'nothing' } });
  if (activity.doing !== 'speaking' || activity.turn !== turn) return;
  if (activity.answer === undefined) draft.change({ activity: { ...activity, drained: true } });
  else finish(draft, activity.turn, activity.answer, undefined);
}

/** The guest's language is taken from what was heard, unless somebody chose it. */
function hear(draft: Draft, language: string): void {
  const { settings, guest, nowMs } = draft.state;
  draft.change({ guestSeenMs: nowMs });
  if (sameLanguage(language, settings.host) || guest?.by === 'pinned') return;
  if (guest !== undefined && sameLanguage(guest.code, language)) return;
  draft.change({ guest: { code: language, by: 'detected' } });
}

function finish(draft: Draft, turn: number, outcome: Outcome, fault: FaultCode | undefined): void {
  const { nowMs } = draft.state;
  const idle: Activity = { doing: 'nothing' };
  draft.change({ activity: idle, last: { outcome, fault, atMs: nowMs }, guestSeenMs: nowMs });
  draft.effect({ effect: 'report turn', turn, outcome, fault });
}

/** A state being changed and the effects gathered on the way. */
class Draft {
  state: KioskState;
  readonly #effects: Effect[] = [];

  constructor(state: KioskState) {
    this.state = state;
  }

  change(change: Partial<KioskState>): void {
    this.state = { ...this.state, ...change };
  }

  effect(effect: Effect): void {
    this.#effects.push(effect);
  }

  step(): Step {
    return { state: this.state, effects: this.#effects };
  }
}
