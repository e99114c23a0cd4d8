import type { Draft } from '../draft.ts';
import { afterHearing, asConfigured, type Heard, type Speakers, sameLanguage, sideOf } from '../languages.ts';
import { type KioskState, languagesFor, runningTurn } from '../state.ts';

/** Who speaks, and what is forgotten when a guest has left. Somebody reports it: `controls.ts`; time has passed: `deadlines.ts`. */

/** The speaker follows from what was heard, unless somebody chose it. */
export function hear(draft: Draft, heard: Heard): void {
  const { settings, speakers, nowMs } = draft.state;
  const turn = runningTurn(draft.state);
  if (turn === undefined) return;
  draft.change({ guestSeenMs: nowMs });
  // A choice made during the turn holds; otherwise a later transcription replaces an earlier one.
  const chosen = [speakers, turn.before].some(({ guest }) => guest?.by === 'pinned');
  const { language: code } = heard;
  const configured = [settings.guestDefault, ...settings.guestChoices];
  const language = code === undefined ? undefined : asConfigured(code, configured);
  const side = code === undefined ? undefined : sideOf(languagesFor(draft.state, undefined), code);
  const before = chosen ? speakers : turn.before;
  draft.change({ speakers: afterHearing(before, settings.hosts, { ...heard, language }, turn.byButton) });
  draft.changeTurn({ speaker: turn.byButton ?? side });
}

/**
 * Whether another language than the guest's shows that another guest is there. A stray word in a language does not make
 * a guest.
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

/** The last effect: nothing may be asked for after it. @param but the turn of the next guest, in progress or just ended */
export function forgetGuest(draft: Draft, speakers: Speakers, but?: number): void {
  // A language button that is down has nothing left to report.
  draft.change({ speakers, serving: undefined, repeatable: false, languageHeldMs: undefined });
  draft.effect({ effect: 'forget guest', but });
}

/** A repetition in progress ends. */
export function endRepetition(draft: Draft): void {
  draft.change({ activity: { doing: 'nothing' } });
  draft.effect({ effect: 'silence' });
}
