import { begin, cancel, endUtterance, finish } from './course.ts';
import type { Draft } from './draft.ts';
import { FAULTS } from './faults.ts';
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
  close(draft);
  switch (activity.doing) {
    case 'listening':
      if (activity.speech) endUtterance(draft);
      else cancel(draft);
      return;
    case 'speaking':
      cancel(draft);
      return;
    case 'repeating':
      draft.change({ activity: { doing: 'nothing' } });
      draft.effect({ effect: 'silence' });
      return;
    case 'nothing':
    case 'asking':
    case 'awaiting translation':
      return;
  }
}

/** Nobody has spoken for so long that it is over. */
export function closeBySilence(draft: Draft): void {
  const { activity } = draft.state;
  close(draft);
  if (activity.doing !== 'listening') return;
  draft.effect({ effect: 'drop turn', turn: activity.turn });
  draft.effect({ effect: 'cue', cue: 'ended' });
  finish(draft, activity.turn, 'nothing said', undefined);
}

export function close(draft: Draft): void {
  if (draft.state.conversation === undefined) return;
  draft.change({ conversation: undefined });
  draft.effect({ effect: 'conversation', open: false });
}

/** Behind each turn the next one is listened for; unless nobody could be served, or listened to. */
export function goOn(draft: Draft): void {
  const { conversation, activity, last, stopping } = draft.state;
  if (conversation === undefined || activity.doing !== 'nothing' || stopping) return;
  const hopeless = last?.outcome === 'failed' && last.fault !== undefined && !mayGoOn(last.fault);
  if (!hopeless) begin(draft, undefined);
  if (draft.state.activity.doing === 'nothing') close(draft);
}

/** Whether the next utterance may fare better: the prompt "please speak again" has asked for it. */
function mayGoOn(fault: keyof typeof FAULTS): boolean {
  return FAULTS[fault].cue === 'speak again';
}
