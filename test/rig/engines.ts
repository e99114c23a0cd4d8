import type { Server } from 'node:http';
import { afterEach, beforeEach } from 'vitest';
import { sleep } from '../../src/base/time.ts';
import { Cascade, type CascadeSettings } from '../../src/interpreters/cascade/cascade.ts';
import { Dialogue, type DialogueSettings } from '../../src/interpreters/live/dialogue/dialogue.ts';
import { Translate, type TranslateSettings } from '../../src/interpreters/live/translate/translate.ts';
import type { Answerer } from '../../src/standin/answerer.ts';
import { CASCADE, DIALOGUE, serviceAt, TRANSLATE } from './live.ts';
import { scriptedAnswerer } from './standin.ts';
import {
  type VirtualService,
  type VirtualStandin,
  type VirtualStandinOptions,
  virtualService,
} from './virtual/service.ts';

/** For tests of the stand-in and of its clients: each test has a network and a time of its own, and a stand-in. */
export interface ServiceRig extends Omit<VirtualService, 'standin'> {
  readonly standin: VirtualStandin;
  /** Another stand-in in the network. Its answerer is the scripted one unless another is given. */
  another(name: string, options?: RigStandinOptions): Promise<VirtualStandin>;
  /** Another server in the network. @returns its URL */
  serve(name: string, server: Server): string;
  /** Lets time pass until this holds. @throws Error when it does not within an hour */
  until(holds: () => boolean): Promise<void>;
  /** What is to be done after the test, before the stand-in stops; the latest first. */
  ended(end: () => unknown): void;
}

export type RigStandinOptions = Partial<VirtualStandinOptions>;

/** The same with engines over the real SDK, which have the limits of a desk without a configuration. */
export interface EngineRig extends ServiceRig {
  dialogue(settings?: Partial<DialogueSettings>, url?: string): Dialogue;
  translate(settings?: Partial<TranslateSettings>, url?: string): Translate;
  cascade(settings?: Partial<CascadeSettings>, url?: string): Cascade;
}

const LOOK_MS = 1;
const PATIENCE_MS = 3_600_000;

/** @param options of the stand-in of each test, asked for at its beginning */
export function serviceRig(options: () => RigStandinOptions = () => ({})): ServiceRig {
  let service: VirtualService;
  let standin: VirtualStandin;
  const ends: (() => unknown)[] = [];
  const open = (more: RigStandinOptions) => {
    const answerer: Answerer = more.answerer ?? scriptedAnswerer();
    return service.standin({ ...more, answerer });
  };
  beforeEach(async () => {
    service = virtualService();
    service.clock.runFreely();
    standin = await open(options());
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await standin.stop();
    service.network.destroy();
    service.clock.stop();
  });
  return {
    get clock() {
      return service.clock;
    },
    get network() {
      return service.network;
    },
    get world() {
      return service.world;
    },
    get standin() {
      return standin;
    },
    another: async (name, more = {}) => {
      const made = await open({ ...more, name });
      ends.push(() => made.stop());
      return made;
    },
    serve: (name, server) => service.network.serve(name, server),
    until: async (holds) => {
      const { clock } = service;
      const lastMs = clock.now() + PATIENCE_MS;
      while (!holds()) {
        if (clock.now() > lastMs) throw new Error(`it does not hold after an hour: ${holds}`);
        await sleep(clock, LOOK_MS);
      }
    },
    ended: (end) => void ends.push(end),
  };
}

export function engineRig(options?: () => RigStandinOptions): EngineRig {
  const rig = serviceRig(options);
  const stopped = <E extends { stop(): Promise<void> }>(engine: E): E => {
    rig.ended(() => engine.stop());
    return engine;
  };
  // Assigned, not spread: what the rig's getters give changes from test to test.
  return Object.assign(rig, {
    dialogue: (settings: Partial<DialogueSettings> = {}, url = rig.standin.url) =>
      stopped(new Dialogue(serviceAt(url), { ...DIALOGUE, ...settings }, rig.world)),
    translate: (settings: Partial<TranslateSettings> = {}, url = rig.standin.url) =>
      stopped(new Translate(serviceAt(url), { ...TRANSLATE, ...settings }, rig.world)),
    cascade: (settings: Partial<CascadeSettings> = {}, url = rig.standin.url) =>
      stopped(new Cascade(serviceAt(url), { ...CASCADE, ...settings }, rig.world)),
  });
}
