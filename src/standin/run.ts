/** The stand-in as a program: a line when it listens, and one for every event, until it is ended. */
import { once } from 'node:events';
import type { Answerer } from './answerer.ts';
import type { StandinEvent } from './record.ts';
import { startStandin } from './server/server.ts';
import type { Timing } from './services.ts';

export interface RunOptions {
  readonly port?: number;
  /** JSON lines, the first of them `{"url":"http://127.0.0.1:PORT"}`; otherwise lines to read. */
  readonly json?: boolean;
  readonly timing?: Partial<Timing>;
  /** Ends it. Without one, SIGINT and SIGTERM do. */
  readonly signal?: AbortSignal;
  readonly stdout: NodeJS.WritableStream;
}

/**
 * Runs until the signal; then everything that it started has ended.
 * @throws StandinError when the port is taken
 */
export async function runWith(answerer: Answerer, options: RunOptions): Promise<void> {
  const { port, timing, json, stdout, signal = signalled() } = options;
  if (signal.aborted) return;
  const ended = once(signal, 'abort');
  const print = (line: string) => stdout.write(`${line}\n`);
  // A reader may leave: `dragoman standin | head -1`.
  stdout.on('error', () => {});
  const standin = await startStandin({
    answerer,
    ...(port === undefined ? {} : { port }),
    ...(timing === undefined ? {} : { timing }),
  });
  try {
    print(json ? JSON.stringify({ url: standin.url }) : greeting(standin.url));
    standin.on((event) => {
      const facts = factsOf(event);
      if (facts !== undefined) print(json ? JSON.stringify(facts) : inWords(facts));
    });
    await ended;
  } finally {
    await standin.stop();
  }
}

function greeting(url: string): string {
  return `The stand-in listens on ${url}. Point a client at it with GOOGLE_GEMINI_BASE_URL=${url}; Ctrl-C ends it.`;
}

interface Facts {
  readonly event: string;
  readonly connection?: number;
  readonly turn?: number;
  readonly [fact: string]: string | number | undefined;
}

/** The facts that are printed of an event; undefined for one that is not printed. */
function factsOf(event: StandinEvent): Facts | undefined {
  const facts = {
    event: event.type,
    ...('connection' in event ? { connection: event.connection.id } : {}),
    ...('turn' in event ? { turn: event.turn.number } : {}),
  };
  switch (event.type) {
    case 'connection':
      return { ...facts, path: event.connection.path };
    case 'ready':
      return facts;
    case 'refused':
      return { ...facts, path: event.path, status: event.status };
    case 'activityStart':
    case 'activityEnd':
    case 'interrupted':
    case 'turnComplete':
      return { ...facts, audioSeconds: event.turn.audioSeconds, saidSeconds: event.turn.saidSeconds };
    case 'heard':
    case 'said':
      return { ...facts, text: event.text };
    case 'goAway':
      return { ...facts, timeLeft: event.timeLeft };
    case 'closed':
      return { ...facts, code: event.code, reason: event.reason };
    case 'request':
      return { ...facts, request: event.request.id, model: event.request.model };
    case 'answered':
      return {
        ...facts,
        request: event.request.id,
        text: event.request.text,
        saidSeconds: event.request.saidSeconds,
      };
    case 'trouble':
      return { ...facts, message: event.message };
    case 'asked':
    case 'setup':
    case 'firstAudio':
    case 'answer':
    case 'firstAudioOut':
    case 'generationComplete':
      return undefined;
  }
}

function inWords({ event, connection, turn, ...rest }: Facts): string {
  const who =
    connection === undefined ? '' : `connection ${connection}${turn === undefined ? '' : `, turn ${turn}`}: `;
  const facts = Object.entries(rest)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(2)) : `"${value}"`}`);
  return `${who}${[event, ...facts].join(', ')}`;
}

function signalled(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
