import type { Status } from '../kiosk/shown/status.ts';

/** The state of the running daemon. */
export interface DaemonStatus extends Status {
  /** What the operator should know besides the faults: models that are retired, or not offered. */
  readonly notes: readonly string[];
  /** Of the release that runs. */
  readonly version: string;
  /** Its process. */
  readonly pid: number;
  /** Seconds since it was started. */
  readonly uptimeS: number;
  /** Nobody is being served: a restart would go unnoticed. */
  readonly vacant: boolean;
}

/** What can be asked of the daemon from outside, whatever the way. Every method returns at once. */
export interface ControlPort {
  status(): DaemonStatus;
  /**
   * Pins the guest's language, or lets it be heard again.
   * @param language a canonical BCP-47 code; undefined: as it is heard
   * @returns whether it was taken: the host's language is none for a guest
   */
  chooseLanguage(language: string | undefined): boolean;
  /** The guest has left: whatever is in progress ends, and nothing of the conversation is kept. */
  guestLeft(): void;
  /**
   * Ends the daemon, which systemd then starts again: with a new key, configuration or release.
   * @param when `vacant`: as soon as nobody is being served; `now`: at once, even while people talk
   */
  restart(when: 'vacant' | 'now'): void;
}
