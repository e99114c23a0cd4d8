import type { Draft } from '../draft.ts';
import type { TalkButton } from '../state.ts';
import { begin } from './begin.ts';
import { endRepetition } from './guest.ts';
import { cancel, closeConversation, finish } from './outcome.ts';
import { endUtterance } from './waiting.ts';

/** Hands-free: one press opens a conversation, in which every utterance that the gate finds is a turn. */

export function open(draft: Draft, button: TalkButton): void {
  draft.change({ conversation: { quietSinceMs: draft.state.nowMs } });
  draft.effect({ effect: 'conversation', open: true });
  begin(draft, button);
}

/** A press ends it. What has been said is still translated; what is being played stops. */
export function closeByPress(draft: Draft): void {
  const { activity } = draft.state;
  closeConversation(draft);
  if (activity.doing === 'listening' && activity.speech) endUtterance(draft);
  else if (activity.doing === 'listening' || activity.doing === 'speaking') cancel(draft);
  else if (activity.doing === 'repeating') endRepetition(draft);
}

/** Nobody has spoken for too long: the conversation ends, or the listening where there is none. */
export function closeBySilence(draft: Draft): void {
  const { activity } = draft.state;
  closeConversation(draft);
  if (activity.doing !== 'listening') return;
  const { number } = activity.turn;
  draft.effect({ effect: 'drop turn', turn: number });
  draft.effect({ effect: 'cue', cue: 'ended' });
  finish(draft, number, 'nothing said');
}

/** After each turn the desk listens for the next one, unless the conversation is over because nobody has spoken. */
export function goOn(draft: Draft): void {
  const { conversation, activity, nowMs, settings } = draft.state;
  if (conversation === undefined || activity.doing !== 'nothing') return;
  if (nowMs < conversation.quietSinceMs + settings.silenceMs) {
    begin(draft, undefined);
    return;
  }
  closeConversation(draft);
  draft.effect({ effect: 'cue', cue: 'ended' });
}
