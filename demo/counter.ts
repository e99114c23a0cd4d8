import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TurnLog } from '../src/runtime/turn-log.ts';
import { deskAvailable } from '../test/rig/real/available.ts';
import { type Desk, startDesk } from '../test/rig/real/desk.ts';
import type { EventLog } from '../test/rig/real/event-log.ts';
import { type DeskProcess, type Line, start } from '../test/rig/real/processes.ts';

const DRAGOMAN = fileURLToPath(new URL('../src/cli/dragoman.ts', import.meta.url));

const LEDS = { talk: 22, connection: 27, reconnect: 23, 'language-es': 24 };

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
 * @param environment the key, for the real service
 */
export async function openDemoCounter(
  baseUrl: string | undefined,
  environment: Readonly<Record<string, string>>,
): Promise<DemoCounter> {
  const availability = await deskAvailable();
  const noPanel = availability.available ? undefined : availability.why;
  const desk = await startDesk(
    noPanel === undefined
      ? { buttons: { talk: 17 }, leds: LEDS, noiseDbfs: -70 }
      : { gpio: false, noiseDbfs: -70 },
  );
  const config = path.join(desk.folder, 'dragoman.toml');
  writeFileSync(
    config,
    `${baseUrl === undefined ? '' : `[service]\nbase_url = "${baseUrl}"\n`}[microphone]\ndevice = "mic"\n` +
      '[panel.buttons]\ntalk = 17\n[panel.leds]\ntalk = 22\nconnection = 27\nreconnect = 23\nlanguages = { es = 24 }\n' +
      // What a demo plays with is no expense of the house.
      `[spending]\nfolder = "${desk.folder}/ledger"\n[control]\nsocket = "${desk.folder}/control.sock"\n`,
  );
  const run = [DRAGOMAN, 'run', '--config', config];
  // Where a container forbids FUSE or namespaces, the button is a key of the terminal panel, through a pipe.
  const daemon =
    noPanel === undefined
      ? desk.spawn(process.execPath, run, { env: environment })
      : start(
          'dragoman',
          process.execPath,
          [...run, '--panel', 'terminal'],
          { ...desk.env, ...environment },
          'pipe',
        );
  const log: EventLog<Line> = noPanel === undefined ? daemon.output : daemon.errors;
  const next = async (fits: (line: Record<string, unknown>) => boolean, timeoutMs: number) => {
    const { text } = await log.next((line) => {
      const fields = parsed(line.text);
      return fields !== undefined && fits(fields);
    }, timeoutMs);
    return parsed(text) as Record<string, unknown>;
  };
  return {
    desk,
    daemon,
    noPanel,
    press: () => (noPanel === undefined ? desk.press('talk') : daemon.write(' ')),
    release: () => (noPanel === undefined ? desk.release('talk') : daemon.write(' ')),
    turnEnds: async () => (await next(({ msg }) => msg === 'turn', 40_000)) as unknown as TurnLog,
    ready: async () => {
      const works = new Set<unknown>();
      while (works.size < 3) works.add((await next(({ msg }) => msg === 'works', 15_000)).device);
    },
  };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
