/** The most places where an object could begin: each takes a pass over the text. */
const MAX_TRIES = 100;

/**
 * The objects in a model's answer. Models add code fences and remarks to the JSON that they are asked for.
 * @returns all complete objects, in order, without those inside another one
 */
export function* objectsIn(text: string): Generator<object, void, void> {
  let tries = 0;
  for (let at = text.indexOf('{'); at !== -1 && tries < MAX_TRIES; tries += 1) {
    const end = endOf(text, at);
    const value = end === undefined ? undefined : parsed(text.slice(at, end));
    if (value !== undefined) yield value;
    at = text.indexOf('{', value === undefined || end === undefined ? at + 1 : end);
  }
}

/** The end of the object that begins here; undefined where it has none. */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign === '\\') at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{') depth += 1;
    else if (sign === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
