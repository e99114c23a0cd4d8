import type { Draft } from '../draft.ts';
import { noteAnswer } from '../engine-health.ts';
import { FAULTS, type FaultCode } from '../faults.ts';
import { isOnline } from '../route.ts';
import type { Prompt } from '../shown/sounds.ts';
import { type Answered, type Outcome, runningTurn } from '../state.ts';
import { forgetGuest, isAnotherGuest } from './guest.ts';

/** How a turn ends: it has exactly one outcome. */

/** Ends the turn in progress and its sound at once. */
export function cancel(draft: Draft): void {
  const turn = drop(draft);
  if (turn !== undefined) finish(draft, turn, 'cancelled');
}

export function fail(draft: Draft, fault: FaultCode): void {
  const turn = drop(draft);
  if (turn === undefined) return;
  sayFault(draft, fault);
  finish(draft, turn, 'failed', fault);
}

function drop(draft: Draft): number | undefined {
  const turn = runningTurn(draft.state)?.number;
  if (turn === undefined) return undefined;
  draft.effect({ effect: 'drop turn', turn });
  draft.effect({ effect: 'silence' });
  return turn;
}

/** What is heard when a turn fails. */
export function sayFault(draft: Draft, fault: FaultCode): void {
  const { cue } = FAULTS[fault];
  if (cue === 'trouble') draft.effect({ effect: 'cue', cue });
  else say(draft, cue);
}

/** In the host's language, and in that of the guest. A translation that has begun to come takes priority. */
export function say(draft: Draft, prompt: Prompt): void {
  const { settings, speakers, activity } = draft.state;
  if (activity.doing === 'awaiting translation' && activity.answerBegan) return;
  const languages = [speakers.host, speakers.guest?.code ?? settings.guestDefault];
  draft.effect({ effect: 'prompt', prompt, languages });
}

/** The engine's answer is complete. @param spoken it has sound */
export function answered(draft: Draft, outcome: Answered, spoken: boolean): void {
  const { activity, settings, nowMs } = draft.state;
  if (!('turn' in activity)) return;
  if (activity.doing === 'listening') return; // the engine can't know that the utterance has not ended
  const { number, engine } = activity.turn;
  if (outcome === 'translated' && !spoken) {
    fail(draft, 'silent-answer');
    return;
  }
  if (outcome === 'nothing said' || outcome === 'too quiet' || !spoken) {
    if (outcome === 'nothing said') draft.effect({ effect: 'cue', cue: 'nothing heard' });
    else say(draft, 'speak again');
    finish(draft, number, outcome);
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
  if (activity.doing === 'speaking' && activity.drained) {
    finish(draft, number, outcome);
    return;
  }
  const { turn, releasedMs } = activity;
  draft.change({ activity: { doing: 'speaking', turn, releasedMs, answer: outcome, drained: false } });
}

/** The turn is over. @param fault why it failed */
export function finish(draft: Draft, turn: number, outcome: Outcome, fault?: FaultCode): void {
  const { nowMs, conversation, activity } = draft.state;
  const running = runningTurn(draft.state);
  const unheard = activity.doing === 'nothing' || (activity.doing === 'listening' && !activity.speech);
  const spoke = outcome !== 'nothing said' && !unheard;
  draft.change({
    activity: { doing: 'nothing' },
    last: { outcome, fault, atMs: nowMs },
    // Noise, or speech that is not understood (a television), keeps neither conversation nor guest.
    ...(conversation === undefined || outcome === 'translated' ? { guestSeenMs: nowMs } : {}),
    ...(outcome === 'translated' ? { repeatableSinceMs: nowMs } : {}),
    ...(conversation !== undefined && spoke && outcome !== 'not understood'
      ? { conversation: { quietSinceMs: nowMs } }
      : {}),
  });
  draft.effect({ effect: 'report turn', turn, outcome, fault });
  if (running !== undefined) {
    if (outcome === 'translated' || outcome === 'not understood') noteAnswer(draft, running.engine);
    if (isAnotherGuest(draft.state, running.before, draft.state.speakers)) {
      const { repeatable, serving } = draft.state;
      forgetGuest(draft, draft.state.speakers, turn);
      if (outcome === 'translated') draft.change({ repeatable, serving });
    }
  }
  // After a fault a conversation continues only if somebody has spoken, and was asked to speak again.
  if (fault !== undefined && !(spoke && FAULTS[fault].cue === 'speak again')) closeConversation(draft);
}

/** The desk no longer listens after this turn. */
export function closeConversation(draft: Draft): void {
  if (draft.state.conversation === undefined) return;
  draft.change({ conversation: undefined });
  draft.effect({ effect: 'conversation', open: false });
}
