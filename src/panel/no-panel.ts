import type { Panel } from './panel.ts';

/** A kiosk without buttons and lights of its own: it can still be driven from elsewhere. */
export const NO_PANEL: Panel = {
  start: (listener) => listener.state(true, 'none'),
  show: () => {},
  stop: async () => {},
};
