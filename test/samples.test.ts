import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dragomanInProcess } from './rig/command.ts';
import { temporaryFolders } from './rig/folders.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = temporaryFolders();

/** A configuration that the documents show. */
interface Sample {
  readonly where: string;
  readonly toml: string;
}

/** A block that is fenced or indented, of whatever. */
const BLOCKS = /^```\w*\n(?<fenced>[\s\S]*?)^```$|(?<indented>(?:^ {4,}\S.*\n(?:[ \t]*\n)*)+)/gm;
/** What a block goes on with that is not of the configuration. */
const SOMETHING_ELSE = /^ *(desk\$|you\$|\{)[\s\S]*/m;

function samplesIn(file: string): Sample[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  if (file.endsWith('.toml')) return [{ where: file, toml: text }];
  return [...text.matchAll(BLOCKS)].flatMap(({ groups, index }) => {
    const block = (groups?.fenced ?? groups?.indented ?? '').replace(
      /^(?:.*\n)*?(?= *\[[a-z]+[.\w]*\] *(?:#|$))/m,
      '',
    );
    if (!/^ *\[[a-z]+[.\w]*\] *(#|$)/m.test(block)) return [];
    const line = text.slice(0, index).split('\n').length;
    return [{ where: `${file}, line ${line}`, toml: block.replace(SOMETHING_ELSE, '') }];
  });
}

const documents = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(md|toml)$/.test(name))
  .map((name) => path.join('docs', name));
/** Most documents show a part of a file: what they leave out is not missing. */
const withBudget = (toml: string) =>
  toml.includes('[languages]') || toml.includes('[spending]')
    ? toml
    : `${toml}\n[spending]\ndaily_budget = 2.0\n`;

const samples = ['README.md', 'packaging/dragoman.toml', ...documents].flatMap(samplesIn);

describe('every configuration that the documents show', () => {
  it.each(samples)('is right, and nothing of it looks wrong: $where', async ({ toml }) => {
    const at = folder();
    const [file, phrases] = [path.join(at, 'dragoman.toml'), path.join(at, 'phrases.json')];
    const sea = { id: 'sea-view', en: 'The room looks out on the sea.', es: 'La habitación da al mar.' };
    await writeFile(phrases, JSON.stringify({ phrases: [sea] }));
    await writeFile(file, withBudget(toml).replace('/etc/dragoman/phrases.json', phrases));
    const { code, stdout, stderr } = await dragomanInProcess(['config', 'check', file]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('no errors, no warnings');
  });

  it('is found', () => {
    const pages = [
      ...['configuration', 'costs', 'devices', 'engines', 'hands-free'],
      ...['install-details', 'network', 'phrasebook', 'updates'],
    ];
    const found = samples.map(({ where }) => where.replace(/, line.*/, ''));
    expect(found).toEqual(
      expect.arrayContaining([
        'packaging/dragoman.toml',
        ...pages.map((name) => `docs/operator/${name}.md`),
        'docs/operator/examples/first-boot/dragoman/dragoman.toml',
      ]),
    );
  });
});
