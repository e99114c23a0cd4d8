import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import type { FaultCode } from '../kiosk/faults.ts';
import { type HealthPlaces, MachineHealth, THIS_MACHINE } from './health.ts';

const temporary = temporaryFolders();

/** A machine whose clocks stand still until they are told to go on. */
function machine(places: Partial<HealthPlaces>) {
  const clock = new VirtualClock();
  let addresses = 'eth0 10.0.0.2';
  let networkChanges = 0;
  const steps: number[] = [];
  const told: { fault: FaultCode; on: boolean; detail: string }[] = [];
  let wake = () => {};
  const health = new MachineHealth(
    clock,
    {
      temperature: '/nonexistent',
      throttled: '/nonexistent',
      updateOutcome: '/nonexistent',
      clockSet: '/nonexistent',
      sensors: '/nonexistent',
      disks: [],
      lowBytes: 0,
      ...places,
    },
    { ...THIS_MACHINE, addresses: () => addresses },
  );
  health.start({
    condition: (fault, on, detail) => {
      told.push({ fault, on, detail });
      wake();
    },
    clockStepped: (byMs) => steps.push(byMs),
    networkChanged: () => {
      networkChanges += 1;
    },
  });
  const next = async (fault: FaultCode) => {
    for (;;) {
      const index = told.findIndex((one) => one.fault === fault);
      if (index >= 0) return told.splice(index, 1)[0];
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    clock,
    steps,
    next,
    health,
    network: (now: string) => {
      addresses = now;
    },
    get networkChanges() {
      return networkChanges;
    },
  };
}

describe('the power supply', () => {
  it('that is too weak is told while the firmware says so', async () => {
    const sensors = temporary();
    const pi = path.join(sensors, 'hwmon1');
    mkdirSync(pi);
    writeFileSync(path.join(pi, 'name'), 'rpi_volt\n');
    writeFileSync(path.join(pi, 'in0_lcrit_alarm'), '1\n');
    const { next, clock } = machine({ sensors });
    expect(await next('under-voltage')).toMatchObject({ on: true });
    writeFileSync(path.join(pi, 'in0_lcrit_alarm'), '0\n');
    clock.advance(10_000);
    expect(await next('under-voltage')).toMatchObject({ on: false });
  });

  it('of a machine that has no such sensor is taken to be good', async () => {
    expect(await machine({}).next('under-voltage')).toMatchObject({ on: false });
  });
});

describe('the temperature', () => {
  function oven() {
    const folder = temporary();
    const temperature = path.join(folder, 'temp');
    const throttled = path.join(folder, 'get_throttled');
    writeFileSync(temperature, '50000\n');
    const { next, clock } = machine({ temperature, throttled });
    return {
      first: () => next('too-hot'),
      at: async (celsius: number, bits?: string) => {
        await next('too-hot');
        writeFileSync(temperature, `${celsius * 1000}\n`);
        if (bits !== undefined) writeFileSync(throttled, `${bits}\n`);
        clock.advance(10_000);
        const told = await next('too-hot');
        clock.advance(10_000);
        return told;
      },
    };
  }

  it('is too hot from 80 °C on, until it is below 75 °C', async () => {
    const { at } = oven();
    expect(await at(79)).toMatchObject({ on: false });
    expect(await at(80)).toMatchObject({ on: true, detail: '80 °C' });
    expect(await at(76)).toMatchObject({ on: true });
    expect(await at(74)).toMatchObject({ on: false });
    expect(await at(79)).toMatchObject({ on: false });
  });

  it('is too hot below that where the firmware slows the processor down for it', async () => {
    const { at } = oven();
    expect(await at(72, 'e0000')).toMatchObject({ on: false });
    expect(await at(72, 'e0002')).toMatchObject({ on: true, detail: expect.stringContaining('slowed') });
    expect(await at(72, '50005')).toMatchObject({ on: false });
  });

  it('of a machine that does not tell it is taken to be right', async () => {
    expect(await machine({}).next('too-hot')).toMatchObject({ on: false });
  });
});

describe('the disk', () => {
  it('with room is well', async () => {
    expect(await machine({ disks: [temporary()] }).next('disk-full')).toMatchObject({ on: false });
  });

  it('without room is told, with the place', async () => {
    const folder = temporary();
    const { next } = machine({ disks: [folder], lowBytes: 2 ** 60 });
    expect(await next('disk-full')).toMatchObject({ on: true, detail: expect.stringContaining(folder) });
  });

  it('that cannot be looked at is no reason for alarm', async () => {
    expect(await machine({ disks: ['/nonexistent'] }).next('disk-full')).toMatchObject({ on: false });
  });
});

describe('the network', () => {
  it('that goes and comes back, or is another one, is told', () => {
    const here = machine({});
    here.clock.advance(30_000);
    expect(here.networkChanges).toBe(0);
    here.network('');
    here.clock.advance(10_000);
    here.network('eth0 10.0.0.2');
    here.clock.advance(10_000);
    expect(here.networkChanges).toBe(2);
  });
});

describe('the clock of the day', () => {
  it('that is set is told, forwards and backwards; that is slewed is not', () => {
    const { clock, steps } = machine({});
    clock.stepWall(500);
    clock.advance(10_000);
    expect(steps).toEqual([]);
    clock.stepWall(86_400_000);
    clock.advance(10_000);
    clock.stepWall(-3_600_000);
    clock.advance(10_000);
    expect(steps).toEqual([86_400_000, -3_600_000]);
  });
});

describe('a clock of the day that is set by more than a day', () => {
  const TWO_DAYS_MS = 2 * 86_400_000;

  it.each([
    ['has set the clock', true, true],
    ['has not set the clock before: it is the first setting', false, false],
  ])('is reported where the network %s', async (_, isSet, on) => {
    const clockSet = path.join(temporary(), 'synchronized');
    if (isSet) writeFileSync(clockSet, '');
    const { clock, next } = machine({ clockSet });
    expect(await next('clock-jumped')).toMatchObject({ on: false });
    clock.stepWall(TWO_DAYS_MS);
    writeFileSync(clockSet, '');
    clock.advance(10_000);
    expect(await next('clock-jumped')).toMatchObject({ on });
    clock.stepWall(-TWO_DAYS_MS);
    clock.advance(10_000);
    expect(await next('clock-jumped')).toMatchObject({ on: true });
  });
});

describe('an update', () => {
  const taken = {
    outcome: 'rolled back',
    version: '9.9.9',
    from: packageJson.version,
    reason: 'it ended',
    at: '',
  };
  const look = async (...outcomes: readonly (object | string)[]) => {
    const file = path.join(temporary(), 'outcome.json');
    const { clock, next, health } = machine({ updateOutcome: file });
    const told = [await next('update-failed')];
    for (const [i, outcome] of outcomes.entries()) {
      writeFileSync(file, typeof outcome === 'string' ? outcome : JSON.stringify(outcome));
      utimesSync(file, i + 1, i + 1);
      clock.advance(10_000);
      told.push(await next('update-failed'));
    }
    health.stop();
    return told.map((one) => (one?.on ? one.detail : 'well'));
  };

  it('that was rolled back is reported until another one is kept', async () => {
    expect(await look(taken, taken, { ...taken, outcome: 'kept' })).toEqual([
      'well',
      '9.9.9: it ended',
      '9.9.9: it ended',
      'well',
    ]);
  });

  it('that was refused is none that was rolled back', async () => {
    expect(await look({ ...taken, outcome: 'refused' })).toEqual(['well', 'well']);
  });

  it('that was rolled back before the release that runs now was installed is over', async () => {
    expect(await look({ ...taken, from: '0.0.1' })).toEqual(['well', 'well']);
  });

  it('of which nothing can be read is nothing to tell', async () => {
    expect(await look('{', '[]', '')).toEqual(['well', 'well', 'well', 'well']);
  });
});
