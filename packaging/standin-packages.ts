/**
 * Copies what the stand-in needs of the devDependencies, about 1 MB: protobufjs and the proto files that it loads.
 * Usage: node packaging/standin-packages.ts NODE_MODULES
 */
import { cpSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, relative } from 'node:path';
import { messageType } from '../src/standin/protocol/schema.ts';

const target = process.argv[2];
if (target === undefined) throw new Error('usage: node packaging/standin-packages.ts NODE_MODULES');
const home = realpathSync(join(import.meta.dirname, '../node_modules'));

function copy(path: string): void {
  cpSync(join(home, path), join(target as string, path), { recursive: true, dereference: true });
}

for (const part of ['package.json', 'LICENSE', 'index.js', 'src', 'ext', 'google'])
  copy(`protobufjs/${part}`);
// Found from what their main file resolves to (schema.ts).
for (const name of ['@google-ai/generativelanguage', 'google-gax']) {
  copy(`${name}/package.json`);
  copy(relative(home, createRequire(join(home, 'x.js')).resolve(name)));
}
const { files } = messageType('BidiGenerateContentClientMessage').root;
// Those built into protobufjs (google/protobuf) have no path.
for (const file of new Set(files)) if (isAbsolute(file)) copy(relative(home, file));
