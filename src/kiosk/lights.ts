import type { FaultCode } from './faults.ts';
import { sameLanguage } from './languages.ts';
import { faultsOf, type KioskState } from './state.ts';

/** What an LED does. Told by rhythm, never by colour alone. */
export type Look =
  | { readonly look: 'off' | 'on' | 'slow blink' | 'fast blink' }
  /** n short flashes, a pause, and again. */
  | { readonly look: 'flashes'; readonly count: number };

export type Led = 'talk' | 'connection' | 'reconnect' | `language-${string}`;

const OFF: Look = { look: 'off' };
const ON: Look = { look: 'on' };
const SLOW: Look = { look: 'slow blink' };
const FAST: Look = { look: 'fast blink' };
const flashes = (count: number): Look => ({ look: 'flashes', count });

/** What the lights show when no daemon is there to change them: nothing else looks so. */
export const DEAD: { readonly lit: readonly Led[] } = { lit: ['reconnect'] };

/**
 * The look of every LED, derived from the state alone: a ladder of priorities for each.
 * @param languages codes that have an LED of their own
 */
export function lights(state: KioskState, languages: readonly string[]): Record<Led, Look> {
  const looks: Record<Led, Look> = {
    talk: talk(state),
    connection: connection(state),
    reconnect: reconnect(state),
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
    case 'speaking':
    case 'repeating':
      return SLOW;
    case 'nothing':
      break;
  }
  switch (last?.outcome) {
    case 'nothing said':
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

/** Lit while the service can be used as far as anybody knows. */
function connection(state: KioskState): Look {
  switch (state.service.is) {
    case 'ready':
      return state.quiet && asleep(state) ? OFF : ON;
    case 'unknown':
    case 'connecting':
      return SLOW;
    case 'unreachable':
      return OFF;
  }
}

/** The light of trouble: dark when all is well. Steady light is left to the dead. */
function reconnect(state: KioskState): Look {
  const worst = faultsOf(state)[0];
  if (worst !== undefined) return lookOf(worst);
  return state.muted ? flashes(1) : OFF;
}

/** The look of a fault: by what has to be mended, so that it can be told by counting. */
export function lookOf(fault: FaultCode): Look {
  switch (fault) {
    case 'muted':
      return flashes(1);
    case 'recorder-missing':
    case 'microphone-missing':
    case 'microphone-busy':
    case 'microphone-stalled':
    case 'microphone-failed':
      return flashes(2);
    case 'loudspeaker-missing':
    case 'loudspeaker-busy':
    case 'player-missing':
    case 'loudspeaker-failed':
      return flashes(3);
    case 'button-stuck':
    case 'panel-missing':
    case 'internal':
      return flashes(4);
    case 'key-missing':
    case 'key-refused':
    case 'quota':
    case 'model-gone':
    case 'setup-rejected':
      return flashes(5);
    case 'network-unreachable':
    case 'name-not-resolved':
    case 'tls-failed':
    case 'connection-lost':
    case 'network-slow':
    case 'connect-timeout':
    case 'setup-timeout':
    case 'upgrade-refused':
    case 'service-error':
    case 'session-expired':
    case 'service-garbled':
    case 'no-answer':
    case 'silent-answer':
    case 'answer-broken-off':
      return FAST;
  }
}

/** Which language the guest is taken to speak; while it is not known, all that it may be. */
function language(state: KioskState, code: string, all: readonly string[]): Look {
  if (state.quiet && asleep(state)) return OFF;
  if (sameLanguage(code, state.settings.host)) return OFF;
  const { guest } = state;
  if (guest === undefined) return OFF;
  if (sameLanguage(guest.code, code)) return ON;
  // A guest whose language has no LED is shown by all of them, slowly.
  return all.some((other) => sameLanguage(other, guest.code)) ? OFF : SLOW;
}

/** Nothing goes on and nothing is wrong: at night this needs no light. */
function asleep(state: KioskState): boolean {
  return state.activity.doing === 'nothing' && state.last === undefined && faultsOf(state).length === 0;
}

/** Whether an LED with this look is lit at a moment. @param phaseMs time since the look began, 0 or more */
export function lit(look: Look, phaseMs: number): boolean {
  switch (look.look) {
    case 'off':
      return false;
    case 'on':
      return true;
    case 'slow blink':
      return phaseMs % SLOW_PERIOD_MS < SLOW_PERIOD_MS / 2;
    case 'fast blink':
      return phaseMs % FAST_PERIOD_MS < FAST_PERIOD_MS / 2;
    case 'flashes': {
      const at = phaseMs % (look.count * FLASH_PERIOD_MS + FLASHES_PAUSE_MS);
      return at < look.count * FLASH_PERIOD_MS && at % FLASH_PERIOD_MS < FLASH_PERIOD_MS / 2;
    }
  }
}

/** Rhythms that can be told apart at a glance, none near the 3 Hz that can trouble people (WCAG 2.3.1). */
const SLOW_PERIOD_MS = 1600;
const FAST_PERIOD_MS = 400;
const FLASH_PERIOD_MS = 400;
const FLASHES_PAUSE_MS = 1200;
