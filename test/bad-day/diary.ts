/** What happened at a desk in a day, and how it looked and sounded, as a table. */

import type { TurnLog } from '../../src/daemon/turn-log.ts';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import { lookInWords } from '../../src/kiosk/shown/looks.ts';
import type { LogLine } from '../rig/counter.ts';
import type { Shown } from '../rig/looks.ts';
import type { HeardSound } from '../rig/sounds.ts';
import type { Outcome } from './script.ts';

const DAY_MS = 86_400_000;
/** What follows within this belongs to the same line of the table. */
const TOGETHER_MS = 8000;

/** A time with a fault of the world, and the faults as which the desk may classify it. */
export interface Episode {
  readonly name: string;
  readonly faults: readonly FaultCode[];
  readonly fromMs: number;
  /** Infinity until it is over. */
  toMs: number;
}

export const LIGHTS = ['talk', 'connection', 'trouble'] as const;
type Light = (typeof LIGHTS)[number];

type Entry = Record<Light | 'heard' | 'log', string[]> & { readonly atMs: number; readonly what: string };

/** An entry of the table. */
interface Event {
  readonly atMs: number;
  readonly column: Light | 'heard' | 'log' | 'what';
  readonly text: string;
}

export class Diary {
  readonly episodes: Episode[] = [];
  readonly presses: { readonly atMs: number; readonly right: readonly Outcome[] }[] = [];
  readonly turns: { readonly atMs: number; readonly turn: TurnLog }[] = [];
  readonly lights: Readonly<Record<Light, Shown[]>> = { talk: [], connection: [], trouble: [] };
  readonly sounds: HeardSound[] = [];
  /** Of warning or worse. */
  readonly warnings: { readonly atMs: number; readonly line: LogLine }[] = [];
  readonly #events: Event[] = [];
  readonly #beginsMs: number;

  /** @param begins time of day at 0 of the clock: "22:00" */
  constructor(begins: string) {
    this.#beginsMs = ofDay(begins);
  }

  /** The time on the clock at which the day's clock shows this, next after the beginning. */
  msAt(time: string): number {
    return (ofDay(time) - this.#beginsMs + DAY_MS) % DAY_MS;
  }

  timeAt(ms: number): string {
    return new Date((this.#beginsMs + ms) % DAY_MS).toISOString().slice(11, 19);
  }

  begin(atMs: number, name: string, faults: readonly FaultCode[]): void {
    this.episodes.push({ name, faults, fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
  }

  /** The latest episode is over. */
  end(atMs: number): void {
    const latest = this.episodes.at(-1);
    if (latest !== undefined) latest.toMs = atMs;
  }

  happened(atMs: number, what: string): void {
    this.#events.push({ atMs, column: 'what', text: what });
  }

  log(atMs: number, line: LogLine): void {
    const note = (text: string) => void this.#events.push({ atMs, column: 'log', text });
    if (line.level >= 40 && line.msg !== 'turn') {
      this.warnings.push({ atMs, line });
      note(line.id === undefined ? line.msg : `${line.id} ${line.fault}`);
    }
    if (line.msg === 'the service is back' || line.msg === 'is over') note(line.msg);
    if (line.msg !== 'turn') return;
    const turn = line as unknown as TurnLog;
    this.turns.push({ atMs, turn });
    const why = turn.fault === undefined ? '' : ` (${turn.fault})`;
    const after = turn.latencyMs === undefined ? '' : `, heard after ${(turn.latencyMs / 1000).toFixed(1)} s`;
    note(`**turn ${turn.turn}: ${turn.outcome}**${why}${after}`);
  }

  table(): string {
    const head = ['time', 'what happened', 'talk', 'connection', 'trouble', 'heard', 'log'];
    const rows = this.#entries().map(({ atMs, what, talk, connection, trouble, heard, log }) => [
      this.timeAt(atMs),
      what,
      ...[talk, connection, trouble].map((looks) => looks.join(' → ')),
      counted(heard).join(', '),
      counted(log).join('; '),
    ]);
    return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  }

  /** Everything that happened, was seen, heard and logged, in order. */
  #inOrder(): Event[] {
    const seen = LIGHTS.flatMap((light) =>
      this.lights[light].map(({ atMs, look }) => ({ atMs, column: light, text: lookInWords(look) })),
    );
    const heard = this.sounds.flatMap(({ name = 'something unknown', startMs, endMs, whole }): Event[] => [
      { atMs: startMs, column: 'heard', text: name },
      { atMs: endMs, column: 'heard', text: whole ? 'to its end' : 'cut off' },
    ]);
    const cause = ({ column }: Event) => (column === 'what' ? 0 : 1);
    return [...this.#events, ...seen, ...heard].toSorted((a, b) => a.atMs - b.atMs || cause(a) - cause(b));
  }

  #entries(): Entry[] {
    const entries: Entry[] = [];
    let lastMs = 0;
    for (const { atMs, column, text } of this.#inOrder()) {
      const last = entries.at(-1);
      // What follows no action of anybody gets its own line when the last entry is long ago.
      const entry =
        last === undefined || column === 'what' || atMs - lastMs > TOGETHER_MS
          ? entryAfter(last, atMs, column === 'what' ? text : '·')
          : last;
      if (entry !== last) entries.push(entry);
      if (column !== 'what') entry[column].push(text);
      lastMs = atMs;
    }
    return entries;
  }
}

/** Every line begins with what is lit. */
function entryAfter(before: Entry | undefined, atMs: number, what: string): Entry {
  const lit = (light: Light) => before?.[light].slice(-1) ?? [];
  return {
    atMs,
    what,
    talk: lit('talk'),
    connection: lit('connection'),
    trouble: lit('trouble'),
    heard: [],
    log: [],
  };
}

function ofDay(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** Repeated entries are noted once. */
function counted(texts: readonly string[]): string[] {
  const runs: { text: string; times: number }[] = [];
  for (const text of texts) {
    const last = runs.at(-1);
    if (last?.text === text) last.times += 1;
    else runs.push({ text, times: 1 });
  }
  return runs.map(({ text, times }) => (times === 1 ? text : `${text} (${times} times)`));
}
