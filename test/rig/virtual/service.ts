import { type World, worldOf } from '../../../src/interpreters/network/dial.ts';
import type { Answerer } from '../../../src/standin/answerer.ts';
import { type Standin, type StandinOptions, startStandin } from '../../../src/standin/server.ts';
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
  /** Another stand-in in this network, behind a name of its own. */
  standin(options: VirtualStandinOptions): Promise<Standin>;
}

export type VirtualStandinOptions = Omit<StandinOptions, 'host' | 'port' | 'clock' | 'serve'> & {
  readonly name?: string;
  readonly protocol?: 'http' | 'https';
};

export function virtualService(
  clock = new VirtualClock(),
  network = new VirtualNetwork(clock, { latencyMs: 5 }),
): VirtualService {
  return {
    clock,
    network,
    world: worldOf(clock, network),
    standin: ({ name = SERVICE_NAME, protocol = 'http', answerer, ...options }) =>
      startStandin({
        ...options,
        answerer: held(answerer, clock),
        clock,
        serve: (server) => network.serve(name, server, protocol),
      }),
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
