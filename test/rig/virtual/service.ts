import { type World, worldOf } from '../../../src/interpreters/gemini/world.ts';
import type { NetworkStream } from '../../../src/interpreters/network/network.ts';
import type { Answerer } from '../../../src/standin/answerer.ts';
import { type Standin, type StandinOptions, startStandin } from '../../../src/standin/server/server.ts';
import { VirtualClock } from './clock.ts';
import { VirtualNetwork } from './network.ts';

/** The name of the service in the virtual network. */
export const SERVICE_NAME = 'live.test';

/** The service in a network in memory, in virtual time: for tests of engines, of the SDK and of the stand-in itself. */
export interface VirtualService {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  /** What an engine is given. */
  readonly world: World;
  /** Another stand-in in this network, with its own name. */
  standin(options: VirtualStandinOptions): Promise<VirtualStandin>;
}

/** It listens at no port of this machine. */
export interface VirtualStandin extends Standin {
  /** For clients of the tests: opens a connection to it. */
  dial(): NetworkStream;
}

export type VirtualStandinOptions = Omit<StandinOptions, 'host' | 'port' | 'clock' | 'serve'> & {
  readonly name?: string;
  readonly protocol?: 'http' | 'https';
};

export function virtualService(
  clock = new VirtualClock(),
  network = new VirtualNetwork(clock, { latencyMs: 5 }),
): VirtualService {
  const world = worldOf(clock, network);
  return {
    clock,
    network,
    world,
    standin: async ({ name = SERVICE_NAME, protocol = 'http', answerer, ...options }) => {
      const standin = await startStandin({
        ...options,
        answerer: held(answerer, clock),
        clock,
        serve: (server) => network.serve(name, server, protocol),
      });
      return Object.assign(standin, { dial: () => world.dialler.dial(new URL(standin.url)).stream });
    },
  };
}

/** An answerer may recognise and speak in a child process: time stands still meanwhile. */
function held(answerer: Answerer, clock: VirtualClock): Answerer {
  const speak = (...asked: Parameters<NonNullable<Answerer['speak']>>) =>
    answerer.speak?.(...asked) ?? Promise.reject(new Error('this answerer cannot speak'));
  return {
    start: () => clock.hold(answerer.start()),
    stop: () => clock.hold(answerer.stop()),
    answerSpeech: (...asked) => clock.hold(answerer.answerSpeech(...asked)),
    answerText: (...asked) => clock.hold(answerer.answerText(...asked)),
    ...(answerer.speak === undefined ? {} : { speak: (...asked) => clock.hold(speak(...asked)) }),
  };
}
