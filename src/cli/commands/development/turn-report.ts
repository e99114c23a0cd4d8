import { FRAME_MS } from '../../../audio/pcm/frame.ts';
import { printable } from '../../../base/foreign-text.ts';
import { budgetFrom } from '../../../daemon/compose.ts';
import type { Spoken } from '../../../interpreters/interpreter.ts';
import type { TurnReport } from '../../../line/interpreting.ts';
import type { Config } from '../../../system/config/schema.ts';
import { type Budget, type Stages, stagesOf, totalMs } from '../../../turn/marks.ts';
import { table } from '../../text.ts';

const STAGES = ['tail', 'gate', 'uplink', 'service', 'downlink', 'playback'] as const;

/** A turn as JSON: marks in milliseconds since the press, stages in milliseconds. */
export function turnJson(report: TurnReport): Record<string, unknown> {
  const pressed = report.marks.pressed ?? 0;
  const marks = Object.fromEntries(
    Object.entries(report.marks)
      .toSorted(([, a], [, b]) => a - b)
      .map(([name, at]) => [name, rounded(at - pressed)]),
  );
  const stages = stagesOf(report.marks, report.roundTripMs);
  const each = Object.entries(stages ?? {}).map(([name, ms]: [string, number]) => [name, rounded(ms)]);
  return {
    outcome: report.outcome,
    heard: spokenJson(report.heard),
    said: spokenJson(report.said),
    marks,
    stages: stages === undefined ? null : { ...Object.fromEntries(each), total: rounded(totalMs(stages)) },
    speechSeconds: rounded(report.speechSeconds, 3),
    billedSeconds: rounded(report.meter.sentSeconds, 3),
    answerSeconds: rounded(report.meter.receivedSeconds, 3),
    attempts: report.meter.attempts,
  };
}

/** A turn for people. */
export function turnText(report: TurnReport, config: Config): string {
  const stages = stagesOf(report.marks, report.roundTripMs);
  return table([
    ['outcome', report.outcome],
    ...(report.heard === undefined ? [] : [['heard', spokenText(report.heard)]]),
    ...(report.said === undefined ? [] : [['said', spokenText(report.said)]]),
    ...(stages === undefined ? [] : [['latency', stagesText(stages, budgetFrom(config, 'hold'))]]),
    ['sound', secondsText(report)],
  ]);
}

/** Of what was said; a minute of speech has some 1000. In characters. */
const MOST_WORDS = 4000;

export function spokenText(spoken: Spoken): string {
  return `(${spoken.language ?? '?'}) ${printable(spoken.text.trim(), MOST_WORDS)}`;
}

function secondsText(report: TurnReport): string {
  const { sentSeconds, receivedSeconds } = report.meter;
  const again = report.meter.attempts > 1 ? `, sent ${report.meter.attempts} times` : '';
  return (
    `speech ${report.speechSeconds.toFixed(2)} s, billed ${sentSeconds.toFixed(2)} s${again}, ` +
    `answer ${receivedSeconds.toFixed(2)} s`
  );
}

/** Marks fall on frames, so a stage is over its budget only from one frame on. */
const RESOLUTION_MS = FRAME_MS;

/** Each stage beside what it may take; what is over its budget is marked. */
function stagesText(stages: Stages, budget: Budget): string {
  const parts = STAGES.flatMap((name) => {
    const ms = stages[name];
    if (ms === undefined) return [];
    return [`${name} ${Math.round(ms)}${ms > budget[name] + RESOLUTION_MS ? `!(${budget[name]})` : ''}`];
  });
  return `${Math.round(totalMs(stages))} ms from release to the first translated sound = ${parts.join(' + ')}`;
}

function spokenJson(spoken: Spoken | undefined) {
  return spoken === undefined ? null : { text: spoken.text.trim(), language: spoken.language ?? null };
}

function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
