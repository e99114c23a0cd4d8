import { type Clock, REAL_TIME, sleep } from '../base/time.ts';
import { gpioFrom } from '../daemon/panel.ts';
import { BOOT, DEAD, type Led } from '../kiosk/shown/lights.ts';
import { type Lines, NoGpio, type OpenLines } from '../panel/lines.ts';
import { type GpioDoor, linesThrough } from '../panel/open-lines.ts';
import { outputsPersist } from '../panel/persistence.ts';
import { configurationToRun } from '../system/config/last-good.ts';
import { ConfigError } from '../system/config/load.ts';
import type { Config } from '../system/config/schema.ts';
import { UsageError } from './exit.ts';

const LOOKS = { boot: BOOT, dead: DEAD } as const;

/** udev takes its time to give the permissions of a fresh line; a unit that starts must not wait for long. */
const PATIENCE_MS = 2000;
const PAUSE_MS = 50;

/** What the lights are driven through. */
export interface LightsPorts {
  readonly clock: Clock;
  readonly lines: (door: GpioDoor) => OpenLines;
  /** Whether this kernel leaves the lines of libgpiod as they are when they are closed. */
  readonly outputsPersist: () => Promise<boolean>;
}

const THIS_MACHINE: LightsPorts = {
  clock: REAL_TIME,
  lines: (door) => linesThrough(door, REAL_TIME),
  outputsPersist,
};

/**
 * `dragoman lights boot|dead`: how the lights look while there is no daemon. For systemd, before its start and after
 * its end; so nothing that is wrong with the GPIO or the configuration is an error.
 * @returns what is to be told on standard error; empty when all is well
 */
export async function lightsCommand(
  look: string,
  options: { readonly config?: string },
  ports: LightsPorts = THIS_MACHINE,
): Promise<string> {
  if (look !== 'boot' && look !== 'dead') throw new UsageError(`the lights look boot or dead, not "${look}"`);
  let config: Config;
  try {
    ({ config } = await configurationToRun(options.config, undefined));
  } catch (error) {
    // Where the wires are is not known, and a guess might drive a line that something else drives, too.
    if (error instanceof ConfigError) return untouched(error);
    throw error;
  }
  if (config.panel.driver !== 'gpio') return '';
  const wiring = gpioFrom(config);
  const { lit } = LOOKS[look];
  const isLit = (led: string) => lit === 'all' || lit.includes(led as Led);
  const leds = new Map(
    Object.entries(wiring.leds).map(([led, line]) => [line as number, isLit(led)] as const),
  );
  if (leds.size === 0) return '';
  let lines: Lines;
  try {
    const open = ports.lines(config.panel.gpio);
    const wanted = { ...wiring, buttons: [], leds };
    lines = await patiently(ports.clock, () => open(wanted, { moved: () => {}, failed: () => {} }));
  } catch (error) {
    return untouched(error as Error);
  }
  lines.leave();
  if (lines.door === 'sysfs' || (await ports.outputsPersist())) return '';
  return `dragoman: the lights look ${look} only while something holds their lines: this kernel lets go of outputs (persist_gpio_outputs)\n`;
}

function untouched({ message }: Error): string {
  return `dragoman: the lights stay as they are: ${message}\n`;
}

async function patiently<T>(clock: Clock, attempt: () => Promise<T>): Promise<T> {
  const untilMs = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof NoGpio || clock.now() > untilMs) throw error;
    }
    await sleep(clock, PAUSE_MS);
  }
}
