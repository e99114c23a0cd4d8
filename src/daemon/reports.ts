import type { LoudspeakerState, LoudspeakerTrouble } from '../audio/loudspeaker/loudspeaker.ts';
import type { MicrophoneState, MicrophoneTrouble } from '../audio/microphone/microphone.ts';
import type { KioskEvent } from '../kiosk/events.ts';
import type { FaultCode } from '../kiosk/faults.ts';
import type { Device } from '../kiosk/state.ts';
import type { Sign } from '../kiosk/vitals.ts';
import type { ButtonRole } from '../panel/panel.ts';
import type { BudgetState } from '../spending/budget.ts';

/** What the ports report, as events of the mind. */

const MICROPHONE_FAULTS: Readonly<Record<MicrophoneTrouble, FaultCode>> = {
  missing: 'microphone-missing',
  busy: 'microphone-busy',
  stalled: 'microphone-stalled',
  'wrong format': 'microphone-format',
  ended: 'microphone-failed',
  'no recorder': 'recorder-missing',
};

const LOUDSPEAKER_FAULTS: Readonly<Record<LoudspeakerTrouble, FaultCode>> = {
  missing: 'loudspeaker-missing',
  busy: 'loudspeaker-busy',
  gone: 'loudspeaker-missing',
  died: 'loudspeaker-failed',
  stalled: 'loudspeaker-failed',
  'no player': 'player-missing',
};

export function microphoneEvent(state: MicrophoneState, atMs: number): KioskEvent {
  const is = state.kind === 'working' ? 'working' : MICROPHONE_FAULTS[state.trouble];
  return deviceEvent('microphone', is, state.detail, atMs);
}

export function loudspeakerEvent(state: LoudspeakerState, atMs: number): KioskEvent {
  if (state.kind === 'working') return deviceEvent('loudspeaker', 'working', undefined, atMs);
  return deviceEvent('loudspeaker', LOUDSPEAKER_FAULTS[state.trouble], state.detail, atMs);
}

export function deviceEvent(
  device: Device,
  is: 'working' | FaultCode,
  detail: string | undefined,
  atMs: number,
): KioskEvent {
  return { event: 'device', device, is, detail, atMs };
}

/** How a device is, for the watchdog. */
export function signOf(state: MicrophoneState | LoudspeakerState): Sign {
  if (state.kind === 'working') return 'works';
  return state.trouble === 'stalled' ? 'hangs' : 'away';
}

/** @returns undefined where the mind does not need to know */
export function buttonEvent(role: ButtonRole, down: boolean, atMs: number): KioskEvent | undefined {
  switch (role) {
    case 'talk':
    case 'talk-host':
    case 'talk-guest':
      return { event: down ? 'talk pressed' : 'talk released', button: role, atMs };
    case 'mute':
      return { event: 'muted', on: down, atMs };
    case 'language':
      return { event: down ? 'language pressed' : 'language released', atMs };
    case 'repeat':
      return down ? { event: 'repeat pressed', atMs } : undefined;
    case 'volume-up':
    case 'volume-down':
      return down ? { event: 'volume pressed', step: role === 'volume-up' ? 1 : -1, atMs } : undefined;
  }
}

export function moneyEvent(state: BudgetState, atMs: number): KioskEvent {
  if (state.is === 'within') return { event: 'money', money: { is: 'within' }, atMs };
  const { is, which, spent, budget, endsAt } = state;
  const dollars = { spent: spent / 1e6, budget: budget / 1e6 };
  return { event: 'money', money: { is }, figures: { which, dollars, endsAt }, atMs };
}
