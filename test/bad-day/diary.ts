/** What happened at a desk in a day, and how it looked and sounded: written down as it happens, told as a table. */
import { lookInWords } from '../../src/kiosk/looks.ts';
import type { TurnLog } from '../../src/runtime/turn-log.ts';
import type { LogLine } from '../rig/counter.ts';
import type { Looks, Sound } from '../support/fast-devices.ts';

const DAY_MS = 86_400_000;
/** What follows within this belongs to what happened before it: a line of the table. */
const TOGETHER_MS = 8000;

/** A time in which something is wrong with the world, and what the desk should make of it. */
export interface Episode {
  readonly name: string;
  readonly fromMs: number;
  toMs: number | undefined;
}

export interface Entry {
  readonly atMs: number;
  readonly what: string;
  readonly talk: string[];
  readonly connection: string[];
  readonly reconnect: string[];
  readonly heard: string[];
  readonly log: string[];
}

const LIGHTS = ['talk', 'connection', 'reconnect'] as const;

export class Diary {
  readonly entries: Entry[] = [];
  readonly episodes: Episode[] = [];
  readonly presses: { readonly turn: number; readonly atMs: number }[] = [];
  readonly turns: TurnLog[] = [];
  readonly sounds: { readonly atMs: number; readonly sound: Sound }[] = [];
  readonly looks: { readonly atMs: number; readonly looks: Looks }[] = [];
  /** Of warning or worse. */
  readonly warnings: { readonly atMs: number; readonly line: LogLine }[] = [];
  readonly #beginsMs: number;
  #lastMs = 0;

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

  begin(atMs: number, name: string): Episode {
    const episode: Episode = { name, fromMs: atMs, toMs: undefined };
    this.episodes.push(episode);
    return episode;
  }

  happened(atMs: number, what: string): void {
    this.#entry(atMs, what);
  }

  lights(looks: Looks, atMs: number): void {
    this.looks.push({ atMs, looks });
    const entry = this.#now(atMs);
    for (const led of LIGHTS) {
      const look = lookInWords(looks[led]);
      if (entry[led].at(-1) !== look) entry[led].push(look);
    }
  }

  sound(sound: Sound, atMs: number): void {
    this.sounds.push({ atMs, sound });
    this.#now(atMs).heard.push(soundInWords(sound));
  }

  log(line: LogLine, atMs: number): void {
    if (line.level >= 40 && line.msg !== 'turn') {
      this.warnings.push({ atMs, line });
      this.#now(atMs).log.push(line.id === undefined ? line.msg : `${line.id} ${line.fault}`);
    }
    if (line.msg === 'the service is back' || line.msg === 'is over') this.#now(atMs).log.push(line.msg);
    if (line.msg !== 'turn') return;
    const turn = line as unknown as TurnLog;
    this.turns.push(turn);
    const why = turn.fault === undefined ? '' : ` (${turn.fault})`;
    const after = turn.latencyMs === undefined ? '' : `, heard after ${(turn.latencyMs / 1000).toFixed(1)} s`;
    this.#now(atMs).log.push(`**turn ${turn.turn}: ${turn.outcome}**${why}${after}`);
  }

  table(): string {
    const head = ['time', 'what happened', 'talk light', 'connection', 'reconnect', 'heard', 'log'];
    const rows = this.entries.map(({ atMs, what, talk, connection, reconnect, heard, log }) => [
      this.timeAt(atMs),
      what,
      ...[talk, connection, reconnect].map((looks) => looks.join(' → ')),
      counted(heard).join(', '),
      counted(log).join('; '),
    ]);
    return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  }

  /** The line that is being written: a new one when the last thing was long ago. */
  #now(atMs: number): Entry {
    const last = this.entries.at(-1);
    if (last === undefined || atMs - this.#lastMs > TOGETHER_MS) return this.#entry(atMs, '·');
    this.#lastMs = atMs;
    return last;
  }

  #entry(atMs: number, what: string): Entry {
    const before = this.entries.at(-1);
    // Every line begins with what is lit.
    const lit = (led: (typeof LIGHTS)[number]) => before?.[led].slice(-1) ?? [];
    const entry: Entry = {
      atMs,
      what,
      talk: lit('talk'),
      connection: lit('connection'),
      reconnect: lit('reconnect'),
      heard: [],
      log: [],
    };
    this.entries.push(entry);
    this.#lastMs = atMs;
    return entry;
  }
}

function ofDay(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function soundInWords(sound: Sound): string {
  switch (sound.sound) {
    case 'cue':
      return `cue *${sound.cue}*`;
    case 'prompt':
      return `“${sound.prompt}”`;
    case 'silence':
      return 'cut off';
    case 'lost':
      return 'not heard: no loudspeaker';
    case 'translation':
    case 'repeat':
      return sound.sound;
    case 'heard to the end':
      return 'to its end';
  }
}

/** The same thing several times in a row is told once. */
function counted(texts: readonly string[]): string[] {
  const runs: { text: string; times: number }[] = [];
  for (const text of texts) {
    const last = runs.at(-1);
    if (last?.text === text) last.times += 1;
    else runs.push({ text, times: 1 });
  }
  return runs.map(({ text, times }) => (times === 1 ? text : `${text} (${times} times)`));
}
