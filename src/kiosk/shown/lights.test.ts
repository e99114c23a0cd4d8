import { describe, expect, it } from 'vitest';
import { CASCADE, DIALOGUE, PHRASEBOOK, SETTINGS, TRANSLATE } from '../../../test/rig/kiosk-settings.ts';
import { type Desk, kiosk, pressed, released, service } from '../../../test/rig/story.ts';
import { FAULTS } from '../faults.ts';
import { faultsOf, routeAhead, type Settings, serviceOf } from '../state.ts';
import { lights } from './lights.ts';
import { lit } from './looks.ts';

describe('the connection light', () => {
  it('does not flicker while the connection of the next turn is opened', () => {
    const desk = kiosk();
    desk.does({ event: 'service', engine: 'dialogue', service: { is: 'connecting' } });
    expect(lights(desk.state, []).connection.look).toBe('on');
  });

  it('stays dark while a service that is away is tried again', () => {
    const desk = kiosk();
    desk.does({ event: 'service', engine: 'dialogue', service: { is: 'unreachable', fault: 'quota' } });
    desk.does({ event: 'service', engine: 'dialogue', service: { is: 'connecting' } });
    expect(lights(desk.state, []).connection.look).toBe('off');
  });
});

describe('a lasting condition', () => {
  it('is shown while it lasts and does not prevent turns', () => {
    const desk = kiosk();
    desk.does({ event: 'condition', fault: 'model-gone', on: true });
    expect(lights(desk.state, []).trouble).toEqual(FAULTS['model-gone'].look);
    expect(lights(desk.state, []).connection.look).toBe('on');
    desk.does(pressed);
    expect(desk.talk()).toBe('on');
    desk.does({ event: 'condition', fault: 'model-gone', on: false });
    expect(lights(desk.state, []).trouble.look).toBe('off');
  });
});

describe('the rhythm of a light', () => {
  it('shows the number of flashes, with a pause after them', () => {
    for (const count of [1, 2, 5]) {
      const samples = Array.from({ length: (count * 400 + 1200) / 10 }, (_, i) =>
        lit({ look: 'flashes', count }, i * 10),
      );
      const rises = samples.filter((on, i) => on && samples[i - 1] !== true).length;
      expect(rises).toBe(count);
      expect(samples.slice(-100).some(Boolean)).toBe(false);
    }
  });
});

const engines = [DIALOGUE, CASCADE, PHRASEBOOK];
const several = (settings: Partial<Settings> = {}) =>
  kiosk({ route: { ...SETTINGS.route, engines }, ...settings });
const quota = { is: 'unreachable', fault: 'quota' } as const;
const offline = { is: 'unreachable', fault: 'network-unreachable' } as const;

describe('how the desk is served by several engines', () => {
  it('is as well as the best of those that need the network', () => {
    const desk = several();
    desk.does(service('dialogue', quota));
    expect(serviceOf(desk.state)).toEqual({ is: 'ready' });
    desk.does(service('cascade', quota));
    expect(serviceOf(desk.state)).toEqual(quota);
    expect(desk.lights().connection).toEqual({ look: 'flashes', count: 2 });
    desk.does(service('phrasebook', { is: 'unreachable', fault: 'phrasebook-missing' }));
    expect(desk.lights().connection.look).toBe('off');
  });

  it('is away when the network is, whatever was known of the others', () => {
    const desk = kiosk({ route: { ...SETTINGS.route, engines: [DIALOGUE, CASCADE] } });
    desk.does(service('cascade', offline));
    expect(serviceOf(desk.state)).toEqual(offline);
    expect(faultsOf(desk.state)).toEqual(['network-unreachable']);
  });

  it('ignores an engine that needs the speaker where the speaker is not known', () => {
    const desk = kiosk({ route: { ...SETTINGS.route, engines: [TRANSLATE, DIALOGUE] } });
    desk.does(service('dialogue', quota));
    expect(serviceOf(desk.state)).toEqual(quota);
    expect(desk.lights().connection.look).toBe('off');
  });

  it('is that of the phrasebook if there is no other engine', () => {
    const desk = kiosk({ route: { ...SETTINGS.route, engines: [PHRASEBOOK] } });
    expect(serviceOf(desk.state)).toEqual({ is: 'ready' });
    expect(desk.lights().connection).toEqual({ look: 'flashes', count: 2 });
  });

  it('is not known any more to be without a network when one of them has come through', () => {
    const desk = several();
    desk.does(service('dialogue', offline));
    desk.does(service('cascade', offline));
    desk.does(service('dialogue', { is: 'ready' }));
    expect(desk.state.services.cascade).toBeUndefined();
    expect(faultsOf(desk.state)).toEqual([]);
  });
});

describe('faults of engines', () => {
  it('are those of engines that would be preferred to the one that is used', () => {
    const desk = several();
    desk.does(service('cascade', quota));
    desk.does(service('phrasebook', { is: 'unreachable', fault: 'phrasebook-missing' }));
    expect(faultsOf(desk.state)).toEqual([]);
    desk.does(service('dialogue', { is: 'unreachable', fault: 'key-refused' }));
    expect(faultsOf(desk.state)).toEqual(['key-refused', 'quota', 'phrasebook-missing']);
    desk.does(service('cascade', { is: 'ready' }));
    expect(faultsOf(desk.state)).toEqual(['key-refused']);
  });

  it('are none of engines that could not serve these languages anyway', () => {
    const desk = kiosk({ route: { ...SETTINGS.route, engines: [PHRASEBOOK, DIALOGUE] } });
    desk.does(service('phrasebook', { is: 'unreachable', fault: 'phrasebook-missing' }));
    expect(faultsOf(desk.state)).toEqual(['phrasebook-missing']);
    desk.does({ event: 'language chosen', language: 'ja' });
    expect(faultsOf(desk.state)).toEqual([]);
  });

  it('are none of dearer engines while the cheapest comes first', () => {
    const desk = several();
    desk.does(service('dialogue', quota));
    expect(faultsOf(desk.state)).toEqual(['quota']);
    desk.does({ event: 'money', money: { is: 'warned' } });
    expect(faultsOf(desk.state)).toEqual([]);
  });

  it('are those of an engine that needs the speaker, if there are two buttons', () => {
    const route = { ...SETTINGS.route, engines: [TRANSLATE, DIALOGUE] };
    const away = service('translate', quota);
    const one = kiosk({ route });
    one.does(away);
    expect(faultsOf(one.state)).toEqual([]);
    const two = kiosk({ route, speakerByButton: true });
    expect(routeAhead(two.state).engine).toBe('translate');
    two.does(away);
    expect(faultsOf(two.state)).toEqual(['quota']);
  });
});

describe('spent money', () => {
  it('stops the desk where that is wanted: dark, said, and no turn', () => {
    const desk = several();
    desk.does({ event: 'money', money: { is: 'spent' } });
    expect(desk.lights().connection.look).toBe('off');
    expect(faultsOf(desk.state)).toEqual(['budget-spent']);
    desk.does(pressed);
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'budget-spent' }]);
    expect(desk.prompts()).toEqual(['not available']);
    expect(desk.begun()).toEqual([]);
    desk.does({ event: 'money', money: { is: 'within' } });
    desk.does(released);
    desk.does(pressed);
    expect(desk.begun()).toMatchObject([{ engine: 'dialogue' }]);
  });

  it('leaves what costs nothing, where that is wanted', () => {
    const desk = several({ route: { engines, whenWarned: 'same', whenSpent: 'phrasebook' } });
    desk.does({ event: 'money', money: { is: 'spent' } });
    expect(desk.lights().connection).toEqual({ look: 'flashes', count: 2 });
    desk.does(pressed);
    expect(desk.begun()).toMatchObject([
      { engine: 'phrasebook', route: 'phrasebook (next best; dialogue: budget; cascade: budget)' },
    ]);
  });

  it('lets a turn that has begun go on', () => {
    const desk = several();
    desk.does(pressed);
    desk.does({ event: 'money', money: { is: 'spent' } });
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.reports()).toMatchObject([{ outcome: 'translated' }]);
  });
});

describe('the direction lights', () => {
  const way = (desk: Desk) => {
    const { host, guest } = desk.lights();
    return [host.look, guest.look];
  };

  it('invite both, then show who was heard, then who is spoken to, and go out', () => {
    const desk = kiosk();
    expect(way(desk)).toEqual(['off', 'off']);
    desk.does(pressed);
    expect(way(desk)).toEqual(['on', 'on']);
    desk.does({ event: 'heard', turn: 1, language: 'fr', clear: true });
    expect(way(desk)).toEqual(['off', 'on']);
    desk.does(released);
    expect(way(desk)).toEqual(['off', 'on']);
    desk.does({ event: 'playing', turn: 1 });
    expect(way(desk)).toEqual(['slow blink', 'off']);
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    desk.does({ event: 'drained', turn: 1 });
    expect(way(desk)).toEqual(['off', 'off']);
  });

  it('show the side whose button was pressed, whatever is heard', () => {
    const desk = kiosk();
    desk.does({ event: 'talk pressed', button: 'talk-host' });
    expect(way(desk)).toEqual(['on', 'off']);
    desk.does({ event: 'heard', turn: 1, language: 'es', clear: true });
    expect(way(desk)).toEqual(['on', 'off']);
  });

  it('show neither side until the speaker is known', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    expect(way(desk)).toEqual(['off', 'off']);
    desk.does({ event: 'playing', turn: 1 });
    expect(way(desk)).toEqual(['off', 'off']);
  });
});
