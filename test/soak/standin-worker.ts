/** The stand-in in a thread of its own, so that its memory is not the kiosk's. It does what it is told by messages. */
import { parentPort, workerData } from 'node:worker_threads';
import { startStandin } from '../../src/standin/server.ts';
import { scriptedAnswerer } from '../rig/standin.ts';
import { FollowingClock, type SharedTime } from '../support/fast-clock.ts';
import type { Order } from './far-end.ts';

const port = parentPort;
if (port === null) throw new Error('this is a worker: it is started by far-end.ts');
const clock = new FollowingClock((workerData as { time: SharedTime }).time);
const standin = await startStandin({ answerer: scriptedAnswerer(), clock });
const { script } = standin;

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case 'connections':
      for (const steps of order.steps) script.nextConnection(...steps);
      return;
    case 'every connection':
      script.everyConnection(...order.steps);
      return;
    case 'turns':
      for (const steps of order.steps) script.nextTurn(...steps);
      return;
    case 'act':
      await standin.act(order.actions);
      return;
    case 'clear':
      script.clear();
      return;
    case 'stop':
      await standin.stop();
      clock.stop();
      port?.close();
      return;
  }
}

async function answer(number: number, order: Order): Promise<void> {
  // What a connection is told to do may take its time, or never end: nobody waits for it.
  if (order.do === 'act') void obey(order);
  else await obey(order);
  port?.postMessage({ number });
}

port.on('message', ({ number, order }: { number: number; order: Order }) => void answer(number, order));
port.postMessage({ url: standin.url });
