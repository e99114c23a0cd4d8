import { hostname } from 'node:os';
import packageJson from '../../../../package.json' with { type: 'json' };
import { EXIT } from '../../../base/errors.ts';
import { printable } from '../../../base/foreign-text.ts';
import { wallDate } from '../../../base/time.ts';
import { configurationAt } from '../../../system/config/load.ts';
import { Device } from '../../audit/device.ts';
import type { Finding, Verdict } from '../../audit/finding.ts';
import { processFindings } from '../../audit/processes.ts';
import { releaseFindings } from '../../audit/release.ts';
import { storageFindings } from '../../audit/storage.ts';
import { systemFindings } from '../../audit/system.ts';
import { CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';
import type { Io } from '../../io.ts';

export const command: Definition = {
  about:
    'check what the device promises about security: processes, files, ports, key, swap, release. As root it sees all of it',
  options: [JSON_OUTPUT, CONFIG],
  examples: { 'sudo dragoman audit': 'each finding, with the command that shows the same' },
  exits: { ok: 'nothing to look at', unable: 'something is not as promised' },
  run: (io, options: Common) => audit(io, options),
};

const MARKS: Readonly<Record<Verdict, string>> = {
  'as promised': 'ok',
  look: 'LOOK',
  unknown: '?',
  fact: '-',
};

/** What can be checked, each with the command that shows the same. docs/operator/security.md makes the promises. @throws ConfigError */
export async function audit(io: Io, { config: file }: Common, device = new Device()): Promise<void> {
  const config = await configurationAt(file);
  io.progress('reading the whole release ...');
  const release = await releaseFindings(device, config);
  io.progress('looking at the system ...');
  const system = await systemFindings(device, config);
  const findings = [...release, ...system, ...processFindings(device), ...storageFindings(device, config)];
  const made = {
    host: hostname(),
    at: wallDate(io.outside.clock).toISOString(),
    version: packageJson.version,
  };
  io.report({ ...made, findings }, textOf(made, findings));
  if (findings.some(({ verdict }) => verdict === 'look')) io.exitCode = EXIT.unable;
}

function textOf(
  { host, at, version }: { host: string; at: string; version: string },
  findings: readonly Finding[],
): string {
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  const lines = findings.flatMap(({ question, verdict, found, check, todo }) => [
    `${MARKS[verdict].padEnd(5)}${question}`,
    ...found.map((line) => `     ${printable(line)}`),
    ...(todo === undefined ? [] : [`     to do: ${todo}`]),
    `     check: ${check}`,
    '',
  ]);
  return [
    `Audit of ${printable(host)}, ${at}, by Dragoman ${version}`,
    'ok: as docs/operator/security.md promises; LOOK: not so; ?: could not be seen; -: nothing is promised',
    '',
    ...lines,
    `${count('as promised')} as promised, ${count('look')} to look at, ${count('unknown')} not seen, ${count('fact')} facts`,
    '',
  ].join('\n');
}
