import { Option } from 'commander';
import { restartAnswer } from '../../../control/protocol.ts';
import { CONFIG, type Common, type Definition } from '../../command.ts';
import { daemonOf } from '../daemon.ts';

export const command: Definition = {
  about:
    'restart the running daemon as soon as nobody is being served: for a new key, configuration or release. The daemon ends, and systemd starts it again',
  options: [new Option('--now', 'at once, even in the middle of a turn'), CONFIG],
  examples: { 'dragoman restart': 'after a change of the configuration' },
  exits: { unable: 'no daemon runs, or it does not answer' },
  async run(io, options: Common & { readonly now?: boolean }) {
    const when = options.now === true ? 'now' : 'vacant';
    const ask = await daemonOf(io.outside, options);
    const { restarts } = await ask('/restart', restartAnswer, { when });
    io.print(
      restarts === 'now'
        ? 'dragoman restarts\n'
        : 'dragoman restarts as soon as the guest has left ("dragoman restart --now" does not wait)\n',
    );
  },
};
