/** For tests: the reports of a loudspeaker, and a device that plays what it gets. */

import type { LoudspeakerListener } from '../../src/audio/loudspeaker/loudspeaker.ts';
import { PacedLoudspeaker, type PacedOptions } from '../../src/audio/loudspeaker/paced.ts';
import { concat } from '../../src/audio/pcm/concat.ts';
import { VirtualClock } from './virtual/clock.ts';

export const PER_MS = 24;
export const speech = (ms: number, amplitude = 8000) =>
  Int16Array.from({ length: ms * PER_MS }, (_, i) => Math.round(amplitude * Math.sin(i * 0.1)));

type Happened =
  | ['playing' | 'drained' | 'gap' | 'lost', number, number]
  | ['interval', number, number | undefined]
  | ['state', string];

/** A loudspeaker on a clock of its own, and a device that plays what it gets as a sound card does. */
export class Rig {
  readonly clock = new VirtualClock({ startMs: 5000 });
  readonly told: Happened[] = [];
  /** Everything that came out, from the first sample on, gaps left out. */
  readonly heard: Int16Array[] = [];
  deviceUntilMs = 0;
  furthestAheadMs = 0;
  /** Times that the device ran out of sound and got more later. */
  readonly dry: number[] = [];

  readonly listener: LoudspeakerListener = {
    playing: (id, atMs) => this.told.push(['playing', id, atMs]),
    drained: (id, atMs) => this.told.push(['drained', id, atMs]),
    gap: (id, ms) => this.told.push(['gap', id, ms]),
    lost: (id, ms) => this.told.push(['lost', id, ms]),
    interval: (startMs, endMs) => this.told.push(['interval', startMs, endMs]),
    state: (state) => this.told.push(['state', state.kind]),
  };

  readonly play = (samples: Int16Array, fedAtMs: number) => {
    if (this.deviceUntilMs !== 0 && fedAtMs > this.deviceUntilMs) this.dry.push(fedAtMs - this.deviceUntilMs);
    this.deviceUntilMs = Math.max(this.deviceUntilMs, fedAtMs) + samples.length / 48;
    this.furthestAheadMs = Math.max(this.furthestAheadMs, this.deviceUntilMs - fedAtMs);
    this.heard.push(samples);
  };

  /** The loudspeaker with all its rules, over a device in memory that plays by the clock. */
  loudspeaker(options: Omit<PacedOptions, 'clock'>): PacedLoudspeaker {
    const { clock, play } = this;
    const open = (listener: { ready(): void }) => {
      const cancel = clock.after(0, () => listener.ready());
      return {
        pid: undefined,
        waitingMs: 0,
        write: (samples: Int16Array) => play(samples, clock.now()),
        end: async () => cancel(),
      };
    };
    return new PacedLoudspeaker({ latencyMs: 0, open, stop: async () => {} }, { ...options, clock });
  }

  all(kind: Happened[0]): Happened[] {
    return this.told.filter(([what]) => what === kind);
  }

  get sound(): Int16Array {
    return concat(this.heard);
  }

  /** Longest stretch of sound, without the silence around it, in milliseconds. */
  get soundMs(): number {
    const { sound } = this;
    const first = sound.findIndex((sample) => sample !== 0);
    return first < 0 ? 0 : (sound.findLastIndex((sample) => sample !== 0) - first) / 48;
  }
}
