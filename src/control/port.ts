import type { Status } from '../kiosk/status.ts';

/** What can be asked of the daemon from outside, whatever the way. Every method returns at once. */
export interface ControlPort {
  status(): Status;
  /**
   * Pins the guest's language, or lets it be heard again.
   * @param language a canonical BCP-47 code; undefined: as it is heard
   * @returns whether it was taken: the host's language is none for a guest
   */
  chooseLanguage(language: string | undefined): boolean;
}
