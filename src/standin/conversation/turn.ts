/** A turn of a session, from the first of it that comes until it is answered. */
import { actionsAt, type TurnStep } from '../faults/script.ts';
import { INTERNAL } from '../protocol/rules.ts';
import { IN_RATE } from '../protocol/sound.ts';
import type { TurnRecord } from '../record.ts';
import type { SessionContext } from './session-context.ts';

export interface Turn {
  readonly record: TurnRecord;
  readonly steps: readonly TurnStep[];
  readonly sound: Int16Array[];
  readonly texts: string[];
  /** On the stand-in's clock. */
  endedAt: number;
}

export function newTurn({ record: connection, script }: SessionContext): Turn {
  const record: TurnRecord = {
    number: connection.turns.length + 1,
    audioSeconds: 0,
    audioMessages: 0,
    saidSeconds: 0,
    outcome: 'listening',
  };
  connection.turns.push(record);
  return { record, steps: script.takeTurn(), sound: [], texts: [], endedAt: 0 };
}

/** A turn whose first sound has come. */
export function beginTurn(context: SessionContext): Turn {
  const turn = newTurn(context);
  reached('activityStart', turn, context);
  return turn;
}

export function addSound(turn: Turn, samples: Int16Array, context: SessionContext): void {
  turn.sound.push(samples);
  turn.record.audioSeconds += samples.length / IN_RATE;
  turn.record.audioMessages += 1;
  if (turn.sound.length === 1) reached('firstAudio', turn, context);
}

export function endTurn(turn: Turn, { clock, recorder, record }: SessionContext): void {
  turn.endedAt = clock.now();
  turn.record.outcome = 'answering';
  recorder.emit({ type: 'activityEnd', connection: record, turn: turn.record });
}

/** Ends the connection, unless it has ended. */
export function answererFailed(error: unknown, { link, recorder, refuse }: SessionContext): void {
  if (link.ended.aborted) return;
  recorder.emit({ type: 'trouble', message: `the answerer failed: ${String(error)}` });
  refuse(INTERNAL);
}

function reached(type: 'activityStart' | 'firstAudio', turn: Turn, context: SessionContext): void {
  const { link, record, recorder } = context;
  recorder.emit({ type, connection: record, turn: turn.record });
  void link.act(actionsAt(turn.steps, type));
}
