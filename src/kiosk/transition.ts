import { choose, chooseNext, GUEST_LEFT_HOLD_MS, guestLeft, press, stopListening } from './controls.ts';
import { deadlines, shownLongEnough } from './deadlines.ts';
import { Draft, type Step } from './draft.ts';
import { noteService, prepareNext, retriesDue, retryNow, startEngines } from './engine-health.ts';
import type { KioskEvent } from './events.ts';
import type { FaultCode } from './faults.ts';
import { type KioskState, microphoneOff, routeAhead, runningTurn } from './state.ts';
import { goOn } from './turn/conversation.ts';
import { engineFailed, keepUpToDate } from './turn/failover.ts';
import { hear } from './turn/guest.ts';
import { answered, cancel, closeConversation, fail } from './turn/outcome.ts';
import { answerBegan, ask, delay, drained, endUtterance, playing } from './turn/waiting.ts';

export type { Step } from './draft.ts';

const VOLUME_STEP_PERCENT = 10;
const QUIETEST_PERCENT = 10;

/**
 * What an event means in a state. Pure: no clock, no I/O; time comes with the event. A time before the last one counts as
 * the last one, so that setting a clock does no harm.
 */
export function transition(before: KioskState, event: KioskEvent): Step {
  const draft = new Draft({ ...before, nowMs: Math.max(before.nowMs, event.atMs) });
  if (!before.stopping) {
    apply(draft, event);
    deadlines(draft);
    goOn(draft);
    keepUpToDate(draft);
    shownLongEnough(draft);
    const off = microphoneOff(draft.state);
    if (off !== microphoneOff(before)) draft.effect({ effect: 'microphone', off });
    serveEngines(draft, before);
  }
  return draft.step();
}

/** Engines that are away are tried again. The next one is made ready after each turn, and when the route changes. */
function serveEngines(draft: Draft, before: KioskState): void {
  if (draft.state.stopping) return;
  retriesDue(draft);
  const { state } = draft;
  const isReported = draft.effects.some(({ effect }) => effect === 'report turn');
  if (isReported || routeAhead(before).engine !== routeAhead(state).engine) prepareNext(draft);
}

function apply(draft: Draft, event: KioskEvent): void {
  const { state } = draft;
  // What a turn reports after its end is no news.
  const ofTurn = 'turn' in event && event.event !== 'drained';
  if (ofTurn && runningTurn(state)?.number !== event.turn) return;
  switch (event.event) {
    case 'talk pressed':
      if (state.held[event.button] !== undefined) return; // a bounce that got through: it is down already
      draft.change({ held: { ...state.held, [event.button]: state.nowMs } });
      press(draft, event.button);
      return;
    case 'talk released': {
      const { [event.button]: since, ...held } = state.held;
      if (since === undefined) return;
      draft.change({ held });
      const { activity } = draft.state;
      if (activity.doing === 'listening' && !activity.gated && activity.button === event.button)
        endUtterance(draft);
      return;
    }
    case 'repeat pressed':
      if (!state.repeatable || (state.activity.doing !== 'nothing' && state.activity.doing !== 'repeating'))
        return;
      if (state.activity.doing === 'repeating') draft.effect({ effect: 'silence' });
      draft.change({ activity: { doing: 'repeating' } });
      draft.effect({ effect: 'repeat' });
      return;
    case 'volume pressed': {
      const wanted = state.volumePercent + event.step * VOLUME_STEP_PERCENT;
      const percent = Math.min(100, Math.max(QUIETEST_PERCENT, wanted));
      if (percent === state.volumePercent) return;
      draft.change({ volumePercent: percent });
      draft.effect({ effect: 'set volume', percent });
      return;
    }
    case 'language pressed':
      draft.change({ languageHeldMs: state.languageHeldMs ?? state.nowMs });
      return;
    case 'language released':
      if (state.languageHeldMs === undefined) return; // it was held: the guest has left
      draft.change({ languageHeldMs: undefined });
      if (state.nowMs < state.languageHeldMs + GUEST_LEFT_HOLD_MS) chooseNext(draft);
      else guestLeft(draft);
      return;
    case 'language chosen':
      choose(draft, event.language);
      return;
    case 'guest left':
      guestLeft(draft);
      return;
    case 'muted':
      draft.change({ mute: event.on ? 'on' : 'off' });
      if (event.on) stopListening(draft);
      return;
    case 'quiet':
      draft.change({ quiet: event.on });
      return;
    case 'speech started':
      if (state.activity.doing !== 'listening') return;
      draft.change({
        activity: { ...state.activity, speech: true, sinceMs: state.nowMs },
      });
      return;
    case 'utterance ended':
      endUtterance(draft, true);
      return;
    case 'heard':
      hear(draft, event);
      return;
    case 'asked':
      ask(draft);
      return;
    case 'answer began':
      answerBegan(draft);
      return;
    case 'playing':
      playing(draft);
      return;
    case 'answered':
      answered(draft, event.outcome, event.spoken);
      return;
    case 'turn delayed':
      delay(draft, event.turn, event.fault);
      return;
    case 'turn failed':
      engineFailed(draft, event.fault);
      return;
    case 'drained':
      drained(draft, event.turn);
      return;
    case 'service':
      noteService(draft, event.engine, event.service, event.random ?? 1);
      return;
    case 'network changed':
    case 'clock set':
      retryNow(draft);
      return;
    case 'start':
      draft.effect({ effect: 'set volume', percent: state.volumePercent });
      startEngines(draft);
      return;
    case 'money':
      draft.change({ money: event.money });
      return;
    case 'device':
      draft.change({ devices: { ...state.devices, [event.device]: event.is } });
      if (event.is !== 'working' && event.is !== 'starting') lose(draft, event.device, event.is);
      return;
    case 'condition': {
      const others = state.conditions.filter((fault) => fault !== event.fault);
      draft.change({ conditions: event.on ? [...others, event.fault] : others });
      return;
    }
    case 'tick':
      return;
    case 'stop':
      if (runningTurn(state) !== undefined) cancel(draft);
      else draft.effect({ effect: 'silence' });
      closeConversation(draft);
      draft.change({ activity: { doing: 'nothing' }, stopping: true });
      return;
  }
}

/**
 * A device is lost, and so is a turn that needs it. Not so with the loudspeaker: it keeps its sound, is usually back in a
 * moment, and reports when it gives the sound up.
 */
function lose(draft: Draft, device: 'microphone' | 'loudspeaker' | 'panel', fault: FaultCode): void {
  const { doing } = draft.state.activity;
  if (device === 'microphone' && doing === 'listening') fail(draft, fault);
  if (device === 'panel') {
    // Neither the release of a button nor the mute switch can be read any more.
    const mute = draft.state.settings.muteSwitch ? 'unread' : draft.state.mute;
    draft.change({ held: {}, languageHeldMs: undefined, mute });
    stopListening(draft);
  }
}
