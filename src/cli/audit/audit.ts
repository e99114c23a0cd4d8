import { hostname } from 'node:os';
import packageJson from '../../../package.json' with { type: 'json' };
import { jsonText, printable } from '../../base/foreign-text.ts';
import { wallDate } from '../../base/time.ts';
import { configurationAt } from '../../system/config/load.ts';
import type { Outside, Result } from '../outside.ts';
import { Progress } from '../progress.ts';
import { Device } from './device.ts';
import type { Finding, Verdict } from './finding.ts';
import { processFindings } from './processes.ts';
import { releaseFindings } from './release.ts';
import { storageFindings } from './storage.ts';
import { systemFindings } from './system.ts';

export interface AuditOptions {
  /** Else the installed one, else the defaults. */
  readonly config?: string;
  readonly json?: boolean;
}

const MARKS: Readonly<Record<Verdict, string>> = {
  'as promised': 'ok',
  look: 'LOOK',
  unknown: '?',
  fact: '-',
};

/**
 * `dragoman audit`: what can be checked about trust on this device, each with the command that shows the same.
 * @returns exit code 1 where something is not as docs/operator/security.md promises @throws ConfigError
 */
export async function auditCommand(
  { config: file, json = false }: AuditOptions,
  { stderr, clock }: Pick<Outside, 'stderr' | 'clock'>,
  device = new Device(),
): Promise<Result> {
  const config = await configurationAt(file);
  const progress = new Progress(stderr, clock);
  progress.tell('looking at the release, which is read whole ...');
  const release = await releaseFindings(device, config);
  progress.tell('looking at the system ...');
  const system = await systemFindings(device, config);
  progress.end();
  const findings = [...release, ...system, ...processFindings(device), ...storageFindings(device, config)];
  const made = { host: hostname(), at: wallDate(clock).toISOString(), version: packageJson.version };
  const exitCode = findings.some(({ verdict }) => verdict === 'look') ? 1 : 0;
  const stdout = json ? `${jsonText({ ...made, findings }, 2)}\n` : textOf(made, findings);
  return { exitCode, stdout, stderr: '' };
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
