import type { Config } from '../config.ts';

/** A button or a light, and the GPIO line that it is on. */
export interface Wire {
  /** Its place in the configuration. */
  readonly path: readonly string[];
  /** "talk", "language es". */
  readonly name: string;
  readonly kind: 'button' | 'LED';
  readonly line: number;
}

/** The buttons and then the lights of a panel on GPIO. */
export function wiresOf({ panel }: Config): readonly Wire[] {
  const { languages, ...leds } = panel.leds;
  const under = (path: readonly string[], table: Readonly<Record<string, number | undefined>>) =>
    Object.entries(table).flatMap(([key, line]): Wire[] => {
      if (line === undefined) return [];
      const name = path.includes('languages') ? `language ${key}` : key;
      return [{ path: [...path, key], name, kind: path.includes('buttons') ? 'button' : 'LED', line }];
    });
  return [
    ...under(['panel', 'buttons'], panel.buttons),
    ...under(['panel', 'leds'], leds),
    ...under(['panel', 'leds', 'languages'], languages),
  ];
}
