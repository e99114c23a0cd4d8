import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const documents = globSync('{*,{docs,src,systemd,test}/**/*}.md', { cwd: root });
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
const exists = (...candidates: string[]) => candidates.some((file) => existsSync(path.join(root, file)));

describe('a document', () => {
  it.each(documents)('links to files that there are (%s)', (file) => {
    const links = [...textOf(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(
      ([, link = '']) => link,
    );
    expect(links.filter((link) => !exists(path.join(path.dirname(file), link)))).toEqual([]);
  });

  it.each(['docs/operator/privacy.md', 'docs/operator/security.md'])(
    'names for its promises tests that there are (%s)',
    (file) => {
      const named = [
        ...textOf(file).matchAll(
          /`((?:src|test|scenarios|engines|update|storm|rig|appliance)\/[^`\s]+|[\w-]+\.test\.ts)`/g,
        ),
      ].map(([, name = '']) => name);
      expect(named.length).toBeGreaterThan(10);
      const missing = named.filter((name) => !exists(name, `test/${name}`, `test/${name}.test.ts`));
      expect(missing).toEqual([]);
    },
  );
});
