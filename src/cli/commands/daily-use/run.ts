import { Option } from 'commander';
import { EXIT } from '../../../base/errors.ts';
import { ifStillRunning } from '../../../base/time.ts';
import { REAL_PORTS } from '../../../daemon/ports.ts';
import { daemon } from '../../../main.ts';
import { CONFIG, type Common, type Definition } from '../../command.ts';

const PANELS = ['gpio', 'terminal', 'none'] as const;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** Whatever hangs must not keep systemd waiting: after this long the process ends, in milliseconds. */
const LAST_RESORT_MS = 1800;

interface Options extends Common {
  readonly lastGood?: string;
  readonly panel?: (typeof PANELS)[number];
  readonly log: string;
}

export const command: Definition = {
  about: 'the daemon: button, lights, microphone, loudspeaker; serves turns until it is stopped',
  options: [
    CONFIG,
    new Option('--last-good <file>', 'keeps the last valid configuration there, for when it has errors'),
    new Option('--panel <driver>', 'in place of what the configuration says').choices(PANELS),
    new Option('--log <level>', 'the least that is logged').choices(LEVELS).default('info'),
  ],
  examples: {
    'dragoman run --panel terminal': 'try it on a computer: keys are the buttons',
    'journalctl -u dragoman -f': 'the log of the daemon that systemd runs',
  },
  exits: { ok: 'it was stopped', daemonRuns: 'another daemon runs here' },
  async run(io, { config: file, lastGood, log, panel: driver }: Options) {
    const { signal, environment } = io.outside;
    const lastResort = () => {
      io.warn('some part did not end in time');
      process.exit(EXIT.unable);
    };
    signal.addEventListener('abort', () => ifStillRunning(LAST_RESORT_MS, lastResort), { once: true });
    await daemon(
      {
        config: file,
        lastGood,
        logLevel: log,
        signal,
        ...(driver === undefined
          ? {}
          : { change: (config) => ({ ...config, panel: { ...config.panel, driver } }) }),
      },
      { ...REAL_PORTS, environment },
    );
  },
};
