import type { Draft } from '../draft.ts';
import { type FaultCode, isEngineFault } from '../faults.ts';
import type { Languages } from '../languages.ts';
import { isOnline, type Route, routeInWords } from '../route.ts';
import { type KioskState, languagesFor, routeOf, runningTurn, waitsForSpeech } from '../state.ts';
import { stuckSinceMs, whyNoEngine } from './begin.ts';
import { fail } from './outcome.ts';
import { startAnew, wait } from './waiting.ts';

/** A turn whose engine fails moves to another one, with all its sound. */

/** A turn moves to another engine when its own can't be reached for this long, in milliseconds. */
const MOVE_AFTER_MS = 1500;
/** It moves to the phrasebook, which can do much less, only after people have waited this long, in milliseconds. */
const MOVE_OFFLINE_AFTER_MS = 4000;

/** When the turn moves to another engine because its own can't be reached; undefined when it stays. */
export function moveDueMs(state: KioskState): number | undefined {
  const { activity, settings } = state;
  if (activity.doing !== 'listening' && activity.doing !== 'awaiting translation') return undefined;
  const { stuckSinceMs: sinceMs } = activity.turn;
  if (sinceMs === undefined) return undefined;
  const { engine } = alternative(state) ?? {};
  if (engine === undefined) return undefined;
  const dueMs = sinceMs + MOVE_AFTER_MS;
  const online = isOnline(settings.route, engine);
  if (activity.doing === 'listening') return online ? dueMs : undefined;
  return online ? dueMs : Math.max(dueMs, activity.releasedMs + MOVE_OFFLINE_AFTER_MS);
}

/** Another engine that can be reached, as far as anybody knows. */
function alternative(state: KioskState): Route | undefined {
  const turn = runningTurn(state);
  if (turn === undefined) return undefined;
  const other = routeOf(state, turn.byButton, [...turn.failed, turn.engine]);
  return other.because === 'tried anyway' || other.engine === undefined ? undefined : other;
}

/** Moves the turn to another engine. @returns false when there is none */
export function move(draft: Draft, fault: FaultCode): boolean {
  const { state } = draft;
  const other = alternative(state);
  const before = runningTurn(state);
  if (other?.engine === undefined || before === undefined) return false;
  const { number, byButton } = before;
  const { engine } = other;
  const languages = languagesFor(state, byButton);
  draft.effect({ effect: 'move turn', turn: number, engine, languages, route: routeInWords(other) });
  // The cues come after the move, which silences the answer so far.
  const { activity, nowMs } = state;
  const { doing } = activity;
  if (activity.doing === 'speaking') startAnew(draft, fault);
  if (activity.doing === 'awaiting translation')
    draft.change({ activity: { ...activity, answerBegan: false } });
  const toPhrasebook = engine === 'phrasebook' && doing !== 'listening';
  // Otherwise the cue would sound over the prompt "one moment".
  if (doing === 'asking' || (toPhrasebook && doing !== 'speaking')) draft.effect({ effect: 'silence' });
  if (doing === 'asking') wait(draft, nowMs, 'one moment', undefined);
  const failed = [...before.failed, before.engine];
  draft.changeTurn({ engine, failed, languages, stuckSinceMs: undefined });
  if (toPhrasebook) draft.effect({ effect: 'cue', cue: 'phrasebook' });
  return true;
}

/** Until somebody speaks, a waiting turn follows changes of route and languages. */
export function keepUpToDate(draft: Draft): void {
  const { state } = draft;
  const turn = runningTurn(state);
  if (turn === undefined || !waitsForSpeech(state)) return;
  const { number, byButton, failed } = turn;
  const now = routeOf(state, byButton, failed);
  const { engine } = now;
  if (engine === undefined) {
    fail(draft, whyNoEngine(now));
    return;
  }
  const languages = languagesFor(state, byButton);
  if (engine === turn.engine && sameLanguages(languages, turn.languages)) return;
  draft.changeTurn({ engine, languages, stuckSinceMs: stuckSinceMs(state, engine) });
  draft.effect({ effect: 'move turn', turn: number, engine, languages, route: routeInWords(now) });
}

function sameLanguages(a: Languages, b: Languages): boolean {
  const facts = ({ host, guest, alsoHost = [], anyGuest = false, speaker }: Languages) =>
    [host, guest, ...alsoHost, anyGuest, speaker].join(' ');
  return facts(a) === facts(b);
}

/** An engine failed: another one is tried. */
export function engineFailed(draft: Draft, fault: FaultCode): void {
  const { activity, nowMs, settings } = draft.state;
  const late = 'releasedMs' in activity && nowMs >= activity.releasedMs + settings.deliverWithinMs;
  if (!late && isEngineFault(fault) && move(draft, fault)) return;
  fail(draft, fault);
}
