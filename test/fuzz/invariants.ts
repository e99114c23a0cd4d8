import { ok } from 'node:assert/strict';

/** What must never be printed to a terminal: see src/base/foreign-text.ts, which is deliberately not used here. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** One line that is harmless to a terminal. */
export function isPrintable(text: string): void {
  const found = UNPRINTABLE.exec(text);
  ok(found === null, `U+${found?.[0].charCodeAt(0).toString(16)} in ${JSON.stringify(text)}`);
}

/** Calls it. @returns what it returns, or the error of this kind; any other error is thrown */
export function resultOr<T, E extends Error>(
  kind: new (...args: never[]) => E,
  call: () => T,
): { readonly value: T } | { readonly error: E } {
  try {
    return { value: call() };
  } catch (error) {
    if (error instanceof kind) return { error };
    throw error;
  }
}

const PROTOTYPES = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Number.prototype,
];
const INHERITED = PROTOTYPES.map((prototype) => ({
  prototype,
  own: Object.getOwnPropertyDescriptors(prototype),
}));

/** The shared prototypes are unchanged. Restores them, so that only the case that changed them fails. */
export function nothingInherited(): void {
  const changed = INHERITED.flatMap(({ prototype, own }) => {
    const known: ReadonlyMap<PropertyKey, PropertyDescriptor> = new Map(
      Reflect.ownKeys(own).map((key) => [key, Reflect.get(own, key)]),
    );
    return Reflect.ownKeys(prototype).filter((key) => {
      const before = known.get(key);
      const now = Reflect.getOwnPropertyDescriptor(prototype, key);
      if (before !== undefined && before.value === now?.value && before.get === now?.get) return false;
      if (before === undefined) Reflect.deleteProperty(prototype, key);
      else Object.defineProperty(prototype, key, before);
      return true;
    });
  });
  ok(changed.length === 0, `a prototype was changed: ${changed.map(String).join()}`);
}

/** Every object in it is a plain one or a list. */
export function isPlain(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  const expected = Array.isArray(value) ? Array.prototype : Object.prototype;
  ok(prototype === expected || prototype === null, 'an object with another prototype');
  for (const entry of Object.values(value)) isPlain(entry);
}
