/** A turn model's side of a conversation: who is speaking, whose turn it is, what interrupts what. */
import { ActivityDetector, activityRules } from './activity.ts';
import { answerTurn } from './answering.ts';
import { decodeSound, IN_RATE } from './audio.ts';
import { type Conversation, type Desk, newTurn, type Turn } from './desk.ts';
import type { Content } from './protocol/messages.ts';
import type { Refusal } from './protocol/rules.ts';
import { actionsAt } from './script.ts';
import { contentTokens, type Tokens, textTokens } from './usage.ts';

/** As quoted by many clients; docs/developers/standin.md. */
const EXPLICIT_ACTIVITY_REFUSED =
  'Explicit activity control is not supported when automatic activity detection is enabled.';
/**
 * What else than sound comes between activityStart and activityEnd, and sound that comes elsewhere, ends the session: of text
 * novastate/voicepe-realtime, with these words; of sound https://github.com/BasedHardware/omi/pull/7611, with 1007 alone.
 */
const OUTSIDE_OF_ACTIVITY: Refusal = { code: 1007, reason: 'Precondition check failed.' };
/** The stand-in's own words: the proto says only that it "should only be sent" in automatic mode. */
const STREAM_END_REFUSED = 'audioStreamEnd is not supported when automatic activity detection is disabled.';

interface Pending {
  readonly turn: Turn;
  readonly typed: Tokens;
}

export class TurnConversation implements Conversation {
  readonly #desk: Desk;
  readonly #detector: ActivityDetector | undefined;
  readonly #queue: Pending[] = [];
  /** The utterance being spoken. */
  #turn: Turn | undefined;
  /** Raised to cut off the answer being given. */
  #answer: AbortController | undefined;
  #typed: Tokens = { text: 0, audio: 0 };
  /** Content that comes first is history and gets no answer. */
  #seeding: boolean;

  constructor(desk: Desk) {
    this.#desk = desk;
    const detection = desk.setup.realtimeInputConfig?.automaticActivityDetection;
    const rules = activityRules(detection);
    this.#detector = detection?.disabled === true ? undefined : new ActivityDetector(rules);
    this.#seeding = desk.setup.historyConfig?.initialHistoryInClientContent === true;
  }

  activityStart(): void {
    if (this.#detector !== undefined) this.#desk.refuse({ code: 1007, reason: EXPLICIT_ACTIVITY_REFUSED });
    else this.#begin();
  }

  activityEnd(): void {
    if (this.#detector !== undefined) this.#desk.refuse({ code: 1007, reason: EXPLICIT_ACTIVITY_REFUSED });
    else this.#end();
  }

  /** 3.8 takes it for no end: https://github.com/openclaw/openclaw/issues/152830. */
  audioStreamEnd(): void {
    if (this.#detector === undefined) this.#desk.refuse({ code: 1007, reason: STREAM_END_REFUSED });
  }

  audio(samples: Int16Array): void {
    if (this.#detector === undefined) {
      if (this.#turn === undefined) this.#desk.refuse(OUTSIDE_OF_ACTIVITY);
      else this.#hear(this.#turn, samples);
      return;
    }
    for (const activity of this.#detector.push(samples)) {
      if (activity.kind === 'start') this.#begin();
      else if (activity.kind === 'end') this.#end();
      else if (this.#turn !== undefined) this.#hear(this.#turn, activity.samples);
    }
  }

  text(text: string): void {
    if (this.#turn !== undefined && this.#detector === undefined) {
      this.#desk.refuse(OUTSIDE_OF_ACTIVITY);
      return;
    }
    if (this.#turn !== undefined) {
      this.#turn.texts.push(text);
      this.#typed = { ...this.#typed, text: this.#typed.text + textTokens(text) };
      return;
    }
    if (!this.#keepsTalking()) this.#answer?.abort();
    this.#typed = { ...this.#typed, text: this.#typed.text + textTokens(text) };
    this.#typedTurn([text], []);
  }

  content(turns: readonly Content[], complete: boolean): void {
    const { session, record } = this.#desk;
    const tokens = contentTokens(turns);
    if (this.#seeding) {
      record.history = [...(record.history ?? []), ...turns];
      session.context = { ...session.context, turns: [...session.context.turns, tokens] };
      this.#seeding = !complete;
      return;
    }
    this.#answer?.abort(); // "A message here will interrupt any current model generation": proto
    this.#typed = { text: this.#typed.text + tokens.text, audio: this.#typed.audio + tokens.audio };
    if (!complete) return;
    const parts = turns.filter((turn) => turn.role !== 'model').at(-1)?.parts ?? [];
    const sounds = parts.flatMap((part) => (part.inlineData ? [decodeSound(part.inlineData)] : []));
    this.#typedTurn(
      parts.flatMap((part) => (part.text === undefined ? [] : [part.text])),
      sounds.flatMap((sound) => ('samples' in sound ? [sound.samples] : [])),
    );
  }

  stop(): void {
    this.#answer?.abort();
    this.#queue.length = 0;
    if (this.#turn !== undefined) this.#turn.record.outcome = 'broken off';
    this.#turn = undefined;
  }

  #keepsTalking(): boolean {
    return this.#desk.setup.realtimeInputConfig?.activityHandling === 'NO_INTERRUPTION';
  }

  #begin(): void {
    if (this.#turn !== undefined) return; // already speaking: what the service makes of a second start is not known
    if (!this.#keepsTalking()) this.#answer?.abort();
    const { recorder, record, link } = this.#desk;
    const turn = newTurn(this.#desk);
    this.#turn = turn;
    recorder.emit({ type: 'activityStart', connection: record, turn: turn.record });
    void link.act(actionsAt(turn.steps, 'activityStart'));
  }

  #hear(turn: Turn, samples: Int16Array): void {
    const { recorder, record, link } = this.#desk;
    turn.sound.push(samples);
    turn.record.audioSeconds += samples.length / IN_RATE;
    turn.record.audioMessages += 1;
    if (turn.sound.length > 1) return;
    recorder.emit({ type: 'firstAudio', connection: record, turn: turn.record });
    void link.act(actionsAt(turn.steps, 'firstAudio'));
  }

  #end(): void {
    const turn = this.#turn;
    if (turn === undefined) return;
    this.#turn = undefined;
    this.#enqueue(turn);
  }

  #typedTurn(texts: readonly string[], sound: readonly Int16Array[]): void {
    const turn = newTurn(this.#desk);
    turn.texts.push(...texts);
    turn.sound.push(...sound);
    this.#enqueue(turn);
  }

  #enqueue(turn: Turn): void {
    const { recorder, record, clock } = this.#desk;
    turn.endedAt = clock.now();
    turn.record.outcome = 'answering';
    recorder.emit({ type: 'activityEnd', connection: record, turn: turn.record });
    this.#queue.push({ turn, typed: this.#typed });
    this.#typed = { text: 0, audio: 0 };
    this.#next();
  }

  /** One answer at a time: what was said meanwhile waits for the end of the turn, interrupted or not. */
  #next(): void {
    if (this.#answer !== undefined) return;
    const pending = this.#queue.shift();
    if (pending === undefined) return;
    const cut = new AbortController();
    this.#answer = cut;
    answerTurn(this.#desk, pending.turn, pending.typed, cut.signal)
      .catch((error: unknown) => {
        if (this.#desk.link.ended.aborted) return; // nobody is left to be answered
        this.#desk.recorder.emit({ type: 'trouble', message: `the answerer failed: ${String(error)}` });
        this.#desk.link.close(1011, 'Internal error encountered.');
      })
      .finally(() => {
        this.#answer = undefined;
        this.#next();
      });
  }
}
