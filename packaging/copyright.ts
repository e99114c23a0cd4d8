/**
 * Prints the package's copyright file: ours, then that of everything it brings along, found in its npm packages.
 * Usage: node packaging/copyright.ts NODE_MODULES NODE_PACKAGE
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly source: string;
  readonly text: string;
}

/** Debian has these texts itself, and wants them referred to. */
const COMMON: Readonly<Record<string, string>> = {
  'Apache-2.0': 'Apache-2.0',
  '(MIT AND LGPL-2.1-only)': 'LGPL-2.1',
};

/** What a package's folder tells of its licence; where it holds no text, what its package.json says. */
function bundled(folder: string): Bundled {
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
  const by = typeof author === 'string' ? author : author?.name;
  const files = readdirSync(folder).filter((file) => /^(licen[sc]e|notice|copying)/i.test(file));
  const texts = files
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
    .filter((text) => license !== 'Apache-2.0' || !/Apache License\s+Version 2\.0, January 2004/.test(text));
  if (license !== undefined && COMMON[license] !== undefined) {
    texts.push(
      `On Debian the text of ${COMMON[license]} is in /usr/share/common-licenses/${COMMON[license]}.`,
    );
  }
  if (texts.length === 0) texts.push(`No licence text comes with it. Author: ${by ?? 'not named'}.`);
  return {
    name,
    version,
    license: license ?? 'not named',
    source: url ?? `the npm registry: ${name}`,
    text: texts.join('\n\n'),
  };
}

/** The folders of all packages in a node_modules, nested ones too. */
function packagesIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((entry) => {
      const path = join(folder, entry);
      if (entry.startsWith('@'))
        return readdirSync(path)
          .sort()
          .map((inner) => join(path, inner));
      return [path];
    })
    .filter((path) => existsSync(join(path, 'package.json')))
    .flatMap((path) => {
      const nested = join(path, 'node_modules');
      return [path, ...(existsSync(nested) ? packagesIn(nested) : [])];
    });
}

const [modules, node] = process.argv.slice(2);
if (modules === undefined || node === undefined) {
  throw new Error('usage: node packaging/copyright.ts NODE_MODULES NODE_PACKAGE');
}
process.stdout.write(`Dragoman, the interpreter on the counter.

Copyright the Dragoman authors. Licensed under the Apache License, Version 2.0;
on Debian its text is in /usr/share/common-licenses/Apache-2.0.

The package brings along what follows, each part under its own licence.
speaker holds mpg123's output module (LGPL-2.1), built from the unchanged sources
in the npm package of the named version by scripts/build-deb of Dragoman.
`);
for (const part of [node, ...packagesIn(modules)].map(bundled)) {
  process.stdout.write(
    `\n${'='.repeat(78)}\n${part.name} ${part.version}\nLicence: ${part.license}\nSource: ${part.source}\n\n${part.text}\n`,
  );
}
