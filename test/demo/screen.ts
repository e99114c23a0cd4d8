import type { TurnLog } from '../../src/daemon/turn-log.ts';
import type { DemoTurn } from './conversation.ts';

/** A turn of the demo and what was seen and heard of it. */
export interface Played {
  readonly turn: DemoTurn;
  log: TurnLog | undefined;
  heard: string;
  said: string;
  /** What the talk light did. */
  lights: readonly string[];
}

const STAGES = ['tail', 'gate', 'uplink', 'service', 'downlink', 'playback'] as const;

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Shows a line while something takes time. @returns removes it */
export function progress(text: string): () => void {
  if (!process.stdout.isTTY) return () => {};
  process.stdout.write(text);
  return () => process.stdout.write('\r\x1b[2K');
}

export function turnLines({ turn, log, heard, said, lights }: Played): string[] {
  const lines: string[] = [];
  if (heard !== '') lines.push(`   heard    ${heard.trim()}`);
  if (said !== '') lines.push(`   said     ${said.trim()}`);
  if (lights.length > 0) lines.push(`   lights   talk ${lights.slice(0, 40).join(' ')}`);
  if (turn.interrupted === true) lines.push('   ... and is interrupted');
  if (log === undefined) return lines;
  lines.push(`   outcome  ${log.outcome}${log.from === undefined ? '' : `, ${log.from} to ${log.to}`}`);
  if (log.stagesMs !== undefined) {
    const parts = STAGES.map(
      (name) => `${name} ${log.stagesMs?.[name] ?? '-'}${log.overBudget?.includes(name) ? '!' : ''}`,
    );
    lines.push(`   latency  ${log.latencyMs} ms from release to the first sound = ${parts.join(' + ')}`);
  }
  lines.push(
    `   sound    speech ${log.speechSeconds.toFixed(2)} s, billed ${log.sentSeconds.toFixed(2)} s, ` +
      `answer ${log.receivedSeconds.toFixed(2)} s`,
  );
  return lines;
}

export function table(played: readonly Played[]): string {
  const rows = [
    ['', 'side', 'outcome', 'from', 'to', ...STAGES, 'total ms', 'speech s', 'billed s', 'answer s'],
  ];
  const logs = played.map(({ log }) => log);
  for (const [i, { turn, log }] of played.entries()) {
    rows.push([
      String(i + 1),
      turn.side,
      log?.outcome ?? '?',
      log?.from ?? '',
      log?.to ?? '',
      ...STAGES.map((name) => String(log?.stagesMs?.[name] ?? '')),
      String(log?.latencyMs ?? ''),
      (log?.speechSeconds ?? 0).toFixed(2),
      (log?.sentSeconds ?? 0).toFixed(2),
      (log?.receivedSeconds ?? 0).toFixed(2),
    ]);
  }
  const sum = (of: (log: TurnLog) => number) =>
    logs.reduce((total, log) => total + (log === undefined ? 0 : of(log)), 0).toFixed(2);
  rows.push([
    '',
    'sum',
    ...Array.from({ length: 4 + STAGES.length }, () => ''),
    sum((log) => log.speechSeconds),
    sum((log) => log.sentSeconds),
    sum((log) => log.receivedSeconds),
  ]);
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const legend =
    '(milliseconds from the release to the first translated sound; ! beside a stage: over its budget by a frame or more)';
  const text = rows
    .map((row) =>
      row
        .map((cell, column) => cell.padStart(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
  return `${text}\n${legend}`;
}
