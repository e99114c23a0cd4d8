import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../test/rig/kiosk-settings.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { REAL_TIME } from '../base/time.ts';
import { status } from '../kiosk/shown/status.ts';
import type { DeviceState, KioskState } from '../kiosk/state.ts';
import { initialState } from '../kiosk/state.ts';
import { StartTimes } from './start-times.ts';
import { Supervision } from './supervision.ts';

const WATCHDOG_MS = 30_000;

/** A kiosk that is what the test says, and a service manager that remembers. */
function supervision(
  { watchdogMs, late = { ms: 0 } }: { watchdogMs: number | undefined; late?: { ms: number } } = {
    watchdogMs: WATCHDOG_MS,
  },
) {
  const clock = new VirtualClock();
  const told: string[] = [];
  const lines: Record<string, unknown>[] = [];
  let state = initialState(SETTINGS, 0);
  let watcher: (state: KioskState) => void = () => {};
  const kiosk = {
    get state() {
      return state;
    },
    status: () => status(state),
    watch: (told: (state: KioskState) => void) => {
      watcher = told;
    },
    doubted: undefined as string | undefined,
    lags: [] as number[],
    doubt(lagMs: number) {
      kiosk.lags.push(lagMs);
      return kiosk.doubted;
    },
  };
  // An event loop that is busy with something else comes to its timers late.
  const lateClock = {
    ...REAL_TIME,
    now: () => clock.now(),
    after: (ms: number, then: () => void) => clock.after(ms + late.ms, then),
  };
  const log = pino({ level: 'info', base: null }, { write: (text: string) => lines.push(JSON.parse(text)) });
  const one = new Supervision(
    kiosk,
    { report: (...assignments) => told.push(...assignments), watchdogMs },
    {
      clock: lateClock,
      log,
      times: new StartTimes(clock, 0),
      expected: ['panel', 'microphone', 'loudspeaker'],
    },
  );
  const device = (name: 'panel' | 'microphone' | 'loudspeaker', is: DeviceState) => {
    state = { ...state, devices: { ...state.devices, [name]: is } };
    watcher(state);
  };
  return { one, clock, told, lines, kiosk, device };
}

describe('READY', () => {
  it('comes when panel, microphone and loudspeaker have told how they are, working or not, and the socket was tried', () => {
    const { one, told, device, lines } = supervision();
    one.start();
    device('microphone', 'microphone-missing');
    device('panel', 'panel-missing');
    one.controlTried();
    expect(told).not.toContain('READY=1');
    device('loudspeaker', 'working');
    expect(told).toContain('READY=1');
    expect(lines).toContainEqual(
      expect.objectContaining({
        msg: 'ready',
        ms: {
          panel: expect.any(Number),
          microphone: expect.any(Number),
          loudspeaker: expect.any(Number),
          control: expect.any(Number),
          ready: expect.any(Number),
        },
      }),
    );
    device('microphone', 'working');
    expect(told.filter((assignment) => assignment === 'READY=1')).toHaveLength(1);
  });
});

describe('STATUS', () => {
  it('is one line, told when it is another', () => {
    const { one, told, device } = supervision();
    one.start();
    device('microphone', 'microphone-missing');
    device('panel', 'working');
    const lines = told.filter((assignment) => assignment.startsWith('STATUS='));
    expect(lines).toEqual(['STATUS=idle; dialogue (preferred); D21 There is no microphone']);
  });
});

describe('WATCHDOG', () => {
  const signs = (told: readonly string[]) => told.filter((one) => one === 'WATCHDOG=1').length;

  it('is told more often than it is expected', () => {
    const { one, clock, told } = supervision();
    one.start();
    clock.advance(WATCHDOG_MS);
    expect(signs(told)).toBe(3);
    clock.advance(10 * WATCHDOG_MS);
    expect(signs(told)).toBe(33);
  });

  it('is never told where nobody expects it', () => {
    const { one, clock, told } = supervision({ watchdogMs: undefined });
    one.start();
    clock.advance(10 * WATCHDOG_MS);
    expect(signs(told)).toBe(0);
  });

  it('is withheld while the daemon is doubted, which is logged once, and told again at once behind it', () => {
    const { one, clock, told, kiosk, lines } = supervision();
    one.start();
    kiosk.doubted = 'the microphone hangs';
    clock.advance(5 * WATCHDOG_MS);
    expect(signs(told)).toBe(0);
    expect(lines.filter(({ why }) => why === 'the microphone hangs')).toHaveLength(1);
    kiosk.doubted = undefined;
    clock.advance(1000);
    expect(signs(told)).toBe(1);
  });

  it('is judged by the lateness of the event loop at its best since the last sign', () => {
    const late = { ms: 0 };
    const { one, clock, kiosk } = supervision({ watchdogMs: WATCHDOG_MS, late });
    one.start();
    late.ms = 5000; // one beat only
    clock.advance(2000);
    late.ms = 0;
    clock.advance(WATCHDOG_MS);
    expect(kiosk.lags.every((lagMs) => lagMs === 0)).toBe(true);
    late.ms = 3000; // every beat from now on
    clock.advance(2 * WATCHDOG_MS);
    expect(kiosk.lags.at(-1)).toBe(3000);
  });

  it('ends when the daemon does', () => {
    const { one, clock, told } = supervision();
    one.start();
    one.stop();
    clock.advance(WATCHDOG_MS);
    expect(told).toEqual(['STOPPING=1', 'STATUS=ends']);
  });
});
