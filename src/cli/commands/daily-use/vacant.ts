import { Option } from 'commander';
import { EXIT } from '../../../base/errors.ts';
import { sleep } from '../../../base/time.ts';
import { NotRunning } from '../../../control/client.ts';
import { statusAnswer } from '../../../control/protocol.ts';
import { amount, CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';
import type { Io } from '../../io.ts';
import { daemonOf } from '../daemon.ts';

const vacancy = statusAnswer.pick({ vacant: true });

/** How often the daemon is asked, in milliseconds. */
const EVERY_MS = 1000;

type Options = Common & { readonly within: number };

export const command: Definition = {
  about:
    'check whether nobody is being served, or wait for it: before anything that would interrupt a guest. Where no daemon runs, nobody is',
  options: [
    new Option('--within <seconds>', 'wait this long at most').argParser(amount(0, 86_400, false)).default(0),
    JSON_OUTPUT,
    CONFIG,
  ],
  examples: { 'dragoman vacant --within 600 && sudo reboot': 'restart the device when no guest is there' },
  exits: {
    ok: 'nobody is being served',
    unable: 'somebody is being served, or the daemon runs and does not answer',
  },
  async run(io, options: Options) {
    const vacant = await untilVacant(io, options);
    io.report({ vacant }, `${vacant ? 'nobody' : 'somebody'} is being served\n`);
    if (!vacant) io.exitCode = EXIT.unable;
  },
};

async function untilVacant(io: Io, options: Options): Promise<boolean> {
  const { clock, signal } = io.outside;
  const ask = await daemonOf(io.outside, options);
  const endMs = clock.now() + options.within * 1000;
  for (;;) {
    const { vacant } = await ask('/status', vacancy).catch((error: unknown) => {
      if (error instanceof NotRunning) return { vacant: true };
      throw error;
    });
    if (vacant) return true;
    const leftMs = endMs - clock.now();
    if (leftMs <= 0) return false;
    io.progress(
      `somebody is being served: waiting until the guest has left, ${Math.ceil(leftMs / 1000)} s more at most`,
    );
    await sleep(clock, Math.min(EVERY_MS, leftMs), signal);
  }
}
