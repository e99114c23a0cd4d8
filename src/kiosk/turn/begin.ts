import type { Draft } from '../draft.ts';
import { retryNow } from '../engine-health.ts';
import type { Engine } from '../engines.ts';
import type { FaultCode } from '../faults.ts';
import type { Side } from '../languages.ts';
import { type Route, routeInWords } from '../route.ts';
import { isFault, type KioskState, languagesFor, microphoneOff, routeOf, type TalkButton } from '../state.ts';
import { finish, sayFault } from './outcome.ts';

/** Begins a turn, which fails at once if the desk can't listen. @param button undefined: hands-free, after a turn */
export function begin(draft: Draft, button: TalkButton | undefined): void {
  const { state } = draft;
  const number = state.turns + 1;
  const byButton = button === undefined ? undefined : sideOfButton(button);
  const chosen = routeOf(state, byButton);
  const { engine } = chosen;
  draft.change({ turns: number, last: button === undefined ? state.last : undefined });
  if (button !== undefined) draft.change({ guestSeenMs: state.nowMs });
  const unable = cannotListen(state) ?? (engine === undefined ? whyNoEngine(chosen) : undefined);
  if (unable !== undefined || engine === undefined) {
    sayFault(draft, unable ?? 'no-engine');
    finish(draft, number, 'failed', unable ?? 'no-engine');
    return;
  }
  const gated = state.settings.talkMode !== 'hold';
  const languages = languagesFor(state, byButton);
  const turn = {
    number,
    engine,
    failed: [],
    languages,
    stuckSinceMs: stuckSinceMs(state, engine),
    byButton,
    speaker: byButton,
    before: state.speakers,
  };
  draft.change({
    activity: { doing: 'listening', turn, button, sinceMs: state.nowMs, gated, speech: false },
  });
  draft.effect({
    effect: 'begin turn',
    turn: number,
    pressedAtMs: state.nowMs,
    engine,
    languages,
    gated,
    continues: button === undefined,
    route: routeInWords(chosen),
  });
  if (button === undefined) return;
  // A press also tries engines that are away, for later turns.
  retryNow(draft);
  if (state.settings.listenCue) draft.effect({ effect: 'cue', cue: 'listen' });
}

/** Why the desk can't listen or answer now. */
function cannotListen(state: KioskState): FaultCode | undefined {
  if (microphoneOff(state)) return 'muted';
  const { microphone, loudspeaker } = state.devices;
  if (isFault(microphone) && !state.settings.opensMicrophone) return microphone;
  // A player that has just died is usually back before there is anything to play.
  return isFault(loudspeaker) && loudspeaker !== 'loudspeaker-failed' ? loudspeaker : undefined;
}

/** Why there is no engine for a turn. */
export function whyNoEngine({ passedOver }: Route): FaultCode {
  return passedOver.some(({ because }) => because === 'budget') ? 'budget-spent' : 'no-engine';
}

function sideOfButton(button: TalkButton): Side | undefined {
  if (button === 'talk') return undefined;
  return button === 'talk-host' ? 'host' : 'guest';
}

/** Since when a turn that gets this engine now can't reach it; undefined when it can. */
export function stuckSinceMs({ services, nowMs }: KioskState, engine: Engine): number | undefined {
  return services[engine]?.is === 'unreachable' ? nowMs : undefined;
}
