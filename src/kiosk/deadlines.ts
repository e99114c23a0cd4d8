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

/** No answer takes longer, in milliseconds: a loudspeaker that never ends must not block the desk. */
const SPEAKING_LIMIT_MS = 5 * 60_000;

interface Deadline {
  /** @returns undefined when there is none in this state */
  readonly atMs: (state: KioskState) => number | undefined;
  readonly act: (draft: Draft) => void;
}

/** In the order in which they are handled, each in the state that the ones before it leave. */
const DEADLINES: readonly Deadline[] = [
  {
    atMs: ({ languageHeldMs }) =>
      languageHeldMs === undefined ? undefined : languageHeldMs + GUEST_LEFT_HOLD_MS,
    act: guestLeft,
  },
  { atMs: listenUntilMs, act: stopListening },
  {
    atMs: ({ activity }) => (activity.doing === 'asking' ? activity.untilMs : undefined),
    act: (draft) => answerQuestion(draft, false),
  },
  {
    atMs: (state) => awaited(state, state.settings.deliverWithinMs),
    act: (draft) => fail(draft, delayOf(draft.state)),
  },
  { atMs: moveDueMs, act: (draft) => move(draft, delayOf(draft.state)) },
  {
    atMs: (state) => (isAnnounced(state) ? undefined : awaited(state, state.settings.reassureAfterMs)),
    act: reassure,
  },
  {
    atMs: ({ activity }) =>
      activity.doing === 'speaking' ? activity.releasedMs + SPEAKING_LIMIT_MS : undefined,
    act: (draft) => fail(draft, 'loudspeaker-failed'),
  },
  {
    atMs: (state) =>
      forgettable(state) && nobodySpeaks(state) ? state.guestSeenMs + state.settings.guestIdleMs : undefined,
    act: (draft) => {
      closeBySilence(draft);
      forgetGuest(draft, strangers(draft.state.settings));
    },
  },
  {
    atMs: (state) =>
      state.repeatable && !isHeard(state) ? state.repeatableSinceMs + REPEATABLE_MS : undefined,
    act: (draft) => {
      draft.change({ repeatable: false });
      draft.effect({ effect: 'forget answer' });
    },
  },
];

/** When the state changes without an event; undefined when it does not. */
export function nextDeadlineMs(state: KioskState): number | undefined {
  if (state.stopping) return undefined;
  const { settings, held, last, retries } = state;
  const times = [
    ...DEADLINES.map(({ atMs }) => atMs(state)),
    ...retryDeadlines(state),
    // Then another route is shown.
    ...Object.values(retries).map(({ away }) => away && away.sinceMs + SHORT_BREAK_MS),
    ...Object.values(held).map((since) => since + settings.holdLimitMs),
    last && last.atMs + settings.outcomeShownMs,
  ];
  const ahead = times.filter((time) => time !== undefined).filter((time) => time > state.nowMs);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}

/** Does what is due. */
export function deadlines(draft: Draft): void {
  if (draft.state.stopping) return;
  for (const { atMs, act } of DEADLINES) {
    const dueMs = atMs(draft.state);
    if (dueMs !== undefined && draft.state.nowMs >= dueMs) act(draft);
  }
}

/** The outcome of the last turn is shown for a while. */
export function shownLongEnough(draft: Draft): void {
  const { last, nowMs, settings } = draft.state;
  if (last !== undefined && nowMs >= last.atMs + settings.outcomeShownMs) draft.change({ last: undefined });
}

/** When the desk stops to listen. */
function listenUntilMs({ activity, settings, conversation }: KioskState): number | undefined {
  if (activity.doing !== 'listening') return undefined;
  const { gated, speech, sinceMs } = activity;
  if (!gated || speech) return sinceMs + settings.holdLimitMs;
  return (conversation?.quietSinceMs ?? sinceMs) + settings.silenceMs;
}

function stopListening(draft: Draft): void {
  const { activity, conversation } = draft.state;
  const isSpeech = activity.doing === 'listening' && activity.speech;
  if (conversation !== undefined && !isSpeech) closeBySilence(draft);
  else endUtterance(draft);
}

/** A moment by which the awaited translation is late; undefined when none is awaited. @param ms after the release */
function awaited({ activity }: KioskState, ms: number): number | undefined {
  return activity.doing === 'awaiting translation' ? activity.releasedMs + ms : undefined;
}

/** People have heard that the translation takes a while. */
function isAnnounced({ activity }: KioskState): boolean {
  return activity.doing === 'awaiting translation' && activity.announced !== 'nothing';
}

/** Whether anything of a guest is left to forget. */
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
