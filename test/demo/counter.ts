import type { TurnLog } from '../../src/daemon/turn-log.ts';
import { defaultConfig } from '../../src/system/config/schema.ts';
import { BUTTON_LINES, LED_LINES, untilReady } from '../rig/counter.ts';
import { deskAvailable } from '../rig/real/available.ts';
import { daemonAt, logOf } from '../rig/real/counter.ts';
import { type Desk, startDesk } from '../rig/real/desk.ts';
import type { DeskProcess } from '../rig/real/processes.ts';

/** A virtual counter for the demo: sound card, panel, and the daemon as it ships. */
export interface DemoCounter {
  readonly desk: Desk;
  readonly daemon: DeskProcess;
  /** Why there are no lights to be seen; undefined where there are. */
  readonly noPanel: string | undefined;
  press(): void;
  release(): void;
  /** The log line of the next turn that ends. */
  turnEnds(): Promise<TurnLog>;
  /** Until everything works. */
  ready(): Promise<void>;
}

/**
 * @param baseUrl of the stand-in; undefined for the real service
 * @param env the key, for the real service
 */
export async function openDemoCounter(
  baseUrl: string | undefined,
  env: Readonly<Record<string, string>>,
): Promise<DemoCounter> {
  const availability = await deskAvailable();
  const noPanel = availability.available ? undefined : availability.why;
  const terminal = noPanel !== undefined;
  const panel = terminal ? { gpio: false } : { buttons: BUTTON_LINES, leds: LED_LINES };
  const desk = await startDesk({ ...panel, noiseDbfs: -70 });
  // Where a container forbids FUSE or namespaces, the button is a key of the terminal panel, through a pipe.
  const { engines } = defaultConfig().interpreters;
  const daemon = daemonAt(desk, { baseUrl, env, engines, terminal }).run();
  const { log, turnEnds } = logOf(daemon, terminal ? daemon.errors : daemon.output);
  return {
    desk,
    daemon,
    noPanel,
    press: () => (terminal ? daemon.write(' ') : desk.press('talk')),
    release: () => (terminal ? daemon.write(' ') : desk.release('talk')),
    turnEnds: () => turnEnds(40_000),
    ready: async () => {
      if (!terminal) return await untilReady({ desk, log });
      const works = new Set<unknown>();
      while (works.size < 3) works.add((await log(({ msg }) => msg === 'works', 15_000)).device);
    },
  };
}
