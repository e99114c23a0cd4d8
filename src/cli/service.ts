import { REAL_FILES } from '../base/files.ts';
import { Confidentiality } from '../interpreters/gemini/confidentiality.ts';
import { KeyPlaces, type KeyUse } from '../interpreters/gemini/key-places.ts';
import { type World, worldOf } from '../interpreters/gemini/world.ts';
import { SYSTEM_NETWORK } from '../interpreters/network/network.ts';
import { proxiesFrom } from '../interpreters/network/proxies.ts';
import { loadSileroDetector } from '../line/detector.ts';
import type { Config } from '../system/config/schema.ts';
import { apiKey, storedKeyFile } from '../system/credentials.ts';
import type { Outside, ServicePorts } from './outside.ts';

const THIS_MACHINE: ServicePorts = {
  network: SYSTEM_NETWORK,
  files: REAL_FILES,
  loadDetector: loadSileroDetector,
  startStandin: async () => (await import('../standin/main.ts')).startPhrasebookStandin(),
};

/** The user of a command supplies what is sent, and may see the service's answers. */
const NOT_OF_GUESTS = new Confidentiality(false);

/** How a command reaches the service. */
interface ServiceAccess {
  /** With the address of the service that is used. */
  readonly config: Config;
  /** @throws Fault when there is none */
  readonly key: () => Promise<string>;
  readonly world: World;
  readonly ports: ServicePorts;
  /** The uses for which the service has taken the key in the URL only, so far. */
  readonly inUrlOnly: ReadonlySet<KeyUse>;
}

/**
 * Runs `work` with the configured service, or with a stand-in that lives as long as that takes.
 * @throws Fault when there is no key
 */
export async function withService<T>(
  config: Config,
  standin: boolean,
  { environment, clock, service: ports = THIS_MACHINE }: Outside,
  work: (access: ServiceAccess) => Promise<T>,
): Promise<T> {
  const inUrlOnly = new Set<KeyUse>();
  const keyPlaces = new KeyPlaces((use) => inUrlOnly.add(use));
  if (!standin) {
    const proxies = proxiesFrom(config.service.proxy, environment);
    const world = worldOf(clock, ports.network, proxies, keyPlaces, NOT_OF_GUESTS);
    const key = async () =>
      apiKey(environment, config.service.keyFile ?? (await storedKeyFile()), ports.files);
    await key(); // a missing key is reported at once
    return work({ config, key, world, ports, inUrlOnly });
  }
  const service = await ports.startStandin();
  try {
    const local: Config = { ...config, service: { ...config.service, baseUrl: service.url } };
    const world = worldOf(clock, ports.network, undefined, keyPlaces, NOT_OF_GUESTS);
    return await work({ config: local, key: async () => 'stand-in', world, ports, inUrlOnly });
  } finally {
    await service.stop();
  }
}
