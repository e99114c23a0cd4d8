/**
 * Prints the release's bill of materials (CycloneDX): that of npm for the lock file (standard input), without the packages
 * that are not in the release, with what npm does not know: Node.js, and the hash of each native file and model.
 * The same release gives the same bytes; the time is SOURCE_DATE_EPOCH.
 * Usage: npm sbom --sbom-format cyclonedx --package-lock-only | node packaging/sbom.ts RELEASE NODE_PACKAGE NODE_SUMS
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MPG123, partAt, partsIn } from './parts.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly [field: string]: unknown;
}
interface Bom {
  readonly metadata: { readonly component: Component; readonly [field: string]: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly [field: string]: unknown;
}

const hashes = (content: string) => [{ alg: 'SHA-256', content }];
const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Compiled code and models in a package's own folder, with the hashes that they have in the release. */
function filesOf(ref: string, folder: string): Component[] {
  return globSync('**/*.{node,so,so.*,onnx}', { cwd: folder, exclude: ['node_modules'] })
    .sort()
    .map((name) => ({
      'bom-ref': `${ref}/${name}`,
      type: name.endsWith('.onnx') ? 'machine-learning-model' : 'file',
      name,
      hashes: hashes(sha256(join(folder, name))),
    }));
}

/** The release's Node.js and its libraries. @throws Error where another version runs this */
function nodeComponent(release: string, nodePackage: string, sums: string): Component {
  const { name, version, license } = partAt(nodePackage);
  if (process.versions.node !== version) throw new Error(`run this by Node.js ${version}`);
  const cpu = name.split('-').at(-1);
  const [published, , , comparedWith] =
    readFileSync(sums, 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .find((fields) => fields[1] === version && fields[2] === cpu) ?? [];
  if (published === undefined || comparedWith === undefined)
    throw new Error(`no line for ${version} ${cpu} in ${sums}`);
  const linked = Object.entries(process.versions).filter(
    ([what, its]) => its !== '' && !['node', 'modules', 'napi'].includes(what),
  );
  return {
    'bom-ref': `node@${version}`,
    type: 'platform',
    name: 'node',
    version,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    purl: `pkg:generic/node@${version}`,
    licenses: [{ license: { id: license } }],
    hashes: hashes(sha256(join(release, 'bin/node'))),
    pedigree: {
      ancestors: [
        {
          type: 'file',
          name: `${name}/bin/node`,
          purl: `pkg:npm/${name}@${version}`,
          hashes: hashes(published),
        },
      ],
      notes: 'The same without its debugging symbols (strip --strip-unneeded).',
    },
    properties: [{ name: 'dragoman:hash-compared-with', value: comparedWith }],
    components: linked.map(([what, its]) => ({
      'bom-ref': `node@${version}/${what}`,
      type: 'library',
      name: what,
      version: its,
      purl: `pkg:generic/${what}@${encodeURIComponent(its ?? '')}`,
    })),
  };
}

const mpg123: Component = {
  'bom-ref': `${MPG123.name}@${MPG123.version}`,
  type: 'library',
  name: MPG123.name,
  version: MPG123.version,
  description: 'src/output/alsa.c, linked into binding.node',
  purl: `pkg:generic/${MPG123.name}@${MPG123.version}`,
  licenses: [{ license: { id: MPG123.license } }],
};

/**
 * @param npm the output of `npm sbom` for the lock file
 * @param release the folder of the release
 * @param nodePackage the npm package of its Node.js
 * @param sums scripts/toolchain/node.sha256
 * @param builtAtS the time of the build, in seconds since 1970
 * @throws Error where the release holds a package that the lock file does not have
 */
export function sbom(
  npm: Bom,
  release: string,
  nodePackage: string,
  sums: string,
  builtAtS: number,
): unknown {
  const { version, arch } = JSON.parse(readFileSync(join(release, 'release.json'), 'utf8')) as {
    version: string;
    arch: string;
  };
  const shipped = partsIn(join(release, 'node_modules')).map((part) => {
    const ref = `${part.name}@${part.version}`;
    const known = npm.components.find((component) => component['bom-ref'] === ref);
    if (known === undefined) throw new Error(`${part.folder} is not in package-lock.json`);
    const { properties: _, externalReferences: __, ...component } = known;
    const inside = [...(part.name === MPG123.within ? [mpg123] : []), ...filesOf(ref, part.folder)];
    return { ...component, scope: 'required', ...(inside.length > 0 ? { components: inside } : {}) };
  });
  const components: Component[] = [nodeComponent(release, nodePackage, sums), ...shipped];

  const root = npm.metadata.component;
  const ref = `dragoman@${version}`;
  const refs = new Set(components.map((component) => component['bom-ref']));
  const dependencies = npm.dependencies
    .filter((from) => from.ref === root['bom-ref'] || refs.has(from.ref))
    .map((from) => {
      const dependsOn = from.dependsOn.filter((to) => refs.has(to));
      return from.ref === root['bom-ref']
        ? { ref, dependsOn: [`node@${process.versions.node}`, ...dependsOn] }
        : { ref: from.ref, dependsOn };
    });
  // Built by others, who linked in libraries without listing them.
  const opaque = components.filter(({ components: inside }) =>
    (inside as { type: string; name: string }[] | undefined)?.some(
      ({ type, name }) => type === 'file' && !name.startsWith('build/'),
    ),
  );
  return {
    ...npm,
    serialNumber: undefined,
    metadata: {
      ...npm.metadata,
      timestamp: new Date(builtAtS * 1000).toISOString(),
      lifecycles: [{ phase: 'build' }],
      component: {
        'bom-ref': ref,
        type: 'application',
        name: 'dragoman',
        version,
        description: root.description,
        purl: `pkg:generic/dragoman@${encodeURIComponent(version)}?arch=${arch}`,
        licenses: root.licenses,
      },
    },
    components,
    dependencies,
    compositions: [{ aggregate: 'incomplete', assemblies: opaque.map((component) => component['bom-ref']) }],
  };
}

if (import.meta.main) {
  const [release, nodePackage, sums] = process.argv.slice(2);
  if (release === undefined || nodePackage === undefined || sums === undefined)
    throw new Error('usage: npm sbom ... | node packaging/sbom.ts RELEASE NODE_PACKAGE NODE_SUMS');
  const npm = JSON.parse(readFileSync(0, 'utf8')) as Bom;
  const bom = sbom(npm, release, nodePackage, sums, Number(process.env.SOURCE_DATE_EPOCH));
  process.stdout.write(`${JSON.stringify(bom, null, 1)}\n`);
}
