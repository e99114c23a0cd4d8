import type { Abilities, Engine, Service } from './engines.ts';
import { type FaultCode, isOutage } from './faults.ts';
import { type Languages, sameLanguage } from './languages.ts';

/** The state of the budgets. With `spent`, engines that cost money are restricted. */
export type Money = { readonly is: 'within' | 'warned' | 'spent' };

/** An engine that may be used. */
export interface EngineSetting {
  readonly engine: Engine;
  readonly abilities: Abilities;
  /** What a turn of usual length costs with it, in millionths of a dollar. */
  readonly typicalMicrodollars: number;
}

export interface RouteSettings {
  /** In the order in which they are preferred. */
  readonly engines: readonly EngineSetting[];
  /** When a budget is nearly spent: no change, or the cheapest engine first. */
  readonly whenWarned: 'same' | 'cheaper';
  /** When it is spent: the same; or only the phrasebook; or nothing at all. */
  readonly whenSpent: 'same' | 'cheaper' | 'phrasebook' | 'stop';
}

/** What the choice depends on. */
export interface Situation {
  readonly services: Readonly<Partial<Record<Engine, Service>>>;
  readonly languages: Languages;
  readonly money: Money;
  /** The engine that has served this guest: voices do not change without need. */
  readonly serving: Engine | undefined;
  /** Engines that have failed in this turn. */
  readonly failed: readonly Engine[];
  /** Engines that have been away for a moment only: they may be back before the utterance has ended. */
  readonly briefly: readonly Engine[];
}

/** Why an engine is not taken. */
export type Objection = 'language' | 'speaker' | 'budget' | 'failed' | 'unreachable';

export interface Route {
  /** Undefined: nothing can do it. */
  readonly engine: Engine | undefined;
  /** Why this one. */
  readonly because: 'preferred' | 'serves this guest' | 'cheaper' | 'next best' | 'tried anyway' | 'none';
  readonly passedOver: readonly {
    readonly engine: Engine;
    readonly because: Objection;
    readonly fault?: FaultCode;
  }[];
}

/** Chooses the engine. Pure; `routeInWords` explains the decision. */
export function route(settings: RouteSettings, situation: Situation): Route {
  const judged = inOrder(settings, situation.money).map((setting) => ({
    ...setting,
    objection: objectionTo(setting, settings, situation),
  }));
  const passedOver = judged.flatMap(({ engine, objection }) =>
    objection === undefined ? [] : [{ engine, ...objection }],
  );
  const able = judged.filter(({ objection }) => objection === undefined);
  const first = able[0];
  // An engine without a network can do much less: a preferred engine that is away only briefly is tried first.
  const inFront = judged.slice(
    0,
    judged.findIndex(({ engine }) => engine === first?.engine),
  );
  const hoped = inFront.find(
    ({ engine, objection }) => objection?.because === 'unreachable' && situation.briefly.includes(engine),
  );
  const isAlone = able.length > 0 && able.every(({ abilities }) => !abilities.online);
  if (isAlone && hoped !== undefined) return triedAnyway(hoped.engine, passedOver);
  if (first !== undefined) {
    const serving = able.find(({ engine, abilities }) => engine === situation.serving && abilities.online);
    if (serving !== undefined && serving !== first && situation.money.is !== 'spent')
      return { engine: serving.engine, because: 'serves this guest', passedOver };
    const preferred = settings.engines[0]?.engine === first.engine;
    const asEver = settings.engines.find(({ engine }) => able.some((one) => one.engine === engine));
    const saves = asEver?.engine !== first.engine;
    const because = preferred ? 'preferred' : saves ? 'cheaper' : 'next best';
    return { engine: first.engine, because, passedOver };
  }
  // No engine is known to work. The press asks for an attempt now.
  const unreachable = passedOver.find(({ because }) => because === 'unreachable');
  if (unreachable === undefined) return { engine: undefined, because: 'none', passedOver };
  return triedAnyway(unreachable.engine, passedOver);
}

function triedAnyway(engine: Engine, passedOver: Route['passedOver']): Route {
  const others = passedOver.filter((one) => one.engine !== engine);
  return { engine, because: 'tried anyway', passedOver: others };
}

/** The decision as a line for people: "cascade (next best; dialogue: unreachable, quota)". */
export function routeInWords({ engine, because, passedOver }: Route): string {
  const others = passedOver.map((one) => {
    const fault = one.fault === undefined ? '' : `, ${one.fault}`;
    return `; ${one.engine}: ${one.because}${fault}`;
  });
  return `${engine ?? 'no engine'} (${because}${others.join('')})`;
}

/** Whether this is a configured engine that needs the network. */
export function isOnline({ engines }: RouteSettings, engine: Engine): boolean {
  return engines.some((one) => one.engine === engine && one.abilities.online);
}

/** As configured; when money is short the cheapest first, but engines without a network always last. */
export function inOrder(settings: RouteSettings, money: Money): readonly EngineSetting[] {
  const cheaper =
    (money.is === 'warned' && settings.whenWarned === 'cheaper') ||
    (money.is === 'spent' && settings.whenSpent === 'cheaper');
  if (!cheaper) return settings.engines;
  const rank = ({ abilities, typicalMicrodollars }: EngineSetting) =>
    abilities.online ? typicalMicrodollars : Number.POSITIVE_INFINITY;
  return settings.engines.toSorted((a, b) => Math.sign(rank(a) - rank(b)) || 0);
}

function objectionTo(
  { engine, abilities, typicalMicrodollars }: EngineSetting,
  { whenSpent }: RouteSettings,
  { services, languages, money, failed }: Situation,
): { readonly because: Objection; readonly fault?: FaultCode } | undefined {
  if (failed.includes(engine)) return { because: 'failed' };
  if (!serves(abilities, languages)) return { because: 'language' };
  if (abilities.needsSpeaker && languages.speaker === undefined) return { because: 'speaker' };
  if (money.is === 'spent') {
    if (whenSpent === 'stop') return { because: 'budget' };
    if (whenSpent === 'phrasebook' && typicalMicrodollars > 0) return { because: 'budget' };
  }
  const own = services[engine];
  if (own?.is === 'unreachable') return { because: 'unreachable', fault: own.fault };
  const away = abilities.online ? networkFault(services) : undefined;
  return away === undefined ? undefined : { because: 'unreachable', fault: away };
}

/** The fault of the network, which all online engines share; undefined while it works as far as anybody knows. */
export function networkFault(services: Situation['services']): FaultCode | undefined {
  for (const service of Object.values(services))
    if (service.is === 'unreachable' && isOutage(service.fault)) return service.fault;
  return undefined;
}

function serves({ languages: known }: Abilities, { host, guest }: Languages): boolean {
  if (known === 'any') return true;
  return [host, guest].every((code) => known.some((one) => sameLanguage(one, code)));
}
