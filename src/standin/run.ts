/** The stand-in as a program: prints a line when it listens, and one for every event, until it is ended. */
import { once } from 'node:events';
import type { Answerer } from './answerer.ts';
import type { EventOf, EventType, StandinEvent, TurnRecord } from './record.ts';
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
  const { json, stdout, signal = signalled(), ...ofStandin } = options;
  if (signal.aborted) return;
  const ended = once(signal, 'abort');
  const print = (line: string) => stdout.write(`${line}\n`);
  // The reader may close the pipe: `dragoman standin | head -1`.
  stdout.on('error', () => {});
  const standin = await startStandin({ answerer, ...ofStandin });
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

const soundOf = ({ turn: { audioSeconds, saidSeconds } }: { readonly turn: TurnRecord }) => ({
  audioSeconds,
  saidSeconds,
});
const textOf = ({ text }: { readonly text: string }) => ({ text });

/** The events that are printed, with their facts. */
const PRINTED: { readonly [T in EventType]?: (event: EventOf<T>) => Omit<Facts, 'event'> } = {
  connection: ({ connection }) => ({ path: connection.path }),
  ready: () => ({}),
  refused: ({ path, status }) => ({ path, status }),
  activityStart: soundOf,
  activityEnd: soundOf,
  interrupted: soundOf,
  turnComplete: soundOf,
  heard: textOf,
  said: textOf,
  goAway: ({ timeLeft }) => ({ timeLeft }),
  closed: ({ code, reason }) => ({ code, reason }),
  request: ({ request: { id, model } }) => ({ request: id, model }),
  answered: ({ request: { id, text, saidSeconds } }) => ({ request: id, text, saidSeconds }),
  trouble: ({ message }) => ({ message }),
};

/** @returns undefined for an event that is not printed */
function factsOf(event: StandinEvent): Facts | undefined {
  const facts = PRINTED[event.type] as ((event: StandinEvent) => Omit<Facts, 'event'>) | undefined;
  if (facts === undefined) return undefined;
  return {
    event: event.type,
    ...('connection' in event ? { connection: event.connection.id } : {}),
    ...('turn' in event ? { turn: event.turn.number } : {}),
    ...facts(event),
  };
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
