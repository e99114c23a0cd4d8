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
  const sent: string[] = [];
  const lines: Record<string, unknown>[] = [];
  let state = initialState(SETTINGS, 0);
  let watcher: (state: KioskState) => void = () => {};
  const kiosk = {
    get state() {
      return state;
    },
    status: () => status(state),
    watch: (listener: (state: KioskState) => void) => {
      watcher = listener;
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
    { report: (...assignments) => sent.push(...assignments), watchdogMs },
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
  return { one, clock, sent, lines, kiosk, device };
}

describe('READY', () => {
  it('comes when panel, microphone and loudspeaker have reported their state, working or not, and the socket was tried', () => {
    const { one, sent, device, lines } = supervision();
    one.start();
    device('microphone', 'microphone-missing');
    device('panel', 'panel-missing');
    one.controlTried();
    expect(sent).not.toContain('READY=1');
    device('loudspeaker', 'working');
    expect(sent).toContain('READY=1');
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
    expect(sent.filter((assignment) => assignment === 'READY=1')).toHaveLength(1);
  });
});

describe('STATUS', () => {
  it('is one line, sent when it changes', () => {
    const { one, sent, device } = supervision();
    one.start();
    device('microphone', 'microphone-missing');
    device('panel', 'working');
    const lines = sent.filter((assignment) => assignment.startsWith('STATUS='));
    expect(lines).toEqual(['STATUS=idle; dialogue (preferred); D21 There is no microphone']);
  });
});

describe('WATCHDOG', () => {
  const signs = (sent: readonly string[]) => sent.filter((one) => one === 'WATCHDOG=1').length;

  it('is sent more often than the service manager expects', () => {
    const { one, clock, sent } = supervision();
    one.start();
    clock.advance(WATCHDOG_MS);
    expect(signs(sent)).toBe(3);
    clock.advance(10 * WATCHDOG_MS);
    expect(signs(sent)).toBe(33);
  });

  it('is never sent without a watchdog', () => {
    const { one, clock, sent } = supervision({ watchdogMs: undefined });
    one.start();
    clock.advance(10 * WATCHDOG_MS);
    expect(signs(sent)).toBe(0);
  });

  it('is withheld while the daemon does not function, which is logged once, and sent again at once after that', () => {
    const { one, clock, sent, kiosk, lines } = supervision();
    one.start();
    kiosk.doubted = 'the microphone hangs';
    clock.advance(5 * WATCHDOG_MS);
    expect(signs(sent)).toBe(0);
    expect(lines.filter(({ why }) => why === 'the microphone hangs')).toHaveLength(1);
    kiosk.doubted = undefined;
    clock.advance(1000);
    expect(signs(sent)).toBe(1);
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
    const { one, clock, sent } = supervision();
    one.start();
    one.stop();
    clock.advance(WATCHDOG_MS);
    expect(sent).toEqual(['STOPPING=1', 'STATUS=ends']);
  });
});
