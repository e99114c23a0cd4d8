/** The licences that parts of the package may have. */
import type { Part } from './parts.ts';

/**
 * SPDX expressions, word for word: a new combination needs a person's decision. They require only their text in the
 * copyright file; the other requirements of LGPL-2.1 are in docs/developers/dependencies.md.
 */
export const ALLOWED = [
  'MIT',
  'ISC',
  'BSD-3-Clause',
  'Apache-2.0',
  '(MIT OR CC0-1.0)',
  '(MIT AND LGPL-2.1-only)',
] as const;

/** @returns a sentence for each part whose licence is unknown or not allowed */
export function refused(parts: readonly Part[]): string[] {
  return parts
    .filter(({ license }) => !ALLOWED.some((allowed) => allowed === license))
    .map(
      ({ name, version, license }) =>
        `${name} ${version} ${license === undefined ? 'names no licence' : `has the licence "${license}"`}, which packaging/licences.ts does not allow: ` +
        'replace the package, take it out in packaging/prune, or add the licence there once its terms are met',
    );
}
