import { begin, cancel, closeConversation, endRepetition, endUtterance, finish } from './course.ts';
import type { Draft } from './draft.ts';
import type { TalkButton } from './state.ts';

/** Hands-free: one press opens a conversation, in which every utterance that the gate finds is a turn. */

export function open(draft: Draft, button: TalkButton): void {
  draft.change({ conversation: { quietSinceMs: draft.state.nowMs } });
  draft.effect({ effect: 'conversation', open: true });
  begin(draft, button);
}

/** A press ends it. What has been said is still translated; what is being played ends. */
export function closeByPress(draft: Draft): void {
  const { activity } = draft.state;
  closeConversation(draft);
  switch (activity.doing) {
    case 'listening':
      if (activity.speech) endUtterance(draft);
      else cancel(draft);
      return;
    case 'speaking':
      cancel(draft);
      return;
    case 'repeating':
      endRepetition(draft);
      return;
    case 'nothing':
    case 'asking':
    case 'awaiting translation':
      return;
  }
}

/** Nobody has spoken for so long that it is over; without a conversation, so is the listening. */
export function closeBySilence(draft: Draft): void {
  const { activity } = draft.state;
  closeConversation(draft);
  if (activity.doing !== 'listening') return;
  draft.effect({ effect: 'drop turn', turn: activity.turn });
  draft.effect({ effect: 'cue', cue: 'ended' });
  finish(draft, activity.turn, 'nothing said', undefined);
}

/** Behind each turn the next one is listened for; unless nobody has spoken for so long by then that it is over. */
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
