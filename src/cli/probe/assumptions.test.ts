import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ASSUMPTIONS } from './assumptions.ts';

const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const document = readFileSync(root('docs/developers/assumptions.md'), 'utf8');

describe('docs/developers/assumptions.md', () => {
  it.each(Object.entries(ASSUMPTIONS))('has %s in the words of the probe', (id, statement) => {
    expect(document).toContain(`| \`${id}\` | ${statement} |`);
  });

  it('names files that are there', () => {
    const files = [...document.matchAll(/`(src\/[^`]*)`/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => !existsSync(root(file)))).toEqual([]);
  });
});
