/** A conversation with a model that takes turns: finds the utterances, and interrupts answers. */
import type { Content } from '../protocol/messages.ts';
import type { Refusal } from '../protocol/rules.ts';
import { decodeSound } from '../protocol/sound.ts';
import { contentTokens, NO_TOKENS, plus, textTokens } from '../protocol/usage.ts';
import { ActivityDetector, activityRules } from './activity.ts';
import type { Conversation, SessionContext } from './session-context.ts';
import { answererFailed, Turn } from './turn.ts';
import { TurnAnswer } from './turn-answer.ts';

/** As quoted by many clients; docs/developers/standin.md. */
const EXPLICIT_ACTIVITY_REFUSED: Refusal = {
  code: 1007,
  reason: 'Explicit activity control is not supported when automatic activity detection is enabled.',
};
/**
 * Text between activityStart and activityEnd ends the session (novastate/voicepe-realtime, with these words), and so does
 * sound outside of them (https://github.com/BasedHardware/omi/pull/7611, with 1007 alone).
 */
const OUTSIDE_OF_ACTIVITY: Refusal = { code: 1007, reason: 'Precondition check failed.' };
/** The stand-in's own words: the proto says only that it "should only be sent" in automatic mode. */
const STREAM_END_REFUSED: Refusal = {
  code: 1007,
  reason: 'audioStreamEnd is not supported when automatic activity detection is disabled.',
};

export class TurnConversation implements Conversation {
  readonly #context: SessionContext;
  readonly #detector: ActivityDetector | undefined;
  readonly #queue: Turn[] = [];
  /** The utterance being spoken. */
  #turn: Turn | undefined;
  /** Aborted to cut off the answer in progress. */
  #answer: AbortController | undefined;
  #typed = NO_TOKENS;
  /** Content that comes first is history and gets no answer. */
  #seeding: boolean;

  constructor(context: SessionContext) {
    const { setup } = context;
    this.#context = context;
    const detection = setup.realtimeInputConfig?.automaticActivityDetection;
    this.#detector =
      detection?.disabled === true ? undefined : new ActivityDetector(activityRules(detection));
    this.#seeding = setup.historyConfig?.initialHistoryInClientContent === true;
  }

  activityStart(): void {
    if (this.#detector === undefined) this.#begin();
    else this.#context.refuse(EXPLICIT_ACTIVITY_REFUSED);
  }

  activityEnd(): void {
    if (this.#detector === undefined) this.#end();
    else this.#context.refuse(EXPLICIT_ACTIVITY_REFUSED);
  }

  /** 3.8 does not take it for the end of an utterance: https://github.com/openclaw/openclaw/issues/152830. */
  audioStreamEnd(): void {
    if (this.#detector === undefined) this.#context.refuse(STREAM_END_REFUSED);
  }

  audio(samples: Int16Array): void {
    if (this.#detector === undefined) {
      if (this.#turn === undefined) this.#context.refuse(OUTSIDE_OF_ACTIVITY);
      else this.#turn.addSound(samples);
      return;
    }
    for (const activity of this.#detector.push(samples)) {
      if (activity.kind === 'start') this.#begin();
      else if (activity.kind === 'end') this.#end();
      else this.#turn?.addSound(activity.samples);
    }
  }

  text(text: string): void {
    if (this.#turn !== undefined && this.#detector === undefined) {
      this.#context.refuse(OUTSIDE_OF_ACTIVITY);
      return;
    }
    this.#typed = plus(this.#typed, { text: textTokens(text), audio: 0 });
    if (this.#turn !== undefined) {
      this.#turn.texts.push(text);
      return;
    }
    this.#interrupt();
    this.#typedTurn([text], []);
  }

  content(turns: readonly Content[], complete: boolean): void {
    const { session, record } = this.#context;
    const tokens = contentTokens(turns);
    if (this.#seeding) {
      record.history = [...(record.history ?? []), ...turns];
      session.context = { ...session.context, turns: [...session.context.turns, tokens] };
      this.#seeding = !complete;
      return;
    }
    this.#answer?.abort(); // "A message here will interrupt any current model generation": proto
    this.#typed = plus(this.#typed, tokens);
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

  #interrupt(): void {
    const handling = this.#context.setup.realtimeInputConfig?.activityHandling;
    if (handling !== 'NO_INTERRUPTION') this.#answer?.abort();
  }

  #begin(): void {
    if (this.#turn !== undefined) return; // how the service takes a second start is not known
    this.#interrupt();
    this.#turn = new Turn(this.#context).begin();
  }

  #end(): void {
    const turn = this.#turn;
    if (turn === undefined) return;
    this.#turn = undefined;
    this.#enqueue(turn);
  }

  #typedTurn(texts: readonly string[], sound: readonly Int16Array[]): void {
    const turn = new Turn(this.#context);
    turn.texts.push(...texts);
    turn.sound.push(...sound);
    this.#enqueue(turn);
  }

  #enqueue(turn: Turn): void {
    turn.end();
    turn.typed = this.#typed;
    this.#typed = NO_TOKENS;
    this.#queue.push(turn);
    this.#next();
  }

  /** One answer at a time: the next utterance waits for the end of the turn, interrupted or not. */
  #next(): void {
    if (this.#answer !== undefined) return;
    const turn = this.#queue.shift();
    if (turn === undefined) return;
    const cut = new AbortController();
    this.#answer = cut;
    new TurnAnswer(this.#context, turn, cut.signal)
      .run()
      .catch((error: unknown) => answererFailed(error, this.#context))
      .finally(() => {
        this.#answer = undefined;
        this.#next();
      });
  }
}
