import type { Route } from '../../../src/audio/alsa/devices.ts';
import type { LoudspeakerTrouble } from '../../../src/audio/loudspeaker/loudspeaker.ts';
import type { Output, OutputListener, Player } from '../../../src/audio/loudspeaker/player.ts';
import type { DeviceFault, PlayingDevice } from '../desk.ts';
import type { VirtualClock } from './clock.ts';
import { EAR_PER_MS, type VirtualEar } from './ear.ts';

export interface VirtualLoudspeakerOptions {
  /** From the start of a player until it takes sound. */
  readonly openMs?: number;
  /** From feeding an idle player to the sound. */
  readonly latencyMs?: number;
  /** From the end of a player to silence, and until the device is free. */
  readonly endMs?: number;
  /** The device's own buffer. */
  readonly bufferMs?: number;
  /** Whether the card of a route is plugged in. */
  readonly isPlugged?: (route: Route) => boolean;
}

type Settings = Required<VirtualLoudspeakerOptions>;

/** As measured with aplay and `speaker`. */
const DEFAULTS: Settings = {
  openMs: 30,
  latencyMs: 10,
  endMs: 3,
  bufferMs: 200,
  isPlugged: () => true,
};

/** Process ids count from here: beyond those that Linux gives by default, so that none is a real one's. */
const FIRST_PID = 200_000;

/** What aplay says (alsa-utils 1.2.8). */
const SAYS = {
  busy: 'aplay: main:831: audio open error: Device or resource busy',
  missing: 'aplay: main:831: audio open error: No such file or directory',
  unplugged: 'aplay: pcm_write:2146: write error: No such device',
} as const;

/**
 * The simulated loudspeaker, and the player that opens it: it plays by the clock into the room's ear. Only one
 * player can have the device, as with a sound card without a mixer.
 */
export class VirtualLoudspeaker implements Player, PlayingDevice {
  readonly #clock: VirtualClock;
  readonly #ear: VirtualEar;
  readonly #settings: Settings;
  readonly #running = new Set<VirtualOutput>();
  #fault: DeviceFault | undefined;
  #latestPid = FIRST_PID;

  constructor(clock: VirtualClock, ear: VirtualEar, options: VirtualLoudspeakerOptions = {}) {
    this.#clock = clock;
    this.#ear = ear;
    this.#settings = { ...DEFAULTS, ...options };
  }

  get latencyMs(): number {
    return this.#settings.latencyMs;
  }

  open(listener: OutputListener, route: Route): Output {
    this.#latestPid += 1;
    const output: VirtualOutput = new VirtualOutput(this.#clock, this.#ear, listener, {
      ...this.#settings,
      pid: this.#latestPid,
      fault: () => (this.#settings.isPlugged(route) ? this.#fault : 'gone'),
      taken: () => [...this.#running].some((other) => other !== output && other.isOpen),
      exited: () => this.#running.delete(output),
    });
    this.#running.add(output);
    return output;
  }

  async stop(): Promise<void> {}

  break(fault: DeviceFault): void {
    this.#fault = fault;
    this.cardsChanged();
  }

  repair(): void {
    this.#fault = undefined;
    this.cardsChanged();
  }

  /** `isPlugged` may have another answer now: what plays on a card that has gone falls silent. */
  cardsChanged(): void {
    for (const output of [...this.#running]) output.deviceChanged();
  }

  /** Process ids of the players that run, the oldest first. */
  players(): number[] {
    return [...this.#running].map(({ pid }) => pid);
  }

  /** SIGKILL ends the players, SIGSTOP makes them hang, SIGCONT makes them continue. @returns how many there were */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): number {
    const running = [...this.#running];
    for (const output of running) output.signal(signal);
    return running.length;
  }
}

interface OutputSettings extends Settings {
  readonly pid: number;
  /** What is wrong with its device now. */
  readonly fault: () => DeviceFault | undefined;
  /** Another player has the device. */
  readonly taken: () => boolean;
  readonly exited: () => void;
}

class VirtualOutput implements Output {
  readonly pid: number;
  readonly #clock: VirtualClock;
  readonly #ear: VirtualEar;
  readonly #listener: OutputListener;
  readonly #settings: OutputSettings;
  readonly #exited = Promise.withResolvers<void>();
  /** Written, and not yet taken by the device. */
  #pipe: Int16Array[] = [];
  #waiting = 0;
  /** The device has sound up to this sample of the ear. */
  #until = Number.NEGATIVE_INFINITY;
  #open = false;
  #over = false;
  /** Its process ends without a signal: it accepts nothing more. */
  #failing = false;
  #frozen = false;
  /** It, or the device, hung when it would have opened the device. */
  #missedOpening = false;
  #cancelStep: () => void;

  constructor(clock: VirtualClock, ear: VirtualEar, listener: OutputListener, settings: OutputSettings) {
    this.#clock = clock;
    this.#ear = ear;
    this.#listener = listener;
    this.#settings = settings;
    this.pid = settings.pid;
    this.#cancelStep = clock.after(settings.openMs, () => this.#opens());
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get waitingMs(): number {
    return this.#waiting / EAR_PER_MS;
  }

  write(samples: Int16Array): void {
    if (this.#over || this.#failing || !this.#open || samples.length === 0) return;
    this.#pipe.push(samples.slice());
    this.#waiting += samples.length;
    this.#play();
  }

  end(): Promise<void> {
    if (!this.#over) {
      this.#over = true;
      this.#cancelStep();
      this.#silence();
      this.#clock.after(this.#settings.endMs, () => {
        this.#open = false;
        this.#settings.exited();
        this.#exited.resolve();
      });
    }
    return this.#exited.promise;
  }

  deviceChanged(): void {
    if (!this.#open) {
      if (this.#missedOpening && !this.#failing && !this.#over) this.#opens();
      return;
    }
    if (this.#settings.fault() === 'gone') this.#ear.cut(this.#sampleIn(0));
    this.#play();
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#over) return;
    switch (signal) {
      case 'SIGKILL':
        this.#fails('died', 'the player ended (SIGKILL)');
        break;
      case 'SIGSTOP':
        this.#frozen = true;
        break;
      case 'SIGCONT':
        this.#frozen = false;
        if (this.#open) this.#play();
        else if (this.#missedOpening && !this.#failing) this.#opens();
        break;
    }
  }

  #opens(): void {
    const fault = this.#settings.fault();
    // The first sound, by which a player opens the device, blocks in one that hangs.
    this.#missedOpening = this.#frozen || fault === 'stalled';
    if (this.#missedOpening) return;
    if (fault === 'gone') this.#fails('missing', SAYS.missing);
    else if (fault === 'busy' || this.#settings.taken()) this.#fails('busy', SAYS.busy);
    else {
      this.#open = true;
      this.#listener.ready();
    }
  }

  /** The device takes as much as its buffer has room for. */
  #play(): void {
    this.#cancelStep();
    if (this.#over || this.#failing || this.#frozen || this.#pipe.length === 0) return;
    const fault = this.#settings.fault();
    if (fault === 'stalled') return;
    if (fault === 'gone') {
      this.#fails('gone', SAYS.unplugged);
      return;
    }
    const { bufferMs, latencyMs } = this.#settings;
    const full = this.#sampleIn(latencyMs + bufferMs);
    this.#until = Math.max(this.#until, this.#sampleIn(latencyMs));
    for (let next = this.#pipe[0]; next !== undefined && this.#until < full; next = this.#pipe[0]) {
      const part = next.subarray(0, full - this.#until);
      this.#ear.play(this.#until, part);
      this.#until += part.length;
      this.#waiting -= part.length;
      if (part.length === next.length) this.#pipe.shift();
      else this.#pipe[0] = next.subarray(part.length);
    }
    // A quarter of the buffer later there is room for as much.
    if (this.#pipe.length > 0) this.#cancelStep = this.#clock.after(bufferMs / 4, () => this.#play());
  }

  /** What the device still has is not heard. */
  #silence(): void {
    if (this.#until > Number.NEGATIVE_INFINITY) this.#ear.cut(this.#sampleIn(this.#settings.endMs));
  }

  #fails(trouble: LoudspeakerTrouble, detail: string): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#silence();
    this.#cancelStep();
    this.#cancelStep = this.#clock.after(this.#settings.endMs, () => {
      this.#open = false;
      this.#settings.exited();
      this.#listener.failed(trouble, detail);
    });
  }

  #sampleIn(ms: number): number {
    return Math.ceil((this.#clock.now() + ms) * EAR_PER_MS);
  }
}
