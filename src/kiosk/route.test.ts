import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CASCADE, DIALOGUE, PHRASEBOOK, TRANSLATE } from '../../test/rig/kiosk-settings.ts';
import { ENGINES, type Engine, type Service } from './engines.ts';
import { FAULT_CODES, type FaultCode, isOutage } from './faults.ts';
import {
  type EngineSetting,
  type Money,
  type RouteSettings,
  route,
  routeInWords,
  type Situation,
} from './route.ts';

const ALL = [DIALOGUE, TRANSLATE, CASCADE, PHRASEBOOK];

const desk = (engines: readonly EngineSetting[], more: Partial<RouteSettings> = {}): RouteSettings => ({
  engines,
  whenWarned: 'cheaper',
  whenSpent: 'phrasebook',
  ...more,
});
const now = (more: Partial<Situation> = {}): Situation => ({
  services: {},
  languages: { host: 'en', guest: 'es' },
  money: { is: 'within' },
  serving: undefined,
  failed: [],
  briefly: [],
  ...more,
});
const away = (fault: FaultCode): Service => ({ is: 'unreachable', fault });
const ready: Service = { is: 'ready' };
const words = (settings: RouteSettings, situation: Situation) => routeInWords(route(settings, situation));

describe('the engine that serves', () => {
  it('is not the phrasebook in a break that may pass while somebody speaks', () => {
    const cut = { services: { dialogue: away('network-unreachable') } };
    const settings = desk([DIALOGUE, PHRASEBOOK]);
    expect(route(settings, now(cut)).engine).toBe('phrasebook');
    expect(words(settings, now({ ...cut, briefly: ['dialogue'] }))).toBe('dialogue (tried anyway)');
    const also = desk([DIALOGUE, CASCADE]);
    expect(route(also, now({ services: { dialogue: away('quota') }, briefly: ['dialogue'] })).engine).toBe(
      'cascade',
    );
  });

  it('is the preferred one, whether or not it is known to be there', () => {
    expect(words(desk([DIALOGUE, CASCADE]), now())).toBe('dialogue (preferred)');
    expect(words(desk([DIALOGUE, CASCADE]), now({ services: { dialogue: { is: 'connecting' } } }))).toBe(
      'dialogue (preferred)',
    );
  });

  it('is the next best while the preferred one cannot be reached, and names the reason', () => {
    const services = { dialogue: away('quota'), cascade: ready };
    expect(words(desk([DIALOGUE, CASCADE]), now({ services }))).toBe(
      'cascade (next best; dialogue: unreachable, quota)',
    );
  });

  it('is none that has failed in this turn', () => {
    const failed: Engine[] = ['dialogue'];
    expect(words(desk([DIALOGUE, CASCADE]), now({ failed }))).toBe('cascade (next best; dialogue: failed)');
    expect(words(desk([DIALOGUE]), now({ failed }))).toBe('no engine (none; dialogue: failed)');
  });

  it('knows both languages, in whichever region', () => {
    const japanese = now({ languages: { host: 'en', guest: 'ja', speaker: 'guest' } });
    expect(words(desk([TRANSLATE, PHRASEBOOK, DIALOGUE]), japanese)).toBe(
      'dialogue (next best; translate: language; phrasebook: language)',
    );
    expect(words(desk([PHRASEBOOK]), japanese)).toBe('no engine (none; phrasebook: language)');
    const regions = now({ languages: { host: 'en-GB', guest: 'es-MX' } });
    expect(route(desk([PHRASEBOOK]), regions).engine).toBe('phrasebook');
  });

  it('takes an engine that needs the speaker only if the speaker is known', () => {
    expect(words(desk([TRANSLATE, DIALOGUE]), now())).toBe('dialogue (next best; translate: speaker)');
    const told = now({ languages: { host: 'en', guest: 'es', speaker: 'host' } });
    expect(words(desk([TRANSLATE, DIALOGUE]), told)).toBe('translate (preferred)');
  });

  it('is tried anyway when it is not there and no other can serve: somebody wants it now', () => {
    expect(words(desk([DIALOGUE, CASCADE]), now({ services: { dialogue: away('key-refused') } }))).toBe(
      'cascade (next best; dialogue: unreachable, key-refused)',
    );
    const services = { dialogue: away('key-refused'), cascade: away('quota') };
    expect(words(desk([DIALOGUE, CASCADE]), now({ services }))).toBe(
      'dialogue (tried anyway; cascade: unreachable, quota)',
    );
    expect(words(desk([DIALOGUE, CASCADE]), now({ services, failed: ['dialogue'] }))).toBe(
      'cascade (tried anyway; dialogue: failed)',
    );
  });
});

describe('the network', () => {
  it.each(['network-unreachable', 'name-not-resolved', 'clock-wrong', 'tls-failed'] as const)(
    'is the same for all that need it: %s of one keeps all of them away',
    (fault) => {
      const services = { dialogue: away(fault), cascade: ready };
      expect(words(desk([DIALOGUE, CASCADE, PHRASEBOOK]), now({ services }))).toBe(
        `phrasebook (next best; dialogue: unreachable, ${fault}; cascade: unreachable, ${fault})`,
      );
    },
  );

  it.each([
    'quota',
    'service-error',
    'model-gone',
    'upgrade-refused',
    'connect-timeout',
    'captive-portal',
  ] as const)('is not what %s is about: another engine may have better luck', (fault) => {
    const services = { dialogue: away(fault) };
    expect(route(desk([DIALOGUE, CASCADE, PHRASEBOOK]), now({ services })).engine).toBe('cascade');
  });
});

describe('a guest', () => {
  it('stays with who has served them when the preferred one is back', () => {
    expect(words(desk([DIALOGUE, CASCADE]), now({ serving: 'cascade' }))).toBe('cascade (serves this guest)');
  });

  it('does not stay with the phrasebook, which is never more than a help in need', () => {
    const serving = now({ serving: 'phrasebook' });
    expect(words(desk([DIALOGUE, PHRASEBOOK]), serving)).toBe('dialogue (preferred)');
  });

  it('does not stay with one that is not there any more', () => {
    const gone = now({ serving: 'cascade', services: { cascade: away('quota') } });
    expect(words(desk([DIALOGUE, CASCADE]), gone)).toBe('dialogue (preferred; cascade: unreachable, quota)');
  });
});

describe('the money', () => {
  const warned: Money = { is: 'warned' };
  const spent: Money = { is: 'spent' };

  it('that is nearly spent puts the cheapest first, and what works without the network last', () => {
    const money = now({ money: warned });
    expect(words(desk(ALL), money)).toBe('cascade (cheaper; translate: speaker)');
    expect(route(desk(ALL), { ...money, failed: ['cascade'] }).engine).toBe('dialogue');
    expect(route(desk(ALL), { ...money, failed: ['cascade', 'dialogue'] }).engine).toBe('phrasebook');
    expect(words(desk([DIALOGUE, CASCADE], { whenWarned: 'same' }), money)).toBe('dialogue (preferred)');
  });

  it('that is nearly spent does not change the voice of who stands there', () => {
    const guest = now({ money: warned, serving: 'dialogue' });
    expect(words(desk([DIALOGUE, CASCADE]), guest)).toBe('dialogue (serves this guest)');
  });

  it('that is spent leaves what the configuration says', () => {
    const money = now({ money: spent, serving: 'dialogue' });
    expect(words(desk([DIALOGUE, CASCADE, PHRASEBOOK]), money)).toBe(
      'phrasebook (next best; dialogue: budget; cascade: budget)',
    );
    const engines = [DIALOGUE, CASCADE, PHRASEBOOK];
    expect(words(desk(engines, { whenSpent: 'stop' }), money)).toBe(
      'no engine (none; dialogue: budget; cascade: budget; phrasebook: budget)',
    );
    expect(words(desk(engines, { whenSpent: 'cheaper' }), money)).toBe('cascade (cheaper)');
    expect(words(desk(engines, { whenSpent: 'same' }), money)).toBe('dialogue (preferred)');
  });
});

describe('whatever the situation', () => {
  const anyEngines = fc
    .shuffledSubarray(ALL, { minLength: 1 })
    .chain((engines) =>
      fc.tuple(
        fc.constant(engines),
        fc.array(fc.nat(5000), { minLength: engines.length, maxLength: engines.length }),
      ),
    )
    .map(([engines, prices]) =>
      engines.map((one, i) => ({
        ...one,
        typicalMicrodollars: one.engine === 'phrasebook' ? 0 : (prices[i] ?? 0) + 1,
      })),
    );
  const anySettings: fc.Arbitrary<RouteSettings> = fc.record({
    engines: anyEngines,
    whenWarned: fc.constantFrom('same', 'cheaper'),
    whenSpent: fc.constantFrom('same', 'cheaper', 'phrasebook', 'stop'),
  });
  const anyService: fc.Arbitrary<Service> = fc.oneof(
    fc.constantFrom<Service>({ is: 'unknown' }, { is: 'connecting' }, ready),
    fc.constantFrom(...FAULT_CODES).map(away),
  );
  const languages = fc.constantFrom('en', 'es', 'de-AT', 'ja', 'sw');
  const anySituation: fc.Arbitrary<Situation> = fc.record({
    services: fc.dictionary(fc.constantFrom(...ENGINES), anyService),
    languages: fc
      .tuple(languages, languages, fc.constantFrom(undefined, 'host' as const, 'guest' as const))
      .map(([host, guest, speaker]) => ({ host, guest, ...(speaker === undefined ? {} : { speaker }) })),
    money: fc.constantFrom<Money>({ is: 'within' }, { is: 'warned' }, { is: 'spent' }),
    serving: fc.constantFrom(undefined, ...ENGINES),
    failed: fc.subarray([...ENGINES]),
    briefly: fc.constant([]),
  });
  const always = (law: (settings: RouteSettings, situation: Situation) => void) =>
    fc.assert(fc.property(anySettings, anySituation, law), { numRuns: 2000 });
  const chosenOf = (settings: RouteSettings, situation: Situation) => {
    const { engine } = route(settings, situation);
    return settings.engines.find((one) => one.engine === engine);
  };

  it('who serves is configured, has not failed, knows the languages and who speaks', () =>
    always((settings, situation) => {
      const { engine } = route(settings, situation);
      const chosen = chosenOf(settings, situation);
      if (engine === undefined || chosen === undefined) {
        expect(engine).toBeUndefined();
        return;
      }
      expect(situation.failed).not.toContain(engine);
      const { languages: known, needsSpeaker } = chosen.abilities;
      const { host, guest, speaker } = situation.languages;
      if (known !== 'any') {
        for (const code of [host, guest]) expect(known).toContain(new Intl.Locale(code).language);
      }
      if (needsSpeaker) expect(speaker).toBeDefined();
    }));

  it('nothing that costs is used when the money is spent and the phrasebook is to do; nothing at all to stop', () =>
    always((settings, situation) => {
      if (situation.money.is !== 'spent') return;
      const chosen = chosenOf(settings, situation);
      if (settings.whenSpent === 'stop') expect(chosen).toBeUndefined();
      if (settings.whenSpent === 'phrasebook') expect(chosen?.typicalMicrodollars ?? 0).toBe(0);
    }));

  it('an engine that cannot be reached is tried only if no other is left', () =>
    always((settings, situation) => {
      const chosen = chosenOf(settings, situation);
      const { because, passedOver } = route(settings, situation);
      if (chosen === undefined || because === 'tried anyway') {
        // All the others have a reason of their own.
        expect(passedOver).toHaveLength(settings.engines.length - (chosen === undefined ? 0 : 1));
        return;
      }
      const { services } = situation;
      expect(services[chosen.engine]?.is).not.toBe('unreachable');
      const cut = Object.values(services).some((one) => one.is === 'unreachable' && isOutage(one.fault));
      if (cut) expect(chosen.abilities.online).toBe(false);
    }));

  it('an engine serves unless each is passed over for a reason that a press cannot change', () =>
    always((settings, situation) => {
      const { engine, passedOver } = route(settings, situation);
      if (engine !== undefined) return;
      expect(passedOver.map((one) => one.engine).toSorted()).toEqual(
        settings.engines.map((one) => one.engine).toSorted(),
      );
      for (const { because } of passedOver) expect(because).not.toBe('unreachable');
    }));

  it('the engine that serves is not passed over, and each other at most once', () =>
    always((settings, situation) => {
      const { engine, passedOver } = route(settings, situation);
      const names = passedOver.map((one) => one.engine);
      expect(names).not.toContain(engine);
      expect(new Set(names).size).toBe(names.length);
    }));

  it('engines without a network come last when the cheapest is preferred', () =>
    always((settings, situation) => {
      const cheaper =
        (situation.money.is === 'warned' && settings.whenWarned === 'cheaper') ||
        (situation.money.is === 'spent' && settings.whenSpent === 'cheaper');
      const { because, passedOver } = route(settings, situation);
      const chosen = chosenOf(settings, situation);
      if (!cheaper || chosen === undefined || because === 'serves this guest') return;
      if (because === 'tried anyway') return;
      const passed = new Set(passedOver.map((one) => one.engine));
      for (const other of settings.engines) {
        if (other === chosen || passed.has(other.engine)) continue;
        if (!chosen.abilities.online) expect(other.abilities.online).toBe(false);
        else if (other.abilities.online)
          expect(other.typicalMicrodollars).toBeGreaterThanOrEqual(chosen.typicalMicrodollars);
      }
    }));

  it('a guest keeps who has served them, as long as that is possible and there is money', () =>
    always((settings, situation) => {
      const { engine } = route(settings, situation);
      if (engine === undefined || situation.money.is === 'spent') return;
      const again = route(settings, { ...situation, serving: engine });
      expect(again.engine).toBe(engine);
    }));

  it('the same situation has the same route, and it can be read', () =>
    always((settings, situation) => {
      const once = route(settings, situation);
      expect(route(structuredClone(settings), structuredClone(situation))).toEqual(once);
      const said = routeInWords(once);
      expect(said).toMatch(/^(no engine|dialogue|translate|cascade|phrasebook) \(.+\)$/);
      for (const { engine, because } of once.passedOver) expect(said).toContain(`; ${engine}: ${because}`);
    }));
});
