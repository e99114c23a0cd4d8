import type { Checks } from './checks.ts';
import type { DeskInside } from './desk.ts';
import type { Kind } from './image.ts';
import type { Machine } from './machine.ts';
import type { Releases } from './releases.ts';
import type { Said, Service } from './service.ts';

/** What a run has: the machine with its desk, the service on the host, and what is said. */
export interface Rig {
  readonly kind: Kind;
  readonly machine: Machine;
  readonly desk: DeskInside;
  readonly service: Service;
  readonly said: readonly Said[];
  readonly releases: Releases;
  readonly checks: Checks;
}
