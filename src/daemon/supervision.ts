import type { Logger } from 'pino';
import type { Clock } from '../base/time.ts';
import { inOneLine } from '../kiosk/shown/status.ts';
import { type Device, isFault, type KioskState } from '../kiosk/state.ts';
import type { Notify } from '../system/notify.ts';
import type { Kiosk } from './kiosk.ts';
import type { StartTimes } from './start-times.ts';

/** How often the lateness of the event loop is measured, in milliseconds. */
const BEAT_MS = 1000;

/** WATCHDOG=1 is sent after this share of the watchdog's time, so that one may be lost. */
const WATCHDOG_SHARE = 1 / 3;

export interface SupervisionOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly times: StartTimes;
  /** Devices that report their state as soon as they know it. */
  readonly expected: readonly Device[];
}

/** What is watched of the kiosk. */
type Watched = Pick<Kiosk, 'state' | 'status' | 'watch' | 'doubt'>;

/** Notifies the service manager: ready, status, and that the daemon still functions. */
export class Supervision {
  readonly #kiosk: Watched;
  readonly #notify: Notify;
  readonly #options: SupervisionOptions;
  #controlTried = false;
  #ready = false;
  #lastLine = '';
  #notifiedMs = 0;
  /** The smallest delay of the event loop since the last notification, in milliseconds. */
  #lagMs = Number.POSITIVE_INFINITY;
  #doubted = false;
  #stopBeating = () => {};

  constructor(kiosk: Watched, notify: Notify, options: SupervisionOptions) {
    this.#kiosk = kiosk;
    this.#notify = notify;
    this.#options = options;
  }

  /** Before the kiosk is started, so that nothing of its start is missed. */
  start(): void {
    this.#kiosk.watch((state) => this.#look(state));
    const { watchdogMs } = this.#notify;
    if (watchdogMs === undefined) return;
    this.#notifiedMs = this.#options.clock.now();
    this.#beat(watchdogMs * WATCHDOG_SHARE);
  }

  /** The control socket is open, or could not be opened. */
  controlTried(): void {
    this.#controlTried = true;
    this.#options.times.reached('control');
    this.#look(this.#kiosk.state);
  }

  /** The daemon is about to end. */
  stop(): void {
    this.#stopBeating();
    this.#kiosk.watch(() => {});
    this.#notify.report('STOPPING=1', 'STATUS=ends');
  }

  #look(state: KioskState): void {
    const { expected, times, log } = this.#options;
    const isKnown = (device: Device) => state.devices[device] !== 'starting';
    for (const device of expected) if (isKnown(device)) times.reached(device);
    // Ready does not wait for a microphone that is switched off. The panel reads the switch first.
    const off = state.mute === 'on' || (state.mute === 'unread' && isFault(state.devices.panel));
    const known = expected.every((device) => isKnown(device) || (device === 'microphone' && off));
    const line = inOneLine(this.#kiosk.status());
    const assignments: string[] = [];
    if (known && this.#controlTried && !this.#ready) {
      this.#ready = true;
      times.reached('ready');
      assignments.push('READY=1');
      log.info({ ms: times.all }, 'ready');
    }
    if (line !== this.#lastLine) assignments.push(`STATUS=${line}`);
    this.#lastLine = line;
    if (assignments.length > 0) this.#notify.report(...assignments);
  }

  #beat(everyMs: number): void {
    const { clock } = this.#options;
    const dueMs = clock.now() + BEAT_MS;
    this.#stopBeating = clock.after(BEAT_MS, () => {
      const now = clock.now();
      this.#lagMs = Math.min(this.#lagMs, now - dueMs);
      if (now - this.#notifiedMs >= everyMs - BEAT_MS / 2) this.#notifyWatchdog(now);
      this.#beat(everyMs);
    });
  }

  #notifyWatchdog(now: number): void {
    const why = this.#kiosk.doubt(this.#lagMs);
    if (why !== undefined) {
      if (!this.#doubted)
        this.#options.log.fatal({ why }, 'the daemon does not function: the watchdog is to restart it');
      this.#doubted = true;
      return;
    }
    this.#doubted = false;
    this.#notify.report('WATCHDOG=1');
    this.#notifiedMs = now;
    this.#lagMs = Number.POSITIVE_INFINITY;
  }
}
