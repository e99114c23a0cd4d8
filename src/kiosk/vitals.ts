import type { Device, KioskState } from './state.ts';

/**
 * Whether the daemon still functions, for the watchdog. A part that hangs has been restarted long before anything is
 * doubted here: what is left is what only a new process may mend. A network, a service, a key or a device that is
 * missing is no reason ever.
 */

/** What a part tells: it works; it hangs, and is restarted; or it is away: missing, busy, without its program. */
export type Sign = 'works' | 'hangs' | 'away';

interface Part {
  /** It has worked in this process. What never did is not mended by another process either. */
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

/** A part has told how it is. */
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
 * Why the service manager should no longer be told that the daemon lives; undefined while it should.
 * @param lagMs by how much the event loop was late of late, at its best, in milliseconds
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
    return `"${activity.what}" has gone on for ${Math.round(forMs / 60_000)} min`;
  }
  return undefined;
}
