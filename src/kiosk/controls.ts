import type { Draft } from './draft.ts';
import { type Speakers, sameLanguage } from './languages.ts';
import { runningTurn, strangers, type TalkButton } from './state.ts';
import { begin } from './turn/begin.ts';
import { closeByPress, open } from './turn/conversation.ts';
import { endRepetition, forgetGuest, isAnotherGuest } from './turn/guest.ts';
import { cancel, closeConversation } from './turn/outcome.ts';
import { answerQuestion, endUtterance } from './turn/waiting.ts';

/** What people do at the panel. */

/** Holding the language button for this long means that the guest has left, in milliseconds. */
export const GUEST_LEFT_HOLD_MS = 1000;

const VOLUME_STEP_PERCENT = 10;
const QUIETEST_PERCENT = 10;

export function talkPressed(draft: Draft, button: TalkButton): void {
  const { held, nowMs } = draft.state;
  if (held[button] !== undefined) return; // the button bounced
  draft.change({ held: { ...held, [button]: nowMs } });
  press(draft, button);
}

export function talkReleased(draft: Draft, button: TalkButton): void {
  const { activity } = draft.state;
  const { [button]: since, ...held } = draft.state.held;
  if (since === undefined) return;
  draft.change({ held });
  if (activity.doing === 'listening' && !activity.gated && activity.button === button) endUtterance(draft);
}

/** Plays the last translation, from its beginning if it is playing already. */
export function repeat(draft: Draft): void {
  const { activity, repeatable } = draft.state;
  if (!repeatable || (activity.doing !== 'nothing' && activity.doing !== 'repeating')) return;
  if (activity.doing === 'repeating') draft.effect({ effect: 'silence' });
  draft.change({ activity: { doing: 'repeating' } });
  draft.effect({ effect: 'repeat' });
}

export function changeVolume(draft: Draft, step: 1 | -1): void {
  const { volumePercent } = draft.state;
  const percent = Math.min(100, Math.max(QUIETEST_PERCENT, volumePercent + step * VOLUME_STEP_PERCENT));
  if (percent === volumePercent) return;
  draft.change({ volumePercent: percent });
  draft.effect({ effect: 'set volume', percent });
}

export function languagePressed(draft: Draft): void {
  const { languageHeldMs, nowMs } = draft.state;
  draft.change({ languageHeldMs: languageHeldMs ?? nowMs });
}

export function languageReleased(draft: Draft): void {
  const { languageHeldMs, nowMs } = draft.state;
  if (languageHeldMs === undefined) return; // it was held: the guest has left
  draft.change({ languageHeldMs: undefined });
  if (nowMs < languageHeldMs + GUEST_LEFT_HOLD_MS) chooseNext(draft);
  else guestLeft(draft);
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
  // All sound ends, cues as well: the microphone ignores everything while the device plays.
  if (runningTurn(draft.state) !== undefined) cancel(draft);
  else draft.effect({ effect: 'silence' });
  if (settings.talkMode === 'open') open(draft, button);
  else begin(draft, button);
}

/** Chooses the next of the guest's languages; after the last one, detects the language again. */
function chooseNext(draft: Draft): void {
  const { guest } = draft.state.speakers;
  const choices = draft.state.settings.guestChoices;
  const now = choices.findIndex((code) => guest !== undefined && sameLanguage(code, guest.code));
  const pinnedLast = guest?.by === 'pinned' && now === choices.length - 1;
  choose(draft, pinnedLast ? undefined : choices[(now + 1) % choices.length]);
}

/** Pins the guest's language, or, without a code, detects it again. */
export function choose(draft: Draft, code: string | undefined): void {
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
export function guestLeft(draft: Draft): void {
  const { activity, settings, nowMs } = draft.state;
  closeConversation(draft);
  if (runningTurn(draft.state) !== undefined) cancel(draft);
  else if (activity.doing === 'repeating') endRepetition(draft);
  draft.effect({ effect: 'cue', cue: 'ended' });
  draft.change({ last: undefined, guestSeenMs: nowMs - settings.guestIdleMs });
  forgetGuest(draft, strangers(settings));
}

/** The microphone is off, or the lights can't show any more whether the desk listens. */
export function stopListening(draft: Draft): void {
  closeConversation(draft);
  if (draft.state.activity.doing === 'listening') cancel(draft);
}
