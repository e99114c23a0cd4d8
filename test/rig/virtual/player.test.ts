import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Route } from '../../../src/audio/alsa/devices.ts';
import { DEVICE_RATE_HZ } from '../../../src/audio/loudspeaker/loudspeaker.ts';
import { type PlayerRig, playerStatements } from '../contracts/player.ts';
import { stretches } from '../real/recording.ts';
import { VirtualClock } from './clock.ts';
import { VirtualEar } from './ear.ts';
import { VirtualLoudspeaker, type VirtualLoudspeakerOptions } from './player.ts';

function rigWith(options: VirtualLoudspeakerOptions = {}) {
  const clock = new VirtualClock({ startMs: 1000, seed: 11 });
  const ear = new VirtualEar(clock);
  const device = new VirtualLoudspeaker(clock, ear, options);
  return { clock, ear, device };
}

const ROUTE: Route = { device: undefined, environment: {}, identity: 'default' };
const loud = (ms: number) => new Int16Array((ms * DEVICE_RATE_HZ) / 1000).fill(5000);

describe('the loudspeaker, with a simulated player', () => {
  let rig: PlayerRig & { readonly clock: VirtualClock };
  beforeEach(() => {
    const { clock, ear, device } = rigWith();
    rig = {
      clock,
      device,
      ear,
      recording: (fromMs, toMs) => ear.recording(fromMs, toMs),
      player: () => device,
      signal: (_, signal) => expect(device.signal(signal)).toBe(1),
      isRunning: (pid) => device.players().includes(pid),
      drive: (wanted) => clock.drive(wanted),
      passes: (ms) => clock.pass(ms),
    };
  });
  afterEach(() => rig.clock.stop());

  // Doubling the rate delays by 32 samples, which nobody adds to what is reported.
  playerStatements(() => rig, {
    timeMs: 1.4,
    silenceMs: 4,
    reportMs: 60,
    whenBusy: 'busy',
    whenGone: 'gone',
  });
});

describe('the simulated player', () => {
  /** An output that is open. */
  async function opened(options: VirtualLoudspeakerOptions = {}) {
    const rig = rigWith(options);
    const failures: string[] = [];
    const ready = Promise.withResolvers<void>();
    const output = rig.device.open(
      { ready: ready.resolve, failed: (trouble, detail) => failures.push(`${trouble}: ${detail}`) },
      ROUTE,
    );
    await rig.clock.drive(ready.promise);
    return { ...rig, output, failures };
  }

  it('opens after the time that it takes, and sounds after its latency', async () => {
    const { clock, ear, output } = await opened({ openMs: 50, latencyMs: 20 });
    expect(clock.now()).toBe(1050);
    output.write(loud(100));
    output.write(loud(50));
    await clock.pass(1000);
    expect(stretches(ear.recording())).toEqual([{ startMs: 1070, endMs: 1220 }]);
  });

  it('reports how much its device has not yet taken', async () => {
    const { clock, ear, output } = await opened({ openMs: 0, latencyMs: 0, bufferMs: 200 });
    output.write(loud(150));
    expect(output.waitingMs).toBe(0);
    output.write(loud(1000));
    expect(output.waitingMs).toBe(950);
    await clock.pass(510);
    expect(output.waitingMs).toBe(450);
    await clock.pass(1000);
    expect(output.waitingMs).toBe(0);
    expect(stretches(ear.recording())).toEqual([{ startMs: 1000, endMs: 2150 }]);
  });

  it('plays on, after what was missed, when its device hung', async () => {
    const { clock, ear, device, output } = await opened({ openMs: 0, latencyMs: 0, bufferMs: 200 });
    output.write(loud(300));
    device.break('stalled');
    await clock.pass(600);
    expect(output.waitingMs).toBe(100);
    device.repair();
    await clock.pass(300);
    expect(stretches(ear.recording())).toEqual([
      { startMs: 1000, endMs: 1200 },
      { startMs: 1600, endMs: 1700 },
    ]);
  });

  it('opens a device that hangs as soon as that is repaired, as `speaker` does', async () => {
    const { clock, device } = rigWith({ openMs: 50 });
    const readyMs: number[] = [];
    device.break('stalled');
    device.open({ ready: () => readyMs.push(clock.now()), failed: () => {} }, ROUTE);
    await clock.pass(100);
    expect(readyMs).toEqual([]);
    device.repair();
    expect(readyMs).toEqual([1100]);
  });

  it('has the device for itself', async () => {
    const { clock, device, output } = await opened();
    const failures: string[] = [];
    const other = {
      ready: () => failures.push('ready'),
      failed: (trouble: string) => failures.push(trouble),
    };
    device.open(other, ROUTE);
    await clock.pass(100);
    await clock.drive(output.end());
    device.open(other, ROUTE);
    await clock.pass(100);
    expect(failures).toEqual(['busy', 'ready']);
  });

  it('falls silent when the card of its route is pulled out, and fails at the next sound', async () => {
    let plugged = true;
    const { clock, ear, device, output, failures } = await opened({
      openMs: 0,
      latencyMs: 0,
      isPlugged: (_: Route) => plugged,
    });
    output.write(loud(100));
    await clock.pass(50);
    plugged = false;
    device.cardsChanged();
    await clock.pass(100);
    expect(failures).toEqual([]);
    output.write(loud(100));
    await clock.pass(100);
    expect(failures).toEqual(['gone: aplay: pcm_write:2146: write error: No such device']);
    expect(stretches(ear.recording())).toEqual([{ startMs: 1000, endMs: 1050 }]);
  });
});
