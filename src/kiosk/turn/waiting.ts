import type { Draft } from '../draft.ts';
import { type FaultCode, mayPassSoon } from '../faults.ts';
import type { KioskState } from '../state.ts';
import { fail, finish, say } from './outcome.ts';

/** From the end of the utterance until its translation has been heard. */

/** Limits for speaking a question and, after that, for its answer, in milliseconds. */
const ASKING_LIMIT_MS = 20_000;
const ANSWER_WITHIN_MS = 8000;

/** The utterance is over. @param reported the gate has found its end, so the line knows already */
export function endUtterance(draft: Draft, reported = false): void {
  const { activity, nowMs, services } = draft.state;
  if (activity.doing !== 'listening') return;
  const { number, engine } = activity.turn;
  wait(draft, nowMs, 'nothing', undefined);
  if (!reported) draft.effect({ effect: 'end utterance', turn: number, releasedAtMs: nowMs });
  if (engine === 'phrasebook') draft.effect({ effect: 'cue', cue: 'phrasebook' });
  // Without a service, the speaker hears at once that it takes a moment, unless waiting is pointless.
  const service = services[engine];
  if (service?.is === 'unreachable' && mayPassSoon(service.fault)) reassure(draft);
}

/** The turn awaits its translation from now on. */
export function wait(
  draft: Draft,
  releasedMs: number,
  announced: 'nothing' | 'one moment',
  delayedBy: FaultCode | undefined,
): void {
  const { activity } = draft.state;
  if (!('turn' in activity)) return;
  const { turn } = activity;
  draft.change({
    activity: { doing: 'awaiting translation', turn, releasedMs, announced, delayedBy, answerBegan: false },
  });
}

/** The translation takes long: a cue while the service works on it, a prompt when it can't be reached. */
export function reassure(draft: Draft): void {
  const { activity, services, conversation } = draft.state;
  if (activity.doing !== 'awaiting translation') return;
  if (activity.delayedBy === undefined && services[activity.turn.engine]?.is === 'ready') {
    draft.change({ activity: { ...activity, announced: 'working' } });
    // Hands-free, somebody may be speaking, and the microphone ignores everything while the device plays.
    if (conversation === undefined) draft.effect({ effect: 'cue', cue: 'working' });
    return;
  }
  draft.change({ activity: { ...activity, announced: 'one moment' } });
  say(draft, 'one moment');
}

/** Why the translation takes so long. */
export function delayOf({ activity, services }: KioskState): FaultCode {
  if (activity.doing !== 'awaiting translation') return 'no-answer';
  if (activity.delayedBy !== undefined) return activity.delayedBy;
  const service = services[activity.turn.engine];
  return service?.is === 'unreachable' ? service.fault : 'no-answer';
}

/** The utterance is tried again: what came of the answer is void. */
export function delay(draft: Draft, turn: number, fault: FaultCode): void {
  const { activity, nowMs, settings } = draft.state;
  draft.change({ delay: { turn, fault } });
  if (activity.doing === 'awaiting translation') {
    draft.change({ activity: { ...activity, delayedBy: fault, answerBegan: false } });
    const due = nowMs >= activity.releasedMs + settings.reassureAfterMs;
    if (due && activity.announced !== 'one moment') reassure(draft);
  }
  if (activity.doing === 'speaking') {
    if (nowMs >= activity.releasedMs + settings.deliverWithinMs) fail(draft, fault);
    else startAnew(draft, fault);
  }
  if (activity.doing === 'asking') {
    draft.effect({ effect: 'silence' });
    answerQuestion(draft, false); // the question is void as well
  }
}

/**
 * Stops a broken translation. A cue announces that it is repeated, from its beginning: the new wording may differ.
 */
export function startAnew(draft: Draft, fault: FaultCode): void {
  const { activity } = draft.state;
  if (activity.doing !== 'speaking') return;
  draft.effect({ effect: 'silence' });
  wait(draft, activity.releasedMs, 'one moment', fault);
  draft.effect({ effect: 'cue', cue: 'again' });
}

/** The translation begins to come. */
export function answerBegan(draft: Draft): void {
  const { activity } = draft.state;
  if (activity.doing === 'awaiting translation')
    draft.change({ activity: { ...activity, answerBegan: true } });
}

/** The translation begins to be heard. */
export function playing(draft: Draft): void {
  const { activity } = draft.state;
  if (activity.doing !== 'awaiting translation') return;
  const { turn, releasedMs } = activity;
  draft.change({ activity: { doing: 'speaking', turn, releasedMs, answer: undefined, drained: false } });
}

/** The loudspeaker has played all it was given. @param turn undefined for what is no translation */
export function drained(draft: Draft, turn: number | undefined): void {
  const { activity, nowMs } = draft.state;
  if (activity.doing === 'repeating' && turn === undefined)
    draft.change({ activity: { doing: 'nothing' }, repeatableSinceMs: nowMs });
  if (activity.doing === 'asking' && activity.turn.number === turn)
    draft.change({ activity: { ...activity, untilMs: nowMs + ANSWER_WITHIN_MS } });
  if (activity.doing !== 'speaking' || activity.turn.number !== turn) return;
  if (activity.answer === undefined) draft.change({ activity: { ...activity, drained: true } });
  else finish(draft, turn, activity.answer);
}

/** The speaker is asked whether this was meant. */
export function ask(draft: Draft): void {
  const { activity, nowMs } = draft.state;
  if (activity.doing !== 'awaiting translation') return;
  const { turn, releasedMs } = activity;
  draft.change({ activity: { doing: 'asking', turn, releasedMs, untilMs: nowMs + ASKING_LIMIT_MS } });
}

/** The speaker has answered, or has not in time. */
export function answerQuestion(draft: Draft, agreed: boolean): void {
  const { activity, nowMs } = draft.state;
  if (activity.doing !== 'asking') return;
  draft.effect({ effect: 'answer question', turn: activity.turn.number, agreed });
  wait(draft, nowMs, 'one moment', undefined);
}
