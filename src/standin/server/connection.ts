/** One connection: reads what the client sends, checks it, and passes it to the conversation. */
import type { WebSocket } from 'ws';
import { waitUntil } from '../clock.ts';
import { ContinuousConversation } from '../conversation/continuous-conversation.ts';
import type { Conversation, SessionContext } from '../conversation/session-context.ts';
import { TurnConversation } from '../conversation/turn-conversation.ts';
import { actionsAt, type ConnectionStep } from '../faults/script.ts';
import { camel, checkMessage } from '../protocol/check.ts';
import { jsonOf, NOT_JSON } from '../protocol/errors.ts';
import type { ClientMessage, RealtimeInput, Setup } from '../protocol/messages.ts';
import type { LiveModel } from '../protocol/models.ts';
import { INTERNAL, judgeSetup, type Refusal } from '../protocol/rules.ts';
import { messageType } from '../protocol/schema.ts';
import { decodeSound } from '../protocol/sound.ts';
import { compressionOf, newContext } from '../protocol/usage.ts';
import type { ConnectionRecord } from '../record.ts';
import type { Services } from '../services.ts';
import { type ConnectionLife, watchLimits } from './limits.ts';
import type { Link } from './link.ts';
import type { Session } from './resumption.ts';

/** As quoted by many clients; docs/developers/standin.md. */
const SETUP_FIRST: Refusal = { code: 1007, reason: 'setup must be the first message and only the first' };

interface ConnectionFacts {
  /** In the path. */
  readonly version: string;
  readonly record: ConnectionRecord;
  readonly steps: readonly ConnectionStep[];
  /** The setup that an ephemeral token holds: it takes precedence over the client's. */
  readonly lockedSetup: object | undefined;
}

export class SessionConnection {
  readonly #ws: WebSocket;
  readonly #link: Link;
  readonly #services: Services;
  readonly #facts: ConnectionFacts;
  /** What came between the setup and setupComplete. */
  readonly #early: ClientMessage[] = [];
  #state: 'open' | 'setting up' | 'ready' | 'over' = 'open';
  #model: LiveModel | undefined;
  #session: Session | undefined;
  #conversation: Conversation | undefined;
  #life: ConnectionLife | undefined;

  constructor(ws: WebSocket, link: Link, services: Services, facts: ConnectionFacts) {
    this.#ws = ws;
    this.#link = link;
    this.#services = services;
    this.#facts = facts;
  }

  start(): void {
    const { recorder } = this.#services;
    this.#ws.on('message', (data) => this.#receive(String(data)));
    this.#ws.on('ping', (data) => this.#pong(data));
    this.#ws.on('error', (error) => recorder.emit({ type: 'trouble', message: error.message }));
    this.#ws.once('close', (code, reason) => this.#over(code, String(reason)));
    void this.#link.act(actionsAt(this.#facts.steps, 'open'));
  }

  #pong(data: Buffer): void {
    const { clock, timing } = this.#services;
    const answer = () => this.#ws.readyState === this.#ws.OPEN && this.#ws.pong(data);
    if (timing.pongMs === 0) answer();
    else clock.after(timing.pongMs, answer);
  }

  #receive(text: string): void {
    const { clock, recorder } = this.#services;
    const { record } = this.#facts;
    if (this.#state === 'over' || this.#link.ended.aborted) return;
    const json = jsonOf(text);
    recorder.message(record, typeOf(json), clock.now());
    if (json === undefined) {
      this.#refuse({ code: 1007, reason: NOT_JSON });
      return;
    }
    const locked = this.#state === 'open' ? withLocked(json, this.#facts.lockedSetup) : json;
    const checked = checkMessage(messageType('BidiGenerateContentClientMessage'), locked);
    if (!checked.ok) {
      this.#refuse({ code: 1007, reason: checked.reason });
      return;
    }
    this.#life?.used();
    const message: ClientMessage = checked.value;
    if ((message.setup !== undefined) !== (this.#state === 'open')) {
      this.#refuse(SETUP_FIRST);
    } else if (message.setup !== undefined) {
      this.#state = 'setting up';
      this.#setUp(message.setup, hasNullHandle(locked)).catch((error: unknown) => {
        recorder.emit({ type: 'trouble', message: String(error) });
        this.#refuse(INTERNAL);
      });
    } else if (this.#state === 'setting up') {
      this.#early.push(message);
    } else {
      this.#dispatch(message);
    }
  }

  async #setUp(setup: Setup, nullHandle: boolean): Promise<void> {
    const { clock, timing, limits, sessions, recorder, script } = this.#services;
    const { record, version, steps } = this.#facts;
    const judged = judgeSetup(setup, version, nullHandle, script.offers);
    if ('refusal' in judged) {
      this.#refuse(judged.refusal);
      return;
    }
    const { model } = judged;
    this.#model = model;
    const handle = setup.sessionResumption?.handle ?? '';
    const resumed = handle === '' ? { session: sessions.create(newContext(setup)) } : sessions.resume(handle);
    if ('refusal' in resumed) {
      this.#refuse(resumed.refusal);
      return;
    }
    const { session } = resumed;
    this.#session = session;
    record.setup = setup;
    recorder.emit({ type: 'setup', connection: record });
    if (!(await this.#link.act(actionsAt(steps, 'setup')))) return;
    if (!(await waitUntil(clock, clock.now() + timing.setupMs, this.#link.ended))) return;

    const compression = compressionOf(setup, model.inputTokenLimit);
    const context: SessionContext = {
      ...this.#services,
      link: this.#link,
      record,
      model,
      setup,
      session,
      compression,
      refuse: (refusal) => this.#refuse(refusal),
      resumable: (now) => this.#resumable(now, setup, session),
    };
    this.#conversation =
      model.style === 'turns' ? new TurnConversation(context) : new ContinuousConversation(context);
    this.#state = 'ready';
    this.#link.send({ setupComplete: { sessionId: session.id } });
    this.#resumable(true, setup, session);
    recorder.emit({ type: 'ready', connection: record });
    this.#life = watchLimits(clock, limits, model, compression !== undefined, clock.now() - session.bornAt, {
      goAway: (timeLeft) => {
        this.#link.send({ goAway: { timeLeft } });
        recorder.emit({ type: 'goAway', connection: record, timeLeft });
      },
      close: (code, reason) => this.#link.close(code, reason),
    });
    void this.#link.act(actionsAt(steps, 'ready'));
    for (const message of this.#early.splice(0)) this.#dispatch(message);
  }

  #dispatch(message: ClientMessage): void {
    const conversation = this.#conversation;
    if (conversation === undefined || this.#state === 'over') return;
    const content = message.clientContent;
    if (content !== undefined) conversation.content(content.turns ?? [], content.turnComplete ?? false);
    if (message.realtimeInput !== undefined) this.#realtime(conversation, message.realtimeInput);
    // A toolResponse is checked and then ignored: the stand-in never calls a tool.
  }

  #realtime(conversation: Conversation, input: RealtimeInput): void {
    if (input.activityStart !== undefined) conversation.activityStart();
    const chunk = this.#model?.mediaChunks ? input.mediaChunks?.[0] : undefined; // "all but the first will be ignored"
    for (const blob of [input.audio, chunk?.mimeType?.startsWith('audio/') ? chunk : undefined]) {
      if (blob === undefined) continue;
      const sound = decodeSound(blob);
      if ('refusal' in sound) this.#refuse({ code: 1007, reason: sound.refusal });
      else conversation.audio(sound.samples);
    }
    if (input.text !== undefined) conversation.text(input.text);
    if (input.activityEnd !== undefined) conversation.activityEnd();
    if (input.audioStreamEnd === true) conversation.audioStreamEnd();
  }

  #resumable(now: boolean, setup: Setup, session: Session): void {
    if (setup.sessionResumption === undefined || this.#link.ended.aborted) return;
    // As protobuf prints it: false and "" are left out.
    const update = now
      ? { newHandle: this.#services.sessions.handle(session), resumable: true as const }
      : {};
    this.#link.send({ sessionResumptionUpdate: update });
  }

  #refuse(refusal: Refusal): void {
    this.#link.close(refusal.code, refusal.reason);
  }

  #over(code: number, reason: string): void {
    const { recorder, sessions } = this.#services;
    const { record } = this.#facts;
    this.#state = 'over';
    this.#life?.end();
    this.#conversation?.stop();
    if (this.#session !== undefined) sessions.leave(this.#session);
    const own = this.#link.ending;
    const closed = own ?? { code, reason };
    record.closed = { ...closed, by: own === undefined ? 'client' : 'standin' };
    recorder.emit({ type: 'closed', connection: record, ...closed });
  }
}

/** `setup`, `realtimeInput.audio`: the first name, and of realtimeInput the second as well. */
function typeOf(json: unknown): string {
  if (typeof json !== 'object' || json === null) return 'malformed';
  const [name, value] = Object.entries(json)[0] ?? ['empty'];
  const type = camel(name);
  if (type !== 'realtimeInput' || typeof value !== 'object' || value === null) return type;
  return [type, ...Object.keys(value).slice(0, 1)].join('.');
}

function withLocked(json: unknown, locked: object | undefined): unknown {
  if (locked === undefined || typeof json !== 'object' || json === null || !('setup' in json)) return json;
  return { ...json, setup: { ...Object(json.setup), ...locked } };
}

function hasNullHandle(json: unknown): boolean {
  const member = (value: unknown, ...names: string[]): unknown =>
    names.map((name) => Object(value)[name]).find((found: unknown) => found !== undefined);
  const setup = member(json, 'setup');
  return member(member(setup, 'sessionResumption', 'session_resumption'), 'handle') === null;
}
