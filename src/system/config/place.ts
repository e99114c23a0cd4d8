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
  const note = (key: readonly PropertyKey[], name: AST.TOMLNode, value: AST.TOMLNode) => {
    const now = currentName(key);
    const fits = now.every((part, i) => String(wanted[i]) === String(part));
    if (!fits || now.length <= (best?.depth ?? 0)) return;
    const { line, column } = (at === 'value' && now.length === wanted.length ? value : name).loc.start;
    best = { depth: now.length, place: { line, column: column + 1 } };
  };
  const visitValue = (value: AST.TOMLContentNode, key: readonly PropertyKey[]) => {
    if (value.type === 'TOMLInlineTable') visit(value.body, key);
    if (value.type !== 'TOMLArray') return;
    for (const [i, element] of value.elements.entries()) note([...key, i], element, element);
  };
  const visit = (nodes: readonly AST.TOMLNode[], above: readonly PropertyKey[]) => {
    for (const node of nodes) {
      if (node.type === 'TOMLTable') {
        const key = namesOf(node.key);
        note(key, node, node);
        visit(node.body, key);
      } else if (node.type === 'TOMLKeyValue') {
        const key = [...above, ...namesOf(node.key)];
        note(key, node.key, node.value);
        visitValue(node.value, key);
      }
    }
  };
  visit(ast.body[0].body, []);
  return best?.place;
}

function namesOf({ keys }: AST.TOMLKey): readonly string[] {
  return keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

function currentName(key: readonly PropertyKey[]): readonly PropertyKey[] {
  return OLD_NAMES.get(key.join('.'))?.split('.') ?? key;
}
