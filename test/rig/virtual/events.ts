import { EventLog } from '../event-log.ts';
import type { VirtualClock } from './clock.ts';

/** Enough for any test, and little enough for days. */
const KEPT = 1000;

/** The latest events, to be waited for in virtual time. */
export function eventsOn<T>(clock: VirtualClock, name: string, show: (event: T) => string): EventLog<T> {
  return new EventLog(name, show, { clock, drive: (wanted) => clock.drive(wanted), kept: KEPT });
}
