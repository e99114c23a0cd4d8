import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyHistory, anySettings, live, type Moment } from '../../test/rig/kiosk-histories.ts';
import { atDesk } from '../../test/rig/story.ts';
import { nextDeadlineMs } from './deadlines.ts';
import type { Effect } from './events.ts';
import { lights } from './shown/lights.ts';
import { faultsOf, initialState, type KioskState, routeAhead, type Settings, serviceOf } from './state.ts';
import { transition } from './transition.ts';

const STOP = [{ event: 'stop' }, 0] as const;

/** Holds for all desks through all histories, the last event of which is the end of the daemon. */
function law(check: (moments: readonly Moment[], settings: Settings) => void, numRuns = 500): void {
  fc.assert(
    fc.property(anySettings, anyHistory, (settings, history) =>
      check(live(settings, [...history, STOP]), settings),
    ),
    { numRuns },
  );
}

/** At every moment of them. */
const always = (check: (moment: Moment, settings: Settings) => void, numRuns?: number) =>
  law((moments, settings) => {
    for (const moment of moments) check(moment, settings);
  }, numRuns);

const effectsOf = (moments: readonly Moment[]) => moments.flatMap(({ effects }) => effects);
const names = (effects: readonly Effect[]) => effects.map(({ effect }) => effect);

/** In which state they leave a desk. */
function lived(moments: readonly Moment[], settings: Settings): KioskState {
  return moments.at(-1)?.after ?? initialState(settings, 0);
}

/** Whatever comes, nothing comes but time. */
function leftAlone(state: KioskState, steps: number): KioskState {
  let after = state;
  for (let i = 0; i < steps; i++) {
    const deadline = nextDeadlineMs(after);
    if (deadline === undefined) break;
    after = transition(after, { atMs: deadline, event: 'tick' }).state;
  }
  return after;
}

describe('laws of the mind, at any desk, whatever happens and whenever', () => {
  it('every turn ends in exactly one outcome', () => {
    law((moments) => {
      const effects = effectsOf(moments);
      const ended = effects.flatMap((effect) => (effect.effect === 'report turn' ? [effect.turn] : []));
      const turns = moments.at(-1)?.after.turns ?? 0;
      expect(ended).toEqual(Array.from({ length: turns }, (_, i) => i + 1));
    }, 1000);
  });

  it('nothing is asked for of a turn before it began or after it ended, and nothing final twice', () => {
    law((moments) => {
      const [seen, begun, over] = [new Set<string>(), new Set<number>(), new Set<number>()];
      for (const effect of effectsOf(moments)) {
        if (!('turn' in effect)) continue;
        const { turn } = effect;
        expect(over.has(turn)).toBe(false);
        if (effect.effect === 'begin turn') begun.add(turn);
        else if (effect.effect !== 'report turn') expect(begun.has(turn)).toBe(true);
        if (effect.effect === 'report turn') over.add(turn);
        if (effect.effect === 'move turn' || effect.effect === 'answer question') continue;
        const key = `${effect.effect} ${turn}`;
        expect(seen.has(key)).toBe(false);
        seen.add(key);
      }
    }, 1000);
  });

  it('a turn is never moved to an engine that has failed in it, nor when it is too late for it', () => {
    law((moments) => {
      const tried = new Map<number, string[]>();
      for (const { effects, after, before } of moments) {
        for (const effect of effects) {
          if (effect.effect !== 'begin turn' && effect.effect !== 'move turn') continue;
          const { turn, engine } = effect;
          const failed = tried.get(turn) ?? [];
          expect(failed).not.toContain(engine);
          const now = after.activity;
          if ('turn' in now && now.turn.number === turn) tried.set(turn, [...now.turn.failed]);
          const { activity, settings } = before;
          // The time begins anew with the answer to a question, or when there was none: perhaps at this moment.
          const answered = effects.some((one) => one.effect === 'answer question' && one.turn === turn);
          if (
            effect.effect === 'move turn' &&
            !answered &&
            'releasedMs' in activity &&
            activity.turn.number === turn
          )
            expect(after.nowMs).toBeLessThan(activity.releasedMs + settings.deliverWithinMs);
        }
      }
    }, 1000);
  });

  it('a turn goes only to engines that are configured', () => {
    law((moments, { route }) => {
      const engines = route.engines.map(({ engine }) => engine);
      for (const effect of effectsOf(moments))
        if ('engine' in effect) expect(engines).toContain(effect.engine);
    });
  });

  it('nothing that costs is begun once the money is spent, where it is to stop', () => {
    always(({ after, effects }, { route }) => {
      if (after.money.is !== 'spent' || after.stopping) return;
      for (const effect of effects) {
        if (effect.effect !== 'begin turn' && effect.effect !== 'move turn') continue;
        expect(route.whenSpent).not.toBe('stop');
        if (route.whenSpent === 'phrasebook') expect(effect.engine).toBe('phrasebook');
      }
    });
  });

  it('no sound continues after a press that begins to listen, and silence is requested at most once', () => {
    always(({ effects }) => {
      const asked = names(effects);
      // Of what happened, and of a guest who left at the same time.
      const most = asked.includes('forget guest') ? 2 : 1;
      expect(asked.filter((name) => name === 'silence').length).toBeLessThanOrEqual(most);
      const begin = effects.find((effect) => effect.effect === 'begin turn');
      if (begin === undefined || begin.continues) return;
      expect(asked).toContain('silence');
      expect(asked.indexOf('silence')).toBeLessThan(asked.indexOf('begin turn'));
    });
  });

  it('the lights never contradict the state', () => {
    always(({ after }) => {
      const { talk, connection, trouble, host, guest } = lights(after, ['es', 'fr']);
      const { doing } = after.activity;
      expect(talk.look === 'on').toBe(doing === 'listening');
      expect(talk.look === 'fast blink').toBe(doing === 'awaiting translation');
      expect(talk.look === 'slow blink').toBe(['speaking', 'repeating'].includes(doing));
      if (serviceOf(after).is !== 'ready') expect(connection.look).not.toBe('on');
      if (connection.look === 'on') expect(routeAhead(after).because).not.toBe('tried anyway');
      // A desk that can't be reached says why.
      if (serviceOf(after).is === 'unreachable' && connection.look === 'off' && !after.quiet)
        expect(trouble.look).not.toBe('off');
      // Trouble is always shown; steady light is left to the dead.
      expect(trouble.look).not.toBe('on');
      expect(trouble.look === 'off').toBe(faultsOf(after).length === 0);
      // Nobody is invited, heard or spoken to but in a turn; never are both spoken to.
      if (!('turn' in after.activity)) expect([host.look, guest.look]).toEqual(['off', 'off']);
      expect([host.look, guest.look]).not.toEqual(['slow blink', 'slow blink']);
      expect(host.look === 'on' && guest.look === 'on').toBe(
        doing === 'listening' && after.activity.turn.speaker === undefined,
      );
    });
  });

  it('a translation that does not begin in time fails: it is not delivered late', () => {
    always(({ after: { activity, nowMs } }, { deliverWithinMs }) => {
      if (activity.doing === 'awaiting translation')
        expect(nowMs).toBeLessThan(activity.releasedMs + deliverWithinMs);
    });
  });

  it('time never runs backwards inside, and there is always something to wait for ahead or nothing at all', () => {
    always(({ before, after }) => {
      expect(after.nowMs).toBeGreaterThanOrEqual(before.nowMs);
      const deadline = nextDeadlineMs(after);
      if (deadline !== undefined) expect(deadline).toBeGreaterThan(after.nowMs);
    });
  });

  it('nothing is overdue: time alone changes nothing before the next deadline', () => {
    always(({ after }) => {
      expect(transition(after, { atMs: after.nowMs, event: 'tick' }).effects).toEqual([]);
      const deadline = nextDeadlineMs(after);
      const before = (deadline ?? after.nowMs + 10_000_000) - 1;
      if (before <= after.nowMs) return;
      const { state, effects } = transition(after, { atMs: before, event: 'tick' });
      expect(effects).toEqual([]);
      expect({ ...state, nowMs: 0 }).toEqual({ ...after, nowMs: 0 });
    });
  });

  it('left alone it comes to rest, and so does a conversation', () => {
    law((moments) => {
      const state = moments.at(-2)?.after;
      if (state === undefined) return;
      const after = leftAlone(state, 30);
      expect(nextDeadlineMs(after)).toBeUndefined();
      expect(after.conversation).toBeUndefined();
      expect(['nothing', 'repeating']).toContain(after.activity.doing);
      // One turn goes on, and hands-free another one may be listened for behind it.
      expect(after.turns).toBeLessThanOrEqual(state.turns + 1);
    }, 1000);
  });

  it('a conversation in which everything fails before anybody speaks does not go on failing', () => {
    fc.assert(
      fc.property(anySettings, anyHistory, (settings, history) => {
        let state = lived(live(settings, history), settings);
        const { turns } = state;
        for (let i = 0; i < 10; i++) {
          const { activity, nowMs } = state;
          const failed = {
            event: 'turn failed',
            turn: state.turns,
            fault: 'connection-lost',
            atMs: nowMs + 100,
          } as const;
          state = 'turn' in activity ? transition(state, failed).state : leftAlone(state, 1);
        }
        expect(state.turns).toBeLessThanOrEqual(turns + 1);
      }),
      { numRuns: 500 },
    );
  });

  it('a conversation always listens or answers; the line learns when it opens and closes', () => {
    law((moments) => {
      let open = false;
      for (const { after, effects } of moments) {
        for (const effect of effects) {
          if (effect.effect !== 'conversation') continue;
          expect(effect.open).toBe(!open);
          open = effect.open;
        }
        expect(after.conversation !== undefined).toBe(open);
        if (open) expect(after.activity).toHaveProperty('turn');
      }
    });
  });

  it('no turn and no sound continues across a guest boundary', () => {
    always(({ after, effects }) => {
      const at = effects.findIndex((effect) => effect.effect === 'forget guest' && effect.but === undefined);
      if (at < 0) return;
      const asked = names(atDesk(effects.slice(at + 1)));
      expect(asked.filter((name) => name !== 'microphone')).toEqual([]);
      expect(after.activity).toEqual({ doing: 'nothing' });
      expect(after.conversation).toBeUndefined();
      expect(after).toMatchObject({ repeatable: false, serving: undefined });
      expect([undefined, 'pinned']).toContain(after.speakers.guest?.by);
    });
  });

  it('when another guest shows by the language, only the turn that shows it is kept', () => {
    always(({ before, after, effects }) => {
      for (const effect of effects) {
        if (effect.effect !== 'forget guest' || effect.but === undefined) continue;
        expect(effect.but).toBe(after.turns);
        expect(after.speakers.guest).toBeDefined();
        expect(before.speakers.guest ?? after.speakers.guest).toBeDefined();
        if (after.repeatable) expect(after.last?.outcome).toBe('translated');
      }
    });
  });

  it('a translation can be repeated for 30 s after it was heard, and is forgotten then', () => {
    always(({ before, after, effects }) => {
      const heard = after.activity.doing === 'speaking' || after.activity.doing === 'repeating';
      if (after.repeatable && !heard && !after.stopping)
        expect(after.nowMs).toBeLessThan(after.repeatableSinceMs + 30_000);
      const forgotten = names(effects).some((name) => name === 'forget answer' || name === 'forget guest');
      if (before.repeatable && !after.repeatable) expect(forgotten).toBe(true);
    });
  });

  it('the microphone is off, and no turn listens, while the mute switch is on or may be', () => {
    law((moments, { muteSwitch }) => {
      let off = muteSwitch;
      let on: boolean | undefined = muteSwitch ? undefined : false;
      for (const { event, after, effects } of moments) {
        if (event.event === 'muted' && !after.stopping) on = event.on;
        const panelLost = event.event === 'device' && event.device === 'panel';
        if (panelLost && muteSwitch && !['working', 'starting'].includes(event.is)) on = undefined;
        for (const effect of effects) {
          if (effect.effect === 'begin turn') expect(off).toBe(false);
          if (effect.effect !== 'microphone') continue;
          expect(effect.off).toBe(!off);
          off = effect.off;
        }
        if (after.stopping) return;
        expect(off).toBe(on !== false);
        if (off) expect(after.activity.doing).not.toBe('listening');
        if (off) expect(after.conversation).toBeUndefined();
      }
    }, 1000);
  });

  it('stop silences everything, and no effect follows it', () => {
    fc.assert(
      fc.property(anySettings, anyHistory, anyHistory, (settings, history, later) => {
        const moments = live(settings, [...history, STOP]);
        const last = moments.at(-1);
        expect(names(last?.effects ?? [])).toContain('silence');
        expect(names(last?.effects ?? [])).not.toContain('cue');
        expect(names(last?.effects ?? [])).not.toContain('prompt');
        for (const { effects } of live(settings, later, last?.after)) expect(effects).toEqual([]);
      }),
    );
  });
});
