import { Cascade } from '../interpreters/cascade/cascade.ts';
import type { Interpreter } from '../interpreters/interpreter.ts';
import { Dialogue } from '../interpreters/live/dialogue.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { RouteSettings } from '../kiosk/route.ts';
import type { Config } from '../system/config.ts';
import { type Clock, MONOTONIC } from '../turn/clock.ts';
import type { Interpreters } from './engines.ts';

/** What the configuration means for the engines. */

/** @param key asked for every connection and request; rejects with a Fault when there is none */
export function interpretersFrom(
  config: Config,
  key: () => Promise<string>,
  clock: Clock = MONOTONIC,
): Interpreters {
  const made: Readonly<Record<Engine, () => Interpreter>> = {
    dialogue: () => dialogueFrom(config, key, clock),
    translate: () => dialogueFrom(config, key, clock),
    cascade: () => cascadeFrom(config, key, clock),
    phrasebook: () => dialogueFrom(config, key, clock),
  };
  return Object.fromEntries(config.interpreters.engines.map((engine) => [engine, made[engine]()]));
}

/** @param key asked for every connection; rejects with a Fault when there is none */
export function dialogueFrom(config: Config, key: () => Promise<string>, clock: Clock = MONOTONIC): Dialogue {
  const { service, live } = config;
  return new Dialogue(
    async () => ({ apiKey: await key(), apiVersion: service.api_version, baseUrl: service.base_url }),
    {
      models: live.models,
      voice: live.voice,
      connectTimeoutMs: live.connect_timeout_ms,
      setupTimeoutMs: live.setup_timeout_ms,
      answerTimeoutMs: live.answer_timeout_ms,
      answerStallMs: live.answer_stall_ms,
      uplinkStallMs: live.uplink_stall_ms,
      maxUnsentBytes: live.max_unsent_kib * 1024,
      spareIdleMs: live.spare_idle_s * 1000,
      turnsPerConnection: live.turns_per_connection,
      connectionLifeMs: live.connection_life_s * 1000,
      compressAtTokens: live.compress_at_tokens,
      deliverWithinMs: config.turn.deliver_within_s * 1000,
    },
    clock,
  );
}

export function cascadeFrom(
  { service, live, cascade, turn }: Config,
  key: () => Promise<string>,
  clock: Clock,
): Cascade {
  return new Cascade(
    async () => ({ apiKey: await key(), apiVersion: service.api_version, baseUrl: service.base_url }),
    {
      hearingModels: cascade.hearing_models,
      speechModels: cascade.speech_models,
      voice: live.voice,
      style: undefined,
      connectTimeoutMs: live.connect_timeout_ms,
      uplinkStallMs: live.uplink_stall_ms,
      hearingTimeoutMs: cascade.hearing_timeout_ms,
      speechTimeoutMs: cascade.speech_timeout_ms,
      speechStallMs: live.answer_stall_ms,
      deliverWithinMs: turn.deliver_within_s * 1000,
    },
    clock,
  );
}

/** How the mind is to choose among them. */
export function routeFrom({ interpreters, spending }: Config, made: Interpreters): RouteSettings {
  return {
    engines: interpreters.engines.flatMap((engine) => {
      const { abilities } = made[engine] ?? {};
      if (abilities === undefined) return [];
      return [{ engine, abilities, typicalMicrodollars: TYPICAL[engine] }];
    }),
    whenWarned: spending.when_warned,
    whenSpent: spending.when_spent,
  };
}

const TYPICAL: Readonly<Record<Engine, number>> = {
  dialogue: 2550,
  translate: 3700,
  cascade: 1200,
  phrasebook: 0,
};
