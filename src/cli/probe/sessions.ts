import { CAPTURE_RATE_HZ } from '../../audio/pcm/frame.ts';
import { type Clock, sleep, within } from '../../base/time.ts';
import type { Service } from '../../interpreters/gemini/client.ts';
import type { World } from '../../interpreters/gemini/world.ts';
import type { Connection, ConnectionLimits } from '../../interpreters/live/session/connection.ts';
import type { Fault } from '../../kiosk/faults.ts';
import { tokensTold } from '../../turn/tokens.ts';
import type { Arrival, Trace } from './trace.ts';

/** Sound goes out in messages of this length, in milliseconds, as that of a turn does. */
const MESSAGE_MS = 100;
const MESSAGE_SAMPLES = (CAPTURE_RATE_HZ * MESSAGE_MS) / 1000;

/** The longest time from turnComplete to the service's count of a turn, in milliseconds. */
const LATE_COUNT_MS = 1000;
/** How often the end of an answer is checked, in milliseconds. */
const LOOK_MS = 50;

/** How sessions are opened. */
export interface Access {
  readonly service: Service;
  readonly limits: ConnectionLimits;
  readonly world: World;
}

export interface Manner {
  /** As it would be spoken; otherwise all at once. */
  readonly paced: boolean;
  /** Silence that follows before the end, in seconds: somebody holds the button and says nothing. */
  readonly heldSeconds: number;
  /** The longest an answer may take, in milliseconds. */
  readonly answerMs: number;
  /** Waits for all of `answerMs`, and does not end with turnComplete. */
  readonly toTheEnd?: boolean;
}

/**
 * One utterance on a session, until the answer is complete or has taken too long.
 * @param sound mono at CAPTURE_RATE_HZ
 * @throws the signal's reason when aborted
 */
export async function utter(
  connection: Connection,
  sound: Int16Array,
  { paced, heldSeconds, answerMs, toTheEnd = false }: Manner,
  clock: Clock,
  signal: AbortSignal,
): Promise<Trace> {
  const messages: Arrival[] = [];
  let lost: Fault | undefined;
  let completeMs: number | undefined;
  let counted = false;
  connection.listen({
    message: (message) => {
      messages.push({ atMs: clock.now(), message });
      if (message.serverContent?.turnComplete) completeMs ??= clock.now();
      counted ||= tokensTold(message.usageMetadata) !== undefined;
    },
    lost: (fault) => {
      lost = fault;
    },
  });
  const all = new Int16Array(sound.length + Math.round(heldSeconds * CAPTURE_RATE_HZ));
  all.set(sound);
  connection.startUtterance();
  for (let at = 0; at < all.length && lost === undefined; at += MESSAGE_SAMPLES) {
    connection.sendAudio(all.slice(at, at + MESSAGE_SAMPLES));
    if (paced) await sleep(clock, MESSAGE_MS, signal);
  }
  connection.endUtterance();
  const endedMs = clock.now();
  while (lost === undefined && clock.now() < endedMs + answerMs) {
    await sleep(clock, LOOK_MS, signal);
    if (completeMs === undefined || toTheEnd) continue;
    if (counted || clock.now() >= completeMs + LATE_COUNT_MS) break;
  }
  return { sentSeconds: all.length / CAPTURE_RATE_HZ, endedMs, messages, lost };
}

/** Waits until the service ends a session on which nothing is sent. @throws the signal's reason when aborted */
export async function untilEnded(
  connection: Connection,
  watchedMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly livedMs: number | undefined; readonly said: string }> {
  signal.throwIfAborted();
  const startMs = clock.now();
  let warned = '';
  const ended = Promise.withResolvers<{ livedMs: number; said: string }>();
  const lost = ({ detail }: Fault) =>
    ended.resolve({ livedMs: clock.now() - startMs, said: `${warned}${detail}` });
  connection.listen({ message: () => {}, lost }, () => {
    warned = 'goAway first, ';
  });
  signal.addEventListener('abort', () => ended.reject(signal.reason), { once: true });
  return (await within(clock, watchedMs, ended.promise)) ?? { livedMs: undefined, said: '' };
}
