import type { Led } from '../kiosk/shown/lights.ts';
import { GpioPanel, type GpioPanelSettings } from '../panel/gpio-panel.ts';
import { NO_PANEL, type Panel } from '../panel/panel.ts';
import { TerminalPanel } from '../panel/terminal-panel.ts';
import type { Config } from '../system/config/schema.ts';
import type { DaemonPorts } from './ports.ts';

/** The configured panel. @param quit called when the user quits at the terminal */
export function panelFrom(
  config: Config,
  { clock, lines }: Pick<DaemonPorts, 'clock' | 'lines'>,
  quit: () => void,
): Panel {
  switch (config.panel.driver) {
    case 'none':
      return NO_PANEL;
    case 'terminal':
      return new TerminalPanel(process.stdin, process.stdout, quit, clock);
    case 'gpio':
      return new GpioPanel(gpioFrom(config), lines(config.panel.gpio), clock);
  }
}

/** The wires of a panel on GPIO, by role. */
export function gpioFrom({ panel }: Config): GpioPanelSettings {
  const { languages, ...others } = panel.leds;
  const byLanguage = Object.entries(languages).map(([code, line]) => [`language-${code}`, line] as const);
  return {
    chip: panel.chip,
    buttons: withoutGaps(panel.buttons),
    leds: withoutGaps<Led, number>(Object.fromEntries([...Object.entries(others), ...byLanguage])),
    buttonsActiveLow: panel.buttonsActiveLow,
    ledsActiveLow: panel.ledsActiveLow,
  };
}

function withoutGaps<K extends string, V>(
  map: Readonly<Partial<Record<K, V | undefined>>>,
): Partial<Record<K, V>> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, V>
  >;
}
