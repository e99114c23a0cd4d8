import type { Led } from '../kiosk/shown/lights.ts';
import type { Look } from '../kiosk/shown/looks.ts';
import type { TalkButton } from '../kiosk/state.ts';

/** The purpose of a button. */
export type ButtonRole = TalkButton | 'repeat' | 'volume-up' | 'volume-down' | 'language' | 'mute';

export interface PanelListener {
  /** A button went down or up. The position of a switch is also reported after each start. @param atMs when, on the monotonic clock */
  button(role: ButtonRole, down: boolean, atMs: number): void;
  /** Buttons whose lines keep moving without a press, for example from mains hum. Empty: all rest again. */
  chatter(roles: readonly ButtonRole[]): void;
  /** The panel can be used, or cannot for this reason. */
  state(working: boolean, detail: string): void;
}

/** Buttons and lights. */
export interface Panel {
  /** Returns at once; the panel says when it works, and tries again for as long as it doesn't. */
  start(listener: PanelListener): void;
  /** What every LED shows from now on. An LED that is not named is dark. */
  show(looks: Readonly<Record<Led, Look>>): void;
  /** Leaves the lights as those of a dead desk. */
  stop(): Promise<void>;
}

/** A desk without buttons and lights: commands can still control it. */
export const NO_PANEL: Panel = {
  start: (listener) => listener.state(true, 'none'),
  show: () => {},
  stop: async () => {},
};
