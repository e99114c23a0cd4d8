import { z } from 'zod';
import { fileSchema } from './schema.ts';

/** A setting or a table in JSON Schema, as far as needed here. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  /** The values of a table with free keys. */
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  /** A description of valid values, in a few words. */
  readonly title?: string;
  readonly description?: string;
  /** Operators change it; all others are for experts. */
  readonly everyday?: boolean;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

let made: JsonSchema | undefined;

/** The configuration as JSON Schema: for what is generated from it. */
export function configJsonSchema(): JsonSchema {
  made ??= z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return made;
}

/** What the schema says of a place in the file; undefined for what it does not know. Numbers are places in a list. */
export function schemaAt(path: readonly PropertyKey[]): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>(schemaIn, configJsonSchema());
}

function schemaIn(above: JsonSchema | undefined, key: PropertyKey): JsonSchema | undefined {
  if (typeof key === 'number') {
    return above?.items ?? above?.anyOf?.find(({ items }) => items !== undefined)?.items;
  }
  const free = typeof above?.additionalProperties === 'object' ? above.additionalProperties : undefined;
  return above?.properties?.[String(key)] ?? free;
}

/** A table, and not a setting. */
export function isTable(schema: JsonSchema | undefined): boolean {
  return schema?.properties !== undefined || typeof schema?.additionalProperties === 'object';
}

/** Every place in the schema that has this name, tables and settings. */
export function placesNamed(name: string): (readonly string[])[] {
  const found: (readonly string[])[] = [];
  const visit = (schema: JsonSchema, path: readonly string[]) => {
    for (const [key, entry] of Object.entries(schema.properties ?? {})) {
      if (key === name) found.push([...path, key]);
      visit(entry, [...path, key]);
    }
  };
  visit(configJsonSchema(), []);
  return found;
}

/** A valid value of a setting: its default, or an example. */
export function exampleOf(schema: JsonSchema, path: readonly PropertyKey[]): unknown {
  const inTable = (schemaAt(path.slice(0, -1))?.default ?? {}) as Readonly<Record<PropertyKey, unknown>>;
  const key = path.at(-1) ?? '';
  const known = schema.default ?? inTable[key] ?? schema.examples?.[0] ?? schema.enum?.[0];
  if (known !== undefined) return known;
  const { minimum = 0, maximum = 2 * minimum + 10 } = schema;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return Math.round((minimum + maximum) / 2);
    case 'boolean':
      return true;
    case 'array':
      return schema.items === undefined ? [] : [exampleOf(schema.items, [...path, 0])];
    default:
      return '…';
  }
}
