import { REAL_TIME } from '../../src/base/time.ts';
import { realWorld } from '../../src/interpreters/gemini/world.ts';
import { get } from '../../src/interpreters/network/get.ts';
import { daemonAt, systemd } from '../../src/update/machine.ts';
import type { Ports } from '../../src/update/ports.ts';
import { asNobody } from '../../src/update/sandbox.ts';
import { openStore, type Places } from '../../src/update/store.ts';

/** Over the network of this machine. */
export const getOverNetwork: Ports['get'] = (url, signal) => get(realWorld().dialler, url, signal);

/** The real ports, but for short limits, a program in place of systemctl, and sound cards that are always there. */
export async function testPorts(
  places: Places,
  socket: string,
  systemctl: string,
  more: Pick<Ports, 'checkpoint' | 'say'>,
): Promise<Ports> {
  return {
    store: await openStore(places, REAL_TIME),
    daemon: daemonAt(() => socket),
    service: systemd(systemctl),
    sandbox: asNobody(false),
    clock: REAL_TIME,
    signal: new AbortController().signal,
    limits: {
      // No test waits for these.
      waitMs: 100_000,
      silentMs: 100_000,
      endMs: 100_000,
      // Each look starts two processes.
      everyMs: 100,
      healthyWithinMs: 100_000,
      healthyForMs: 200,
    },
    get: getOverNetwork,
    cards: async () => ['Device'],
    checkpoint: more.checkpoint,
    settled: async () => {},
    say: more.say,
  };
}
