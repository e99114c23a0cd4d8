import type { Service } from '../engines.ts';
import { FAULTS } from '../faults.ts';
import { type Side, sameLanguage } from '../languages.ts';
import { isOnline } from '../route.ts';
import { type Activity, faultsOf, type KioskState, type Outcome, routeAhead, serviceOf } from '../state.ts';
import { FAST, flashes, type Look, OFF, ON, SLOW } from './looks.ts';

export type Led = 'talk' | 'connection' | 'trouble' | Side | `language-${string}`;

/**
 * The lights from power-on until the daemon starts: all of them, as a lamp test. A running desk never lights trouble
 * steadily, and DEAD lights nothing else.
 */
export const BOOT = { lit: 'all' } as const;

/** The lights when no daemon runs. */
export const DEAD: { readonly lit: readonly Led[] } = { lit: ['trouble'] };

/**
 * The look of every LED, derived from the state alone: a ladder of priorities for each.
 * @param languages codes that have an LED of their own
 */
export function lights(state: KioskState, languages: readonly string[]): Record<Led, Look> {
  const looks: Record<Led, Look> = {
    talk: talk(state),
    connection: connection(state),
    trouble: trouble(state),
    host: side(state, 'host'),
    guest: side(state, 'guest'),
  };
  for (const code of languages) looks[`language-${code}`] = language(state, code, languages);
  return looks;
}

const TALK: Readonly<Record<Exclude<Activity['doing'], 'nothing'>, Look>> = {
  listening: ON,
  'awaiting translation': FAST,
  asking: flashes(4),
  speaking: SLOW,
  repeating: SLOW,
};

const OUTCOME: Readonly<Record<Outcome, Look>> = {
  translated: OFF,
  cancelled: OFF,
  'nothing said': flashes(1),
  'too quiet': flashes(1),
  'not understood': flashes(2),
  failed: flashes(3),
};

/** What the desk is doing, or the outcome of the last turn. */
function talk({ activity, last }: KioskState): Look {
  if (activity.doing !== 'nothing') return TALK[activity.doing];
  return last === undefined ? OFF : OUTCOME[last.outcome];
}

const CONNECTION: Readonly<Record<Service['is'], Look>> = {
  ready: ON,
  unknown: SLOW,
  connecting: SLOW,
  unreachable: OFF,
};

/** Lit while the desk can be used as far as anybody knows; flashes while only the phrasebook can be. */
function connection(state: KioskState): Look {
  if (state.quiet && asleep(state)) return OFF;
  const { engine } = routeAhead(state);
  if (engine === undefined) return OFF;
  return isOnline(state.settings.route, engine) ? CONNECTION[serviceOf(state).is] : LIMITED;
}

const LIMITED = flashes(2);

/** The direction of the turn: steady for the side that is heard or may speak, slow for the side that is spoken to. */
function side({ activity }: KioskState, which: Side): Look {
  switch (activity.doing) {
    case 'listening':
      return activity.turn.speaker === undefined || activity.turn.speaker === which ? ON : OFF;
    case 'awaiting translation':
    case 'asking':
      return activity.turn.speaker === which ? ON : OFF;
    case 'speaking':
      return activity.turn.speaker !== undefined && activity.turn.speaker !== which ? SLOW : OFF;
    case 'nothing':
    case 'repeating':
      return OFF;
  }
}

/** Dark when all is well. Steady light is reserved for a daemon that does not run. */
function trouble(state: KioskState): Look {
  const worst = faultsOf(state)[0];
  return worst === undefined ? OFF : FAULTS[worst].look;
}

/** The guest's language as far as it is known. */
function language(state: KioskState, code: string, all: readonly string[]): Look {
  if (state.quiet && asleep(state)) return OFF;
  const { guest } = state.speakers;
  if (guest === undefined) return OFF;
  if (sameLanguage(guest.code, code)) return ON;
  // For a language without an LED, all of them blink slowly.
  return all.some((other) => sameLanguage(other, guest.code)) ? OFF : SLOW;
}

/** The desk is idle and nothing is wrong: at night this needs no light. */
function asleep(state: KioskState): boolean {
  return state.activity.doing === 'nothing' && state.last === undefined && faultsOf(state).length === 0;
}
