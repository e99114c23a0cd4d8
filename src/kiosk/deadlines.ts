import { GUEST_LEFT_HOLD_MS, guestLeft } from './controls.ts';
import type { Draft } from './draft.ts';
import { retryDeadlines } from './engine-health.ts';
import { type KioskState, SHORT_BREAK_MS, strangers, waitsForSpeech } from './state.ts';
import { closeBySilence } from './turn/conversation.ts';
import { move, moveDueMs } from './turn/failover.ts';
import { forgetGuest } from './turn/guest.ts';
import { fail } from './turn/outcome.ts';
import { answerQuestion, delayOf, endUtterance, reassure } from './turn/waiting.ts';

/** What happens because time passes. */

/** A translation can be repeated for this long after it was heard, in milliseconds: then another guest may be there. */
const REPEATABLE_MS = 30_000;

/** Nothing that is said at a desk takes longer, in milliseconds: a loudspeaker that never ends must not block the desk. */
const SPEAKING_LIMIT_MS = 5 * 60_000;

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

/** What the time alone brings about. */
export function deadlines(draft: Draft): void {
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

/** The outcome of the last turn is shown for a while. */
export function shownLongEnough(draft: Draft): void {
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
