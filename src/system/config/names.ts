/**
 * A setting has one name in the file and one in the code, and the second follows from the first: `hold_limit_s = 60` is
 * `holdLimitMs: 60000`. The file has snake_case, and seconds and KiB where people think in them; the code has camelCase,
 * milliseconds and bytes.
 */

type CamelCase<K extends string> = K extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : K;

type NameInCode<K extends string> = K extends `${infer Stem}_s`
  ? `${CamelCase<Stem>}Ms`
  : K extends `${infer Stem}_kib`
    ? `${CamelCase<Stem>}Bytes`
    : CamelCase<K>;

/** What the tables of a file are in the code. A table that the schema has made a list of stays one. */
export type InCode<Tables> = {
  [Table in keyof Tables]: Tables[Table] extends readonly unknown[]
    ? Tables[Table]
    : { [Key in keyof Tables[Table] as NameInCode<Key & string>]: Tables[Table][Key] };
};

const UNITS = { s: { suffix: 'Ms', factor: 1000 }, kib: { suffix: 'Bytes', factor: 1024 } } as const;

/** @param key as in the file @returns its name in the code, and how many units of the code one of the file is */
function nameInCode(key: string): { readonly name: string; readonly factor: number } {
  const [, stem = key, unit] = /^(.+)_(s|kib)$/.exec(key) ?? [];
  const { suffix, factor } = unit === undefined ? { suffix: '', factor: 1 } : UNITS[unit as 's' | 'kib'];
  return { name: stem.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()) + suffix, factor };
}

/** The tables of a file under the names and in the units of the code. */
export function inCode<Tables extends Readonly<Record<string, object>>>(tables: Tables): InCode<Tables> {
  const table = (settings: object) =>
    Object.fromEntries(
      Object.entries(settings).map(([key, value]) => {
        const { name, factor } = nameInCode(key);
        return [name, typeof value === 'number' && factor > 1 ? Math.round(value * factor) : value];
      }),
    );
  const entries = Object.entries(tables).map(([key, settings]) => [
    key,
    Array.isArray(settings) ? settings : table(settings),
  ]);
  return Object.fromEntries(entries) as InCode<Tables>;
}

/** The value of a setting, by its place in the file and in its unit there; undefined where it has none. */
export function settingAt(config: object, [table = '', key, ...deeper]: readonly string[]): unknown {
  if (key === undefined) return valueAt(config, [table]);
  const { name, factor } = nameInCode(key);
  const value = valueAt(config, [table, name, ...deeper]);
  return typeof value === 'number' ? value / factor : value;
}

/** The value at a place in a file, as the file has it. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}
