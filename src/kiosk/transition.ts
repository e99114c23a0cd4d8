import {
  changeVolume,
  choose,
  guestLeft,
  languagePressed,
  languageReleased,
  repeat,
  stopListening,
  talkPressed,
  talkReleased,
} from './controls.ts';
import { deadlines, shownLongEnough } from './deadlines.ts';
import { Draft, type Step } from './draft.ts';
import { noteService, prepareNext, retriesDue, retryNow, startEngines } from './engine-health.ts';
import type { EventOf, KioskEvent } from './events.ts';
import { FAULT_CODES, type FaultCode } from './faults.ts';
import { type Device, isFault, type KioskState, microphoneOff, routeAhead, runningTurn } from './state.ts';
import { goOn } from './turn/conversation.ts';
import { engineFailed, keepUpToDate } from './turn/failover.ts';
import { hear } from './turn/guest.ts';
import { answered, cancel, closeConversation, fail } from './turn/outcome.ts';
import { answerBegan, ask, delay, drained, endUtterance, playing } from './turn/waiting.ts';

export type { Step } from './draft.ts';

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

/** Retries engines that are away. Prepares the next engine after each turn, and when the route changes. */
function serveEngines(draft: Draft, before: KioskState): void {
  if (draft.state.stopping) return;
  retriesDue(draft);
  const { state } = draft;
  const isReported = draft.effects.some(({ effect }) => effect === 'report turn');
  if (isReported || routeAhead(before).engine !== routeAhead(state).engine) prepareNext(draft);
}

function apply(draft: Draft, event: KioskEvent): void {
  // Reports of a turn that has ended are ignored.
  const ofTurn = 'turn' in event && event.event !== 'drained';
  if (ofTurn && runningTurn(draft.state)?.number !== event.turn) return;
  (HANDLERS[event.event] as (draft: Draft, event: KioskEvent) => void)(draft, event);
}

/** What each event does, besides what time brings about. */
const HANDLERS: { readonly [E in KioskEvent['event']]: (draft: Draft, event: EventOf<E>) => void } = {
  'talk pressed': (draft, { button }) => talkPressed(draft, button),
  'talk released': (draft, { button }) => talkReleased(draft, button),
  'repeat pressed': repeat,
  'volume pressed': (draft, { step }) => changeVolume(draft, step),
  'language pressed': languagePressed,
  'language released': languageReleased,
  'language chosen': (draft, { language }) => choose(draft, language),
  'guest left': guestLeft,
  muted: (draft, { on }) => {
    draft.change({ mute: on ? 'on' : 'off' });
    if (on) stopListening(draft);
  },
  quiet: (draft, { on }) => draft.change({ quiet: on }),
  'speech started': (draft) => {
    const { activity, nowMs } = draft.state;
    if (activity.doing === 'listening')
      draft.change({ activity: { ...activity, speech: true, sinceMs: nowMs } });
  },
  'utterance ended': (draft) => endUtterance(draft, true),
  heard: hear,
  asked: ask,
  'answer began': answerBegan,
  playing,
  answered: (draft, { outcome, spoken }) => answered(draft, outcome, spoken),
  'turn delayed': (draft, { turn, fault }) => delay(draft, turn, fault),
  'turn failed': (draft, { fault }) => engineFailed(draft, fault),
  drained: (draft, { turn }) => drained(draft, turn),
  service: (draft, { engine, service, random = 1 }) => noteService(draft, engine, service, random),
  'network changed': retryNow,
  'clock set': retryNow,
  money: (draft, { money }) => draft.change({ money }),
  device: (draft, { device, is }) => {
    draft.change({ devices: { ...draft.state.devices, [device]: is } });
    if (isFault(is)) lose(draft, device, is);
  },
  condition: (draft, { fault, on }) => {
    const { conditions } = draft.state;
    const holds = (code: FaultCode) => (code === fault ? on : conditions.includes(code));
    draft.change({ conditions: FAULT_CODES.filter(holds) });
  },
  tick: () => {},
  start: (draft) => {
    draft.effect({ effect: 'set volume', percent: draft.state.volumePercent });
    startEngines(draft);
  },
  stop: (draft) => {
    if (runningTurn(draft.state) !== undefined) cancel(draft);
    else draft.effect({ effect: 'silence' });
    closeConversation(draft);
    draft.change({ activity: { doing: 'nothing' }, stopping: true });
  },
};

/**
 * A device is lost. Without the microphone, a turn that listens fails. The loudspeaker keeps its sound, is usually back
 * in a moment, and reports when it drops the sound.
 */
function lose(draft: Draft, device: Device, fault: FaultCode): void {
  const { doing } = draft.state.activity;
  if (device === 'microphone' && doing === 'listening') fail(draft, fault);
  if (device === 'panel') {
    // The release of a button and the mute switch can't be read any more.
    const mute = draft.state.settings.muteSwitch ? 'unread' : draft.state.mute;
    draft.change({ held: {}, languageHeldMs: undefined, mute });
    stopListening(draft);
  }
}
