/** The stand-in as a program: one line when it listens, one for everything that happens, until it is told to end. */
import type { Answerer } from './answerer.ts';
import type { Timing } from './desk.ts';
import type { StandinEvent } from './record.ts';
import { type StandinOptions, startStandin } from './server.ts';

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
 * Runs until it is told to end; then everything it started has ended.
 * @throws StandinError when the port is taken
 */
export async function runWith(answerer: Answerer, options: RunOptions): Promise<void> {
  const told = options.signal ?? signalled();
  if (told.aborted) return;
  const ended = new Promise<void>((resolve) =>
    told.addEventListener('abort', () => resolve(), { once: true }),
  );
  const print = (line: string) => options.stdout.write(`${line}\n`);
  const settings: StandinOptions = {
    answerer,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  };
  // A reader that has gone is no reason to fall: `dragoman standin | head -1`.
  options.stdout.on('error', () => {});
  const standin = await startStandin(settings);
  try {
    print(options.json ? JSON.stringify({ url: standin.url }) : greeting(standin.url));
    standin.on((event) => {
      const facts = factsOf(event);
      if (facts !== undefined) print(options.json ? JSON.stringify(facts) : inWords(facts));
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

/** What of an event is worth a line. */
function factsOf(event: StandinEvent): Facts | undefined {
  switch (event.type) {
    case 'connection':
      return { event: event.type, connection: event.connection.id, path: event.connection.path };
    case 'ready':
      return { event: 'ready', connection: event.connection.id };
    case 'refused':
      return { event: 'refused', path: event.path, status: event.status };
    case 'activityStart':
    case 'activityEnd':
    case 'interrupted':
    case 'turnComplete':
      return {
        event: event.type,
        connection: event.connection.id,
        turn: event.turn.number,
        audioSeconds: event.turn.audioSeconds,
        saidSeconds: event.turn.saidSeconds,
      };
    case 'heard':
    case 'said':
      return {
        event: event.type,
        connection: event.connection.id,
        turn: event.turn.number,
        text: event.text,
      };
    case 'goAway':
      return { event: 'goAway', connection: event.connection.id, timeLeft: event.timeLeft };
    case 'closed':
      return { event: 'closed', connection: event.connection.id, code: event.code, reason: event.reason };
    case 'request':
      return { event: 'request', request: event.request.id, model: event.request.model };
    case 'answered':
      return {
        event: 'answered',
        request: event.request.id,
        text: event.request.text,
        saidSeconds: event.request.saidSeconds,
      };
    case 'trouble':
      return { event: 'trouble', message: event.message };
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
