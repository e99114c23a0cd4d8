import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWav } from '../audio/pcm/wav.ts';
import { recordedUtterance } from '../audio/wav-microphone.ts';
import { TRANSLATION_RATE_HZ } from '../interpreters/interpreter.ts';
import { Fault } from '../kiosk/faults.ts';
import type { TurnReport } from '../runtime/run-turn.ts';
import { budgetFrom } from '../runtime/wire.ts';
import { type Config, defaultConfig } from '../system/config.ts';
import { stagesOf, totalMs } from '../turn/marks.ts';
import { loadSileroDetector } from '../voice/detector.ts';
import { CONVERSATION, type DemoUtterance, record, voiceText } from './conversation.ts';
import { EXIT } from './exit.ts';
import { faultText, STAGES, secondsText, spokenText, stagesText } from './report.ts';
import { interpretFile, withService } from './turn.ts';

interface Played {
  readonly utterance: DemoUtterance;
  readonly report: TurnReport;
}

/**
 * The main job on the embedded default: a conversation at the front desk, turn by turn, through gate and
 * interpreter and against the stand-in.
 * @param folder where the utterances and the translated speech are written
 * @returns 0 when every turn was right, else 1
 */
export async function demoCommand(folder: string, signal: AbortSignal): Promise<number> {
  const print = (text: string) => process.stdout.write(`${text}\n`);
  await mkdir(folder, { recursive: true });
  print('\nDragoman, the interpreter on the counter: a conversation at the front desk.');
  print(
    'The service is a stand-in on this machine: it hears, translates and speaks what is in the phrasebook.\n',
  );
  process.stdout.write('starting the stand-in and the voice detector ... ');
  const startedMs = performance.now();
  const config = defaultConfig();
  const detector = await loadSileroDetector();
  return withService(config, true, async (interpreter) => {
    print(`done (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
    interpreter.prepare(config.languages);
    const played: Played[] = [];
    const wrong: string[] = [];
    for (const [i, utterance] of CONVERSATION.entries()) {
      signal.throwIfAborted();
      const number = i + 1;
      const input = path.join(folder, `${number}-${utterance.side}.wav`);
      const output = path.join(folder, `${number}-translated.wav`);
      await record(utterance, input);
      print(`\n${number}  ${utterance.side}, ${voiceText(utterance)}`);
      const done = progress('   speaking ...');
      try {
        const { report, audio } = await interpretFile(
          recordedUtterance(await readFile(input)),
          config,
          interpreter,
          detector,
          signal,
        );
        done();
        await writeFile(output, writeWav(audio, TRANSLATION_RATE_HZ));
        show(report, config, print);
        played.push({ utterance, report });
        const problem = problemOf(utterance, report);
        if (problem !== undefined) wrong.push(`turn ${number}: ${problem}`);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        done();
        process.stderr.write(faultText(error));
        wrong.push(`turn ${number}: ${error.message}`);
      }
    }
    print(`\n${table(played)}\n`);
    print(`The translated speech lies in ${path.resolve(folder)} (N-translated.wav), beside what was said.`);
    if (wrong.length === 0) {
      print(`${CONVERSATION.length} of ${CONVERSATION.length} turns right.`);
      return EXIT.ok;
    }
    process.stderr.write(
      `${wrong.length} of ${CONVERSATION.length} turns went wrong:\n  ${wrong.join('\n  ')}\n`,
    );
    return EXIT.unable;
  });
}

/** A line that is there while something takes its time. @returns takes it away again */
function progress(text: string): () => void {
  if (!process.stdout.isTTY) return () => {};
  process.stdout.write(text);
  return () => process.stdout.write('\r\x1b[2K');
}

function show(report: TurnReport, config: Config, print: (text: string) => void): void {
  if (report.heard !== undefined) print(`   heard    ${spokenText(report.heard)}`);
  if (report.said !== undefined) print(`   said     ${spokenText(report.said)}`);
  print(`   outcome  ${report.outcome}`);
  const stages = stagesOf(report.marks, report.roundTripMs);
  if (stages !== undefined) print(`   latency  ${stagesText(stages, budgetFrom(config))}`);
  print(`   sound    ${secondsText(report)}`);
}

/** What is wrong with a turn; undefined when it is as it should be. */
function problemOf(utterance: DemoUtterance, report: TurnReport): string | undefined {
  const { heard, said, outcome } = report;
  if (outcome !== 'translated') return outcome;
  if (heard?.text.trim() !== utterance.text) return `heard "${heard?.text}" in place of "${utterance.text}"`;
  if (said?.text.trim() !== utterance.translation)
    return `said "${said?.text}" in place of "${utterance.translation}"`;
  if (report.meter.receivedSeconds < 0.3) return 'the translation has no sound';
  return undefined;
}

function table(played: readonly Played[]): string {
  const rows = [
    ['', 'side', 'from', 'to', ...STAGES.slice(0, 5), 'total ms', 'speech s', 'billed s', 'answer s'],
  ];
  for (const [i, { utterance, report }] of played.entries()) {
    const { marks, roundTripMs, meter } = report;
    const stages = stagesOf(marks, roundTripMs);
    rows.push([
      String(i + 1),
      utterance.side,
      report.heard?.language ?? '?',
      report.said?.language ?? '?',
      ...STAGES.slice(0, 5).map((name) =>
        stages === undefined ? '-' : String(Math.round(stages[name] ?? 0)),
      ),
      stages === undefined ? '-' : String(Math.round(totalMs(stages))),
      report.speechSeconds.toFixed(2),
      meter.sentSeconds.toFixed(2),
      meter.receivedSeconds.toFixed(2),
    ]);
  }
  const sum = (of: (report: TurnReport) => number) =>
    played.reduce((total, { report }) => total + of(report), 0).toFixed(2);
  rows.push([
    '',
    'sum',
    ...Array.from({ length: 8 }, () => ''),
    sum((report) => report.speechSeconds),
    sum((report) => report.meter.sentSeconds),
    sum((report) => report.meter.receivedSeconds),
  ]);
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '))
    .join('\n');
}
