import { nextDeadlineMs } from '../../src/kiosk/deadlines.ts';
import type { Engine, Service } from '../../src/kiosk/engines.ts';
import type { Effect, KioskEvent } from '../../src/kiosk/events.ts';
import { lights } from '../../src/kiosk/shown/lights.ts';
import { initialState, type KioskState, type Settings } from '../../src/kiosk/state.ts';
import { transition } from '../../src/kiosk/transition.ts';
import { SETTINGS } from './kiosk-settings.ts';

/** An event without its time. */
export type Bare = KioskEvent extends infer E ? (E extends KioskEvent ? Omit<E, 'atMs'> : never) : never;

export type Desk = ReturnType<typeof kiosk>;

/** A kiosk whose devices and engines work, for stories: each event comes 100 ms after the previous one. */
export function kiosk(settings: Partial<Settings> = {}) {
  let state = initialState({ ...SETTINGS, ...settings }, 0);
  const effects: Effect[] = [];
  const at = (atMs: number, event: Bare) => {
    const step = transition(state, { atMs, ...event } as KioskEvent);
    state = step.state;
    effects.push(...step.effects);
    return step.effects;
  };
  const does = (event: Bare) => at(state.nowMs + 100, event);
  for (const device of ['microphone', 'loudspeaker', 'panel'] as const)
    does({ event: 'device', device, is: 'working' });
  for (const { engine } of state.settings.route.engines)
    does({ event: 'service', engine, service: { is: 'ready' } });
  effects.length = 0;
  return {
    does,
    at,
    effects,
    get state(): KioskState {
      return state;
    },
    /** Nothing happens but that time passes, with a tick at each deadline. @returns what it brought about */
    waits(ms: number): readonly Effect[] {
      const until = state.nowMs + ms;
      const before = effects.length;
      for (;;) {
        const deadline = nextDeadlineMs(state);
        if (deadline === undefined || deadline > until) break;
        at(deadline, { event: 'tick' });
      }
      at(until, { event: 'tick' });
      return effects.slice(before);
    },
    lights: () => lights(state, ['es', 'fr']),
    talk: () => lights(state, []).talk.look,
    reports: () => effects.filter((effect) => effect.effect === 'report turn'),
    begun: () => effects.filter((effect) => effect.effect === 'begin turn'),
    moves: () => effects.filter((effect) => effect.effect === 'move turn'),
    prompts: () => effects.flatMap((effect) => (effect.effect === 'prompt' ? [effect.prompt] : [])),
    cues: () => effects.flatMap((effect) => (effect.effect === 'cue' ? [effect.cue] : [])),
  };
}

/** Without what only the engines notice. */
export const atDesk = (effects: readonly Effect[]): readonly Effect[] =>
  effects.filter(({ effect }) => effect !== 'prepare engine' && effect !== 'check engine');

export const pressed = { event: 'talk pressed', button: 'talk' } as const;
export const released = { event: 'talk released', button: 'talk' } as const;

export const service = (engine: Engine, is: Service) => ({ event: 'service', engine, service: is }) as const;
