import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelWorld, type Nature } from '../../test/rig/update-world.ts';
import { carryThrough } from './carry.ts';
import { ATTEMPTS, type Journal, PACKAGED } from './plan.ts';

interface Case {
  readonly nature: Nature;
  readonly fromPackaged: boolean;
  readonly cuts: readonly { readonly calls: number; readonly done: boolean }[];
  readonly reboots: boolean;
  readonly vacantFromMs: number;
}

const BAD: readonly Nature[] = ['crashes', 'hangs', 'without loudspeaker', 'takes the machine down'];

function cases(natures: readonly Nature[], mostCuts: number): fc.Arbitrary<Case> {
  return fc.record({
    nature: fc.constantFrom(...natures),
    fromPackaged: fc.boolean(),
    cuts: fc.array(fc.record({ calls: fc.nat(90), done: fc.boolean() }), { maxLength: mostCuts }),
    reboots: fc.boolean(),
    vacantFromMs: fc.constantFrom(0, 17_000, 1_800_000),
  });
}

const TO = { name: '3.0', version: '3.0', sha256: 'ab', signature: 'RU' };

/** A desk with an update that is ready. */
function desk({ nature, fromPackaged, cuts, reboots, vacantFromMs }: Case): ModelWorld {
  const world = new ModelWorld();
  world.releases = {
    [PACKAGED]: '1.0',
    '3.0': '3.0',
    ...(fromPackaged ? {} : { '1.5': '1.5', '2.0': '2.0' }),
  };
  if (!fromPackaged) [world.current, world.previous] = ['2.0', '1.5'];
  world.start();
  world.natures = { '3.0': nature };
  world.cuts = [...cuts];
  world.reboots = reboots;
  world.vacantFromMs = vacantFromMs;
  world.journal = journal(world, 'wait');
  return world;
}

function journal(world: ModelWorld, step: Journal['step']): Journal {
  const name = world.startable;
  const from = { name, version: world.releases[name] ?? '' };
  return { step, startedAt: '', from, attempts: 1, ...(step === 'prepare' ? {} : { to: TO }) };
}

/** The updater lives, is cut off, and lives again, until it has nothing to do. @returns how often it was started */
async function carriedThrough(world: ModelWorld, { resumes = false, most = 50 } = {}): Promise<number> {
  let begun = resumes ? undefined : world.journal;
  for (let lives = 1; lives <= most; lives++) {
    const given = begun;
    const ended = await world.lives(() => carryThrough(world.ports(), given));
    if (ended && world.journal === undefined) return lives;
    begun = undefined;
  }
  throw new Error(`not through after ${most} lives`);
}

function law(
  of: fc.Arbitrary<Case>,
  check: (world: ModelWorld, given: Case, lives: number) => void,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(of, async (given) => {
      const world = desk(given);
      const lives = await carriedThrough(world);
      check(world, given, lives);
    }),
    { numRuns: 1500 },
  );
}

describe('laws of an update, wherever and however often it is cut off', () => {
  const any = cases(['healthy', ...BAD], 8);

  it('what is started is a whole release at every moment', async () => {
    await law(any, (world) => expect(world.broken).toEqual([]));
  });

  it('it ends, its journal is gone, and nothing is left over but what runs and what ran before', async () => {
    await law(any, (world, { cuts }, lives) => {
      expect(lives).toBeLessThanOrEqual(cuts.length + 1 + ATTEMPTS);
      expect(world.journal).toBeUndefined();
      expect(world.leftovers).toEqual([]);
      const kept = [world.startable, world.previous ?? PACKAGED, PACKAGED];
      expect(Object.keys(world.releases).filter((name) => !kept.includes(name))).toEqual([]);
      expect(world.runs.name).toBe(world.startable);
    });
  });

  it('a healthy release stays, unless it was cut off in each of its attempts', async () => {
    await law(cases(['healthy'], ATTEMPTS - 1), (world, { fromPackaged }) => {
      expect(world.outcome).toMatchObject({
        outcome: 'kept',
        version: '3.0',
        from: fromPackaged ? '1.0' : '2.0',
      });
      expect(world.startable).toBe('3.0');
      expect(world.previous).toBe(fromPackaged ? PACKAGED : '2.0');
      expect(world.bad).toEqual([]);
    });
  });

  it('a bad one goes, and the one from before runs', async () => {
    await law(cases(BAD, 8), (world, { fromPackaged }) => {
      expect(world.outcome?.outcome).toBe('rolled back');
      expect(world.outcome?.reason).not.toBe('');
      expect(world.startable).toBe(fromPackaged ? PACKAGED : '2.0');
      expect(world.releases).not.toHaveProperty('3.0');
      expect(world.previous).toBe(fromPackaged ? undefined : '1.5');
      expect(world.bad.length).toBeGreaterThan(0);
    });
  });

  it('no guest who is being served is cut off', async () => {
    await law(any, (world, { reboots }) => {
      if (!reboots) expect(world.cutOff).toBe(0);
    });
  });

  it('what was cut off before it was ready is undone', async () => {
    await fc.assert(
      fc.asyncProperty(cases(['healthy'], 8), async (given) => {
        const world = desk(given);
        world.journal = journal(world, 'prepare');
        world.leftovers = ['incoming', '3.0.part'];
        const before = world.startable;
        await carriedThrough(world, { resumes: true });
        expect(world.startable).toBe(before);
        expect(world.outcome).toMatchObject({ outcome: 'refused', from: world.releases[before] });
        expect(world.leftovers).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('an update', () => {
  const plain: Case = { nature: 'healthy', fromPackaged: false, cuts: [], reboots: false, vacantFromMs: 0 };

  it('is given up when somebody is served for as long as it would wait', async () => {
    const world = desk({ ...plain, vacantFromMs: 1e9 });
    await carriedThrough(world);
    expect(world.outcome).toMatchObject({
      outcome: 'refused',
      reason: 'somebody was being served for 1 hours',
    });
    expect(world.startable).toBe('2.0');
    expect(world.cutOff).toBe(0);
  });

  it('does not wait for a daemon that does not answer', async () => {
    const world = desk({ ...plain, vacantFromMs: 1e9 });
    world.natures = { '2.0': 'hangs', '3.0': 'healthy' };
    await carriedThrough(world);
    expect(world.outcome).toMatchObject({ outcome: 'kept', version: '3.0' });
  });

  it('notes what works when a daemon that was just started has found it', async () => {
    const world = desk({ ...plain, nature: 'without loudspeaker' });
    const ports = world.ports();
    let looks = 0;
    const look = async () => {
      looks += 1;
      const seen = looks < 3 ? undefined : await ports.daemon.look();
      if (seen === undefined || looks > 5) return seen;
      return { ...seen, devices: { ...seen.devices, loudspeaker: 'starting' } };
    };
    await carryThrough({ ...ports, daemon: { ...ports.daemon, look } }, world.journal);
    expect(world.outcome?.reason).toContain('the loudspeaker worked before and does not now');
  });

  it('need not have a device that only the old daemon reports', async () => {
    const world = desk(plain);
    const ports = world.ports();
    const look = async () => {
      const seen = await ports.daemon.look();
      return seen?.version === '2.0' ? { ...seen, devices: { ...seen.devices, ghost: 'working' } } : seen;
    };
    await carryThrough({ ...ports, daemon: { ...ports.daemon, look } }, world.journal);
    expect(world.outcome).toMatchObject({ outcome: 'kept', version: '3.0' });
  });

  it('whose files have gone meanwhile is refused, or goes back', async () => {
    for (const step of ['wait', 'switch', 'restart', 'trial', 'keep'] as const) {
      const world = desk(plain);
      const { '3.0': _, ...releases } = world.releases;
      world.releases = releases;
      world.journal = journal({ ...world, startable: '2.0' } as ModelWorld, step);
      if (step !== 'wait' && step !== 'switch') world.current = '3.0';
      await carriedThrough(world);
      expect(world.startable).toBe('2.0');
      expect(world.outcome?.outcome).toBe(step === 'wait' ? 'refused' : 'rolled back');
      expect(world.outcome?.reason).toContain('its files are not there any more');
    }
  });

  it('goes back to the packaged release where the one from before has gone too', async () => {
    const world = desk({ ...plain, nature: 'crashes' });
    world.releases = { [PACKAGED]: '1.0', '3.0': '3.0' };
    world.current = '3.0';
    await carriedThrough(world);
    expect(world.startable).toBe(PACKAGED);
    expect(world.outcome).toMatchObject({ outcome: 'rolled back' });
  });

  it('tells when the release from before is not well either, and stays with it', async () => {
    const world = desk({ ...plain, nature: 'crashes' });
    world.natures = { '2.0': 'hangs', '3.0': 'crashes' };
    await carriedThrough(world);
    expect(world.startable).toBe('2.0');
    expect(world.outcome?.reason).toMatch(
      /not active; the one from before is not well either: .*does not answer/,
    );
  });

  it('is tried at most three times by a machine that goes down with it', async () => {
    const world = desk({ ...plain, nature: 'takes the machine down' });
    await carriedThrough(world);
    expect(world.outcome?.reason).toContain('went down 3 times');
  });

  it('takes a bad release back though the disk is full', async () => {
    const world = desk({ ...plain, nature: 'crashes' });
    const ports = world.ports();
    const { report } = ports.store;
    const write = async () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    // Without the bad release there is room.
    const reportWithRoom: typeof report = (outcome) => ('3.0' in world.releases ? write() : report(outcome));
    await carryThrough({ ...ports, store: { ...ports.store, write, report: reportWithRoom } }, world.journal);
    expect(world.startable).toBe('2.0');
    expect(world.runs.name).toBe('2.0');
    expect(world.outcome).toMatchObject({ outcome: 'rolled back' });
  });
});
