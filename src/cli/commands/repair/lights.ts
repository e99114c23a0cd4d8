import { Argument } from 'commander';
import { type Clock, REAL_TIME, sleep } from '../../../base/time.ts';
import { gpioFrom } from '../../../daemon/panel.ts';
import { BOOT, DEAD, type Led } from '../../../kiosk/shown/lights.ts';
import { type Lines, NoGpio, type OpenLines } from '../../../panel/lines.ts';
import { type GpioDoor, linesThrough } from '../../../panel/open-lines.ts';
import { outputsPersist } from '../../../panel/persistence.ts';
import { configurationToRun } from '../../../system/config/last-good.ts';
import { ConfigError } from '../../../system/config/load.ts';
import type { Config } from '../../../system/config/schema.ts';
import { CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';

const LOOKS = { boot: BOOT, dead: DEAD } as const;

export const command: Definition = {
  about: 'set how the lights look while no daemon runs; systemd calls it before its start and after its end',
  arguments: [
    new Argument('<look>', 'boot: all are lit; dead: only that of trouble is').choices(Object.keys(LOOKS)),
  ],
  options: [JSON_OUTPUT, CONFIG],
  examples: { 'dragoman lights boot': 'see which of them are wired' },
  exits: {
    ok: 'done, also where there is no GPIO or the configuration has errors: then the lights stay as they are',
  },
  async run(io, options: Common, look: keyof typeof LOOKS) {
    const problem = await setLights(look, options);
    io.report({ look, problem: problem ?? null }, '');
    if (problem !== undefined) io.warn(problem);
  },
};

/** udev takes its time to give the permissions of a fresh line; a unit that starts must not wait for long. */
const PATIENCE_MS = 2000;
const PAUSE_MS = 50;

/** What the lights are driven through. */
interface LightsPorts {
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
 * Nothing that is wrong with the GPIO or the configuration is an error: systemd calls this, and the daemon must start.
 * @returns why they do not look so, or not for long
 */
export async function setLights(
  look: keyof typeof LOOKS,
  { config: file }: Common,
  ports: LightsPorts = THIS_MACHINE,
): Promise<string | undefined> {
  let config: Config;
  try {
    ({ config } = await configurationToRun(file, undefined));
  } catch (error) {
    // Where the wires are is not known, and a guess might drive a line that something else drives, too.
    if (error instanceof ConfigError) return untouched(error);
    throw error;
  }
  if (config.panel.driver !== 'gpio') return undefined;
  const wiring = gpioFrom(config);
  const { lit } = LOOKS[look];
  const isLit = (led: string) => lit === 'all' || lit.includes(led as Led);
  const leds = new Map(
    Object.entries(wiring.leds).map(([led, line]) => [line as number, isLit(led)] as const),
  );
  if (leds.size === 0) return undefined;
  let lines: Lines;
  try {
    const open = ports.lines(config.panel.gpio);
    const wanted = { ...wiring, buttons: [], leds };
    lines = await patiently(ports.clock, () => open(wanted, { moved: () => {}, failed: () => {} }));
  } catch (error) {
    return untouched(error as Error);
  }
  lines.leave();
  if (lines.door === 'sysfs' || (await ports.outputsPersist())) return undefined;
  return `the lights look ${look} only while something holds their lines: this kernel lets go of outputs (persist_gpio_outputs)`;
}

function untouched({ message }: Error): string {
  return `the lights stay as they are: ${message}`;
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
