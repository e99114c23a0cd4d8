import { configJsonSchema, type JsonSchema } from '../../system/config/json-schema.ts';
import { toml, tomlKey } from '../../system/config/meant.ts';
import { configurationAt } from '../../system/config/read.ts';
import { valueAt } from '../../system/config/rules.ts';
import { type Config, defaultConfig } from '../../system/config.ts';

/** `dragoman config defaults`: every setting with its default and what it means, as TOML that can be used as it stands. */
export function configDefaults(): string {
  return printed((path, entry) => {
    if (path.length === 1) return [];
    const about = [entry.description, entry.enum?.join(' | ')]
      .filter((part) => part !== undefined)
      .join('; ');
    const value = inForce(defaultConfig(), path);
    const name = tomlKey(path.at(-1) ?? '');
    return [
      ...(about === '' ? [] : [`# ${about}`]),
      value === undefined ? `# ${name} =` : `${name} = ${toml(value)}`,
    ];
  });
}

/** `dragoman config show`: every setting that is in force, as TOML; those of the file with their default. @throws ConfigError */
export async function configShow(file: string | undefined): Promise<string> {
  return shown(await configurationAt(file));
}

/** Every setting that is in force. What is not the default is marked. */
export function shown(config: Config): string {
  return printed((path) => {
    if (path.length === 1)
      return config.glossary.map(({ term, meaning }) => `${tomlKey(term)} = ${toml(meaning ?? '')}`);
    const name = tomlKey(path.at(-1) ?? '');
    const [usual, value] = [defaultConfig(), config].map((one) => inForce(one, path));
    // What has a default, and has no value, was switched off.
    const line = value === undefined ? `${name} = false` : `${name} = ${toml(value)}`;
    if (value === undefined && usual === undefined) return [];
    if (toml(value ?? false) === toml(usual ?? false)) return [line];
    return [`${line}  # ${usual === undefined ? 'unset by default' : `default: ${toml(usual)}`}`];
  });
}

/** The lines of a setting, or of a table that holds what its user puts in. */
type Lines = (path: readonly string[], entry: JsonSchema) => readonly string[];

function printed(lines: Lines): string {
  return `${tables(configJsonSchema(), [], lines).join('\n').trimStart()}\n`;
}

function tables(schema: JsonSchema, path: readonly string[], lines: Lines): string[] {
  const entries = Object.entries(schema.properties ?? {});
  // At the top there are tables only: one without settings of its own holds what its user puts in.
  const isTable = ([, entry]: readonly [string, JsonSchema]) =>
    entry.properties !== undefined || path.length === 0;
  const settings = entries
    .filter((entry) => !isTable(entry))
    .flatMap(([key, entry]) => lines([...path, key], entry));
  const head = [
    '',
    ...(schema.description === undefined ? [] : [`# ${schema.description}`]),
    `[${path.join('.')}]`,
  ];
  return [
    ...(settings.length === 0 ? [] : [...head, ...settings]),
    ...entries.filter(isTable).flatMap(([key, entry]) => {
      if (entry.properties !== undefined) return tables(entry, [...path, key], lines);
      return ['', `# ${entry.description}`, `[${key}]`, ...lines([...path, key], entry)];
    }),
  ];
}

/** The value of a setting, as the file may have it; undefined where there is none. */
function inForce(config: Config, path: readonly string[]): unknown {
  const value = valueAt(config, path);
  const isHost = path.join('.') === 'languages.host';
  return isHost && Array.isArray(value) && value.length === 1 ? value[0] : value;
}
