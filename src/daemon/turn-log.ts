import { FRAME_MS } from '../audio/pcm/frame.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { FaultCode } from '../kiosk/faults.ts';
import { knownLanguage } from '../kiosk/languages.ts';
import type { Outcome } from '../kiosk/state.ts';
import type { TurnRecord } from '../line/turns.ts';
import { type Budget, stagesOf, totalMs } from '../turn/marks.ts';

/**
 * The log line of a turn. Numbers and codes only: there is no field that could hold what somebody said,
 * and the languages are codes that have been checked.
 */
export interface TurnLog {
  readonly turn: number;
  readonly outcome: Outcome;
  readonly fault: FaultCode | undefined;
  readonly engine?: Engine | undefined;
  /** Why that engine. */
  readonly route?: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Milliseconds from the release to the first translated sound, and what they are made of. */
  readonly latencyMs?: number;
  readonly stagesMs?: Readonly<Record<string, number>>;
  /** Stages that took longer than the budget allows, by more than a frame: marks fall on frames. */
  readonly overBudget?: readonly string[];
  readonly speechSeconds: number;
  readonly sentSeconds: number;
  readonly receivedSeconds: number;
  readonly attempts: number;
}

export function turnLog(
  turn: number,
  outcome: Outcome,
  fault: FaultCode | undefined,
  record: TurnRecord | undefined,
  budget: Budget,
): TurnLog {
  const report = record?.report;
  const stages = report === undefined ? undefined : stagesOf(report.marks, report.roundTripMs);
  return {
    turn,
    outcome,
    fault,
    engine: record?.engine,
    route: record?.route,
    from: knownLanguage(report?.heard?.language),
    to: knownLanguage(report?.said?.language),
    ...(stages === undefined
      ? {}
      : {
          latencyMs: Math.round(totalMs(stages)),
          stagesMs: Object.fromEntries(
            Object.entries(stages).map(([name, ms]: [string, number]) => [name, Math.round(ms)]),
          ),
          overBudget: (Object.keys(stages) as (keyof Budget)[]).filter(
            (name) => (stages[name] ?? 0) > budget[name] + FRAME_MS,
          ),
        }),
    speechSeconds: seconds((record?.turn.speechMs ?? 0) / 1000),
    sentSeconds: seconds(record?.turn.meter.sentSeconds ?? 0),
    receivedSeconds: seconds(record?.turn.meter.receivedSeconds ?? 0),
    attempts: record?.turn.meter.attempts ?? 0,
  };
}

function seconds(value: number): number {
  return Number(value.toFixed(2));
}
