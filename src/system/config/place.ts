import type { AST } from 'toml-eslint-parser';
import type { Place, Remark } from './finding.ts';

/** Names that a setting had before. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([['panel.leds.reconnect', 'panel.leds.trouble']]);

/**
 * Where a setting is in the file, or the deepest part of its path that is there.
 * @returns undefined where no part is
 */
export function placeOf(ast: AST.TOMLProgram, { path, at }: Pick<Remark, 'path' | 'at'>): Place | undefined {
  const wanted = currentName(path);
  let best: { readonly depth: number; readonly place: Place } | undefined;
  for (const { key, name, value } of entriesIn(ast.body[0].body)) {
    const now = currentName(key);
    const fits = now.every((part, i) => String(wanted[i]) === String(part));
    if (!fits || now.length <= (best?.depth ?? 0)) continue;
    const { line, column } = (at === 'value' && now.length === wanted.length ? value : name).loc.start;
    best = { depth: now.length, place: { line, column: column + 1 } };
  }
  return best?.place;
}

/** Of the names in the file those that all objects inherit: `__proto__`, `constructor`, `toString` and the like. */
export function inheritedNames(ast: AST.TOMLProgram): readonly (readonly PropertyKey[])[] {
  return [...entriesIn(ast.body[0].body)]
    .map(({ key }) => key)
    .filter((key) => key.some((part) => part in Object.prototype));
}

/** A table, a setting, or an element of a list. */
interface Entry {
  readonly key: readonly PropertyKey[];
  readonly name: AST.TOMLNode;
  readonly value: AST.TOMLNode;
}

function* entriesIn(nodes: readonly AST.TOMLNode[], above: readonly PropertyKey[] = []): Generator<Entry> {
  for (const node of nodes) {
    if (node.type === 'TOMLTable') {
      const key = namesOf(node.key);
      yield { key, name: node, value: node };
      yield* entriesIn(node.body, key);
    } else if (node.type === 'TOMLKeyValue') {
      const key = [...above, ...namesOf(node.key)];
      yield { key, name: node.key, value: node.value };
      yield* entriesOf(node.value, key);
    }
  }
}

function* entriesOf(value: AST.TOMLContentNode, key: readonly PropertyKey[]): Generator<Entry> {
  if (value.type === 'TOMLInlineTable') yield* entriesIn(value.body, key);
  if (value.type !== 'TOMLArray') return;
  for (const [i, element] of value.elements.entries()) {
    yield { key: [...key, i], name: element, value: element };
    yield* entriesOf(element, [...key, i]);
  }
}

function namesOf({ keys }: AST.TOMLKey): readonly string[] {
  return keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

function currentName(key: readonly PropertyKey[]): readonly PropertyKey[] {
  return OLD_NAMES.get(key.join('.'))?.split('.') ?? key;
}
