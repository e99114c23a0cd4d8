import { access, constants, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Argument, Option } from 'commander';
import { concat } from '../../../audio/pcm/concat.ts';
import type { Frame } from '../../../audio/pcm/frame.ts';
import { WavError, writeWav } from '../../../audio/pcm/wav.ts';
import { type RecordedUtterance, recordedUtterance } from '../../../audio/wav-microphone.ts';
import { EXIT, type ExitCode, UsageError } from '../../../base/errors.ts';
import type { Clock } from '../../../base/time.ts';
import { dialogueFrom } from '../../../daemon/interpreters.ts';
import {
  type InterpretationSink,
  type Interpreter,
  TRANSLATION_RATE_HZ,
} from '../../../interpreters/interpreter.ts';
import type { SpeechDetector } from '../../../line/detector.ts';
import { HoldGate } from '../../../line/hold-gate.ts';
import { interpretUtterance, type TurnReport, withLanguage } from '../../../line/interpreting.ts';
import { Utterance } from '../../../line/utterance.ts';
import { configurationAt } from '../../../system/config/load.ts';
import { type Config, hostLanguage } from '../../../system/config/schema.ts';
import { Turn } from '../../../turn/turn.ts';
import { CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';
import type { Io } from '../../io.ts';
import { withService } from '../../service.ts';
import { turnJson, turnText } from './turn-report.ts';

interface Options extends Common {
  readonly out?: string;
  readonly standin?: boolean;
}

export const command: Definition = {
  about:
    'send one recording through gate and interpreter, as the kiosk does with a press of the button. The key comes from GEMINI_API_KEY, from the file that service.key_file names, or, for root, from where "dragoman key set" has stored it',
  arguments: [new Argument('<in.wav>', 'the utterance: WAV, any rate')],
  options: [
    new Option('--out <file>', 'write the translated speech there (WAV, 24 kHz)'),
    JSON_OUTPUT,
    CONFIG,
    new Option('--standin', 'use a local stand-in for the service: no key, no network'),
  ],
  examples: {
    'dragoman turn question.wav --standin': 'try it without a key',
    'dragoman turn question.wav --out answer.wav': 'translate a recording, and keep the speech',
  },
  exits: {
    ok: 'translated',
    nothingSaid: 'nothing was said, or it was too quiet',
    notUnderstood: 'it was not understood',
    fault: 'a fault, with what to do',
  },
  run,
};

const EXITS: Readonly<Record<TurnReport['outcome'], ExitCode>> = {
  translated: EXIT.ok,
  'nothing said': EXIT.nothingSaid,
  'too quiet': EXIT.nothingSaid,
  'not understood': EXIT.notUnderstood,
};

/** One file through gate and interpreter, as the kiosk does it. @throws Fault */
async function run(io: Io, { config: file, out, standin = false }: Options, input: string): Promise<void> {
  const { signal, clock } = io.outside;
  const config = await configurationAt(file);
  const utterance = await readUtterance(input, config);
  if (out !== undefined) await checkWritable(out);
  if (utterance.cut)
    io.note(
      `${input}: longer than ${config.turn.holdLimitMs / 1000} s, the longest hold; the rest is left out\n`,
    );
  const { report, audio } = await withService(
    config,
    standin,
    io.outside,
    async ({ config, key, world, ports }) => {
      const interpreter = dialogueFrom(config, key, world);
      try {
        return await interpretFile(utterance, config, interpreter, await ports.loadDetector(), clock, signal);
      } finally {
        await interpreter.stop();
      }
    },
  );
  if (out !== undefined && audio.length === 0) {
    await rm(out, { force: true }); // an older one would be taken for this turn's
    io.note(`${out}: nothing was said, so nothing is written\n`);
  }
  if (out !== undefined && audio.length > 0) await writeFile(out, writeWav(audio, TRANSLATION_RATE_HZ));
  io.report(turnJson(report), turnText(report, config));
  io.exitCode = EXITS[report.outcome];
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
    confirm: async () => true, // the user sees what was heard
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

async function readUtterance(input: string, { turn, microphone }: Config): Promise<RecordedUtterance> {
  const file = await readFile(input).catch((error: Error) => {
    throw new UsageError(`${input}: cannot be read: ${error.message}`);
  });
  try {
    return recordedUtterance(file, turn.holdLimitMs, microphone.channel);
  } catch (error) {
    if (error instanceof WavError) throw new UsageError(`${input}: ${error.message}`);
    throw error;
  }
}

/** Checked before the turn, which costs money. */
async function checkWritable(out: string): Promise<void> {
  try {
    await access(path.dirname(path.resolve(out)), constants.W_OK);
    const there = await stat(out).catch(() => undefined);
    if (there?.isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    throw new UsageError(`${out}: cannot be written: ${(error as Error).message}`);
  }
}
