import { type Backoff, KeptOpen, LOOK_AGAIN_MS, STEADY_AFTER_MS } from '../../base/kept-open.ts';
import { type Clock, REAL_TIME, within } from '../../base/time.ts';
import type { Cue } from '../../kiosk/shown/sounds.ts';
import { DeviceMissing } from '../alsa/choice.ts';
import { named, type Routing } from '../alsa/devices.ts';
import { cueSamples } from '../cues.ts';
import type {
  Loudspeaker,
  LoudspeakerFigures,
  LoudspeakerListener,
  LoudspeakerTrouble,
  Playback,
} from './loudspeaker.ts';
import { gainOf } from './mixer.ts';
import { Pacer } from './pacer.ts';
import type { Output, Player } from './player.ts';

export interface PacedOptions {
  /** Which device; without it, ALSA's default. */
  readonly routing?: Routing;
  /**
   * Silence before a sound after 2 s without any, in milliseconds, 0 by default. Cheap HDMI and powered
   * loudspeakers swallow the first 300 to 500.
   */
  readonly leadInMs?: number;
  /** 0 to 100, 100 by default. */
  readonly volume?: number;
  /** From feeding to the ear, in milliseconds; the player's own by default. More with a sound server. */
  readonly outputLatencyMs?: number;
  readonly clock?: Clock;
}

/**
 * Each attempt may start a Node process, which takes a quarter of a second on a small computer. A desk without a
 * loudspeaker should not spend more than 5 % of its time on attempts.
 */
const BACKOFF: Backoff = { firstMs: 100, longestMs: 10_000, steadyAfterMs: STEADY_AFTER_MS, jitter: true };

/** Opening takes 50 ms; in an emulated machine, or on a Raspberry Pi 3 that is just starting, seconds. */
const OPEN_MS = 10_000;
/** A player has stalled if it leaves this much sound waiting, in milliseconds: it is never fed this far ahead. */
const STALLED_MS = 1000;
/** A player has also stalled if it takes nothing for this time while sound waits, in milliseconds. */
const UNTAKEN_MS = 2000;
/** `stop` waits no longer than this for processes to end, in milliseconds. */
const STOP_MS = 1000;

/** The loudspeaker over any player: queue, clock and cushion are here, in the parent. */
export class PacedLoudspeaker implements Loudspeaker {
  readonly #player: Player;
  readonly #clock: Clock;
  readonly #routing: Routing;
  readonly #pacer: Pacer;
  readonly #kept: KeptOpen;
  #listener: LoudspeakerListener | undefined;
  #output: Output | undefined;
  /** The identity of the opened device. */
  #identity = '';
  #ready = false;
  #stopped = false;
  /** Trouble was reported last, or nothing yet. */
  #troubled = true;
  #losses = 0;
  #waiting: { readonly ms: number; readonly sinceMs: number } | undefined;
  /** The last look found a player that takes nothing. */
  #suspected = false;
  #cancelFeed: () => void = () => {};
  #cancelOpenLimit: () => void = () => {};
  #stopWatching: () => void = () => {};

  constructor(player: Player, options: PacedOptions = {}) {
    this.#player = player;
    this.#clock = options.clock ?? REAL_TIME;
    this.#routing = options.routing ?? named();
    this.#pacer = new Pacer(
      {
        playing: (playback, atMs) => this.#listener?.playing(playback, atMs),
        drained: (playback, atMs) => this.#listener?.drained(playback, atMs),
        gap: (playback, ms) => this.#listener?.gap(playback, ms),
        lost: (playback, unheardMs) => this.#listener?.lost(playback, unheardMs),
        interval: (startMs, endMs) => this.#listener?.interval(startMs, endMs),
      },
      { leadInMs: options.leadInMs ?? 0, outputLatencyMs: options.outputLatencyMs ?? player.latencyMs },
    );
    this.#pacer.gain = gainOf(options.volume ?? 100);
    this.#kept = new KeptOpen(this.#clock, BACKOFF, () => this.#open());
  }

  get figures(): LoudspeakerFigures {
    return { ...this.#pacer.figures, losses: this.#losses };
  }

  /** The process id of the player; undefined while none runs. */
  get pid(): number | undefined {
    return this.#output?.pid;
  }

  start(listener: LoudspeakerListener): void {
    this.#listener = listener;
    this.#stopWatching = this.#routing.watch(() => this.#cardsChanged());
    this.#kept.start();
  }

  begin(): Playback {
    const id = this.#pacer.begin(this.#clock.now());
    return {
      id,
      write: (samples) => {
        this.#pacer.write(id, samples);
        this.#feed();
      },
      end: () => {
        this.#pacer.end(id);
        this.#feed();
      },
    };
  }

  silence(): void {
    const sounds = this.#pacer.silence(this.#clock.now());
    // A device that hung for a moment may still have to play all that it was given.
    if (!(sounds || this.#waitingMs() > 0) || this.#output === undefined) return;
    this.#drop(this.#output);
    this.#kept.start();
  }

  cue(name: Cue): void {
    this.#pacer.cue(cueSamples(name), this.#clock.now());
    this.#feed();
  }

  setVolume(percent: number): void {
    this.#pacer.gain = gainOf(percent);
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
    this.#stopped = true;
    this.#cancelFeed();
    this.#kept.stop();
    if (this.#output !== undefined) this.#drop(this.#output);
    // A process that survives SIGKILL hangs in a driver; waiting longer is useless.
    await within(this.#clock, STOP_MS, Promise.all([this.#kept.released(), this.#player.stop()]));
    this.#stopWatching();
  }

  #open(): void {
    try {
      const route = this.#routing.resolve();
      this.#identity = route.identity;
      this.#output = this.#player.open(
        {
          ready: () => this.#opened(),
          failed: (trouble, detail) => this.#failed(trouble, detail),
        },
        route,
      );
    } catch (error) {
      // No process can be started, or its configuration can't be written.
      const trouble = error instanceof DeviceMissing ? 'missing' : 'no player';
      this.#failed(trouble, error instanceof Error ? error.message : String(error));
      return;
    }
    this.#cancelOpenLimit = this.#clock.after(OPEN_MS, () =>
      this.#failed('stalled', `the player did not open the device within ${OPEN_MS} ms`),
    );
  }

  /** A card was added or removed: tries again at once, or moves the playback to the card that is now chosen. */
  #cardsChanged(): void {
    if (this.#stopped) return;
    if (this.#output === undefined) {
      this.#kept.tryAgain();
      return;
    }
    try {
      if (this.#routing.resolve().identity === this.#identity) return;
    } catch (error) {
      if (error instanceof DeviceMissing) this.#failed('missing', error.message);
      return;
    }
    this.#drop(this.#output);
    this.#pacer.deviceLost(this.#clock.now());
    this.#kept.start();
    this.#feed();
  }

  #opened(): void {
    this.#cancelOpenLimit();
    this.#ready = true;
    this.#waiting = undefined;
    this.#suspected = false;
    const now = this.#clock.now();
    this.#pacer.deviceReady(now);
    this.#kept.works();
    if (this.#troubled) this.#listener?.state({ kind: 'working' });
    this.#troubled = false;
    this.#feed();
  }

  #failed(trouble: LoudspeakerTrouble, detail: string): void {
    if (this.#ready) this.#losses++;
    if (this.#output !== undefined) this.#drop(this.#output);
    this.#pacer.deviceLost(this.#clock.now());
    this.#troubled = true;
    const retryInMs = this.#kept.failed();
    this.#listener?.state({ kind: 'trouble', trouble, detail, retryInMs });
    this.#feed();
  }

  #drop(output: Output): void {
    this.#cancelOpenLimit();
    this.#output = undefined;
    this.#ready = false;
    this.#kept.release(output.end());
  }

  /** Feeds the sound that is due, and schedules the next call. */
  #feed(): void {
    this.#cancelFeed();
    if (this.#stopped) return;
    const now = this.#clock.now();
    const stuckMs = Math.max(0, this.#waitingMs() - (this.#output?.waitingAgeMs ?? 0));
    const sound = this.#pacer.pull(now, stuckMs);
    if (sound !== undefined) this.#output?.write(sound);
    const dueInMs = this.#watch(now) ? this.#pacer.dueInMs(now) : undefined;
    const watchInMs = this.#suspected ? LOOK_AGAIN_MS : this.#waiting === undefined ? undefined : UNTAKEN_MS;
    const inMs = dueInMs ?? watchInMs;
    if (inMs !== undefined) this.#cancelFeed = this.#clock.after(inMs, () => this.#feed());
  }

  /** Sound that the player was given and has not yet taken, in milliseconds. */
  #waitingMs(): number {
    return this.#ready ? (this.#output?.waitingMs ?? 0) : 0;
  }

  /** Whether the player takes its sound. */
  #watch(now: number): boolean {
    const ms = this.#waitingMs();
    if (ms === 0) this.#waiting = undefined;
    // A changed amount means that sound was taken or given; neither is a stall.
    else if (this.#waiting?.ms !== ms) this.#waiting = { ms, sinceMs: now };
    const untakenMs = this.#waiting === undefined ? 0 : now - this.#waiting.sinceMs;
    const suspected = ms >= STALLED_MS || untakenMs >= UNTAKEN_MS;
    if (!suspected || !this.#suspected) {
      this.#suspected = suspected;
      return true;
    }
    this.#failed('stalled', `the player leaves ${Math.round(ms)} ms of sound waiting`);
    return false;
  }
}
