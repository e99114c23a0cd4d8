import fc from 'fast-check';
import protobuf from 'protobufjs';
import { anyJson, anyText } from './mutate.ts';

/** JSON of Google's messages, generated from their definition, with occasional errors. */

const DEPTH = 6;

/** Values in place of the right one. */
const wrong = anyJson;

const numbers = fc.oneof(
  fc.integer(),
  fc.nat(2000),
  fc.constantFrom<unknown>(-1, 2 ** 31, 2 ** 53, 1e308, 0.5, '12', '-7', 'NaN', 'Infinity'),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((data) => Buffer.from(data).toString('base64')),
  fc.constantFrom('', 'A', '====', 'not base64!', 'A'.repeat(4001)),
);

/** Texts with a meaning to the reader, and any others. @param own of this field */
const texts = (own: readonly string[]) =>
  fc.oneof(
    fc.constantFrom('Where is the station?', '¿Dónde está?', 'I did not understand.', ...own),
    anyText,
  );

const MEANT: Readonly<Record<string, readonly string[]>> = {
  mimeType: [
    'audio/pcm;rate=24000',
    'audio/pcm',
    'audio/wav',
    'audio/L16;codec=pcm;rate=24000',
    'audio/pcm;rate=0',
  ],
  languageCode: ['es', 'en', 'en-US', 'cmn', 'xx-YY', 'español'],
  timeLeft: ['50s', '0s', '-5s', '9999999999s', '1.5s', 'P1D'],
};

export function messageJson(type: protobuf.Type, depth = DEPTH): fc.Arbitrary<object> {
  const known = type.fieldsArray.map((field) => {
    const name = protobuf.util.camelCase(field.name);
    // Made when needed: the types refer to each other in circles.
    const value = fc.constant(field).chain((one) => valueIn(one, name, depth - 1));
    return { weight: 8, arbitrary: value.map((made) => [name, made] as const) };
  });
  const unknown = { weight: 1, arbitrary: fc.tuple(anyText, wrong) };
  return fc
    .array(fc.oneof(...known, unknown), { maxLength: 3 })
    .map((entries) => Object.fromEntries(entries));
}

const made = new Map<string, fc.Arbitrary<unknown>>();

function valueIn(field: protobuf.Field, name: string, depth: number): fc.Arbitrary<unknown> {
  const key = `${field.fullName} ${depth}`;
  const before = made.get(key);
  if (before !== undefined) return before;
  const one = plainValue(field, name, depth);
  const right = field.repeated ? fc.array(one, { maxLength: 3 }) : one;
  const value = fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: wrong });
  made.set(key, value);
  return value;
}

function plainValue(field: protobuf.Field, name: string, depth: number): fc.Arbitrary<unknown> {
  const { resolvedType } = field.resolve();
  if (resolvedType instanceof protobuf.Enum)
    return fc.oneof(fc.constantFrom(...Object.keys(resolvedType.values)), anyText, fc.nat(20));
  if (resolvedType instanceof protobuf.Type && !isText(resolvedType))
    return depth <= 0 ? fc.constant({}) : messageJson(resolvedType, depth);
  switch (field.type) {
    case 'bool':
      return fc.boolean();
    case 'bytes':
      return bytes;
    case 'string':
      return texts(MEANT[name] ?? []);
    default:
      return resolvedType === null ? numbers : texts(MEANT[name] ?? []);
  }
}

/** Well-known types that JSON writes as text. */
function isText({ fullName }: protobuf.Type): boolean {
  return /^[.]google[.]protobuf[.](?:Duration|Timestamp|FieldMask)$/.test(fullName);
}
