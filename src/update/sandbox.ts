import { execFile } from 'node:child_process';
import { chmod, chown, copyFile } from 'node:fs/promises';
import path from 'node:path';
import { childEnvironment } from '../base/child-environment.ts';
import type { Ran, Sandbox } from './ports.ts';
import { UpdateRefused } from './refusals.ts';

/** A package's fields are read, a release answers, within this, also on a slow card; in milliseconds. */
const PROGRAM_LIMIT_MS = 60_000;

/**
 * Runs a program to its end.
 * @param env all that it finds in its environment
 * @throws UpdateRefused where it is not installed; the signal's reason when that is aborted
 */
export function program(
  file: string,
  args: readonly string[],
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = childEnvironment(),
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = { timeout: PROGRAM_LIMIT_MS, signal, maxBuffer: 1024 * 1024, env };
    execFile(file, args, options, (error, stdout, stderr) => {
      if (signal.aborted) return reject(signal.reason);
      if (error === null) return resolve({ code: 0, stdout, stderr });
      if (error.killed === true)
        return resolve({ code: 1, stdout, stderr: `gave no answer within a minute` });
      if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr });
      reject(new UpdateRefused(`${file} can't be run: ${error.message}`));
    });
  });
}

/** The environment of a release's command. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Where a release finds itself in the sandbox: in a folder in memory, which hides what the daemon has in its own. */
const HOME = '/var/lib/dragoman';
const INSIDE = `${HOME}/release`;

/** Beside its user, what is taken from dragoman.service, but for network, sound and GPIO: it only has to answer. */
export const PROPERTIES: readonly string[] = [
  'DynamicUser=yes',
  'NoNewPrivileges=yes',
  'CapabilityBoundingSet=',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  `TemporaryFileSystem=${HOME}:ro`,
  'InaccessiblePaths=-/run/dragoman -/boot',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'PrivateNetwork=yes',
  'PrivateIPC=yes',
  'PrivateMounts=yes',
  'PrivateUsers=yes',
  'ProtectProc=invisible',
  'ProtectHostname=yes',
  'ProtectClock=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectControlGroups=yes',
  'RestrictAddressFamilies=AF_UNIX',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'KeyringMode=private',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged @resources',
  'SystemCallErrorNumber=EPERM',
  'UMask=0077',
  'LimitCORE=0',
  'MemoryMax=600M',
  'MemorySwapMax=0',
  'TasksMax=200',
  // The caller gives up before, and may be gone.
  `RuntimeMaxSec=${PROGRAM_LIMIT_MS / 1000 + 5}`,
];

/** Runs each command in its own unit. @param systemdRun the program */
export function bySystemd(systemdRun = 'systemd-run'): Sandbox {
  const unit = `dragoman-try-${process.pid}.service`;
  return {
    async run(folder, args, readable, signal) {
      const given = `/run/credentials/${unit}/given`;
      const properties = [
        ...PROPERTIES,
        `BindReadOnlyPaths=${path.resolve(folder)}:${INSIDE}`,
        ...(readable === undefined ? [] : [`LoadCredential=given:${path.resolve(readable)}`]),
      ];
      const ran = await program(
        systemdRun,
        [
          ...['--pipe', '--wait', '--collect', '--quiet', '--service-type=exec', `--unit=${unit}`],
          ...properties.map((property) => `--property=${property}`),
          // systemd-run looks for the program outside, where it is not.
          ...['--', '/usr/bin/env', `${INSIDE}/bin/dragoman`, ...args],
          ...(readable === undefined ? [] : [given]),
        ],
        signal,
      );
      return { ...ran, stderr: ran.stderr.replaceAll(given, readable ?? given) };
    },
  };
}

/** User and group that own nothing (nobody, nogroup). */
const NOBODY = 65_534;

/**
 * Where there is no systemd: another user without any rights.
 * @param privileged whether this process could become another user; where it can't, it has no rights to give up
 */
export function asNobody(privileged = process.getuid?.() === 0): Sandbox {
  const drop = [
    'setpriv',
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    '--clear-groups',
    '--no-new-privs',
    '--bounding-set=-all',
    '--inh-caps=-all',
    '--',
  ];
  return {
    async run(folder, args, readable, signal) {
      const command = path.join(folder, 'bin/dragoman');
      const own = `${folder}.given`;
      if (readable !== undefined) {
        await copyFile(readable, own);
        await chmod(own, 0o400);
        if (privileged) await chown(own, NOBODY, NOBODY);
      }
      const [file = command, ...all] = [
        ...(privileged ? drop : []),
        ...[command, ...args, ...(readable === undefined ? [] : [own])],
      ];
      const ran = await program(file, all, signal, ENVIRONMENT);
      return { ...ran, stderr: ran.stderr.replaceAll(own, readable ?? own) };
    },
  };
}
