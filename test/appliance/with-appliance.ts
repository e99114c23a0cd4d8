import { afterAll, afterEach, beforeAll, describe, onTestFailed } from 'vitest';
import { type Appliance, type ApplianceOptions, openAppliance } from './appliance.ts';
import { applianceAvailable } from './available.ts';
import { type Hears, hear } from './hearing.ts';
import { DEBIANS, type Debian, installed, parts } from './parts.ts';

const availability = await applianceAvailable();
const why = availability.available ? undefined : availability.why;
if (why !== undefined) process.stderr.write(`skipped: there is no appliance here: ${why}\n`);

/** APPLIANCE_DEBIAN=12 or 13: on this one only. */
const chosen = DEBIANS.filter((debian) => `${debian}` === (process.env.APPLIANCE_DEBIAN ?? `${debian}`));

/** Making the package and two root file systems from nothing takes 3 to 5 minutes here. */
const PARTS_MS = 1_200_000;

export interface OpenOptions extends Partial<ApplianceOptions> {
  /** false: switched off, to be prepared. */
  readonly on?: boolean;
}

export interface Appliances {
  readonly debian: Debian;
  /** One on which the package is installed; it serves when this resolves. Stopped behind the test. */
  readonly open: (options?: OpenOptions) => Promise<Appliance>;
  /** Listens to what comes out of an appliance's loudspeaker. */
  readonly hears: Hears;
}

/**
 * `describe` for tests that need the device, on each Debian that was chosen. Where the machine can't have one they are
 * counted as skipped and say why; with DESK_REQUIRED=1 they fail instead.
 */
export function describeAppliance(
  name: string,
  tests: (appliances: Appliances) => void,
  debians: readonly Debian[] = chosen,
): void {
  if (why !== undefined && process.env.DESK_REQUIRED === '1')
    throw new Error(`there is no appliance: ${why}`);
  for (const debian of debians) {
    const title = `Debian ${debian}: ${name}`;
    if (why !== undefined) {
      describe.skip(`${title} [skipped, no appliance: ${why}]`, () => tests(appliancesOf(debian)));
      continue;
    }
    describe(title, () => {
      beforeAll(async () => {
        await parts(debian);
      }, PARTS_MS);
      tests(appliancesOf(debian));
    });
  }
}

function appliancesOf(debian: Debian): Appliances {
  const opened: Appliance[] = [];
  const hearing = hear();
  afterEach(async () => {
    for (const appliance of opened.splice(0)) await appliance.stop();
  });
  afterAll(() => hearing.stop());
  const open = async ({ on = true, ...options }: OpenOptions = {}): Promise<Appliance> => {
    const { package: file } = await parts(debian);
    const layers = options.layers ?? (await installed(debian));
    const appliance = await openAppliance({ package: file, ...options, layers });
    opened.push(appliance);
    onTestFailed(() => {
      const end = appliance.told.slice(-30).map((line) => line.slice(0, 400));
      process.stdout.write(`the end of the unit's log:\n${end.join('\n')}\n`);
    });
    if (on) {
      await appliance.boot();
      await appliance.serves();
    }
    return appliance;
  };
  return { debian, open, hears: hearing.hears };
}

/** Prints what was measured: it is not asserted, since it is the machine's. */
export function tell(debian: Debian, text: string): void {
  process.stdout.write(`appliance: Debian ${debian}: ${text}\n`);
}
