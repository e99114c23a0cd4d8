/**
 * Strict reading of protobuf's JSON form, with the service's words for what is wrong in it:
 * `Invalid JSON payload received. Unknown name "x" at 'setup.generation_config': Cannot find field.`
 * (quoted in https://github.com/kazunori279/interpretab and https://github.com/zed-industries/zed/issues/44875).
 */
import protobuf from 'protobufjs';

type Checked =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly reason: string };

/**
 * Checks a parsed JSON value against a message type.
 * @returns the value with every name in camelCase and `null`s left out, or the service's complaint.
 */
export function checkMessage(type: protobuf.Type, json: unknown): Checked {
  const complaints: string[] = [];
  const value = readMessage(type, json, [], complaints);
  if (complaints.length > 0) return { ok: false, reason: complaints.join('\n') };
  return { ok: true, value };
}

type Path = readonly string[];

const at = (path: Path) => (path.length === 0 ? '' : ` at '${path.join('.')}'`);
const unknownPayload = 'Invalid JSON payload received.';

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function readMessage(
  type: protobuf.Type,
  json: unknown,
  path: Path,
  complaints: string[],
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (!isObject(json)) {
    complaints.push(invalid(path, `type.googleapis.com${type.fullName.replace(/^\./, '/')}`, json));
    return out;
  }
  const taken = new Map<protobuf.OneOf, string>();
  for (const [name, value] of Object.entries(json)) {
    const field = fieldNamed(type, name);
    if (field === undefined) {
      complaints.push(`${unknownPayload} Unknown name "${name}"${at(path)}: Cannot find field.`);
      continue;
    }
    if (value === null) continue; // protobuf's JSON: the same as absent
    const group = field.partOf;
    if (group !== null && group.fieldsArray.length > 1) {
      if (taken.has(group)) {
        complaints.push(
          `Invalid value${at(path)} (oneof), oneof field '${group.name}' is already set. Cannot set '${name}'`,
        );
        continue;
      }
      taken.set(group, name);
    }
    out[camel(field.name)] = readField(field, value, [...path, field.name], name, complaints);
  }
  return out;
}

function readField(
  field: protobuf.Field,
  json: unknown,
  path: Path,
  name: string,
  complaints: string[],
): unknown {
  if (field instanceof protobuf.MapField) {
    if (!isObject(json)) {
      complaints.push(invalid(path, 'Map', json));
      return undefined;
    }
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => [
        key,
        readValue(field, value, [...path.slice(0, -1), `${path.at(-1)}[${key}]`], complaints),
      ]),
    );
  }
  if (!field.repeated) {
    if (Array.isArray(json) && !takesAnyJson(field)) {
      const home = at(path.slice(0, -1));
      complaints.push(
        `${unknownPayload} Unknown name "${name}"${home}: Proto field is not repeating, cannot start list.`,
      );
      return undefined;
    }
    return readValue(field, json, path, complaints);
  }
  // Google's parser takes a single value for a list of one.
  const items: readonly unknown[] = Array.isArray(json) ? json : [json];
  return items.map((item, index) =>
    readValue(field, item, [...path.slice(0, -1), `${path.at(-1)}[${index}]`], complaints),
  );
}

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

function readValue(field: protobuf.Field, json: unknown, path: Path, complaints: string[]): unknown {
  const type = field.resolvedType;
  if (type instanceof protobuf.Enum) return readEnum(type, json, path, complaints);
  if (type instanceof protobuf.Type) {
    return WELL_KNOWN[type.fullName]?.(json, path, complaints) ?? readMessage(type, json, path, complaints);
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
      complaints.push(
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
  complaints.push(invalid(path, `TYPE_${field.type.toUpperCase()}`, json));
  return undefined;
}

/** By name, upper or lower case (the AI SDK writes `thinkingLevel: 'low'`), or by number. */
function readEnum(type: protobuf.Enum, json: unknown, path: Path, complaints: string[]): unknown {
  if (typeof json === 'string' && type.values[json.toUpperCase()] !== undefined) return json.toUpperCase();
  if (typeof json === 'number' && type.valuesById[json] !== undefined) return type.valuesById[json];
  complaints.push(invalid(path, `type.googleapis.com${type.fullName.replace(/^\./, '/')}`, json));
  return undefined;
}

type Reader = (json: unknown, path: Path, complaints: string[]) => unknown;

const anyJson: Reader = (json) => json;
const WELL_KNOWN: Readonly<Record<string, Reader>> = {
  '.google.protobuf.Value': anyJson,
  '.google.protobuf.ListValue': anyJson,
  '.google.protobuf.Struct': (json, path, complaints) => {
    if (isObject(json)) return json;
    complaints.push(invalid(path, 'type.googleapis.com/google.protobuf.Struct', json));
    return {};
  },
  '.google.protobuf.Duration': textual('google.protobuf.Duration', /^-?\d+(\.\d{1,9})?s$/),
  '.google.protobuf.Timestamp': textual(
    'google.protobuf.Timestamp',
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  ),
};

function textual(name: string, form: RegExp): Reader {
  return (json, path, complaints) => {
    if (typeof json === 'string' && form.test(json)) return json;
    complaints.push(invalid(path, `type.googleapis.com/${name}`, json));
    return '';
  };
}

function takesAnyJson(field: protobuf.Field): boolean {
  const name = field.resolvedType?.fullName;
  return name === '.google.protobuf.Value' || name === '.google.protobuf.ListValue';
}

function invalid(path: Path, type: string, json: unknown): string {
  const place = path.length === 0 ? 'the message' : `'${path.join('.')}'`;
  return `Invalid value at ${place} (${type}), ${quoted(json)}`;
}

/** No more of a value than a person needs to find it. */
function quoted(json: unknown): string {
  const text = JSON.stringify(json) ?? 'nothing';
  const characters = [...text];
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : text;
}

const camelCase = new Map<string, string>();

function camel(name: string): string {
  let known = camelCase.get(name);
  if (known === undefined) {
    known = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    camelCase.set(name, known);
  }
  return known;
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
