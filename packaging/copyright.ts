/**
 * Prints the package's copyright file: ours, then those of all third-party parts, found in their npm packages.
 * Fails where a licence is not allowed. Usage: node packaging/copyright.ts NODE_MODULES NODE_PACKAGE
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refused } from './licences.ts';
import { MPG123, type Part, partAt, partsIn } from './parts.ts';

/** Debian has these texts and wants references to them. */
const COMMON: Readonly<Record<string, string>> = {
  'Apache-2.0': 'Apache-2.0',
  '(MIT AND LGPL-2.1-only)': 'LGPL-2.1',
};

/** For packages that name the licence without its text. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The texts in a package's folder; without any, those of the licence that it names. */
function text({ folder, name, license, author }: Part): string {
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[sc]e|notice|copying)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
    .filter((text) => license !== 'Apache-2.0' || !/Apache License\s+Version 2\.0, January 2004/.test(text));
  if (texts.length === 0 && license?.includes('MIT'))
    texts.push(`No licence text comes with it. Copyright ${author ?? `the authors of ${name}`}.\n\n${MIT}`);
  const common = license === undefined ? undefined : COMMON[license];
  if (common !== undefined)
    texts.push(`On Debian the text of ${common} is in /usr/share/common-licenses/${common}.`);
  return texts.join('\n\n');
}

/** Where its source is, and how to change it: section 6 of the LGPL. */
const mpg123 = (speaker: Part) => `
The addon of ${speaker.name} ${speaker.version} contains a module of ${MPG123.name} ${MPG123.version} (https://mpg123.org),
src/output/alsa.c, under the GNU Lesser General Public License, version 2.1.
The complete source of module and addon, as they were built, is beside this
file: ${speaker.name}-source.tar.xz. It is the npm package ${speaker.name} ${speaker.version}, unchanged but
for a folder deps/mpg123/config/linux/arm64, which is a copy of x64.

You may change the module, or take another mpg123, and build the addon anew:

    sudo apt install gcc libasound2-dev libnode-dev
    tar -xf /usr/share/doc/dragoman/${speaker.name}-source.tar.xz && cd ${speaker.name}
    # change what is in deps/mpg123, then:
    gcc -shared -fPIC -O2 -DHAVE_CONFIG_H -DNOXFERMEM -DREAL_IS_FLOAT \\
        -DBUILDING_OUTPUT_MODULES=1 -DNODE_GYP_MODULE_NAME=binding \\
        -I/usr/include/node -Ideps/mpg123/src -Ideps/mpg123/src/output \\
        -Ideps/mpg123/src/libmpg123 -Ideps/mpg123/config/linux/x64 \\
        src/binding.c deps/mpg123/src/output/alsa.c -lasound -o binding.node
    sudo install -m 644 binding.node \\
        /usr/lib/dragoman/node_modules/${speaker.name}/build/Release/
    sudo systemctl restart dragoman

In a release that "dragoman update" has brought, the addon is in
/var/lib/dragoman/releases/current/node_modules/${speaker.name}/build/Release/.
`;

/**
 * @param modules the package's node_modules
 * @param nodePackage the npm package of its Node.js
 * @throws Error which names each part whose licence is not allowed
 */
export function copyright(modules: string, nodePackage: string): string {
  const packages = partsIn(modules);
  const parts = [partAt(nodePackage), ...packages];
  const refusals = refused(parts);
  if (refusals.length > 0) throw new Error(refusals.join('\n'));
  const speaker = packages.find(({ name }) => name === MPG123.within);
  return `Dragoman, the interpreter on the counter.

Copyright the Dragoman authors. Licensed under the Apache License, Version 2.0;
on Debian its text is in /usr/share/common-licenses/Apache-2.0.

The package brings along what follows, each part under its own licence.
${speaker === undefined ? '' : mpg123(speaker)}${parts
  .map(
    (part) =>
      `\n${'='.repeat(78)}\n${part.name} ${part.version}\nLicence: ${part.license}\nSource: ${part.source}\n\n${text(part)}\n`,
  )
  .join('')}`;
}

if (import.meta.main) {
  const [modules, node] = process.argv.slice(2);
  if (modules === undefined || node === undefined)
    throw new Error('usage: node packaging/copyright.ts NODE_MODULES NODE_PACKAGE');
  try {
    process.stdout.write(copyright(modules, node));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
