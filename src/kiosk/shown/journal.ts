import type { Step } from '../draft.ts';
import type { Effect, EventOf, KioskEvent } from '../events.ts';
import { FAULTS, type FaultCode } from '../faults.ts';
import { faultsOf, type KioskState } from '../state.ts';
import { wordingOf } from '../wording.ts';

/** A line of the log. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn';
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** What the log says of one event: derived from the state before and after it, as lights and status are. */
export function journal(before: KioskState, event: KioskEvent, { state, effects }: Step): LogLine[] {
  if (before.stopping) return [];
  return [
    ...ofEvent(before, event, state),
    ...stuckButton(before, event, state),
    ...effects.flatMap(ofEffect),
  ];
}

function ofEvent(before: KioskState, event: KioskEvent, state: KioskState): LogLine[] {
  switch (event.event) {
    case 'device':
      return ofDevice(before, event, state);
    case 'condition':
      return ofCondition(before, event, state);
    case 'service':
      return ofService(before, event, state);
    case 'money':
      return ofMoney(before, event);
    case 'turn delayed': {
      if (state.delay?.turn !== event.turn || state.delay.fault !== event.fault) return [];
      const { turn, fault, detail } = event;
      const isKnown = before.delay?.turn === turn && before.delay.fault === fault;
      const fields = { turn, fault, id: FAULTS[fault].id, detail };
      return [{ level: isKnown ? 'debug' : 'warn', message: 'the turn is tried again', fields }];
    }
    case 'language chosen': {
      const { guest } = state.speakers;
      const pinned = guest?.by === 'pinned' ? guest.code : undefined;
      if (pinned !== event.language) return [];
      const fields = { language: pinned ?? 'auto' };
      return [{ level: 'info', message: "the guest's language was chosen", fields }];
    }
    case 'network changed':
      return [{ level: 'info', message: 'the network has changed' }];
    case 'clock set':
      return [{ level: 'warn', message: 'the clock was set', fields: { byMs: Math.round(event.byMs) } }];
    default:
      return [];
  }
}

function ofEffect(effect: Effect): LogLine[] {
  switch (effect.effect) {
    case 'move turn': {
      const { turn, route } = effect;
      return [{ level: 'warn', message: 'the turn goes to another engine', fields: { turn, route } }];
    }
    case 'prompt': {
      const { prompt, languages } = effect;
      return [{ level: 'debug', message: 'says', fields: { prompt, languages } }];
    }
    case 'microphone':
      return [{ level: 'info', message: `the microphone is ${effect.off ? 'off' : 'on'}` }];
    default:
      return [];
  }
}

function ofDevice(
  { devices }: KioskState,
  { device, is, detail }: EventOf<'device'>,
  state: KioskState,
): LogLine[] {
  const odd: LogLine[] =
    is === 'working' && detail !== undefined
      ? [{ level: 'info', message: 'works, but', fields: { device, detail } }]
      : [];
  if (devices[device] === is || is === 'starting') return odd;
  if (is === 'working') return [...odd, { level: 'info', message: 'works', fields: { device } }];
  return [ofFault('warn', is, state, { device }, detail)];
}

function ofCondition({ conditions }: KioskState, event: EventOf<'condition'>, state: KioskState): LogLine[] {
  const { fault, on, detail } = event;
  if (conditions.includes(fault) === on) return [];
  if (on) return [ofFault('warn', fault, state, {}, detail)];
  return [{ level: 'info', message: 'is over', fields: { fault, id: FAULTS[fault].id } }];
}

function ofService({ retries }: KioskState, event: EventOf<'service'>, state: KioskState): LogLine[] {
  const { engine, service, detail } = event;
  const away = retries[engine]?.away;
  if (service.is !== 'unreachable') {
    const line: LogLine = { level: 'debug', message: 'service', fields: { engine, service: service.is } };
    if (service.is !== 'ready' || away === undefined) return [line];
    return [line, { level: 'info', message: 'the service is back', fields: { engine } }];
  }
  const retryInMs = Math.round((state.retries[engine]?.atMs ?? state.nowMs) - state.nowMs);
  const level = away?.fault === service.fault ? 'debug' : 'warn';
  return [ofFault(level, service.fault, state, { engine }, detail, { retryInMs })];
}

function ofMoney({ money }: KioskState, { money: { is }, figures }: EventOf<'money'>): LogLine[] {
  if (is === money.is) return [];
  if (is === 'within') return [{ level: 'info', message: 'the money is within its budgets' }];
  return [{ level: 'warn', message: 'a budget is nearly or all spent', fields: { budget: is, ...figures } }];
}

/** The one fault that the mind itself finds. */
function stuckButton(before: KioskState, event: KioskEvent, state: KioskState): LogLine[] {
  if (event.event === 'condition') return []; // a line that keeps moving
  const isStuck = (one: KioskState) =>
    faultsOf(one).includes('button-stuck') && !one.conditions.includes('button-stuck');
  return isStuck(state) && !isStuck(before) ? [ofFault('warn', 'button-stuck', state, {})] : [];
}

/** The title stays English, to be searched for; the hint is for the people at the desk. */
function ofFault(
  level: LogLine['level'],
  fault: FaultCode,
  { speakers }: KioskState,
  first: object,
  detail?: string,
  rest: object = {},
): LogLine {
  const { id, title } = FAULTS[fault];
  const { hint } = wordingOf(fault, speakers.host);
  return { level, message: title, fields: { ...first, fault, id, hint, detail, ...rest } };
}
