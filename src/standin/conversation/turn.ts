/** A turn of a session, from its first sound or text until it is answered. */
import { actionsAt, type TurnMoment, type TurnStep } from '../faults/script.ts';
import { INTERNAL } from '../protocol/rules.ts';
import { IN_RATE } from '../protocol/sound.ts';
import { NO_TOKENS, type Tokens } from '../protocol/usage.ts';
import type { EventOf, TurnRecord } from '../record.ts';
import type { SessionContext } from './session-context.ts';

/** The events of a turn that have no facts besides it. */
type TurnEvent =
  | 'activityStart'
  | 'firstAudio'
  | 'activityEnd'
  | 'answer'
  | 'firstAudioOut'
  | 'generationComplete'
  | 'interrupted'
  | 'turnComplete';

export class Turn {
  readonly record: TurnRecord;
  readonly steps: readonly TurnStep[];
  readonly sound: Int16Array[] = [];
  readonly texts: string[] = [];
  /** Of text that belongs to the turn. */
  typed: Tokens = NO_TOKENS;
  /** On the stand-in's clock. */
  endedAt = 0;
  readonly #context: SessionContext;

  constructor(context: SessionContext) {
    const { turns } = context.record;
    this.#context = context;
    this.record = {
      number: turns.length + 1,
      audioSeconds: 0,
      audioMessages: 0,
      saidSeconds: 0,
      outcome: 'listening',
    };
    turns.push(this.record);
    this.steps = context.script.turns.take();
  }

  /** Speech has started. */
  begin(): this {
    this.#reached('activityStart');
    return this;
  }

  addSound(samples: Int16Array): void {
    this.sound.push(samples);
    this.record.audioSeconds += samples.length / IN_RATE;
    this.record.audioMessages += 1;
    if (this.sound.length === 1) this.#reached('firstAudio');
  }

  end(): void {
    this.endedAt = this.#context.clock.now();
    this.record.outcome = 'answering';
    this.emit('activityEnd');
  }

  emit(type: TurnEvent): void {
    const { recorder, record } = this.#context;
    recorder.emit({ type, connection: record, turn: this.record });
  }

  emitText(type: 'heard' | 'said', text: string): void {
    const { recorder, record } = this.#context;
    this.record[type] = text;
    const event: EventOf<'heard' | 'said'> = { type, connection: record, turn: this.record, text };
    recorder.emit(event);
  }

  /** Follows the script. @returns false when nothing may follow */
  act(moment: TurnMoment): Promise<boolean> {
    return this.#context.link.act(actionsAt(this.steps, moment));
  }

  #reached(moment: 'activityStart' | 'firstAudio'): void {
    this.emit(moment);
    void this.act(moment);
  }
}

/** Ends the connection, unless it has ended. */
export function answererFailed(error: unknown, { link, recorder, refuse }: SessionContext): void {
  if (link.ended.aborted) return;
  recorder.emit({ type: 'trouble', message: `the answerer failed: ${String(error)}` });
  refuse(INTERNAL);
}
