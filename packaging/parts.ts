/** The third-party parts of the package: its npm packages, and its Node.js. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Part {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, from its package.json. */
  readonly license: string | undefined;
  readonly source: string;
  readonly author: string | undefined;
  readonly folder: string;
}

/** The part in a folder, by its package.json. */
export function partAt(folder: string): Part {
  const { name, version, license, repository, author } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as {
    name: string;
    version: string;
    license?: string;
    repository?: string | { url: string };
    author?: string | { name: string };
  };
  const url = typeof repository === 'string' ? repository : repository?.url;
  return {
    name,
    version,
    license,
    source: url ?? `the npm registry: ${name}`,
    author: typeof author === 'string' ? author : author?.name,
    folder,
  };
}

/** The packages in a node_modules, nested ones too, each in its folder. */
export function partsIn(modules: string): Part[] {
  return readdirSync(modules)
    .sort()
    .flatMap((entry) => {
      const path = join(modules, entry);
      if (entry.startsWith('@'))
        return readdirSync(path)
          .sort()
          .map((inner) => join(path, inner));
      return [path];
    })
    .filter((path) => existsSync(join(path, 'package.json')))
    .flatMap((path) => {
      const nested = join(path, 'node_modules');
      return [partAt(path), ...(existsSync(nested) ? partsIn(nested) : [])];
    });
}

/** The only part that is in no package.json: the module for ALSA of mpg123, linked into speaker's addon. */
export const MPG123 = { name: 'mpg123', version: '1.14.4', license: 'LGPL-2.1-only', within: 'speaker' };
