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
 * Every attempt may start a Node process, which takes a quarter of a second of a small computer's time: a desk without a
 * loudspeaker should not spend more than a twentieth of it on that.
 */
const BACKOFF: Backoff = { firstMs: 100, longestMs: 10_000, steadyAfterMs: STEADY_AFTER_MS, jitter: true };

/** Opening takes 50 ms; in an emulated machine, or on a Raspberry Pi 3 that is just starting, seconds. */
const OPEN_MS = 10_000;
/** A player that leaves so much waiting, in milliseconds of sound, has stalled: it is never fed so far ahead. */
const STALLED_MS = 1000;
/** The same, however little waits, when none of it is taken for this time, in milliseconds. */
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
  /** Of the device that the output opened. */
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
    // A device that hung for a moment may have been given all, and have all of it still to play.
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
    // A process that even SIGKILL does not end hangs in a driver; nothing is gained by waiting for it.
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
      // No process can be started, or there is no place for the configuration that it needs.
      const trouble = error instanceof DeviceMissing ? 'missing' : 'no player';
      this.#failed(trouble, error instanceof Error ? error.message : String(error));
      return;
    }
    this.#cancelOpenLimit = this.#clock.after(OPEN_MS, () =>
      this.#failed('stalled', `the player did not open the device within ${OPEN_MS} ms`),
    );
  }

  /** A card came or went: what waits for one is tried at once, and what plays on another than is meant now moves. */
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

  /** Feeds what is due and comes back when there is more to do. */
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

  /** What the player was given and has not yet taken, in milliseconds. */
  #waitingMs(): number {
    return this.#ready ? (this.#output?.waitingMs ?? 0) : 0;
  }

  /** Whether the player takes what it is given. */
  #watch(now: number): boolean {
    const ms = this.#waitingMs();
    if (ms === 0) this.#waiting = undefined;
    // Any other amount than before means that something was taken, or given: neither alone is a stall.
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
