import type { LiveConnectConfig, LiveSendRealtimeInputParameters, Session } from '@google/genai';
import { CAPTURE_RATE_HZ } from '../../../audio/pcm/frame.ts';
import { type Clock, sleep, within } from '../../../base/time.ts';
import { Fault } from '../../../kiosk/faults.ts';
import { textTokens } from '../../../turn/tokens.ts';
import { clientOf, type Service } from '../../gemini/client.ts';
import type { Confidentiality } from '../../gemini/confidentiality.ts';
import { faultOf, timeoutFault } from '../../gemini/errors/classify.ts';
import { reported } from '../../gemini/errors/reported.ts';
import type { World } from '../../gemini/world.ts';
import { History, type PastGiven } from './history.ts';
import type { ServiceMessage } from './message.ts';
import { Socket } from './socket.ts';
import { Counts, SessionSound } from './usage.ts';

export interface ConnectionLimits {
  /** From the first packet to the open WebSocket, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** From there to setupComplete, in milliseconds. */
  readonly setupTimeoutMs: number;
  /** The sender waits while the network has not taken more than this many bytes. */
  readonly maxUnsentBytes: number;
  /** The time-out of that wait, in milliseconds. */
  readonly uplinkStallMs: number;
  /** At this age, in milliseconds, a connection serves no further turn. The service ends it later. */
  readonly connectionLifeMs: number;
}

export interface ConnectionListener {
  message(message: ServiceMessage): void;
  /** It ended unexpectedly. No message follows. */
  lost(fault: Fault): void;
}

/**
 * A connection on which nothing was sent for this long serves no further turn, in milliseconds. The service ends such a
 * session after 150 to 152 s (measured by the projects novastate/voicepe-realtime and autonomous-ai/autonomous-os, issue
 * 238), sometimes without a goAway. The other 10 s are for the last turn to send its first sound.
 */
export const SILENT_LIFE_MS = 140_000;

/** A connection is left this long before the service ends it, in milliseconds. */
const HAND_OVER_MS = 1000;

/** The time-out of a closing handshake, in milliseconds. */
const CLOSE_GRACE_MS = 500;

/** Messages before a turn takes the connection: they are few, since they concern only the session. */
const MAX_BACKLOG = 100;

/** The interval of checks whether what was sent has arrived, in milliseconds. */
const ARRIVED_POLL_MS = 100;

/**
 * One Live API session over the SDK, with what the SDK lacks: time-outs for opening, validated messages, safe handlers,
 * and a limit for unsent data.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #limits: ConnectionLimits;
  readonly #clock: Clock;
  readonly #confidentiality: Confidentiality;
  readonly model: string;
  /** Turns that it has been used for, including the present one. */
  turns = 0;
  /** Of its session. A resumed session includes the sound of earlier connections. */
  sound = new SessionSound();
  readonly resumed: boolean;
  /** Of the session's instruction and history, estimated: billed with every turn. */
  readonly promptTokens: number;
  readonly #history: History;
  /** The start and the end of an utterance are sent; otherwise the service detects them. */
  readonly #manual: boolean;
  /** The service's own counts of its turns. */
  readonly counts = new Counts();
  /** The end of an earlier turn is still to come: turnComplete follows generationComplete by seconds. */
  owesEnd = false;
  /** For resuming the session on another connection; undefined while that is impossible. */
  handle: string | undefined;
  #oldMs = Number.POSITIVE_INFINITY;
  #sentMs = Number.NEGATIVE_INFINITY;
  #deadlineMs: number | undefined;
  /** The end of the utterance has been sent: what follows is its answer. */
  #asked = false;
  #session: Session | undefined;
  #listener: ConnectionListener | undefined;
  #retiring = () => {};
  #state: 'opening' | 'ready' | 'lost' | 'closed' = 'opening';
  #fault: Fault | undefined;
  #backlog: ServiceMessage[] = [];

  private constructor(
    model: string,
    { sessionResumption, systemInstruction, realtimeInputConfig }: LiveConnectConfig,
    history: History,
    socket: Socket,
    limits: ConnectionLimits,
    { clock, confidentiality }: World,
  ) {
    this.model = model;
    this.resumed = sessionResumption?.handle !== undefined;
    const instruction = typeof systemInstruction === 'string' ? systemInstruction : '';
    this.promptTokens = textTokens(instruction + history.words);
    this.#manual = realtimeInputConfig?.automaticActivityDetection?.disabled === true;
    this.#history = history;
    this.#socket = socket;
    this.#limits = limits;
    this.#clock = clock;
    this.#confidentiality = confidentiality;
  }

  /**
   * Opens a session, waits until the service has accepted its set-up, and sends its history.
   * @throws Fault when it can't be opened in time; the signal's reason when that is aborted
   */
  static open(
    service: Service,
    model: string,
    config: LiveConnectConfig,
    limits: ConnectionLimits,
    signal: AbortSignal,
    world: World,
    past?: PastGiven,
  ): Promise<Connection> {
    return world.keyPlaces.attempt('sessions', service.apiKey, async (place) => {
      const history = new History(past);
      signal.throwIfAborted();
      const { clock, confidentiality } = world;
      const { connectTimeoutMs, setupTimeoutMs } = limits;
      let phase: 'connecting' | 'setting up' | 'ready' = 'connecting';
      let failure: Error | undefined;
      let stopWaiting = () => {};
      const loseAfter = (ms: number, fault: () => Fault) => {
        stopWaiting();
        stopWaiting = clock.after(ms, () => connection.#lose(fault()));
      };
      const socket = new Socket(
        {
          opened: () => {
            phase = 'setting up';
            const late = () => new Fault('setup-timeout', `no setupComplete within ${setupTimeoutMs} ms`);
            loseAfter(setupTimeoutMs, late);
          },
          message: (message) => connection.#deliver(message),
          garbled: (detail) => connection.#lose(new Fault('service-garbled', detail)),
          failed: (error) => {
            failure ??= error;
          },
          closed: (code, reason) => {
            const { ready, turns } = connection;
            const known = { phase, code, reason, error: failure, wallMs: clock.wallMs() };
            const session = { confidential: confidentiality.applies, ageMs: connection.#ageMs };
            const fault = faultOf({ ...known, ...session }, service.apiKey);
            connection.#lose(ready ? history.closed(code, turns > 0, fault) : fault);
          },
        },
        world,
      );
      const connection = new Connection(model, config, history, socket, limits, world);
      const abort = () => socket.terminate();
      signal.addEventListener('abort', abort, { once: true });
      try {
        const client = clientOf(service);
        socket.install(client, service.apiKey, place, history.setUp);
        loseAfter(connectTimeoutMs, () => timeoutFault(socket.link, connectTimeoutMs));
        connection.#session = await client.live.connect({
          model,
          config,
          callbacks: { onmessage: () => {} }, // the socket reports messages earlier, and errors in more detail
        });
        if (connection.#fault !== undefined) throw connection.#fault;
        phase = 'ready';
        connection.#state = 'ready';
        connection.#oldMs = clock.now() + limits.connectionLifeMs;
        connection.#sentMs = clock.now();
        socket.link?.confirm();
        if (history.give(connection.#session)) confidentiality.speechSent();
        return connection;
      } catch (error) {
        socket.terminate();
        signal.throwIfAborted();
        if (connection.#fault !== undefined) throw connection.#fault;
        const text = error instanceof Error ? error.message : String(error);
        const why = reported(text, text, service.apiKey, confidentiality.applies);
        throw new Fault('setup-rejected', `the session cannot be opened${why}`);
      } finally {
        stopWaiting();
        signal.removeEventListener('abort', abort);
      }
    });
  }

  /** Whether a turn may be sent on it. */
  get ready(): boolean {
    return this.#state === 'ready';
  }

  /** Whether another turn may begin on it: the service has announced no end, and it is not too old. */
  get lasting(): boolean {
    return this.ready && this.#deadlineMs === undefined && this.#clock.now() < this.retiresMs;
  }

  /** From then on, on the clock, it is too old or was silent for too long to begin a turn. */
  get retiresMs(): number {
    return Math.min(this.#oldMs, this.#sentMs + SILENT_LIFE_MS);
  }

  /** When to leave it before the service ends it, on the clock; undefined while the service has not announced an end. */
  get leaveMs(): number | undefined {
    return this.#deadlineMs === undefined ? undefined : this.#deadlineMs - HAND_OVER_MS;
  }

  /** See `Ending`. Counted from when it was ready. */
  get #ageMs(): number | undefined {
    if (this.resumed || this.#deadlineMs !== undefined) return undefined;
    return this.#clock.now() - (this.#oldMs - this.#limits.connectionLifeMs);
  }

  /** Round trip of the network under it, in milliseconds. */
  get roundTripMs(): number {
    return this.#socket.link?.roundTripMs ?? 0;
  }

  /**
   * Passes messages to the listener from now on, first those that came before.
   * @param retiring called when the service announces the end (goAway): see `leaveMs`
   */
  listen(listener: ConnectionListener, retiring = () => {}): void {
    this.#listener = listener;
    this.#retiring = retiring;
    const backlog = this.#backlog;
    this.#backlog = [];
    for (const message of backlog) this.#deliver(message);
    if (this.#state === 'lost' && this.#fault !== undefined) listener.lost(this.#fault);
  }

  /**
   * Watches the network while a turn depends on it. A dead one is reported to the listener after about 3 s.
   * @returns ends the watch
   */
  watchLink(): () => void {
    return this.#socket.watch(() =>
      this.#lose(new Fault('connection-lost', 'the network acknowledges nothing any more (half-open)')),
    );
  }

  startUtterance(): void {
    this.#asked = false;
    if (this.#manual) this.#send({ activityStart: {} });
  }

  /** @param samples mono at CAPTURE_RATE_HZ */
  sendAudio(samples: Int16Array): void {
    this.#confidentiality.speechSent();
    const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64');
    this.#send({ audio: { data, mimeType: `audio/pcm;rate=${CAPTURE_RATE_HZ}` } });
  }

  endUtterance(): void {
    this.#asked = this.#manual;
    this.#send(this.#manual ? { activityEnd: {} } : { audioStreamEnd: true });
  }

  /**
   * Waits while too much is unsent: the SDK does not report that the peer has stopped reading.
   * @throws Fault network-slow on time-out
   */
  async uplinkFree(): Promise<void> {
    if (this.#socket.unsentBytes > this.#limits.maxUnsentBytes) await this.flushed();
  }

  /**
   * Waits until the operating system has taken everything.
   * @throws Fault network-slow on time-out
   */
  async flushed(): Promise<void> {
    const { uplinkStallMs } = this.#limits;
    const drained = this.#socket.drained().then(() => true);
    if (await within(this.#clock, uplinkStallMs, drained)) return;
    const fault = new Fault(
      'network-slow',
      `${this.#socket.unsentBytes} bytes not taken within ${uplinkStallMs} ms`,
    );
    this.#lose(fault);
    throw fault;
  }

  /**
   * Resolves when everything sent has arrived at the other end, on a slow network seconds after the operating system took
   * it; also when the connection is over, or when this can't be known.
   */
  async arrived(): Promise<void> {
    const bytes = this.#socket.link?.writtenBytes ?? 0;
    while (this.#state === 'ready' && !(await this.#socket.acknowledged(bytes))) {
      await sleep(this.#clock, ARRIVED_POLL_MS);
    }
  }

  /** Closes it without a report to the listener. Safe to call again. */
  close(): void {
    if (this.#state === 'closed') return;
    const wasReady = this.#state === 'ready';
    this.#state = 'closed';
    this.counts.close();
    this.#listener = undefined;
    this.#backlog = [];
    if (wasReady) this.#session?.close();
    const cancel = this.#clock.after(wasReady ? CLOSE_GRACE_MS : 0, () => this.#socket.terminate());
    void this.#socket.closed.then(cancel);
  }

  /** Closes it, and resolves when the socket is closed: its session can be resumed only then. */
  async end(): Promise<void> {
    this.close();
    await this.#socket.closed;
  }

  #send(input: LiveSendRealtimeInputParameters): void {
    this.#sentMs = this.#clock.now();
    this.#session?.sendRealtimeInput(input);
  }

  #deliver(message: ServiceMessage): void {
    const refusal = this.#history.message(message, this.#asked);
    if (refusal !== undefined) this.#lose(refusal);
    if (this.#state === 'closed' || this.#state === 'lost') return;
    this.#note(message);
    this.counts.message(message, this.#asked);
    const rest = this.#withoutOwedEnd(message);
    if (this.#listener !== undefined) this.#listener.message(rest);
    else if (this.#backlog.length < MAX_BACKLOG) this.#backlog.push(rest);
    else this.#lose(new Fault('service-garbled', `more than ${MAX_BACKLOG} messages that nobody asked for`));
  }

  /** Reads what a message says about the connection itself. */
  #note({ goAway, sessionResumptionUpdate: resumption }: ServiceMessage): void {
    if (resumption !== undefined) this.handle = resumption.resumable ? resumption.newHandle : undefined;
    if (goAway === undefined) return;
    const leftMs = Number.parseFloat(goAway.timeLeft ?? '0') * 1000;
    const deadlineMs = this.#clock.now() + (Number.isFinite(leftMs) ? leftMs : 0);
    this.#deadlineMs = Math.min(this.#deadlineMs ?? deadlineMs, deadlineMs);
    this.#retiring();
  }

  /** The late end of an earlier turn must not end this one (langwatch/scenario PR #907). */
  #withoutOwedEnd(message: ServiceMessage): ServiceMessage {
    const { serverContent: content } = message;
    if (!this.owesEnd || content === undefined) return message;
    if (content.generationComplete === true && this.#asked) {
      this.owesEnd = false; // of this turn: the earlier end will not come
      return message;
    }
    if (content.turnComplete === true) this.owesEnd = false;
    return { ...message, serverContent: { ...content, interrupted: undefined, turnComplete: undefined } };
  }

  #lose(fault: Fault): void {
    if (this.#state === 'closed' || this.#state === 'lost') return;
    const listener = this.#listener;
    this.#state = 'lost';
    this.counts.close();
    this.#fault = fault;
    this.#listener = undefined;
    this.#socket.terminate();
    listener?.lost(fault);
  }
}
