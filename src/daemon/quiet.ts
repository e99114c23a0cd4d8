/**
 * Whether it is a quiet hour.
 * @param from local time of day, "22:00"
 * @param to local time of day; earlier than `from` when the night lies between
 */
export function isQuiet(now: Date, from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined) return false;
  const minutes = now.getHours() * 60 + now.getMinutes();
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return start <= end ? minutes >= start && minutes < end : minutes >= start || minutes < end;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
