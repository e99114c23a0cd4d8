import { type Clock, wallDate } from '../base/time.ts';
import { Cascade, type CascadeSettings } from '../interpreters/cascade/cascade.ts';
import { Catalogue } from '../interpreters/gemini/catalogue.ts';
import type { Service } from '../interpreters/gemini/client.ts';
import { realWorld, type World } from '../interpreters/gemini/world.ts';
import type { Interpreter } from '../interpreters/interpreter.ts';
import { Dialogue, type DialogueSettings } from '../interpreters/live/dialogue/dialogue.ts';
import { Translate, type TranslateSettings } from '../interpreters/live/translate/translate.ts';
import { PHRASEBOOK_SETTINGS, PhrasebookInterpreter } from '../interpreters/phrasebook/phrasebook.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { RouteSettings } from '../kiosk/route.ts';
import type { Book } from '../phrasebook/book/book.ts';
import type { PhrasebookWorker } from '../phrasebook/phrasebook-worker.ts';
import { loadPrices } from '../spending/prices.ts';
import { typicalTurnMicrodollars } from '../spending/typical.ts';
import type { Config } from '../system/config/schema.ts';
import { type ModelSetting, modelsOf, modelsUsed } from '../system/models.ts';
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
  const service = () => serviceFrom(config, key);
  const catalogue = new Catalogue(service, world);
  const made: Readonly<Record<Engine, () => Interpreter>> = {
    dialogue: () => new Dialogue(service, dialogueSettings(config), world, catalogue),
    translate: () => new Translate(service, translateSettings(config), world, catalogue),
    cascade: () => new Cascade(service, cascadeSettings(config), world, catalogue),
    phrasebook: () =>
      new PhrasebookInterpreter(
        book,
        { ...PHRASEBOOK_SETTINGS, idleMs: config.phrasebook.idleMs },
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
  return { ...liveSettings(config, 'live.models'), glossary: config.glossary };
}

export function translateSettings(config: Config): TranslateSettings {
  return liveSettings(config, 'translate.models');
}

/** The service that the configuration names. @throws Fault when there is no key */
export async function serviceFrom({ service }: Config, key: () => Promise<string>): Promise<Service> {
  return { apiKey: await key(), apiVersion: service.apiVersion, baseUrl: service.baseUrl };
}

/** What the engines with sessions share. */
function liveSettings(config: Config, models: ModelSetting) {
  const { live, turn, interpreters } = config;
  return {
    ...live,
    voice: live.voice,
    models: modelsOf(config, models),
    deliverWithinMs: turn.deliverWithinMs,
    speech: interpreters.engines.includes('cascade') ? speechSettings(config) : undefined,
  };
}

export function cascadeSettings(config: Config): CascadeSettings {
  const { live, cascade, turn, glossary } = config;
  return {
    ...speechSettings(config),
    hearingModels: modelsOf(config, 'cascade.hearing_models'),
    glossary,
    uplinkStallMs: live.uplinkStallMs,
    hearingTimeoutMs: cascade.hearingTimeoutMs,
    deliverWithinMs: turn.deliverWithinMs,
  };
}

/** Of the cascade's second request, which stands in where a session has words and no sound. */
function speechSettings(config: Config) {
  const { live, cascade } = config;
  return {
    speechModels: modelsOf(config, 'cascade.speech_models'),
    voice: live.voice,
    style: undefined,
    connectTimeoutMs: live.connectTimeoutMs,
    describeTimeoutMs: cascade.hearingTimeoutMs,
    speechTimeoutMs: cascade.speechTimeoutMs,
    speechStallMs: live.answerStallMs,
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
      const models = modelsUsed(config, engine);
      const typicalMicrodollars = typicalTurnMicrodollars(engine, prices, wallDate(clock), { models });
      return [{ engine, abilities, typicalMicrodollars }];
    }),
    whenWarned: spending.whenWarned,
    whenSpent: spending.whenSpent,
  };
}
