import { ifStillRunning } from '../base/time.ts';
import { REAL_PORTS } from '../daemon/ports.ts';
import { daemon } from '../main.ts';
import { EXIT, UsageError } from './exit.ts';
import type { Outside } from './outside.ts';

const PANELS = ['gpio', 'terminal', 'none'] as const;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** What hangs must not keep systemd waiting: after this the process ends whatever is left, in milliseconds. */
const LAST_RESORT_MS = 1800;

/** `dragoman run`. Returns when the daemon has ended. */
export async function runCommand(
  options: {
    readonly config?: string;
    readonly lastGood?: string;
    readonly panel?: string;
    readonly log: string;
  },
  { signal, stderr, environment }: Outside,
): Promise<void> {
  const driver = PANELS.find((name) => name === options.panel);
  if (options.panel !== undefined && driver === undefined) {
    throw new UsageError(`--panel is one of ${PANELS.join(', ')}, not "${options.panel}"`);
  }
  if (!LEVELS.includes(options.log))
    throw new UsageError(`--log is one of ${LEVELS.join(', ')}, not "${options.log}"`);
  signal.addEventListener(
    'abort',
    () => {
      ifStillRunning(LAST_RESORT_MS, () => {
        stderr.write('dragoman: some part did not end in time\n');
        process.exit(EXIT.unable);
      });
    },
    { once: true },
  );
  await daemon(
    {
      config: options.config,
      lastGood: options.lastGood,
      logLevel: options.log,
      signal,
      ...(driver === undefined
        ? {}
        : { change: (config) => ({ ...config, panel: { ...config.panel, driver } }) }),
    },
    { ...REAL_PORTS, environment },
  );
}
