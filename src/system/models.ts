import type { Engine } from '../kiosk/engines.ts';
import type { Config } from './config/schema.ts';
import { inService, retiredModel } from './retired-models.ts';

/** The settings that name models. */
export type ModelSetting =
  | 'live.models'
  | 'translate.models'
  | 'cascade.hearing_models'
  | 'cascade.speech_models';

type ModelSettings = Readonly<Record<ModelSetting, readonly string[]>>;

/** The models in the configuration, unchanged. */
function named({ live, translate, cascade }: Config): ModelSettings {
  return {
    'live.models': live.models,
    'translate.models': translate.models,
    'cascade.hearing_models': cascade.hearingModels,
    'cascade.speech_models': cascade.speechModels,
  };
}

/** The models of a setting: the preferred first, retired ones replaced. */
export function modelsOf(config: Config, setting: ModelSetting): readonly string[] {
  return inService(named(config)[setting]);
}

const SETTINGS: Readonly<Record<Engine, readonly ModelSetting[]>> = {
  dialogue: ['live.models'],
  translate: ['translate.models'],
  cascade: ['cascade.hearing_models', 'cascade.speech_models'],
  phrasebook: [],
};

/** The models that an engine uses as long as the service offers them. */
export function modelsUsed(config: Config, engine: Engine): readonly string[] {
  return SETTINGS[engine].flatMap((setting) => modelsOf(config, setting).slice(0, 1));
}

/** A retired model that the configuration names. */
export interface RetiredName {
  readonly setting: string;
  /** In the list of the setting. */
  readonly index: number;
  /** What happened to it, and its successor. */
  readonly sentence: string;
}

export function retiredNames(config: Config): readonly RetiredName[] {
  return Object.entries(named(config)).flatMap(([setting, names]) =>
    names.flatMap((name, index) => {
      const retired = retiredModel(name);
      if (retired === undefined) return [];
      const { is, since, successor } = retired;
      const what = is === 'retired' ? `was retired on ${since}` : `is another model since ${since}`;
      return [{ setting, index, sentence: `${name} ${what}; ${successor} is used: name that one instead` }];
    }),
  );
}

/** The same as lines. */
export function retiredModelNotes(config: Config): readonly string[] {
  return retiredNames(config).map(({ setting, sentence }) => `${setting}: ${sentence}`);
}
