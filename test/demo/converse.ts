import path from 'node:path';
import type { Standin } from '../../src/standin/server/server.ts';
import type { LedChange } from '../rig/desk.ts';
import { monotonicMs } from '../rig/real/clock.ts';
import type { Recording } from '../rig/real/recording.ts';
import { type DemoTurn, record, voiceText } from './conversation.ts';
import { type DemoCounter, openDemoCounter } from './counter.ts';
import { type Played, print, progress, table, turnLines } from './screen.ts';

/** A person takes a moment between hearing the end of a translation and pressing. */
const BETWEEN_TURNS_MS = 100;
/** People press a moment before they speak, and release a moment after the last sound. */
const BREATH_MS = 60;
const EMPTY_PRESS_MS = 500;
/** How much of a translation is heard before somebody presses into it. */
const INTERRUPTED_AFTER_MS = 700;
/** Who cuts a translation off speaks a moment later; the microphone is deaf until its echo has passed. */
const BREATH_INTO_ECHO_MS = 300;

/** Plays a conversation at a virtual counter, and shows it. @returns whether every turn was right */
export async function converse(
  conversation: readonly DemoTurn[],
  standin: Standin | undefined,
  environment: Readonly<Record<string, string>>,
  folder: string,
  signal: AbortSignal,
): Promise<{ ok: boolean; loudspeaker: Recording }> {
  const done = progress('starting the virtual counter and the daemon ...');
  const counter = await openDemoCounter(standin?.url, environment);
  const stop = () => void counter.desk.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await counter.ready();
    done();
    if (counter.noPanel !== undefined) print(`(The lights can't be shown here: ${counter.noPanel}.)`);
    const played: Played[] = [];
    let pending: Played | undefined;
    for (const [i, turn] of conversation.entries()) {
      signal.throwIfAborted();
      const one = await play(counter, standin, turn, i + 1, folder, pending);
      // An interrupted turn ends with the press of the next one.
      pending = turn.interrupted === true ? one : undefined;
      played.push(one);
    }
    print(`\n${table(played)}\n`);
    const wrong = played.flatMap((one, i) =>
      problemsOf(one, standin !== undefined).map((problem) => `turn ${i + 1}: ${problem}`),
    );
    const count = conversation.length;
    if (wrong.length === 0) print(`${count} of ${count} turns right.`);
    else print(`What went wrong:\n  ${wrong.join('\n  ')}`);
    return { ok: wrong.length === 0, loudspeaker: counter.desk.recording() };
  } finally {
    signal.removeEventListener('abort', stop);
    counter.daemon.signal('SIGTERM');
    await counter.daemon.exited;
    await counter.desk.stop();
  }
}

async function play(
  counter: DemoCounter,
  standin: Standin | undefined,
  turn: DemoTurn,
  number: number,
  folder: string,
  interrupted: Played | undefined,
): Promise<Played> {
  const { desk } = counter;
  const { utterance } = turn;
  print(
    `\n${number}  ${turn.side} ${turn.story}${utterance === undefined ? '' : `: ${voiceText(utterance)}`}`,
  );
  const file = path.join(folder, `${number}-${turn.side}.wav`);
  if (utterance !== undefined) await record(utterance, file);
  const one: Played = { turn, log: undefined, heard: '', said: '', lights: [] };
  const { promise: saidWhole, resolve: wholeSaid } = Promise.withResolvers<void>();
  if (standin === undefined) wholeSaid();
  const stopListening = standin?.on((event) => {
    if (event.type === 'heard') one.heard = event.text;
    if (event.type === 'said') {
      one.said += event.text;
      wholeSaid();
    }
  });
  const from = counter.noPanel === undefined ? desk.gpio.changes.all.length : 0;
  const done = progress('   speaking ...');
  counter.press();
  if (interrupted !== undefined) interrupted.log = await counter.turnEnds();
  await later(interrupted === undefined ? BREATH_MS : BREATH_INTO_ECHO_MS);
  if (utterance === undefined) await later(EMPTY_PRESS_MS);
  else await desk.speak(file).ended;
  await later(BREATH_MS);
  const releasedMs = monotonicMs();
  counter.release();
  if (turn.interrupted === true) {
    const beganMs = await desk.recorder.nextSound({ afterMs: releasedMs });
    await later(beganMs + INTERRUPTED_AFTER_MS - monotonicMs());
    await saidWhole; // the stand-in reports it when it has been sent
  } else {
    one.log = await counter.turnEnds();
    await later(BETWEEN_TURNS_MS);
  }
  done();
  stopListening?.();
  if (counter.noPanel === undefined) one.lights = seen(desk.gpio.changes.all.slice(from));
  for (const line of turnLines(one)) print(line);
  return one;
}

/** The changes of the talk light, in order: what somebody at the desk saw. */
function seen(changes: readonly LedChange[]): string[] {
  return changes.filter(({ name }) => name === 'talk').map(({ lit }) => (lit ? '●' : '○'));
}

function problemsOf({ turn, log, said, heard }: Played, knowsTexts: boolean): string[] {
  const problems: string[] = [];
  if (log?.outcome !== turn.outcome)
    problems.push(`${log?.outcome ?? 'no outcome'} in place of ${turn.outcome}`);
  if (!knowsTexts) return problems;
  if (turn.translation !== undefined && said.trim() !== turn.translation) {
    problems.push(`said "${said}" in place of "${turn.translation}"`);
  }
  if (turn.outcome === 'translated' && heard.trim() !== turn.utterance?.text) {
    problems.push(`heard "${heard}" in place of "${turn.utterance?.text}"`);
  }
  if (turn.outcome === 'nothing said' && log?.sentSeconds !== 0) problems.push('an empty press was billed');
  return problems;
}

async function later(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
