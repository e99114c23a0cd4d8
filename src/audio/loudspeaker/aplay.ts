import { spawn } from 'node:child_process';
import { childEnvironment } from '../../base/child-environment.ts';
import { type Clock, REAL_TIME } from '../../base/time.ts';
import type { Route } from '../alsa/devices.ts';
import { ChildOutput } from './child-output.ts';
import { DEVICE_RATE_HZ } from './loudspeaker.ts';
import type { Output, OutputListener, Player } from './player.ts';

/** Written to the first sound: 3 to 10 ms (measured). */
const LATENCY_MS = 10;

/**
 * Short periods, since aplay reads a whole one before it plays any of it; it starts with the first. The buffer holds
 * more than is ever fed ahead, in microseconds.
 */
const TIMES = ['--period-time=10000', '--buffer-time=200000', '--start-delay=1'];

/** With -v it prints the set-up of the device as soon as it is open (alsa-utils, aplay.c; not translated). */
const OPEN = /its setup is:/i;

/** Plays by `aplay` (alsa-utils). No spare: it starts as fast as a spare would take over. */
export class AplayPlayer implements Player {
  readonly latencyMs = LATENCY_MS;
  readonly #clock: Clock;

  constructor(clock: Clock = REAL_TIME) {
    this.#clock = clock;
  }

  open(listener: OutputListener, { device, environment }: Route): Output {
    const format = ['-t', 'raw', '-f', 'S16_LE', '-r', String(DEVICE_RATE_HZ), '-c', '1'];
    const child = spawn(
      'aplay',
      ['-v', ...format, ...TIMES, ...(device === undefined ? [] : ['-D', device])],
      {
        stdio: ['pipe', 'ignore', 'pipe'],
        env: { ...childEnvironment(), ...environment },
      },
    );
    const output = new ChildOutput(child, listener, this.#clock);
    const look = () => {
      if (!OPEN.test(output.printed)) return;
      child.stderr?.off('data', look);
      output.opened();
    };
    child.stderr?.on('data', look);
    return output;
  }

  async stop(): Promise<void> {}
}
