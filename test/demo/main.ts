import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeWav } from '../../src/audio/pcm/wav.ts';
import { startPhrasebookStandin } from '../../src/standin/main.ts';
import { apiKey } from '../../src/system/credentials.ts';
import { CONVERSATION, firstTurns } from './conversation.ts';
import { converse } from './converse.ts';
import { talk } from './talk.ts';

/** `./scripts/demo`: the whole kiosk at a virtual counter, or a person at this machine. */

const USAGE = `usage: ./scripts/demo [--out FOLDER] [--turns N]   a conversation at a virtual counter, or its first N turns
       ./scripts/demo --talk                       talk yourself: this machine's microphone, loudspeaker, space bar
       ./scripts/demo ... --live                   with the real service instead of the stand-in (GEMINI_API_KEY)
`;

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
}

try {
  process.exitCode = await main();
} catch (error) {
  const reason = interrupted.signal.aborted ? (interrupted.signal.reason as Error) : (error as Error);
  process.stderr.write(`\ndemo: ${reason.message}\n`);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const key = options.live ? await apiKey(process.env, undefined) : 'stand-in';
  process.stdout.write(
    options.live
      ? '\nDragoman, the interpreter on the counter, with the real service.\n'
      : '\nDragoman, the interpreter on the counter. The service is a stand-in on this machine: it hears, translates\n' +
          'and speaks what is in the phrasebook, and takes as long to answer as the budget allows the real one.\n',
  );
  const standin = options.live ? undefined : await startPhrasebookStandin({});
  try {
    if (options.talk) return await talk(standin, interrupted.signal);
    await mkdir(options.out, { recursive: true });
    // The virtual counter gives the daemon a clean environment.
    const keys = { GEMINI_API_KEY: key };
    const turns = firstTurns(options.turns);
    const { ok, loudspeaker } = await converse(turns, standin, keys, options.out, interrupted.signal);
    const file = path.join(options.out, 'loudspeaker.wav');
    await rm(file, { force: true });
    await writeFile(file, writeWav(loudspeaker.samples, loudspeaker.rateHz));
    process.stdout.write(`All that came out of the loudspeaker lies in ${path.resolve(file)}.\n`);
    return ok ? 0 : 1;
  } finally {
    await standin?.stop();
  }
}

function readOptions(): { talk: boolean; live: boolean; out: string; turns: number } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        talk: { type: 'boolean', default: false },
        live: { type: 'boolean', default: false },
        out: { type: 'string', default: 'demo-out' },
        turns: { type: 'string', default: String(CONVERSATION.length) },
      },
    });
    const turns = Number(values.turns);
    if (!Number.isInteger(turns) || turns < 1 || turns > CONVERSATION.length) {
      throw new Error(`--turns takes a whole number from 1 to ${CONVERSATION.length}, not "${values.turns}"`);
    }
    return { ...values, turns };
  } catch (error) {
    process.stderr.write(`demo: ${(error as Error).message}\n`);
    return undefined;
  }
}
