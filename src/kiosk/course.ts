import type { Draft } from './draft.ts';
import type { Service } from './engines.ts';
import { FAULTS, type FaultCode, mayPassSoon } from './faults.ts';
import {
  afterHearing,
  asConfigured,
  type Heard,
  type Languages,
  type Side,
  type Speakers,
  sameLanguage,
  sideOf,
} from './languages.ts';
import { isOnline, type Route, routeInWords } from './route.ts';
import type { Prompt } from './sounds.ts';
import {
  type Activity,
  type Answered,
  type KioskState,
  languagesFor,
  microphoneOff,
  type Outcome,
  routeOf,
  runningTurn,
  type TalkButton,
  waitsForSpeech,
} from './state.ts';

/** The course of a turn: from the press to its one outcome. */

/** An engine that can't be reached is given so long before its turn goes to another one, in milliseconds. */
const MOVE_AFTER_MS = 1500;
/** To the phrasebook, which can do much less, not before people have waited so long. */
const MOVE_OFFLINE_AFTER_MS = 4000;

/** A question is spoken within this, and answered within that, in milliseconds. */
const ASKING_LIMIT_MS = 20_000;
const ANSWER_WITHIN_MS = 8000;

/** Somebody is listened to from now on, if anybody can be heard. @param button undefined: hands-free, after a turn */
export function begin(draft: Draft, button: TalkButton | undefined): void {
  const { state } = draft;
  const turn = state.turns + 1;
  const byButton = button === undefined ? undefined : sideOfButton(button);
  const chosen = routeOf(state, byButton);
  const { engine } = chosen;
  draft.change({ turns: turn, last: button === undefined ? state.last : undefined });
  if (button !== undefined) draft.change({ guestSeenMs: state.nowMs });
  const unable = cannotListen(state) ?? (engine === undefined ? whyNone(chosen) : undefined);
  if (unable !== undefined || engine === undefined) {
    tell(draft, unable ?? 'no-engine');
    finish(draft, turn, 'failed', unable ?? 'no-engine');
    return;
  }
  const gated = state.settings.talkMode !== 'hold';
  draft.change({
    activity: {
      doing: 'listening',
      turn,
      engine,
      failed: [],
      languages: languagesFor(state, byButton),
      stuckSinceMs: unreachable(state.services[engine]) ? state.nowMs : undefined,
      byButton,
      speaker: byButton,
      before: state.speakers,
      button,
      sinceMs: state.nowMs,
      gated,
      speech: false,
    },
  });
  draft.effect({
    effect: 'begin turn',
    turn,
    pressedAtMs: state.nowMs,
    engine,
    languages: languagesFor(state, byButton),
    gated,
    continues: button === undefined,
    route: routeInWords(chosen),
  });
  if (state.settings.listenCue && button !== undefined) draft.effect({ effect: 'cue', cue: 'listen' });
}

/** Why nobody can be listened to or answered now. */
function cannotListen(state: KioskState): FaultCode | undefined {
  const { devices, settings } = state;
  if (microphoneOff(state)) return 'muted';
  const { microphone, loudspeaker } = devices;
  const heard = microphone === 'working' || microphone === 'starting' || settings.opensMicrophone;
  if (!heard) return microphone;
  // One that has just died is back before there is anything to say, as a rule.
  const usable =
    loudspeaker === 'working' || loudspeaker === 'starting' || loudspeaker === 'loudspeaker-failed';
  return usable ? undefined : loudspeaker;
}

function whyNone({ passedOver }: Route): FaultCode {
  return passedOver.some(({ because }) => because === 'budget') ? 'budget-spent' : 'no-engine';
}

function sideOfButton(button: TalkButton): Side | undefined {
  switch (button) {
    case 'talk':
      return undefined;
    case 'talk-host':
      return 'host';
    case 'talk-guest':
      return 'guest';
  }
}

/** The utterance is over. @param told the sound's side knows it already: the gate has found its end */
export function endUtterance(draft: Draft, told = false): void {
  const { activity, nowMs, services } = draft.state;
  if (activity.doing !== 'listening') return;
  const { turn, engine } = activity;
  draft.change({
    activity: {
      ...running(activity),
      doing: 'awaiting translation',
      releasedMs: nowMs,
      told: 'nothing',
      delayedBy: undefined,
    },
  });
  if (!told) draft.effect({ effect: 'end utterance', turn, releasedAtMs: nowMs });
  if (engine === 'phrasebook') draft.effect({ effect: 'cue', cue: 'phrasebook' });
  // Whoever spoke into a desk without a service learns at once that it was heard and will take a moment; unless that
  // would be a vain hope.
  const service = services[engine];
  if (service?.is === 'unreachable' && mayPassSoon(service.fault)) reassure(draft);
}

/** What holds of the turn in any phase. */
function running(activity: Extract<Activity, { turn: number }>) {
  const { turn, engine, failed, languages, stuckSinceMs, byButton, speaker, before } = activity;
  return { turn, engine, failed, languages, stuckSinceMs, byButton, speaker, before };
}

/** Tells that it takes longer: by a cue while the service works on it, in words when it has to be reached first. */
export function reassure(draft: Draft): void {
  const { activity, services, conversation } = draft.state;
  if (activity.doing !== 'awaiting translation') return;
  if (activity.delayedBy === undefined && services[activity.engine]?.is === 'ready') {
    draft.change({ activity: { ...activity, told: 'working' } });
    // Hands-free, somebody may be speaking on, and the microphone is deaf to what the device itself plays.
    if (conversation === undefined) draft.effect({ effect: 'cue', cue: 'working' });
    return;
  }
  draft.change({ activity: { ...activity, told: 'one moment' } });
  say(draft, 'one moment');
}

function unreachable(service: Service | undefined): boolean {
  return service?.is === 'unreachable';
}

/** What keeps the turn that awaits its translation. */
export function delayOf({ activity, services }: KioskState): FaultCode {
  if (activity.doing !== 'awaiting translation') return 'no-answer';
  if (activity.delayedBy !== undefined) return activity.delayedBy;
  const service = services[activity.engine];
  return service?.is === 'unreachable' ? service.fault : 'no-answer';
}

/**
 * The utterance is tried again. What was heard of a broken translation ends, a cue tells that it comes again, and
 * the whole of it follows from its beginning: to go on in the middle of another wording would confuse.
 */
export function delay(draft: Draft, fault: FaultCode): void {
  const { activity, nowMs, settings } = draft.state;
  if (activity.doing === 'awaiting translation') {
    draft.change({ activity: { ...activity, delayedBy: fault } });
    const due = nowMs >= activity.releasedMs + settings.reassureAfterMs;
    if (due && activity.told !== 'one moment') reassure(draft);
  }
  if (activity.doing === 'speaking') {
    if (nowMs >= activity.releasedMs + settings.deliverWithinMs) {
      fail(draft, fault);
      return;
    }
    startAnew(draft, fault);
  }
  if (activity.doing === 'asking') {
    draft.effect({ effect: 'silence' });
    answerQuestion(draft, false); // what was asked is void as well
  }
}

/** What is being said ends, and comes again from its beginning. */
function startAnew(draft: Draft, fault: FaultCode): void {
  const { activity } = draft.state;
  if (activity.doing !== 'speaking') return;
  const { releasedMs } = activity;
  draft.effect({ effect: 'silence' });
  draft.change({
    activity: {
      ...running(activity),
      doing: 'awaiting translation',
      releasedMs,
      told: 'one moment',
      delayedBy: fault,
    },
  });
  draft.effect({ effect: 'cue', cue: 'again' });
}

/** When the turn goes to another engine because its own can't be reached; undefined when it stays. */
export function moveDueMs(state: KioskState): number | undefined {
  const { activity, settings } = state;
  if (activity.doing !== 'listening' && activity.doing !== 'awaiting translation') return undefined;
  if (activity.stuckSinceMs === undefined) return undefined;
  const { engine } = alternative(state) ?? {};
  if (engine === undefined) return undefined;
  const dueMs = activity.stuckSinceMs + MOVE_AFTER_MS;
  const online = isOnline(settings.route, engine);
  if (activity.doing === 'listening') return online ? dueMs : undefined;
  return online ? dueMs : Math.max(dueMs, activity.releasedMs + MOVE_OFFLINE_AFTER_MS);
}

/** Another engine that can be reached, as far as anybody knows. */
function alternative(state: KioskState): Route | undefined {
  const turn = runningTurn(state);
  if (turn === undefined) return undefined;
  const other = routeOf(state, turn.byButton, [...turn.failed, turn.engine]);
  return other.because === 'tried all the same' || other.engine === undefined ? undefined : other;
}

/** The turn goes to another engine, with all its sound. @returns false when there is none */
export function move(draft: Draft, fault: FaultCode): boolean {
  const { state } = draft;
  const other = alternative(state);
  const before = runningTurn(state);
  if (other?.engine === undefined || before === undefined) return false;
  const { turn, byButton } = before;
  const { engine } = other;
  const languages = languagesFor(state, byButton);
  draft.effect({ effect: 'move turn', turn, engine, languages, route: routeInWords(other) });
  // Behind the move, which silences what came so far: the cues are to be heard.
  const { doing } = state.activity;
  if (doing === 'speaking') startAnew(draft, fault);
  // The cue is not to be heard over a prompt that asks for a moment.
  else if (doing === 'asking' || (engine === 'phrasebook' && doing !== 'listening'))
    draft.effect({ effect: 'silence' });
  if (doing === 'asking') awaitAgain(draft);
  const { activity } = draft.state;
  if (!('turn' in activity)) return false;
  const failed = [...before.failed, before.engine];
  draft.change({ activity: { ...activity, engine, failed, languages, stuckSinceMs: undefined } });
  if (engine === 'phrasebook' && doing !== 'listening') draft.effect({ effect: 'cue', cue: 'phrasebook' });
  return true;
}

/**
 * What the gate waits for is not bound to what held when the waiting began: until somebody speaks, the turn is that of
 * the route and the languages of now.
 */
export function keepUpToDate(draft: Draft): void {
  const { state } = draft;
  const { activity } = state;
  if (activity.doing !== 'listening' || !waitsForSpeech(state)) return;
  const { turn, byButton, failed } = activity;
  const now = routeOf(state, byButton, failed);
  const { engine } = now;
  if (engine === undefined) {
    fail(draft, whyNone(now));
    return;
  }
  const languages = languagesFor(state, byButton);
  if (engine === activity.engine && sameLanguages(languages, activity.languages)) return;
  const stuckSinceMs = unreachable(state.services[engine]) ? state.nowMs : undefined;
  draft.change({ activity: { ...activity, engine, languages, stuckSinceMs } });
  draft.effect({ effect: 'move turn', turn, engine, languages, route: routeInWords(now) });
}

function sameLanguages(a: Languages, b: Languages): boolean {
  const facts = ({ host, guest, alsoHost = [], anyGuest = false, speaker }: Languages) =>
    [host, guest, ...alsoHost, anyGuest, speaker].join(' ');
  return facts(a) === facts(b);
}

/** Whether it is the engine that failed, so that another one may do better. */
function isOfEngine(fault: FaultCode): boolean {
  return /^D[567]/.test(FAULTS[fault].id) || fault === 'phrasebook-missing' || fault === 'phrasebook-failed';
}

/** An engine could not do it: another one may. */
export function engineFailed(draft: Draft, fault: FaultCode): void {
  const { activity, nowMs, settings } = draft.state;
  const late = 'releasedMs' in activity && nowMs >= activity.releasedMs + settings.deliverWithinMs;
  if (!late && isOfEngine(fault) && move(draft, fault)) return;
  fail(draft, fault);
}

/** The turn that is going on is given up; what it says, or is about to, ends at once. */
export function cancel(draft: Draft): void {
  const { activity } = draft.state;
  if (!('turn' in activity)) return;
  draft.effect({ effect: 'drop turn', turn: activity.turn });
  draft.effect({ effect: 'silence' });
  finish(draft, activity.turn, 'cancelled', undefined);
}

export function fail(draft: Draft, fault: FaultCode): void {
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
  const { settings, speakers } = draft.state;
  const languages = [speakers.host, speakers.guest?.code ?? settings.guestDefault];
  draft.effect({ effect: 'prompt', prompt, languages });
}

/** Who spoke is asked whether this was meant. */
export function ask(draft: Draft): void {
  const { activity, nowMs } = draft.state;
  if (activity.doing !== 'awaiting translation') return;
  const { releasedMs } = activity;
  const untilMs = nowMs + ASKING_LIMIT_MS;
  draft.change({ activity: { ...running(activity), doing: 'asking', releasedMs, untilMs } });
}

/** They have answered, or have not in time. */
export function answerQuestion(draft: Draft, agreed: boolean): void {
  const { activity } = draft.state;
  if (activity.doing !== 'asking') return;
  draft.effect({ effect: 'answer question', turn: activity.turn, agreed });
  awaitAgain(draft);
}

function awaitAgain(draft: Draft): void {
  const { activity, nowMs } = draft.state;
  if (activity.doing !== 'asking') return;
  draft.change({
    activity: {
      ...running(activity),
      doing: 'awaiting translation',
      releasedMs: nowMs,
      told: 'one moment',
      delayedBy: undefined,
    },
  });
}

export function playing(draft: Draft): void {
  const { activity } = draft.state;
  if (activity.doing !== 'awaiting translation') return;
  const { releasedMs } = activity;
  draft.change({
    activity: { ...running(activity), doing: 'speaking', releasedMs, answer: undefined, drained: false },
  });
}

export function answered(draft: Draft, outcome: Answered, spoken: boolean): void {
  const { activity, settings, nowMs } = draft.state;
  if (!('turn' in activity)) return;
  if (activity.doing === 'listening') return; // it has not ended yet: the interpreter can't know
  const { turn, engine } = activity;
  if (outcome === 'nothing said') {
    draft.effect({ effect: 'cue', cue: 'nothing heard' });
    finish(draft, turn, outcome, undefined);
    return;
  }
  if (outcome === 'too quiet') {
    say(draft, 'speak again');
    finish(draft, turn, outcome, undefined);
    return;
  }
  if (!spoken && outcome === 'translated') {
    fail(draft, 'silent-answer');
    return;
  }
  if (!spoken) {
    say(draft, 'speak again'); // nobody has told them that they were not understood
    finish(draft, turn, outcome, undefined);
    return;
  }
  if (outcome === 'translated') {
    const online = isOnline(settings.route, engine);
    draft.change({
      repeatable: true,
      repeatableSinceMs: nowMs,
      ...(online ? { serving: engine } : {}),
    });
  }
  const drained = activity.doing === 'speaking' && activity.drained;
  if (drained) finish(draft, turn, outcome, undefined);
  else {
    const { releasedMs } = activity;
    draft.change({
      activity: { ...running(activity), doing: 'speaking', releasedMs, answer: outcome, drained: false },
    });
  }
}

export function drained(draft: Draft, turn: number | undefined): void {
  const { activity, nowMs } = draft.state;
  if (activity.doing === 'repeating' && turn === undefined)
    draft.change({ activity: { doing: 'nothing' }, repeatableSinceMs: nowMs });
  if (activity.doing === 'asking' && activity.turn === turn)
    draft.change({ activity: { ...activity, untilMs: nowMs + ANSWER_WITHIN_MS } });
  if (activity.doing !== 'speaking' || activity.turn !== turn) return;
  if (activity.answer === undefined) draft.change({ activity: { ...activity, drained: true } });
  else finish(draft, activity.turn, activity.answer, undefined);
}

/** Who speaks what follows from what was heard, unless somebody chose it. */
export function hear(draft: Draft, heard: Heard): void {
  const { activity, settings, speakers, nowMs } = draft.state;
  if (!('turn' in activity)) return;
  draft.change({ guestSeenMs: nowMs });
  // What was chosen in the midst of the turn holds; otherwise each telling replaces the one before it.
  const chosen = [speakers, activity.before].some(({ guest }) => guest?.by === 'pinned');
  const before = chosen ? speakers : activity.before;
  const told = (code: string) => ({
    language: asConfigured(code, [settings.guestDefault, ...settings.guestChoices]),
    side: sideOf(languagesFor(draft.state, undefined), code),
  });
  const { language, side } = heard.language === undefined ? {} : told(heard.language);
  draft.change({
    speakers: afterHearing(before, settings.hosts, { ...heard, language }, activity.byButton),
    activity: { ...activity, speaker: activity.byButton ?? side },
  });
}

export function finish(draft: Draft, turn: number, outcome: Outcome, fault: FaultCode | undefined): void {
  const { nowMs, conversation, activity } = draft.state;
  const unheard = activity.doing === 'nothing' || (activity.doing === 'listening' && !activity.speech);
  const spoke = outcome !== 'nothing said' && !unheard;
  draft.change({
    activity: { doing: 'nothing' },
    last: { outcome, fault, atMs: nowMs },
    // What the gate took for somebody, or nobody understood (a television), keeps neither conversation nor guest.
    ...(conversation === undefined || outcome === 'translated' ? { guestSeenMs: nowMs } : {}),
    ...(outcome === 'translated' ? { repeatableSinceMs: nowMs } : {}),
    ...(conversation !== undefined && spoke && outcome !== 'not understood'
      ? { conversation: { quietSinceMs: nowMs } }
      : {}),
  });
  draft.effect({ effect: 'report turn', turn, outcome, fault });
  if ('before' in activity && isAnotherGuest(draft.state, activity.before, draft.state.speakers)) {
    const { repeatable, serving } = draft.state;
    forgetGuest(draft, draft.state.speakers, turn);
    if (outcome === 'translated') draft.change({ repeatable, serving });
  }
  // Behind a fault people go on only if they have spoken, and were asked to do so again.
  if (fault !== undefined && !(spoke && FAULTS[fault].cue === 'speak again')) closeConversation(draft);
}

/**
 * Whether another language than the guest's shows that another guest is there, of whom nothing is known yet. A stray
 * word in a language does not make a guest.
 */
export function isAnotherGuest(
  { repeatable, serving }: KioskState,
  before: Speakers,
  after: Speakers,
): boolean {
  if (!repeatable && serving === undefined) return false;
  if (before.guest === undefined || before.guest.by === 'guessed' || after.guest === undefined) return false;
  return !sameLanguage(before.guest.code, after.guest.code);
}

/** @param but the turn that goes on, or has just ended: it is the next guest's */
export function forgetGuest(draft: Draft, speakers: Speakers, but?: number): void {
  draft.change({ speakers, serving: undefined, repeatable: false });
  draft.effect({ effect: 'forget guest', but });
}

/** What is being repeated falls silent. */
export function endRepetition(draft: Draft): void {
  draft.change({ activity: { doing: 'nothing' } });
  draft.effect({ effect: 'silence' });
}

/** Hands-free, nobody is listened to any more behind this turn. */
export function closeConversation(draft: Draft): void {
  if (draft.state.conversation === undefined) return;
  draft.change({ conversation: undefined });
  draft.effect({ effect: 'conversation', open: false });
}
