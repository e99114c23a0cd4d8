/** Days and months in the desk's time zone. Computed from the parts of a date, never from 24 hours: some days have 23. */

/** The local day: "2026-11-22". */
export function dayKey(at: Date): string {
  return `${monthKey(at)}-${two(at.getDate())}`;
}

/** The local month: "2026-11". */
export function monthKey(at: Date): string {
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}`;
}

/** The next local midnight, or the first moment after it where the clock skips it. */
export function nextDay(at: Date): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1);
}

/** The local midnight with which the next month begins. */
export function nextMonth(at: Date): Date {
  return new Date(at.getFullYear(), at.getMonth() + 1, 1);
}

/** The local day `days` days earlier, at noon: far from any change of the clock. */
export function daysBefore(at: Date, days: number): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() - days, 12);
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
