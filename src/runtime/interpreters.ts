import { Cascade, type CascadeSettings } from '../interpreters/cascade/cascade.ts';
import type { Interpreter } from '../interpreters/interpreter.ts';
import type { Service } from '../interpreters/live/client.ts';
import { Dialogue, type DialogueSettings } from '../interpreters/live/dialogue.ts';
import { Translate, type TranslateSettings } from '../interpreters/live/translate.ts';
import { realWorld, type World } from '../interpreters/network/dial.ts';
import { PHRASEBOOK_SETTINGS, PhrasebookInterpreter } from '../interpreters/phrasebook/phrasebook.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { RouteSettings } from '../kiosk/route.ts';
import type { Book } from '../phrasebook/book.ts';
import type { PhrasebookWorker } from '../phrasebook/phrasebook-worker.ts';
import { loadPrices } from '../spending/prices.ts';
import { typicalTurnMicrodollars } from '../spending/typical.ts';
import type { Config } from '../system/config.ts';
import { type Clock, wallDate } from '../time.ts';
import type { Interpreters } from './engines.ts';

/** What the configuration means for the engines. */

/**
 * @param key asked for every connection and request; rejects with a Fault when there is none
 * @param book what the phrasebook knows
 * @param worker recognises and speaks its phrases
 */
export function interpretersFrom(
  config: Config,
  key: () => Promise<string>,
  book: Book,
  world: World,
  worker: (book: Book, hungAfterMs: number) => PhrasebookWorker,
): Interpreters {
  const made: Readonly<Record<Engine, () => Interpreter>> = {
    dialogue: () => dialogueFrom(config, key, world),
    translate: () => translateFrom(config, key, world),
    cascade: () => cascadeFrom(config, key, world),
    phrasebook: () =>
      new PhrasebookInterpreter(
        book,
        { ...PHRASEBOOK_SETTINGS, idleMs: config.phrasebook.idle_s * 1000 },
        world.clock,
        worker(book, PHRASEBOOK_SETTINGS.startTimeoutMs),
      ),
  };
  return Object.fromEntries(config.interpreters.engines.map((engine) => [engine, made[engine]()]));
}

/** @param key asked for every connection; rejects with a Fault when there is none */
export function dialogueFrom(
  config: Config,
  key: () => Promise<string>,
  world: World = realWorld(),
): Dialogue {
  return new Dialogue(() => serviceFrom(config, key), dialogueSettings(config), world);
}

export function dialogueSettings(config: Config): DialogueSettings {
  const { live } = config;
  return {
    ...liveSettings(config),
    models: live.models,
    glossary: config.glossary,
    voice: live.voice,
    languageHints: live.language_hints,
    turnsPerConnection: live.turns_per_connection,
    compressAtTokens: live.compress_at_tokens,
  };
}

function translateFrom(config: Config, key: () => Promise<string>, world: World): Translate {
  return new Translate(() => serviceFrom(config, key), translateSettings(config), world);
}

export function translateSettings(config: Config): TranslateSettings {
  return { ...liveSettings(config), models: config.translate.models };
}

async function serviceFrom({ service }: Config, key: () => Promise<string>): Promise<Service> {
  return { apiKey: await key(), apiVersion: service.api_version, baseUrl: service.base_url };
}

/** What the engines with sessions share. */
function liveSettings({ live, turn }: Config) {
  return {
    connectTimeoutMs: live.connect_timeout_ms,
    setupTimeoutMs: live.setup_timeout_ms,
    answerTimeoutMs: live.answer_timeout_ms,
    answerStallMs: live.answer_stall_ms,
    uplinkStallMs: live.uplink_stall_ms,
    maxUnsentBytes: live.max_unsent_kib * 1024,
    spareIdleMs: live.spare_idle_s * 1000,
    connectionLifeMs: live.connection_life_s * 1000,
    deliverWithinMs: turn.deliver_within_s * 1000,
  };
}

function cascadeFrom(config: Config, key: () => Promise<string>, world: World): Cascade {
  return new Cascade(() => serviceFrom(config, key), cascadeSettings(config), world);
}

export function cascadeSettings({ live, cascade, turn, glossary }: Config): CascadeSettings {
  return {
    hearingModels: cascade.hearing_models,
    speechModels: cascade.speech_models,
    glossary,
    voice: live.voice,
    style: undefined,
    connectTimeoutMs: live.connect_timeout_ms,
    uplinkStallMs: live.uplink_stall_ms,
    hearingTimeoutMs: cascade.hearing_timeout_ms,
    speechTimeoutMs: cascade.speech_timeout_ms,
    speechStallMs: live.answer_stall_ms,
    deliverWithinMs: turn.deliver_within_s * 1000,
  };
}

/** How the mind is to choose among them. */
export function routeFrom(config: Config, made: Interpreters, clock: Clock): RouteSettings {
  const { interpreters, spending } = config;
  const prices = loadPrices();
  return {
    engines: interpreters.engines.flatMap((engine) => {
      const { abilities } = made[engine] ?? {};
      if (abilities === undefined) return [];
      const models = modelsOf(engine, config);
      const typicalMicrodollars = typicalTurnMicrodollars(engine, prices, wallDate(clock), { models });
      return [{ engine, abilities, typicalMicrodollars }];
    }),
    whenWarned: spending.when_warned,
    whenSpent: spending.when_spent,
  };
}

/** The models that an engine uses as long as the service offers them. */
function modelsOf(engine: Engine, { live, translate, cascade }: Config): string[] {
  switch (engine) {
    case 'dialogue':
      return live.models.slice(0, 1);
    case 'translate':
      return translate.models.slice(0, 1);
    case 'cascade':
      return [...cascade.hearing_models.slice(0, 1), ...cascade.speech_models.slice(0, 1)];
    case 'phrasebook':
      return [];
  }
}
