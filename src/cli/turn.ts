import { access, constants, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { concat } from '../audio/pcm/concat.ts';
import type { Frame } from '../audio/pcm/frame.ts';
import { WavError, writeWav } from '../audio/pcm/wav.ts';
import { type RecordedUtterance, recordedUtterance } from '../audio/wav-microphone.ts';
import { jsonText } from '../base/foreign-text.ts';
import type { Clock } from '../base/time.ts';
import { dialogueFrom } from '../daemon/interpreters.ts';
import {
  type InterpretationSink,
  type Interpreter,
  TRANSLATION_RATE_HZ,
} from '../interpreters/interpreter.ts';
import { Fault } from '../kiosk/faults.ts';
import type { SpeechDetector } from '../line/detector.ts';
import { HoldGate } from '../line/hold-gate.ts';
import { interpretUtterance, type TurnReport, withLanguage } from '../line/interpreting.ts';
import { Utterance } from '../line/utterance.ts';
import { configurationAt } from '../system/config/load.ts';
import { type Config, hostLanguage } from '../system/config/schema.ts';
import { Turn } from '../turn/turn.ts';
import { EXIT, UsageError } from './exit.ts';
import type { Outside } from './outside.ts';
import { faultText, turnJson, turnText } from './report.ts';
import { withService } from './service.ts';

export interface TurnOptions {
  readonly out?: string;
  readonly json?: boolean;
  readonly config?: string;
  readonly standin?: boolean;
}

/** `dragoman turn IN.wav`: one file through gate and interpreter, as the kiosk does it. @returns the exit code */
export async function turnCommand(input: string, options: TurnOptions, outside: Outside): Promise<number> {
  const { stdout, stderr, signal, clock } = outside;
  const config = await configurationAt(options.config);
  const utterance = await readUtterance(input, config);
  if (options.out !== undefined) await checkWritable(options.out);
  if (utterance.cut) {
    stderr.write(
      `${input}: longer than ${config.turn.holdLimitMs / 1000} s, the longest hold; the rest is left out\n`,
    );
  }
  try {
    const { report, audio } = await withService(
      config,
      options.standin === true,
      outside,
      ({ config, key, world, ports }) =>
        withInterpreter(dialogueFrom(config, key, world), async (interpreter) =>
          interpretFile(utterance, config, interpreter, await ports.loadDetector(), clock, signal),
        ),
    );
    if (options.out !== undefined && audio.length === 0) {
      await rm(options.out, { force: true }); // an older one would be taken for this turn's
      stderr.write(`${options.out}: nothing was said, so nothing is written\n`);
    }
    if (options.out !== undefined && audio.length > 0)
      await writeFile(options.out, writeWav(audio, TRANSLATION_RATE_HZ));
    stdout.write(options.json ? `${jsonText(turnJson(report), 2)}\n` : turnText(report, config));
    return exitCode(report);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (options.json) {
      const { code, detail, entry } = error;
      const fault = { code, title: entry.title, detail, hint: entry.hint };
      stdout.write(`${jsonText({ outcome: 'failed', fault }, 2)}\n`);
    }
    stderr.write(faultText(error));
    return EXIT.fault;
  }
}

/** One utterance and what was said to it, as one sound at TRANSLATION_RATE_HZ. @throws Fault */
async function interpretFile(
  recorded: RecordedUtterance,
  config: Config,
  interpreter: Interpreter,
  detector: SpeechDetector,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ report: TurnReport; audio: Int16Array }> {
  const pieces: Int16Array[] = [];
  const sink: InterpretationSink = {
    heard() {},
    said() {},
    audio: (samples) => pieces.push(samples),
    confirm: async () => true, // who typed this sees what was heard
    restarted: () => {
      pieces.length = 0;
    },
  };
  const languages = { host: hostLanguage(config), guest: config.languages.guest };
  detector.reset();
  const pressedAtMs = clock.now();
  const releaseMs = pressedAtMs + recorded.durationMs;
  const turn = new Turn();
  const utterance = new Utterance(turn, new HoldGate(detector, config.gate), [], {
    tailMs: config.turn.tailMs,
    clock,
  });
  const interpret = async (either: AbortSignal) =>
    withLanguage(await interpreter.interpret(turn, languages, sink, either), languages);
  clock.after(recorded.durationMs, () => utterance.release(releaseMs));
  utterance.start();
  void feed(recorded.frames(pressedAtMs, clock), utterance);
  const report = await interpretUtterance(turn, utterance, pressedAtMs, interpret, signal);
  return { report, audio: concat(pieces) };
}

async function feed(frames: AsyncIterable<Frame>, utterance: Utterance): Promise<void> {
  for await (const frame of frames) {
    if (utterance.over) return;
    utterance.push(frame);
  }
}

async function withInterpreter<T>(interpreter: Interpreter, work: (interpreter: Interpreter) => Promise<T>) {
  try {
    return await work(interpreter);
  } finally {
    await interpreter.stop();
  }
}

async function readUtterance(
  input: string,
  { turn, microphone }: Pick<Config, 'turn' | 'microphone'>,
): Promise<RecordedUtterance> {
  let file: Uint8Array;
  try {
    file = await readFile(input);
  } catch (error) {
    throw new UsageError(`${input}: cannot be read: ${(error as Error).message}`);
  }
  try {
    return recordedUtterance(file, turn.holdLimitMs, microphone.channel);
  } catch (error) {
    if (error instanceof WavError) throw new UsageError(`${input}: ${error.message}`);
    throw error;
  }
}

/** Better now than after somebody has spoken and paid. */
async function checkWritable(out: string): Promise<void> {
  try {
    await access(path.dirname(path.resolve(out)), constants.W_OK);
    const there = await stat(out).catch(() => undefined);
    if (there?.isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    throw new UsageError(`${out}: cannot be written: ${(error as Error).message}`);
  }
}

function exitCode(report: TurnReport): number {
  switch (report.outcome) {
    case 'translated':
      return EXIT.ok;
    case 'nothing said':
    case 'too quiet':
      return EXIT.nothingSaid;
    case 'not understood':
      return EXIT.notUnderstood;
  }
}
