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
  /** Sound that the network has not taken may grow to this many bytes before the sender waits. */
  readonly maxUnsentBytes: number;
  /** How long the sender waits for it, in milliseconds. */
  readonly uplinkStallMs: number;
  /** At this age a connection serves no further turn, in milliseconds: before the service ends it. */
  readonly connectionLifeMs: number;
}

export interface ConnectionListener {
  message(message: ServiceMessage): void;
  /** It ended without being asked to; nothing follows. */
  lost(fault: Fault): void;
}

/**
 * The service ends a session on which nothing is sent after 150 to 152 s (measured by the projects novastate/voicepe-realtime
 * and autonomous-ai/autonomous-os, issue 238), at times without a goAway. A connection that has been silent for this long, in
 * milliseconds, serves no further turn: 10 s are left for the turn that takes it to send its first sound.
 */
export const SILENT_LIFE_MS = 140_000;

/** A connection is left this long before the service ends it, in milliseconds. */
const HAND_OVER_MS = 1000;

/** How long a closing handshake may take before the socket is ended without it, in milliseconds. */
const CLOSE_GRACE_MS = 500;

/** Before a turn takes the connection, only what concerns the session comes. */
const MAX_BACKLOG = 100;

/** Between two looks whether what was sent has arrived, in milliseconds. */
const ARRIVED_POLL_MS = 100;

/**
 * One Live API session over the SDK, with the SDK's gaps closed: opening is bounded in time, what arrives is
 * readable, handlers can't throw into it, and what it takes without sending is bounded.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #limits: ConnectionLimits;
  readonly #clock: Clock;
  readonly #confidentiality: Confidentiality;
  readonly model: string;
  /** Turns that it has been used for, this one included. */
  turns = 0;
  /** Of its session: one that was taken up remembers what went over another connection. */
  sound = new SessionSound();
  /** Its session was taken up by a handle. */
  readonly resumed: boolean;
  /** Of its session's instruction and history, about: billed with every turn. */
  readonly promptTokens: number;
  readonly #history: History;
  /** The start and the end of an utterance are sent; else the service finds them. */
  readonly #manual: boolean;
  /** What the service says that its turns came to. */
  readonly counts = new Counts();
  /** The end of an earlier turn is still to come: turnComplete follows generationComplete by seconds. */
  owesEnd = false;
  #oldMs = Number.POSITIVE_INFINITY;
  #sentMs = Number.NEGATIVE_INFINITY;
  #deadlineMs: number | undefined;
  #handle: string | undefined;
  /** The end of the utterance has been sent: what answers now is its answer. */
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
   * Opens a session, waits until the service has accepted its set-up, and gives it its history.
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
      const giveUpAfter = (ms: number, fault: () => Fault) => {
        stopWaiting();
        stopWaiting = clock.after(ms, () => connection.#lose(fault()));
      };
      const socket = new Socket(
        {
          opened: () => {
            phase = 'setting up';
            const late = () => new Fault('setup-timeout', `no setupComplete within ${setupTimeoutMs} ms`);
            giveUpAfter(setupTimeoutMs, late);
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
        giveUpAfter(connectTimeoutMs, () => timeoutFault(socket.link, connectTimeoutMs));
        connection.#session = await client.live.connect({
          model,
          config,
          callbacks: { onmessage: () => {} }, // the socket reports all, earlier and with more of the error
        });
        if (connection.#fault !== undefined) throw connection.#fault;
        phase = 'ready';
        connection.#state = 'ready';
        connection.#oldMs = clock.now() + limits.connectionLifeMs;
        connection.#sentMs = clock.now();
        socket.confirm();
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

  /** Whether another turn may still be begun on it: neither has the service asked for an end, nor is one near. */
  get lasting(): boolean {
    return this.ready && this.#deadlineMs === undefined && this.#clock.now() < this.retiresMs;
  }

  /** From then on no further turn is begun on it, on the clock: it is too old, or was silent for too long. */
  get retiresMs(): number {
    return Math.min(this.#oldMs, this.#sentMs + SILENT_LIFE_MS);
  }

  /** When it should be left before the service ends it, on the clock; undefined while the service has not said so. */
  get leaveMs(): number | undefined {
    return this.#deadlineMs === undefined ? undefined : this.#deadlineMs - HAND_OVER_MS;
  }

  /** See `Ending`. It is as old as it was ready. */
  get #ageMs(): number | undefined {
    if (this.resumed || this.#deadlineMs !== undefined) return undefined;
    return this.#clock.now() - (this.#oldMs - this.#limits.connectionLifeMs);
  }

  /** By which the session can be taken up on another connection; undefined while it can't be. */
  get handle(): string | undefined {
    return this.#handle;
  }

  /** Round trip of the network under it, in milliseconds. */
  get roundTripMs(): number {
    return this.#socket.roundTripMs;
  }

  /**
   * From now on the listener gets what comes; what came before is handed over first.
   * @param retiring called when the service will end it soon (goAway): see `leaveMs`
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
   * Watches the network under it while a turn depends on it: a dead one is reported to the listener after about 3 s.
   * @returns ends the watch
   */
  watchLink(): () => void {
    return this.#socket.watch(() =>
      this.#lose(new Fault('connection-lost', 'the network acknowledges nothing any more (half-open)')),
    );
  }

  /** The utterance begins. */
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

  /** The utterance has ended: the service answers. */
  endUtterance(): void {
    this.#asked = this.#manual;
    this.#send(this.#manual ? { activityEnd: {} } : { audioStreamEnd: true });
  }

  /**
   * Waits while too much is unsent. The SDK takes everything and says nothing, so this is the only way to
   * learn that the peer has stopped reading.
   * @throws Fault network-slow when it stays so
   */
  async uplinkFree(): Promise<void> {
    if (this.#socket.unsentBytes > this.#limits.maxUnsentBytes) await this.flushed();
  }

  /**
   * Waits until the operating system has taken everything.
   * @throws Fault network-slow when it doesn't in time
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
   * Resolves when all that has been sent has arrived at the other end: on a slow network, seconds after the operating
   * system took it. Also when the connection is over, or this can't be known.
   */
  async arrived(): Promise<void> {
    const bytes = this.#socket.writtenBytes;
    while (this.#state === 'ready' && !(await this.#socket.acknowledged(bytes))) {
      await sleep(this.#clock, ARRIVED_POLL_MS);
    }
  }

  /** Ends it; nothing more is reported. Safe to call again. */
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

  /** The same, and resolves when it is really closed: its session can be taken up only then. */
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

  /** What a message says about the connection itself. */
  #note({ goAway, sessionResumptionUpdate: resumption }: ServiceMessage): void {
    if (resumption !== undefined) {
      this.#handle = resumption.resumable === true ? resumption.newHandle : undefined;
    }
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
      this.owesEnd = false; // that of this turn: the earlier one's will not come any more
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
