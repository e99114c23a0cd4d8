import { writeFileSync } from 'node:fs';
import { KEY } from '../rig/live.ts';
import { type Appliance, CONFIG, PACKAGE } from './appliance.ts';
import { parts } from './parts.ts';
import type { Appliances, OpenOptions } from './with-appliance.ts';

/** A Debian that has never seen the package, switched on. */
export async function openBare({ debian, open }: Appliances, options: OpenOptions = {}): Promise<Appliance> {
  const { root } = await parts(debian);
  const appliance = await open({ layers: [root], configured: false, key: false, on: false, ...options });
  await appliance.boot();
  return appliance;
}

/** As a person does it: apt, the configuration, the key. @param config more of the configuration */
export async function setUp(appliance: Appliance, config = ''): Promise<void> {
  const { machine } = appliance;
  await machine.run('apt-get', 'install', '-y', PACKAGE);
  await configure(appliance, config);
}

export async function configure(appliance: Appliance, config = ''): Promise<void> {
  const { machine } = appliance;
  writeFileSync(machine.file(CONFIG), appliance.configuration(config));
  await machine.feed(`${KEY}\n`, 'dragoman', 'key', 'set');
  await appliance.serves();
}

/** What lies on the machine that a package could have brought; not what changes by itself. */
export async function files({ machine }: Appliance): Promise<string[]> {
  const passing = [
    '/proc',
    '/sys',
    '/dev',
    '/run',
    '/tmp',
    '/opt',
    '/var/log',
    '/var/cache',
    '/var/lib/apt',
    '/var/lib/dpkg',
  ];
  const but = passing.flatMap((folder) => ['-path', folder, '-prune', '-o']);
  const found = await machine.run('find', '/', ...but, '-print');
  return found.trim().split('\n').sort();
}
