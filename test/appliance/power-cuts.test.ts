import { expect, it } from 'vitest';
import { ALL_CHECKPOINTS } from '../../src/update/update.ts';
import type { Appliance } from './appliance.ts';
import { type Kind, VERSIONS } from './releases.ts';
import { decided, openForUpdates, serving, stopAt, stopped, UPDATE_MS } from './updating.ts';
import { describeAppliance } from './with-appliance.ts';

/** Checkpoints of steps, in the order in which an update comes to them. */
const of = (...steps: readonly string[]): string[] =>
  steps.flatMap((step) => ALL_CHECKPOINTS.filter((name) => name === step || name.startsWith(`${step}, `)));

interface Journey {
  readonly kind: Kind;
  /** At each of them in turn the power is cut. */
  readonly cuts: readonly string[];
  /** What serves in the end. */
  readonly ends: 'new' | 'old';
}

/** Two cuts while the new release is tried are taken for bad luck; with more it would be rolled back. */
const pairs = (cuts: readonly string[]): string[][] =>
  cuts.flatMap((_, i) => (i % 2 === 0 ? [cuts.slice(i, i + 2)] : []));

const JOURNEYS: readonly Journey[] = [
  ...of('prepare').map((cut): Journey => {
    // Behind the last of them all is prepared, and it goes on at the boot.
    return { kind: 'healthy', cuts: [cut], ends: cut === 'prepare, ready' ? 'new' : 'old' };
  }),
  { kind: 'healthy', cuts: of('wait'), ends: 'new' },
  ...pairs(of('switch', 'restart', 'trial')).map((cuts): Journey => ({ kind: 'healthy', cuts, ends: 'new' })),
  { kind: 'healthy', cuts: of('keep'), ends: 'new' },
  { kind: 'crashes', cuts: of('return', 'restart back', 'settle', 'rolled back'), ends: 'old' },
  { kind: 'healthy', cuts: ['prepare, unpack', ...of('refuse')], ends: 'old' },
  // More than bad luck: a release that seems to take the machine down goes.
  { kind: 'healthy', cuts: ['trial', 'trial', 'trial'], ends: 'old' },
];

/** Begins the update and lets it come to the first cut. */
async function begin(appliance: Appliance, file: string, cut: string): Promise<void> {
  const preparing = cut.startsWith('prepare');
  const updating = appliance.machine.spawn(
    'dragoman',
    'update',
    file,
    ...(preparing ? ['--stop-at', cut] : []),
  );
  if (preparing) await updating.nextErrorLine(`stopped at "${cut}"`, UPDATE_MS);
  else await stopped(appliance, cut);
}

describeAppliance('the power cut in an update', (appliances) => {
  it('has a journey through every checkpoint', () => {
    expect(new Set(JOURNEYS.flatMap(({ cuts }) => cuts))).toEqual(new Set(ALL_CHECKPOINTS));
  });

  it.each(JOURNEYS)(
    'to one that is $kind at $cuts: in the end the $ends one serves',
    { timeout: 3 * UPDATE_MS },
    async ({ kind, cuts, ends }) => {
      const { appliance, file } = await openForUpdates(appliances, [kind], { on: false });
      const [first = '', ...later] = cuts;
      stopAt(appliance, first.startsWith('prepare') ? later[0] : first);
      await appliance.boot();
      const before = await serving(appliance);
      await begin(appliance, file(kind), first);
      for (const cut of later) {
        await appliance.machine.cut();
        stopAt(appliance, cut);
        await appliance.boot();
        await stopped(appliance, cut);
      }
      await appliance.machine.cut();
      stopAt(appliance, undefined);
      await appliance.boot();
      const { runs } = await decided(appliance);
      const version = ends === 'new' ? VERSIONS[kind] : before;
      expect(await serving(appliance)).toBe(version);
      expect(runs.version).toBe(version);
      await appliances.hears(appliance);
    },
  );
});
