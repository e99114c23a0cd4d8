import type { Device, KioskState } from './state.ts';

/**
 * Whether the daemon still functions, for the watchdog. A part that hangs is restarted long before that: this finds what
 * only a new process may fix. A missing network, service, key or device is never a reason.
 */

/** How a part is: it works; it hangs, and is restarted; or it is away: missing, busy, or its program is missing. */
export type Sign = 'works' | 'hangs' | 'away';

interface Part {
  /** It has worked in this process. Another process can't fix what never worked. */
  readonly worked: boolean;
  readonly hangsSinceMs: number | undefined;
}

/** Times are milliseconds on the monotonic clock. */
export interface Vitals {
  readonly parts: Readonly<Partial<Record<Device, Part>>>;
  readonly activity: { readonly what: string; readonly sinceMs: number };
}

export const FRESH_VITALS: Vitals = { parts: {}, activity: { what: '', sinceMs: 0 } };

/** A part hangs for good when a minute of restarts (some ten of them) did not help, in milliseconds. */
export const HANGS_FOR_GOOD_MS = 60_000;

/** No limit of an activity that the configuration takes is above 10 minutes; in milliseconds. */
export const STUCK_AFTER_MS = 15 * 60_000;

/** An event loop that is always later than this, in milliseconds, serves nobody: a button would be a second late. */
export const LATE_MS = 2000;

/** A part has reported how it is. */
export function afterSign(vitals: Vitals, part: Device, sign: Sign, nowMs: number): Vitals {
  const before = vitals.parts[part];
  const after: Part = {
    worked: sign === 'works' || (before?.worked ?? false),
    hangsSinceMs: sign === 'hangs' ? (before?.hangsSinceMs ?? nowMs) : undefined,
  };
  return { ...vitals, parts: { ...vitals.parts, [part]: after } };
}

/** The kiosk has come to another state. */
export function afterState(vitals: Vitals, state: KioskState): Vitals {
  const { activity, nowMs } = state;
  const what = 'turn' in activity ? `${activity.doing}, turn ${activity.turn.number}` : activity.doing;
  return what === vitals.activity.what ? vitals : { ...vitals, activity: { what, sinceMs: nowMs } };
}

/**
 * Why the daemon should stop notifying the watchdog; undefined while it functions.
 * @param lagMs smallest delay of the event loop since the last notification, in milliseconds
 */
export function doubt({ parts, activity }: Vitals, nowMs: number, lagMs: number): string | undefined {
  if (lagMs > LATE_MS) return `the event loop is ${Math.round(lagMs)} ms late`;
  for (const [part, { worked, hangsSinceMs }] of Object.entries(parts)) {
    if (!worked || hangsSinceMs === undefined) continue;
    const forMs = nowMs - hangsSinceMs;
    if (forMs > HANGS_FOR_GOOD_MS) {
      return `the ${part} worked, hangs, and was restarted in vain for ${Math.round(forMs / 1000)} s`;
    }
  }
  const forMs = nowMs - activity.sinceMs;
  if (activity.what !== 'nothing' && activity.what !== '' && forMs > STUCK_AFTER_MS) {
    return `"${activity.what}" has lasted for ${Math.round(forMs / 60_000)} min`;
  }
  return undefined;
}
