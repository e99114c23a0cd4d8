/** Days at one desk: guests in office hours, nights without any, and now and then a fault. */
import { readdirSync } from 'node:fs';
import type { DaemonStatus } from '../../src/control/port.ts';
import { seeded } from '../rig/random.ts';
import { Draft } from './draft.ts';
import { TRANSLATED } from './faults.ts';
import { ANYTHING, type History, type Round, type Step } from './history.ts';
import { play } from './play.ts';
import type { Playing } from './scene.ts';

export interface Days {
  readonly days: number;
  readonly seed: number;
  readonly tell?: Playing['tell'];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 07:00 to 23:00: about 360 turns, 5,000 in 14 days. */
const OPEN_MS = 16 * HOUR_MS;
const GUESTS_A_DAY = 71;

/** What breaks, and for how long at most, in milliseconds. */
const TROUBLES: readonly (readonly [name: string, begins: Step, ends: Step, atMostMs: number])[] = [
  [
    'Wi-Fi away',
    { do: 'network', network: { fault: 'link down' } },
    { do: 'network', network: { fault: 'heal' } },
    20 * 60_000,
  ],
  [
    'router hangs',
    { do: 'network', network: { fault: 'half-open' } },
    { do: 'network', network: { fault: 'heal' } },
    5 * 60_000,
  ],
  [
    'captive portal',
    { do: 'network', network: { fault: 'captive portal' } },
    { do: 'network', network: { fault: 'heal' } },
    30 * 60_000,
  ],
  [
    'quota used up',
    { do: 'every connection', fault: 'quota after the set-up' },
    { do: 'every connection', fault: 'none' },
    40 * 60_000,
  ],
  [
    'service in trouble',
    { do: 'every connection', fault: 'upgrade 503' },
    { do: 'every connection', fault: 'none' },
    60 * 60_000,
  ],
  [
    'loudspeaker pulled out',
    { do: 'loudspeaker', fault: 'gone' },
    { do: 'loudspeaker', fault: 'repair' },
    10 * 60_000,
  ],
  [
    'microphone pulled out',
    { do: 'microphone', fault: 'gone' },
    { do: 'microphone', fault: 'repair' },
    10 * 60_000,
  ],
  ['disk full', { do: 'disk', fault: 'full' }, { do: 'disk', fault: 'repair' }, 3 * HOUR_MS],
];

/** The same seed gives the same days. */
function historyOfDays(days: number, seed: number): History {
  const draft = new Draft(seeded(seed));
  const rounds: Round[] = [];
  const add = (name: string) => rounds.push({ name, patient: false, steps: draft.taken() });
  for (let day = 1; day <= days; day += 1) {
    const gapMs = OPEN_MS / GUESTS_A_DAY;
    for (let guest = 0; guest < GUESTS_A_DAY; guest += 1) {
      draft.wait(gapMs * 0.4, gapMs * 1.2);
      const trouble = draft.chance(0.03) ? draft.pick(TROUBLES) : undefined;
      if (trouble === undefined) {
        conversation(draft, TRANSLATED);
        add(`day ${day}, a guest`);
        continue;
      }
      const [name, begins, ends, atMostMs] = trouble;
      draft.add(begins);
      draft.wait(1000, atMostMs / 2);
      conversation(draft, ANYTHING);
      draft.wait(1000, atMostMs / 2);
      draft.add(ends);
      add(`day ${day}, ${name}`);
    }
    draft.wait(DAY_MS - OPEN_MS);
    add(`day ${day}, the night`);
  }
  return {
    seed,
    rounds,
    settings: { talkMode: 'hold', listen: 'pressed', engines: ['dialogue'], turnsPerConnection: 1 },
  };
}

function conversation(draft: Draft, right: string): void {
  for (let turns = draft.between(3, 7); turns > 0; turns -= 1) {
    draft.talk(right);
    draft.until('nothing');
    draft.wait(500, 8000);
  }
}

/** Why the desk can't be used now. */
function unusable(status: DaemonStatus | undefined): string | undefined {
  if (status === undefined) return 'no daemon runs';
  const { devices, service } = status;
  for (const device of ['microphone', 'loudspeaker', 'panel'] as const) {
    const is = devices[device];
    if (is !== 'working' && is !== 'starting') return is;
  }
  return service.is === 'unreachable' ? service.fault : undefined;
}

const gc = (globalThis as { gc?: () => void }).gc ?? (() => {});
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const WEIGH_EVERY = 500;
const PROGRESS_MS = 5000;

/** Plays days and prints a summary. @returns whether all invariants held */
export async function simulateDays(
  { days, seed, tell }: Days,
  speech: readonly Int16Array[],
): Promise<boolean> {
  console.log(`${days} days, seed ${seed}`);
  const history = historyOfDays(days, seed);
  const weights: { turns: number; bytes: number; handles: number }[] = [];
  let down: { readonly fromMs: number; why: string } | undefined;
  let longest = { ms: 0, why: 'it always was', round: 0 };
  let unusableMs = 0;
  let lookedMs = 0;
  let round = 0;
  let progressMs = performance.now();
  const beganMs = performance.now();
  const played = await play(history, speech, {
    ...(tell === undefined ? {} : { tell }),
    looked: (status, atMs) => {
      const why = unusable(status);
      if (why !== undefined) unusableMs += atMs - lookedMs;
      lookedMs = atMs;
      if (why === undefined) down = undefined;
      else {
        down ??= { fromMs: atMs, why };
        down.why = why;
        const ms = atMs - down.fromMs;
        if (ms > longest.ms) longest = { ms, why, round };
      }
    },
    roundEnded: (index, turns) => {
      round = index + 1;
      if (turns >= (weights.length + 1) * WEIGH_EVERY) {
        gc();
        gc();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        weights.push({ turns, bytes: heapUsed + arrayBuffers, handles: readdirSync('/proc/self/fd').length });
      }
      if (performance.now() - progressMs < PROGRESS_MS) return;
      progressMs = performance.now();
      console.log(
        `  ${history.rounds[index]?.name}: ${turns} turns, ${((progressMs - beganMs) / 1000).toFixed(0)} s`,
      );
    },
  });
  const { violation, turns, virtualMs, figures, outcomes, hash } = played;
  if (violation !== undefined) {
    const name = history.rounds[violation.round]?.name;
    console.log(`FAILED round ${violation.round} (${name}): ${violation.invariant}: ${violation.what}`);
  }
  console.log(
    `turns: ${turns} in ${(virtualMs / DAY_MS).toFixed(1)} days, ${((performance.now() - beganMs) / 1000).toFixed(0)} s here`,
  );
  console.log(`outcomes: ${[...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`);
  console.log(`restarts: ${figures.restarts}`);
  const listed = weights.map(({ turns, bytes, handles }) => `${turns}: ${mib(bytes)}, ${handles}`);
  console.log(`memory and open files, after turns: ${listed.join('; ')}`);
  const perDay = (count: number) => Math.round(count / (virtualMs / DAY_MS));
  console.log(`writes: ${figures.writes}, ${perDay(figures.writes)} a day`);
  console.log(
    `log (level debug): ${figures.logLines} lines, ${mib(figures.logBytes)}; ${mib(perDay(figures.logBytes))} a day`,
  );
  const where = history.rounds[longest.round]?.name ?? '';
  console.log(
    `longest time without a usable desk: ${(longest.ms / 60_000).toFixed(1)} minutes, ${longest.why} (${where}); ` +
      `in all ${((100 * unusableMs) / virtualMs).toFixed(2)} % of the time`,
  );
  console.log(`hash ${hash}`);
  const [first, last] = [weights[1] ?? weights[0], weights.at(-1)];
  const flat = first === undefined || last === undefined || last.bytes <= first.bytes * 1.1;
  if (!flat) console.log('FAILED memory stays flat');
  return violation === undefined && flat;
}
