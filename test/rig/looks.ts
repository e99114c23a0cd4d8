/** Recognises the looks of a light by its changes, like somebody who knows the rhythms. */
import { FAST, flashes, type Look, lit, OFF, ON, periodMs, SLOW } from '../../src/kiosk/shown/looks.ts';

/** A look of a light, and since when, in milliseconds. */
export interface Shown {
  readonly atMs: number;
  readonly look: Look;
}

/** How far a change may be from where its look has it, in milliseconds: lights are redrawn every 50 ms. */
const TOLERANCE_MS = 60;
const MOST_FLASHES = 5;
/** A look may have begun this many changes before the previous look stops explaining them: a group of flashes. */
const CHANGES_BACK = 2 * MOST_FLASHES;

/** A look with the moments within its period at which the light changes. */
interface Rhythm {
  readonly look: Look;
  readonly periodMs: number;
  readonly changesMs: readonly number[];
}

/** All that a light may show. */
const LOOKS: readonly Look[] = [
  OFF,
  ON,
  SLOW,
  FAST,
  ...Array.from({ length: MOST_FLASHES }, (_, i) => flashes(i + 1)),
];

function rhythmOf(look: Look): Rhythm {
  const period = periodMs(look);
  const moments = Array.from({ length: period }, (_, i) => i + 1);
  const changesMs = moments.filter((ms) => lit(look, ms) !== lit(look, ms - 1));
  return { look, periodMs: period, changesMs };
}

/** The looks up to one of them. */
interface Reading extends Shown {
  readonly rhythm: Rhythm;
  /** Index of the first change that it has to explain. */
  readonly next: number;
  readonly before: Reading | undefined;
}

/**
 * The fewest looks that explain the changes, in order. Dark or light that follows a blink is steady from the moment at
 * which the next change is missing.
 * @param allChangesMs when the light changed, dark at first
 * @param untilMs how long it was watched
 * @param looks that it may show; of those that explain the same, the first is taken
 * @throws Error when they do not explain it
 */
export function looksIn(
  allChangesMs: readonly number[],
  untilMs: number,
  looks: readonly Look[] = LOOKS,
): Shown[] {
  const changesMs = visible(allChangesMs);
  const rhythms = looks.map(rhythmOf);
  const readings: Reading[] = [{ rhythm: rhythmOf(OFF), look: OFF, atMs: 0, next: 0, before: undefined }];
  const known = new Set<string>();
  for (const reading of readings) {
    const explained = changesExplained(reading, changesMs);
    const next = reading.next + explained;
    if (next === changesMs.length && dueMs(reading, explained) > untilMs) return shownBy(reading);
    for (const follower of followers(reading, explained, changesMs, rhythms)) {
      const key = `${looks.indexOf(follower.look)} ${follower.atMs} ${follower.next}`;
      if (known.has(key)) continue;
      known.add(key);
      readings.push(follower);
    }
  }
  throw new Error(`no such looks change a light so: ${changesMs.slice(-40).join(', ')}`);
}

/** Without blinks that take no time, as when a look ends at the moment of a change. */
function visible(changesMs: readonly number[]): number[] {
  const seen: number[] = [];
  for (const ms of changesMs) {
    if (ms === seen.at(-1)) seen.pop();
    else seen.push(ms);
  }
  return seen;
}

/** How many changes are where the look has them. */
function changesExplained(reading: Reading, changesMs: readonly number[]): number {
  for (let count = 0; ; count += 1) {
    const atMs = changesMs[reading.next + count];
    if (atMs === undefined || Math.abs(atMs - expectedMs(reading, count)) > TOLERANCE_MS) return count;
  }
}

/** When the look has its change of this number. */
function expectedMs({ rhythm, atMs }: Reading, number: number): number {
  const { changesMs, periodMs: period } = rhythm;
  const { length } = changesMs;
  if (length === 0) return Number.POSITIVE_INFINITY;
  return atMs + Math.floor(number / length) * period + (changesMs[number % length] as number);
}

/** When its absence shows. */
const dueMs = (reading: Reading, number: number) => expectedMs(reading, number) + TOLERANCE_MS;

/** Looks that may follow, the latest first. */
function* followers(
  before: Reading,
  explained: number,
  changesMs: readonly number[],
  rhythms: readonly Rhythm[],
): Generator<Reading> {
  for (let count = explained; count >= Math.max(0, explained - CHANGES_BACK); count -= 1) {
    const change = before.next + count;
    const atMs = changesMs[change];
    if (atMs === undefined) continue;
    const becomesLit = change % 2 === 0;
    for (const rhythm of rhythms) {
      const { look } = rhythm;
      if (look === before.look) continue;
      if (lit(look, 0) === becomesLit && atMs <= dueMs(before, count)) {
        const hidden = count < explained && rhythm.changesMs.length === 0;
        const missingMs = Math.min(
          expectedMs(before, count + 1),
          changesMs[change + 1] ?? Number.POSITIVE_INFINITY,
        );
        yield { rhythm, look, atMs: hidden ? missingMs : atMs, next: change + 1, before };
      }
      // One that begins lit, while the light is lit: its first change is to dark.
      const [litMs = Number.NaN] = rhythm.changesMs;
      const beganMs = atMs - litMs;
      const latestMs = changesMs[change - 1] ?? 0;
      if (!becomesLit && beganMs > Math.max(latestMs, before.atMs) && beganMs <= dueMs(before, count))
        yield { rhythm, look, atMs: beganMs, next: change, before };
    }
  }
}

function shownBy(last: Reading): Shown[] {
  const shown: Shown[] = [];
  for (let reading: Reading | undefined = last; reading !== undefined; reading = reading.before)
    shown.unshift({ atMs: reading.atMs, look: reading.look });
  return shown;
}
