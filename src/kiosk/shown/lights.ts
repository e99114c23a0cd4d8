import { FAULTS } from '../faults.ts';
import { type Side, sameLanguage } from '../languages.ts';
import { isOnline } from '../route.ts';
import { faultsOf, type KioskState, routeAhead, serviceOf } from '../state.ts';
import { FAST, flashes, type Look, OFF, ON, SLOW } from './looks.ts';

export type Led = 'talk' | 'connection' | 'trouble' | Side | `language-${string}`;

/**
 * What the lights show from power-on until the daemon is there to change them: all of them, as a lamp test. A running
 * desk never looks so, since it keeps steady trouble to the dead; the dead look, since that has nothing else lit.
 */
export const BOOT = { lit: 'all' } as const;

/** What the lights show when no daemon is there to change them: nothing else looks so. */
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

/** Whose turn it is and what became of the last one. */
function talk(state: KioskState): Look {
  const { activity, last } = state;
  switch (activity.doing) {
    case 'listening':
      return ON;
    case 'awaiting translation':
      return FAST;
    case 'asking':
      return flashes(4);
    case 'speaking':
    case 'repeating':
      return SLOW;
    case 'nothing':
      break;
  }
  switch (last?.outcome) {
    case 'nothing said':
    case 'too quiet':
      return flashes(1);
    case 'not understood':
      return flashes(2);
    case 'failed':
      return flashes(3);
    case 'translated':
    case 'cancelled':
    case undefined:
      return OFF;
  }
}

/** Lit while the desk can be used as far as anybody knows; flashes while it knows the phrases of its book only. */
function connection(state: KioskState): Look {
  if (state.quiet && asleep(state)) return OFF;
  const { engine } = routeAhead(state);
  if (engine === undefined) return OFF;
  if (!isOnline(state.settings.route, engine)) return LIMITED;
  switch (serviceOf(state).is) {
    case 'ready':
      return ON;
    case 'unknown':
    case 'connecting':
      return SLOW;
    case 'unreachable':
      return OFF;
  }
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

/** The light of trouble: dark when all is well. Steady light is left to the dead. */
function trouble(state: KioskState): Look {
  const worst = faultsOf(state)[0];
  return worst === undefined ? OFF : FAULTS[worst].look;
}

/** Which language the guest is taken to speak; while it is not known, all that it may be. */
function language(state: KioskState, code: string, all: readonly string[]): Look {
  if (state.quiet && asleep(state)) return OFF;
  const { guest } = state.speakers;
  if (guest === undefined) return OFF;
  if (sameLanguage(guest.code, code)) return ON;
  // A guest whose language has no LED is shown by all of them, slowly.
  return all.some((other) => sameLanguage(other, guest.code)) ? OFF : SLOW;
}

/** The desk is idle and nothing is wrong: at night this needs no light. */
function asleep(state: KioskState): boolean {
  return state.activity.doing === 'nothing' && state.last === undefined && faultsOf(state).length === 0;
}
