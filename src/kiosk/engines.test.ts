import { describe, expect, it } from 'vitest';
import { CASCADE, DIALOGUE, PHRASEBOOK, SETTINGS, TRANSLATE } from '../../test/rig/kiosk-settings.ts';
import { atDesk } from '../../test/rig/story.ts';
import type { Engine, Service } from './engines.ts';
import type { Effect, KioskEvent } from './events.ts';
import type { FaultCode } from './faults.ts';
import type { Money } from './route.ts';
import { lights } from './shown/lights.ts';
import { faultsOf, initialState, routeAhead, type Settings } from './state.ts';
import { transition } from './transition.ts';

/** Stories of a desk with several engines. The scenarios of the whole daemon are in test/scenarios/engines.test.ts. */

type Bare = KioskEvent extends infer E ? (E extends KioskEvent ? Omit<E, 'atMs'> : never) : never;

function desk(engines: Settings['route']['engines'], more: Partial<Settings> = {}) {
  let state = initialState({ ...SETTINGS, route: { ...SETTINGS.route, engines }, ...more }, 0);
  const does = (event: Bare, afterMs = 100): readonly Effect[] => {
    const step = transition(state, { atMs: state.nowMs + afterMs, ...event } as KioskEvent);
    state = step.state;
    return step.effects;
  };
  for (const device of ['microphone', 'loudspeaker', 'panel'] as const)
    does({ event: 'device', device, is: 'working' });
  return {
    does,
    is: (engine: Engine, service: Service) => does({ event: 'service', engine, service }),
    money: (is: Money['is']) => does({ event: 'money', money: { is } }),
    get state() {
      return state;
    },
    get connection() {
      return lights(state, []).connection;
    },
  };
}

const away = (fault: FaultCode): Service => ({ is: 'unreachable', fault });
const pressed = { event: 'talk pressed', button: 'talk' } as const;
const released = { event: 'talk released', button: 'talk' } as const;

describe('a turn that goes to another engine', () => {
  it('while it is heard: the sound ends, then a cue announces the repetition', () => {
    const { does } = desk([DIALOGUE, CASCADE]);
    does(pressed);
    does(released);
    does({ event: 'playing', turn: 1 });
    const effects = does({ event: 'turn failed', turn: 1, fault: 'quota' });
    // The move itself silences as well what has come and is not heard yet.
    expect(effects.map(({ effect }) => effect)).toEqual(['move turn', 'silence', 'cue']);
    expect(effects.at(-1)).toEqual({ effect: 'cue', cue: 'again' });
  });

  it('to the phrasebook plays its cue when the prompt "one moment" has ended', () => {
    const { does, is } = desk([DIALOGUE, PHRASEBOOK]);
    does(pressed);
    is('dialogue', away('network-unreachable'));
    expect(does(released)).toContainEqual(expect.objectContaining({ prompt: 'one moment' }));
    expect(does({ event: 'tick' }, 3900)).toEqual([]); // people are given the better engine for as long as this
    const effects = atDesk(does({ event: 'tick' }, 100));
    expect(effects.slice(-2)).toEqual([{ effect: 'silence' }, { effect: 'cue', cue: 'phrasebook' }]);
  });
});

describe('a desk with a button for each side', () => {
  it('includes engines that need to know the speaker', () => {
    expect(routeAhead(desk([TRANSLATE, DIALOGUE]).state).engine).toBe('dialogue');
    const { state } = desk([TRANSLATE, DIALOGUE], { speakerByButton: true });
    expect(routeAhead(state).engine).toBe('translate');
  });

  it('shows why that engine is missed', () => {
    const two = desk([TRANSLATE, DIALOGUE], { speakerByButton: true });
    two.is('translate', away('quota'));
    expect(faultsOf(two.state)).toEqual(['quota']);
    expect(routeAhead(two.state).engine).toBe('dialogue');
  });
});

describe('the connection light', () => {
  it('is dark when nothing may serve, even before anybody has looked whether the service is there', () => {
    const spent = desk([DIALOGUE, PHRASEBOOK]);
    spent.money('spent');
    expect(spent.connection).toEqual({ look: 'off' });
    expect(faultsOf(spent.state)).toEqual(['budget-spent']);
  });

  it('is dark, and the fault is shown, when no engine knows the language that was chosen', () => {
    const small = desk([PHRASEBOOK]);
    expect(small.connection).toEqual({ look: 'flashes', count: 2 });
    small.does({ event: 'language chosen', language: 'ja' });
    expect(small.connection).toEqual({ look: 'off' });
    expect(faultsOf(small.state)).toEqual(['no-engine']);
    small.does({ event: 'language chosen', language: undefined });
    expect(faultsOf(small.state)).toEqual([]);
  });

  it('is lit while another engine serves', () => {
    const both = desk([DIALOGUE, CASCADE, PHRASEBOOK]);
    both.is('dialogue', away('quota'));
    both.is('cascade', { is: 'ready' });
    expect(both.connection).toEqual({ look: 'on' });
    expect(faultsOf(both.state)).toEqual(['quota']);
  });
});
