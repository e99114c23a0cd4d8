import { guestRequest } from '../../../control/protocol.ts';
import { CONFIG, type Common, type Definition } from '../../command.ts';
import { daemonOf } from '../daemon.ts';

export const command: Definition = {
  commands: {
    new: {
      summary: 'end what is in progress, and keep nothing of the conversation',
      options: [CONFIG],
      examples: { 'dragoman guest new': 'the next person at the counter is another guest' },
      exits: { unable: 'no daemon runs, or it does not answer' },
      async run(io, options: Common) {
        const ask = await daemonOf(io.outside, options);
        await ask('/guest', guestRequest, { guest: 'new' });
        io.print('The guest has left: nothing of the conversation is kept. The next one may speak.\n');
      },
    },
  },
};
