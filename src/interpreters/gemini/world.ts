import { type Clock, REAL_TIME } from '../../base/time.ts';
import { Dialler } from '../network/dial.ts';
import { type Network, SYSTEM_NETWORK } from '../network/network.ts';
import type { Proxies } from '../network/proxies.ts';
import { Confidentiality } from './confidentiality.ts';
import { KeyPlaces } from './key-places.ts';

/** What Google's engines need besides their settings. The engines share it. */
export interface World {
  readonly clock: Clock;
  /** It keeps the addresses that any engine has confirmed. */
  readonly dialler: Dialler;
  readonly keyPlaces: KeyPlaces;
  readonly confidentiality: Confidentiality;
}

export function worldOf(
  clock: Clock,
  network: Network = SYSTEM_NETWORK,
  proxies?: Proxies,
  keyPlaces: KeyPlaces = new KeyPlaces(),
  confidentiality: Confidentiality = new Confidentiality(),
): World {
  return { clock, dialler: new Dialler(network, clock, proxies), keyPlaces, confidentiality };
}

/** The time and the network of this machine. */
export function realWorld(): World {
  return worldOf(REAL_TIME);
}
