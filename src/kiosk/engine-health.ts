import type { Draft } from './draft.ts';
import type { Engine, Service } from './engines.ts';
import { FAULTS, isOutage } from './faults.ts';
import { retryDelayMs } from './retry.ts';
import { isOnline } from './route.ts';
import {
  type KioskState,
  languagesFor,
  type Retry,
  routeAhead,
  runningTurn,
  serviceOf,
  waitsForSpeech,
} from './state.ts';

/** The state of the engines. Those that can't be reached are tried again, by the retry rule of their fault. */

const FRESH: Retry = { failures: 0, away: undefined, atMs: undefined };

/** An engine reports its state. @param random 0 to 1 */
export function noteService(draft: Draft, engine: Engine, service: Service, random: number): void {
  noteRetry(draft, engine, service, random);
  noteAvailability(draft, engine, service);
}

/** Sets when the engine is tried again. */
function noteRetry(draft: Draft, engine: Engine, service: Service, random: number): void {
  const { retries, nowMs } = draft.state;
  const { failures: before, away } = retries[engine] ?? FRESH;
  if (service.is === 'ready') set(draft, engine, { ...FRESH, failures: before });
  if (service.is !== 'unreachable') return;
  const { fault } = service;
  // The many attempts of one turn count as one failure.
  const failures = before === 0 || !isBusy(draft.state, engine) ? before + 1 : before;
  const delayMs = retryDelayMs(FAULTS[fault].retry, failures, random);
  set(draft, engine, { failures, away: { fault, sinceMs: away?.sinceMs ?? nowMs }, atMs: nowMs + delayMs });
}

/** Keeps the state of an engine, for route, lights and the turn in progress. */
function noteAvailability(draft: Draft, engine: Engine, is: Service): void {
  const { state } = draft;
  const known = state.services[engine];
  // A connection is opened for every turn. The known state stays until the engine reports another one.
  if (is.is === 'connecting' && known !== undefined && known.is !== 'unknown') return;
  const wasAway = serviceOf(state).is === 'unreachable';
  draft.change({ services: { ...backOnline(state, engine, is), [engine]: is } });
  if (wasAway && serviceOf(draft.state).is === 'ready' && state.activity.doing === 'nothing' && !state.quiet)
    draft.effect({ effect: 'cue', cue: 'ready' });
  const turn = runningTurn(draft.state);
  if (turn?.engine !== engine || is.is === 'connecting') return;
  draft.changeTurn({
    stuckSinceMs: is.is === 'unreachable' ? (turn.stuckSinceMs ?? draft.state.nowMs) : undefined,
  });
}

/** If one engine reaches the network, the network is no longer a fault of the others. */
function backOnline({ services, settings }: KioskState, engine: Engine, is: Service): KioskState['services'] {
  if (is.is !== 'ready' || !isOnline(settings.route, engine)) return services;
  return Object.fromEntries(
    Object.entries(services).filter(
      ([, service]) => service.is !== 'unreachable' || !isOutage(service.fault),
    ),
  );
}

/** A turn was answered: only that resets the growing delays. */
export function noteAnswer(draft: Draft, engine: Engine): void {
  const retry = draft.state.retries[engine];
  if (retry !== undefined) set(draft, engine, { ...retry, failures: 0 });
}

/** Tries engines that can't be reached now: something has changed, or somebody wants to speak. */
export function retryNow(draft: Draft): void {
  const { nowMs } = draft.state;
  for (const [engine, retry] of entries(draft.state))
    if (retry.away !== undefined) set(draft, engine, { ...retry, atMs: nowMs });
  attemptDue(draft);
}

/** Tries the engines that are due, and checks the engines of an idle desk. */
export function retriesDue(draft: Draft): void {
  const { nowMs, checkedMs, settings, activity } = draft.state;
  attemptDue(draft);
  if (settings.checkEveryMs === 0 || nowMs < checkedMs + settings.checkEveryMs) return;
  draft.change({ checkedMs: nowMs });
  // An idle desk holds no connection that could be lost. The check finds an outage before the guest comes.
  if (activity.doing !== 'nothing') return;
  for (const { engine } of settings.route.engines)
    if (draft.state.retries[engine]?.away === undefined) draft.effect({ effect: 'check engine', engine });
}

/** When retries and the next check are due. */
export function retryDeadlines({ retries, checkedMs, settings }: KioskState): number[] {
  const due = Object.values(retries).flatMap(({ atMs }) => (atMs === undefined ? [] : [atMs]));
  return settings.checkEveryMs === 0 ? due : [...due, checkedMs + settings.checkEveryMs];
}

/** At the start, checks the engines that need no network, and prepares the first one. */
export function startEngines(draft: Draft): void {
  for (const { engine, abilities } of draft.state.settings.route.engines)
    if (!abilities.online) draft.effect({ effect: 'check engine', engine });
  prepareNext(draft);
}

/** Prepares the engine of the next turn, unless it is away: then its retry does. */
export function prepareNext(draft: Draft): void {
  const { state } = draft;
  const { engine } = routeAhead(state);
  if (engine !== undefined && state.retries[engine]?.away === undefined) prepare(draft, engine);
}

function prepare(draft: Draft, engine: Engine): void {
  draft.effect({ effect: 'prepare engine', engine, languages: languagesFor(draft.state, undefined) });
}

/** The engine of the turn in progress is left out: the turn itself tries it, and more often. */
function attemptDue(draft: Draft): void {
  const { state } = draft;
  for (const [engine, retry] of entries(state)) {
    if (retry.atMs === undefined || state.nowMs < retry.atMs || isBusy(state, engine)) continue;
    set(draft, engine, { ...retry, atMs: undefined });
    // An engine that needs no network is only checked: a prepared one takes memory.
    if (isOnline(state.settings.route, engine)) prepare(draft, engine);
    else draft.effect({ effect: 'check engine', engine });
  }
}

/** Whether this engine has the turn in progress. */
function isBusy(state: KioskState, engine: Engine): boolean {
  return !waitsForSpeech(state) && runningTurn(state)?.engine === engine;
}

function entries({ retries }: KioskState): [Engine, Retry][] {
  return Object.entries(retries) as [Engine, Retry][];
}

function set(draft: Draft, engine: Engine, retry: Retry): void {
  draft.change({ retries: { ...draft.state.retries, [engine]: retry } });
}
