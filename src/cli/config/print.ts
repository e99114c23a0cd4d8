import { configJsonSchema, isTable, type JsonSchema } from '../../system/config/json-schema.ts';
import { expected, toml, tomlKey } from '../../system/config/meant.ts';
import { settingAt } from '../../system/config/names.ts';
import { type Config, defaultConfig } from '../../system/config/schema.ts';

/**
 * `dragoman config defaults`: every setting with its default, what it means and what it may be, as TOML that can be used
 * as it stands.
 */
export function configDefaults(): string {
  return printed((path, entry) => {
    if (path.length === 1) return [];
    const value = inForce(defaultConfig(), path);
    const name = tomlKey(path.at(-1) ?? '');
    return [
      ...comment(entry.description),
      ...(entry.description === undefined || isTable(entry)
        ? []
        : comment(`Value: ${valuesOf(entry, path)}.`)),
      value === undefined ? `# ${name} =` : `${name} = ${toml(value)}`,
    ];
  });
}

function valuesOf(entry: JsonSchema, path: readonly string[]): string {
  const { items } = entry;
  return items === undefined ? expected(entry, path) : `a list; each is ${expected(items, path)}`;
}

/** Lines of a comment of at most 100 characters. */
function comment(text: string | undefined): string[] {
  return (text?.match(/\S.{0,97}(?=\s|$)/g) ?? []).map((line) => `# ${line}`);
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

/** Tables with everyday settings come first, and in each table the everyday settings. */
function printed(lines: Lines): string {
  const tables = tablesOf(configJsonSchema(), [], lines);
  const those = (everyday: boolean) =>
    tables.filter((table) => table.everyday === everyday).flatMap((table) => table.lines);
  const text = [...those(true), '', '# ---- All that follows is for experts.', ...those(false)].join('\n');
  return `${text.trimStart()}\n`;
}

interface Table {
  /** It has a setting that is no expert's. */
  readonly everyday: boolean;
  readonly lines: readonly string[];
}

function tablesOf(schema: JsonSchema, path: readonly string[], lines: Lines): Table[] {
  const entries = Object.entries(schema.properties ?? {});
  // At the top there are tables only: one without settings of its own holds what its user puts in.
  const isSubtable = ([, entry]: readonly [string, JsonSchema]) =>
    entry.properties !== undefined || path.length === 0;
  const settings = Map.groupBy(
    entries.filter((entry) => !isSubtable(entry)),
    ([, entry]) => schema.everyday ?? entry.everyday ?? false,
  );
  const those = (everyday: boolean) =>
    (settings.get(everyday) ?? []).flatMap(([key, entry]) => lines([...path, key], entry));
  const [everyday, expert] = [those(true), those(false)];
  const between = everyday.length > 0 && expert.length > 0 ? ['# ---- For experts:'] : [];
  const whole = [
    '',
    ...comment(schema.description),
    `[${path.join('.')}]`,
    ...everyday,
    ...between,
    ...expert,
  ];
  return [
    ...(settings.size === 0 ? [] : [{ everyday: settings.has(true), lines: whole }]),
    ...entries.filter(isSubtable).flatMap(([key, entry]) => {
      if (entry.properties !== undefined) return tablesOf(entry, [...path, key], lines);
      const content = ['', ...comment(entry.description), `[${key}]`, ...lines([...path, key], entry)];
      return [{ everyday: entry.everyday ?? false, lines: content }];
    }),
  ];
}

/** The value of a setting, as the file may have it; undefined where there is none. */
function inForce(config: Config, path: readonly string[]): unknown {
  const value = settingAt(config, path);
  const isHost = path.join('.') === 'languages.host';
  return isHost && Array.isArray(value) && value.length === 1 ? value[0] : value;
}
