import { EN } from '../words/en.ts';
import { FAST, flashes, type Look } from './shown/looks.ts';
import type { Prompt } from './shown/sounds.ts';

/** Who can fix it. `nobody`: it passes without help. `staff`: the people at the desk. `operator`: anyone who looks after the device. */
export type FixedBy = 'nobody' | 'staff' | 'operator';

/**
 * When the same thing is worth trying again: at once on a fresh connection; after a growing wait; after a long
 * one; or not before something was changed. A press always tries now, and nothing is ever given up for good.
 */
export type RetryRule = 'at once' | 'backoff' | 'slow' | 'when changed';

/** The part that has to be fixed. */
export type FaultGroup = (typeof FAULT_GROUPS)[number];

/** In the order of the first digit of their ids, from 1. */
export const FAULT_GROUPS = [
  'mute',
  'microphone',
  'loudspeaker',
  'device',
  'account',
  'network',
  'service',
] as const;

interface Row {
  /** Names the fault in the log and on the card. Its first digit is its group. */
  readonly id: `D${number}`;
  readonly fixedBy: FixedBy;
  readonly retry: RetryRule;
  readonly group: FaultGroup;
  /** What the trouble light does: by group, so that it can be recognised by counting. */
  readonly look: Look;
  /** What is heard when a turn fails of it. */
  readonly cue: 'trouble' | Prompt;
}

export interface FaultEntry extends Row {
  /** In English, as in the log. */
  readonly title: string;
  /** What to do about it, in English. */
  readonly hint: string;
}

const MUTE = { group: 'mute', look: flashes(1), cue: 'trouble' } as const;
const MICROPHONE = { group: 'microphone', look: flashes(2), cue: 'trouble' } as const;
const LOUDSPEAKER = { group: 'loudspeaker', look: flashes(3), cue: 'trouble' } as const;
const DEVICE = { group: 'device', look: flashes(4), cue: 'trouble' } as const;
const ACCOUNT = { group: 'account', look: flashes(5), cue: 'not available' } as const;
const NETWORK = { group: 'network', look: FAST, cue: 'not available' } as const;
const SERVICE = { group: 'service', look: FAST, cue: 'speak again' } as const;

/** The one table of what can go wrong in a way that someone can act on. Lights, log, card and docs come from it. */
const TABLE = {
  muted: { id: 'D11', fixedBy: 'staff', retry: 'when changed', ...MUTE },

  'microphone-missing': { id: 'D21', fixedBy: 'staff', retry: 'backoff', ...MICROPHONE },
  'microphone-busy': { id: 'D22', fixedBy: 'operator', retry: 'backoff', ...MICROPHONE },
  'microphone-stalled': { id: 'D23', fixedBy: 'staff', retry: 'backoff', ...MICROPHONE },
  'microphone-failed': { id: 'D24', fixedBy: 'operator', retry: 'backoff', ...MICROPHONE },
  'recorder-missing': { id: 'D25', fixedBy: 'operator', retry: 'slow', ...MICROPHONE },
  'microphone-format': { id: 'D26', fixedBy: 'operator', retry: 'backoff', ...MICROPHONE },

  'loudspeaker-missing': { id: 'D31', fixedBy: 'staff', retry: 'backoff', ...LOUDSPEAKER },
  'loudspeaker-busy': { id: 'D32', fixedBy: 'operator', retry: 'backoff', ...LOUDSPEAKER },
  'loudspeaker-failed': { id: 'D33', fixedBy: 'operator', retry: 'backoff', ...LOUDSPEAKER },
  'player-missing': { id: 'D34', fixedBy: 'operator', retry: 'slow', ...LOUDSPEAKER },

  'config-broken': { id: 'D40', fixedBy: 'operator', retry: 'when changed', ...DEVICE },
  'button-stuck': { id: 'D41', fixedBy: 'staff', retry: 'when changed', ...DEVICE },
  'panel-missing': { id: 'D42', fixedBy: 'operator', retry: 'backoff', ...DEVICE },
  internal: { id: 'D43', fixedBy: 'operator', retry: 'at once', ...DEVICE },
  'under-voltage': { id: 'D44', fixedBy: 'staff', retry: 'when changed', ...DEVICE },
  'disk-full': { id: 'D45', fixedBy: 'operator', retry: 'when changed', ...DEVICE },
  'phrasebook-missing': { id: 'D46', fixedBy: 'operator', retry: 'when changed', ...DEVICE },
  'phrasebook-failed': { id: 'D47', fixedBy: 'operator', retry: 'backoff', ...DEVICE },
  'update-failed': { id: 'D48', fixedBy: 'operator', retry: 'when changed', ...DEVICE },
  'too-hot': { id: 'D49', fixedBy: 'staff', retry: 'when changed', ...DEVICE },

  // Of the account, since budgets go by the clock.
  'clock-jumped': { id: 'D50', fixedBy: 'operator', retry: 'when changed', ...ACCOUNT },
  'key-missing': { id: 'D51', fixedBy: 'operator', retry: 'when changed', ...ACCOUNT },
  'key-refused': { id: 'D52', fixedBy: 'operator', retry: 'when changed', ...ACCOUNT },
  'permission-denied': { id: 'D53', fixedBy: 'operator', retry: 'when changed', ...ACCOUNT },
  quota: { id: 'D54', fixedBy: 'operator', retry: 'slow', ...ACCOUNT },
  'model-gone': { id: 'D55', fixedBy: 'operator', retry: 'when changed', ...ACCOUNT },
  'setup-rejected': { id: 'D56', fixedBy: 'operator', retry: 'when changed', ...ACCOUNT },
  'budget-spent': { id: 'D57', fixedBy: 'operator', retry: 'slow', ...ACCOUNT },
  'no-engine': { id: 'D58', fixedBy: 'operator', retry: 'when changed', ...ACCOUNT },
  'credits-exhausted': { id: 'D59', fixedBy: 'operator', retry: 'slow', ...ACCOUNT },

  'proxy-failed': { id: 'D60', fixedBy: 'operator', retry: 'backoff', ...NETWORK },
  'network-unreachable': { id: 'D61', fixedBy: 'operator', retry: 'backoff', ...NETWORK },
  'name-not-resolved': { id: 'D62', fixedBy: 'operator', retry: 'backoff', ...NETWORK },
  'clock-wrong': { id: 'D63', fixedBy: 'operator', retry: 'slow', ...NETWORK },
  'tls-failed': { id: 'D64', fixedBy: 'operator', retry: 'slow', ...NETWORK },
  'captive-portal': { id: 'D65', fixedBy: 'operator', retry: 'backoff', ...NETWORK },
  'upgrade-refused': { id: 'D66', fixedBy: 'operator', retry: 'slow', ...NETWORK },
  'connect-timeout': { id: 'D67', fixedBy: 'operator', retry: 'backoff', ...NETWORK },
  'network-slow': { id: 'D68', fixedBy: 'operator', retry: 'backoff', ...NETWORK },
  'connection-lost': { id: 'D69', fixedBy: 'nobody', retry: 'at once', ...NETWORK, cue: 'speak again' },

  'service-error': { id: 'D71', fixedBy: 'nobody', retry: 'at once', ...SERVICE, cue: 'not available' },
  'setup-timeout': { id: 'D72', fixedBy: 'nobody', retry: 'at once', ...SERVICE, cue: 'not available' },
  'session-expired': { id: 'D73', fixedBy: 'nobody', retry: 'at once', ...SERVICE },
  'service-garbled': { id: 'D74', fixedBy: 'nobody', retry: 'at once', ...SERVICE },
  'no-answer': { id: 'D75', fixedBy: 'nobody', retry: 'at once', ...SERVICE },
  'silent-answer': { id: 'D76', fixedBy: 'nobody', retry: 'at once', ...SERVICE },
  'answer-broken-off': { id: 'D77', fixedBy: 'nobody', retry: 'at once', ...SERVICE },
  'answer-endless': { id: 'D78', fixedBy: 'nobody', retry: 'at once', ...SERVICE },
  'answer-wrong-language': { id: 'D79', fixedBy: 'nobody', retry: 'at once', ...SERVICE },
} as const satisfies Readonly<Record<keyof typeof EN.faultTitles, Row>>;

export type FaultCode = keyof typeof TABLE;
export const FAULT_CODES = Object.keys(TABLE) as FaultCode[];

/** The table, with its words in English. */
export const FAULTS = Object.fromEntries(
  FAULT_CODES.map((code): [FaultCode, FaultEntry] => [
    code,
    { ...TABLE[code], title: EN.faultTitles[code], hint: EN.faultHints[code] },
  ]),
) as Readonly<Record<FaultCode, FaultEntry>>;

/** Whether the network is at fault, rather than the service or the account. */
export function isNetworkFault(code: FaultCode): boolean {
  return FAULTS[code].group === 'network' && code !== 'upgrade-refused';
}

/** Whether the engine failed, so that another one may do better. */
export function isEngineFault(code: FaultCode): boolean {
  const { group } = FAULTS[code];
  if (code === 'phrasebook-missing' || code === 'phrasebook-failed') return true;
  return group === 'account' || group === 'network' || group === 'service';
}

/** Whether nothing at all reaches the service. Other network faults may affect one kind of connection only. */
export function isOutage(code: FaultCode): boolean {
  return OUTAGES.has(code);
}

const OUTAGES: ReadonlySet<FaultCode> = new Set([
  'proxy-failed',
  'network-unreachable',
  'name-not-resolved',
  'clock-wrong',
  'tls-failed',
]);

/** Whether it affects the next turn as well: quota, key, model, network, outage. */
export function concernsNextTurn(code: FaultCode): boolean {
  return FAULTS[code].retry !== 'at once' || code === 'service-error';
}

/** Whether it may pass within seconds: then people wait for another attempt. */
export function mayPassSoon(code: FaultCode): boolean {
  const { retry } = FAULTS[code];
  return retry === 'at once' || retry === 'backoff';
}

/** A problem that somebody can act on. Any other error is a bug. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  /**
   * What happened this time, for anyone who investigates it; never holds the key, what was said, or a text of others
   * that may quote it.
   */
  readonly detail: string;

  constructor(code: FaultCode, detail: string) {
    super(`${FAULTS[code].title}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }

  get entry(): FaultEntry {
    return FAULTS[this.code];
  }
}
