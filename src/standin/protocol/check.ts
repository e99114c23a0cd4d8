/**
 * Strict reading of protobuf's JSON form, with the service's words for what is wrong in it:
 * `Invalid JSON payload received. Unknown name "x" at 'setup.generation_config': Cannot find field.`
 * (quoted in https://github.com/kazunori279/interpretab and https://github.com/zed-industries/zed/issues/44875).
 */

import protobuf from 'protobufjs';
import { isObject } from '../../base/foreign-text.ts';

type Checked =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly reason: string };

/**
 * Checks a parsed JSON value against a message type.
 * @returns the value with every name in camelCase and `null`s left out, or the service's complaints, one a line
 */
export function checkMessage(type: protobuf.Type, json: unknown): Checked {
  const reading = new Reading();
  const value = reading.message(type, json, []);
  const { complaints } = reading;
  return complaints.length > 0 ? { ok: false, reason: complaints.join('\n') } : { ok: true, value };
}

type Path = readonly string[];

const at = (path: Path) => (path.length === 0 ? '' : ` at '${path.join('.')}'`);
/** The path of an item in a list or a map. */
const itemOf = (path: Path, key: string | number) => [...path.slice(0, -1), `${path.at(-1)}[${key}]`];
const typeUrl = (type: protobuf.ReflectionObject) =>
  `type.googleapis.com${type.fullName.replace(/^\./, '/')}`;

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Types with a JSON form of their own: whether a value has it. */
const WELL_KNOWN: Readonly<Record<string, (json: unknown) => boolean>> = {
  '.google.protobuf.Value': () => true,
  '.google.protobuf.ListValue': () => true,
  '.google.protobuf.Struct': isObject,
  '.google.protobuf.Duration': textual(/^-?\d+(\.\d{1,9})?s$/),
  '.google.protobuf.Timestamp': textual(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/),
};

function textual(form: RegExp) {
  return (json: unknown) => typeof json === 'string' && form.test(json);
}

/** Reads values, and collects what is wrong in them. */
class Reading {
  readonly complaints: string[] = [];

  message(type: protobuf.Type, json: unknown, path: Path): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    if (!isObject(json)) {
      this.#invalid(path, typeUrl(type), json);
      return out;
    }
    const taken = new Set<protobuf.OneOf>();
    for (const [name, value] of Object.entries(json)) {
      const field = fieldNamed(type, name);
      if (field === undefined) {
        this.#unknownName(name, path, 'Cannot find field.');
        continue;
      }
      if (value === null) continue; // protobuf's JSON: the same as absent
      const group = field.partOf;
      if (group !== null && group.fieldsArray.length > 1) {
        if (taken.has(group)) {
          this.complaints.push(
            `Invalid value${at(path)} (oneof), oneof field '${group.name}' is already set. Cannot set '${name}'`,
          );
          continue;
        }
        taken.add(group);
      }
      out[camel(field.name)] = this.#field(field, value, [...path, field.name], name);
    }
    return out;
  }

  #field(field: protobuf.Field, json: unknown, path: Path, name: string): unknown {
    if (field instanceof protobuf.MapField) {
      if (!isObject(json)) return this.#invalid(path, 'Map', json);
      return Object.fromEntries(
        Object.entries(json).map(([key, value]) => [key, this.#value(field, value, itemOf(path, key))]),
      );
    }
    if (field.repeated) {
      // Google's parser takes a single value for a list of one.
      const items: readonly unknown[] = Array.isArray(json) ? json : [json];
      return items.map((item, index) => this.#value(field, item, itemOf(path, index)));
    }
    if (Array.isArray(json) && !takesAnyJson(field))
      return this.#unknownName(name, path.slice(0, -1), 'Proto field is not repeating, cannot start list.');
    return this.#value(field, json, path);
  }

  #value(field: protobuf.Field, json: unknown, path: Path): unknown {
    const type = field.resolvedType;
    if (type instanceof protobuf.Enum) return this.#enum(type, json, path);
    if (type instanceof protobuf.Type) {
      const hasForm = WELL_KNOWN[type.fullName];
      if (hasForm === undefined) return this.message(type, json, path);
      return hasForm(json) ? json : this.#invalid(path, typeUrl(type), json);
    }
    switch (field.type) {
      case 'string':
        if (typeof json === 'string') return json;
        break;
      case 'bool':
        if (typeof json === 'boolean') return json;
        break;
      case 'bytes':
        if (typeof json !== 'string') break;
        if (BASE64.test(json) && json.replace(/=+$/, '').length % 4 !== 1) return json;
        this.complaints.push(
          `Invalid value at '${path.join('.')}' (TYPE_BYTES), Base64 decoding failed for ${quoted(json)}`,
        );
        return undefined;
      case 'float':
      case 'double': {
        const number = typeof json === 'string' && json.trim() !== '' ? Number(json) : json;
        if (typeof number === 'number' && !Number.isNaN(number)) return number;
        break;
      }
      default: {
        const number = typeof json === 'string' && /^-?\d+$/.test(json) ? Number(json) : json;
        if (typeof number !== 'number' || !Number.isInteger(number)) break;
        if (field.type.endsWith('32') && (number < INT32.min || number > INT32.max)) break;
        return number;
      }
    }
    return this.#invalid(path, `TYPE_${field.type.toUpperCase()}`, json);
  }

  /** By name, upper or lower case (the AI SDK writes `thinkingLevel: 'low'`), or by number. */
  #enum(type: protobuf.Enum, json: unknown, path: Path): unknown {
    if (typeof json === 'string' && type.values[json.toUpperCase()] !== undefined) return json.toUpperCase();
    if (typeof json === 'number' && type.valuesById[json] !== undefined) return type.valuesById[json];
    return this.#invalid(path, typeUrl(type), json);
  }

  #unknownName(name: string, path: Path, why: string): undefined {
    this.complaints.push(`Invalid JSON payload received. Unknown name "${name}"${at(path)}: ${why}`);
  }

  #invalid(path: Path, type: string, json: unknown): undefined {
    const place = path.length === 0 ? 'the message' : `'${path.join('.')}'`;
    this.complaints.push(`Invalid value at ${place} (${type}), ${quoted(json)}`);
  }
}

function takesAnyJson(field: protobuf.Field): boolean {
  const name = field.resolvedType?.fullName;
  return name === '.google.protobuf.Value' || name === '.google.protobuf.ListValue';
}

/** The beginning of a value, to find it by. */
function quoted(json: unknown): string {
  const characters = [...(JSON.stringify(json) ?? 'nothing')];
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : characters.join('');
}

/** "realtime_input" as "realtimeInput". */
export function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

const names = new WeakMap<protobuf.Type, Map<string, protobuf.Field>>();

/** A field by its proto name, its camelCase, or the JSON name the proto gives it. */
function fieldNamed(type: protobuf.Type, name: string): protobuf.Field | undefined {
  let known = names.get(type);
  if (known === undefined) {
    known = new Map();
    for (const field of type.fieldsArray) {
      const given: unknown = field.options?.json_name;
      known.set(field.name, field);
      known.set(typeof given === 'string' ? given : camel(field.name), field);
    }
    names.set(type, known);
  }
  return known.get(name);
}
