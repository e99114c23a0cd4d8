import { deepEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { findingText } from '../../../src/system/config/finding.ts';
import { configJsonSchema, type JsonSchema } from '../../../src/system/config/json-schema.ts';
import { ConfigError, parseConfig, understood } from '../../../src/system/config/load.ts';
import { tomlKey } from '../../../src/system/config/meant.ts';
import { isPrintable, nothingInherited, resultOr } from '../invariants.ts';
import { anyText, damaged, extremeNumber, nasty } from '../mutate.ts';
import { target } from '../target.ts';

const SHIPPED = readFileSync(new URL('../../../packaging/dragoman.toml', import.meta.url), 'utf8');
/** With the settings that are commented out there. */
const UNCOMMENTED = SHIPPED.replaceAll(/^# ?(?=[\w-]+ = )/gm, '');

/** Every setting and table of the schema, by its path. */
function placesIn({ properties = {} }: JsonSchema, path: readonly string[] = []): (readonly string[])[] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    [...path, name],
    ...placesIn(schema, [...path, name]),
  ]);
}
const PLACES = placesIn(configJsonSchema());

const string = anyText.map((text) => JSON.stringify(text));
const value: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      'true',
      'false',
      '0',
      '1',
      '17',
      '0.5',
      '"de"',
      '"en"',
      '"gpio"',
      '"22:00"',
      '[]',
      '{}',
      '""',
    ),
    fc.constantFrom(
      '1979-05-27',
      '07:32:00',
      'inf',
      '-nan',
      '"""a\nb"""',
      "'x'",
      '0xff',
      '“de”',
      'yes',
      '1,000',
      '30 s',
    ),
    extremeNumber,
    string,
    fc.array(tie('value'), { maxLength: 4 }).map((values) => `[${values.join(', ')}]`),
    fc.array(fc.tuple(anyText, tie('value')), { maxLength: 3 }).map((entries) => {
      return `{ ${entries.map(([key, one]) => `${tomlKey(key)} = ${one}`).join(', ')} }`;
    }),
  ),
})).value;
const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...PLACES) },
  { weight: 1, arbitrary: fc.array(nasty, { minLength: 1, maxLength: 3 }) },
);
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(name, value).map(([path, one]) => `${path.map(tomlKey).join('.')} = ${one}`),
  },
  { weight: 2, arbitrary: name.map((path) => `[${path.map(tomlKey).join('.')}]`) },
  { weight: 1, arbitrary: anyText },
);
const file = fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n'));
const shipped = fc.constantFrom(SHIPPED, UNCOMMENTED, '');

/** A value, or its mistakes: in lines that are harmless to a terminal, each with a place in the file or a key. */
export const configuration = target(
  'configuration',
  40_000,
  fc.oneof(
    { weight: 5, arbitrary: file },
    { weight: 3, arbitrary: damaged(file) },
    { weight: 1, arbitrary: damaged(shipped) },
  ),
  (text) => {
    const { config, findings } = understood(text);
    nothingInherited();
    const lines = text.split('\n').length;
    for (const finding of findings) {
      isPrintable(findingText(finding, 'x.toml'));
      ok(finding.sentence !== '');
      const { place } = finding;
      if (place === undefined) continue;
      ok(place.line >= 1 && place.line <= lines && place.column >= 1, `${JSON.stringify(place)} of ${lines}`);
    }
    const parsed = resultOr(ConfigError, () => parseConfig(text, 'x.toml'));
    if ('value' in parsed) deepEqual(parsed.value, config);
    else ok(parsed.error.message.startsWith('x.toml'), parsed.error.message);
    resultOr(ConfigError, () => parseConfig(text, 'x.toml', 'left out'));
    nothingInherited();
  },
);
