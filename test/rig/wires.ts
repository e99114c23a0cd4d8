export type Level = 0 | 1;

/** A wire by its BCM number, and the level that means pressed or lit. */
export interface Wire {
  readonly line: number;
  readonly active: Level;
}

/** The wires of a desk by name. @param active the level that is meant by a bare number */
export function wires(
  named: Readonly<Record<string, number | Wire>>,
  active: Level,
): ReadonlyMap<string, Wire> {
  return new Map(
    Object.entries(named).map(([name, wire]) => [
      name,
      typeof wire === 'number' ? { line: wire, active } : wire,
    ]),
  );
}

/** @throws Error that names the existing ones */
export function wireOf(among: ReadonlyMap<string, Wire>, name: string, what: 'button' | 'LED'): Wire {
  const wire = among.get(name);
  if (wire === undefined)
    throw new Error(`the desk has no ${what} "${name}": ${[...among.keys()].join(', ')}`);
  return wire;
}

/** The level of a button that is pressed or not, of an LED that is lit or not. */
export function levelOf(wire: Wire, active: boolean): Level {
  return active ? wire.active : wire.active === 1 ? 0 : 1;
}
