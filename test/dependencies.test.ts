import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refused } from '../packaging/licences.ts';
import { temporaryFolders } from './rig/folders.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}

/** The packages of a lock file by the path of their folder. */
function locked(file: string): Map<string, Locked> {
  const { packages } = JSON.parse(read(file)) as { packages: Record<string, Locked> };
  return new Map(Object.entries(packages).filter(([path]) => path !== ''));
}
const nameOf = (path: string) => path.split('node_modules/').at(-1) ?? '';
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

describe.each(['package-lock.json', 'scripts/toolchain/package-lock.json'])('%s', (file) => {
  const packages = locked(file);

  it('has a sha512 for each package, its own or that of the package which bundles it', () => {
    const without = [...packages].filter(([path, { integrity, inBundle, link }]) => {
      const bundler = packages.get(path.slice(0, path.indexOf('/node_modules/')));
      const its = inBundle === true ? bundler?.integrity : integrity;
      return link === true || !/^sha512-[\w+/]{86}==$/.test(its ?? '');
    });
    expect(without).toEqual([]);
  });

  it('has no address: packages come from the registry that npm is set up for', () => {
    expect([...packages].filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(read(file)).not.toContain('://registry');
  });
});

describe('npm', () => {
  it('is never to run the scripts of a package, and installs only what is locked', () => {
    for (const file of ['.npmrc', 'scripts/toolchain/.npmrc'])
      expect(read(file)).toContain('ignore-scripts=true\n');
    const scripts = globSync(['scripts/*', '.ci/run'], { cwd: root, exclude: ['scripts/toolchain'] }).map(
      (file) => read(file),
    );
    expect(read('scripts/steps')).toContain('npm_ci=(ci ');
    expect(
      scripts.filter((script) => /npm\S*( --?\S+)* (i|install|update|exec|rebuild)\b/.test(script)),
    ).toEqual([]);
    // The package is installed in a folder of its own.
    expect(read('scripts/build-deb')).toContain('"$source/package-lock.json" "$source/.npmrc" "$folder/"');
  });

  it('would be asked to run only the scripts that somebody has read', () => {
    const scripted = (file: string) =>
      sorted(
        [...locked(file)]
          .filter(([, { hasInstallScript }]) => hasInstallScript === true)
          .map(([path]) => nameOf(path)),
      );
    expect(scripted('package-lock.json')).toEqual([
      'epoll', // builds its addon
      'koffi', // looks for its binary, which is in @koromix/koffi-linux-*
      'onnxruntime-node', // downloads CUDA
      'protobufjs', // warns of a loose version in package.json
      'speaker', // builds its addon
    ]);
    expect(scripted('scripts/toolchain/package-lock.json')).toEqual([]);
  });

  it.each(['scripts/setup', 'scripts/build-deb'])('leaves the addons to %s, which names them', (script) => {
    const built = [...read(script).matchAll(/ build_addon (\S+) \|\|/g)].map(([, name]) => name ?? '');
    expect(built).toEqual(['epoll', 'speaker']);
  });
});

describe('Node.js', () => {
  it('has a hash for each processor, in the version that is locked', () => {
    const { optionalDependencies } = JSON.parse(read('scripts/toolchain/package.json')) as {
      optionalDependencies: Record<string, string>;
    };
    const recorded = read('scripts/toolchain/node.sha256')
      .split('\n')
      .filter((line) => /^[0-9a-f]{64} \S+ \S+ (npm|nodejs\.org)$/.test(line))
      .map((line) => line.split(' '));
    const wanted = Object.entries(optionalDependencies).map(([name, version]) => [
      version,
      name.replace('node-linux-', ''),
    ]);
    expect(recorded.map(([, version, cpu]) => [version, cpu])).toEqual(expect.arrayContaining(wanted));
  });

  const newFolder = temporaryFolders();
  it.each([
    ['it has the recorded hash', 'node', '99.1.0', 0, ''],
    [
      'it is another file',
      'another',
      '99.1.0',
      1,
      'is not the Node.js 99.1.0 of scripts/toolchain/node.sha256',
    ],
    ['its version has no hash', 'node', '99.2.0', 1, 'has no line for Node.js 99.2.0 on x64'],
  ])('is taken by set-up and build only if it is recorded: %s', (_, content, version, status, complaint) => {
    const at = newFolder();
    mkdirSync(join(at, 'scripts/toolchain'), { recursive: true });
    mkdirSync(join(at, 'bin'));
    const hash = createHash('sha256').update('node').digest('hex');
    writeFileSync(join(at, 'scripts/toolchain/node.sha256'), `# hashes\n${hash} 99.1.0 x64 nodejs.org\n`);
    writeFileSync(join(at, 'package.json'), JSON.stringify({ name: 'n', version, license: 'MIT' }, null, 2));
    writeFileSync(join(at, 'bin/node'), content);
    const check = spawnSync('bash', ['-euc', `. ${join(root, 'scripts/steps')}; check_node x64 .`], {
      cwd: at,
      encoding: 'utf8',
    });
    expect(check).toMatchObject({ status, stdout: '' });
    expect(check.stderr).toContain(complaint);
  });

  it.each(['scripts/setup', 'scripts/build-deb'])('is checked by %s', (script) => {
    expect(read(script)).toMatch(/^\s*check_node /m);
  });
});

describe('docs/developers/dependencies.md', () => {
  const sections = new Map(
    read('docs/developers/dependencies.md')
      .split('\n## ')
      .map((section) => [section.slice(0, section.indexOf('\n')), section]),
  );
  it.each([
    ['Runtime', 'package.json', 'dependencies'],
    ['Development', 'package.json', 'devDependencies'],
    ['Tools', 'scripts/toolchain/package.json', 'dependencies'],
    ['Tools', 'scripts/toolchain/package.json', 'optionalDependencies'],
  ])('%s lists %s, %s, each with its licence', (title, file, kind) => {
    const rows = new Map(
      [...(sections.get(title) ?? '').matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(([, name, licence]) => [
        name,
        licence,
      ]),
    );
    const manifest = JSON.parse(read(file)) as Record<string, Record<string, string>>;
    const packages = locked(file.replace('package.json', 'package-lock.json'));
    const names = Object.keys(manifest[kind] ?? {});
    for (const name of names)
      expect([name, rows.get(name)]).toEqual([name, packages.get(`node_modules/${name}`)?.license]);
    const all =
      title === 'Tools' ? { ...manifest.dependencies, ...manifest.optionalDependencies } : manifest[kind];
    expect(sorted(rows.keys() as Iterable<string>)).toEqual(sorted(Object.keys(all ?? {})));
  });
});

describe('licences', () => {
  it('of everything that may be in the package are allowed', () => {
    const shipped = [...locked('package-lock.json')].filter(([, { dev }]) => dev !== true);
    const parts = shipped.map(([path, { version, license }]) => ({
      name: nameOf(path),
      version,
      license,
      source: '',
      author: undefined,
      folder: path,
    }));
    expect(refused(parts)).toEqual([]);
  });
});
