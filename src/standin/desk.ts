/** What a conversation finds on its desk: the connection it speaks through and what the setup asked for. */

import type { Clock } from '../time.ts';
import type { Answerer } from './answerer.ts';
import type { Link } from './link.ts';
import type { LiveModel } from './models.ts';
import type { Content, Setup } from './protocol/messages.ts';
import type { Refusal } from './protocol/rules.ts';
import type { ConnectionRecord, Recorder, TurnRecord } from './record.ts';
import type { Session } from './resumption.ts';
import type { Script, TurnStep } from './script.ts';
import type { Compression } from './usage.ts';

/** How long things take, in milliseconds of the stand-in's clock. */
export interface Timing {
  /** From the setup to setupComplete. No measurement is known. */
  readonly setupMs: number;
  /**
   * From the end of the utterance to the first sound, the answerer's own time included. 0.9 s is the share of the
   * service in the design's latency budget; an hour with an earlier model as an interpreter gave 1.6 s to the END
   * of the translation (https://github.com/kazunori279/interpretab).
   */
  readonly answerMs: number;
  /** Sound in one message. No measurement is known for the turn models; 40 ms is the stand-in's choice. */
  readonly chunkMs: number;
  /**
   * How much faster than it is played sound is sent. "Content is generated as quickly as possible, and not in real
   * time" (proto, BidiGenerateContentServerContent); a count to twenty (25 to 35 s when spoken) arrived within 8.1 s:
   * https://github.com/torkiv-labs/txtCaster/issues/209.
   */
  readonly pace: number;
  /** How late a ping is answered. 8 to 30 s have been measured: https://github.com/aicc2025/sip-to-ai/pull/14. */
  readonly pongMs: number;
  /** From a request with an utterance to its answer in words. No measurement for sound is known: as long as Live. */
  readonly hearMs: number;
  /**
   * From a text to the first of its speech: 0.9 to 3.3 s, measured of an earlier model, since retired, streamed, and
   * 3.4 times real time behind it: https://github.com/mgsgde/whisper-shortcut/pull/73.
   */
  readonly speakMs: number;
  readonly speechPace: number;
  /** Sound in one event of streamed speech. No measurement is known; the stand-in's choice. */
  readonly speechChunkMs: number;
}

export const DEFAULT_TIMING: Timing = {
  setupMs: 0,
  answerMs: 900,
  chunkMs: 40,
  pace: 3,
  pongMs: 0,
  hearMs: 900,
  speakMs: 900,
  speechPace: 3.4,
  speechChunkMs: 200,
};

export interface Desk {
  readonly link: Link;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly answerer: Answerer;
  readonly script: Script;
  readonly recorder: Recorder;
  readonly record: ConnectionRecord;
  readonly model: LiveModel;
  readonly setup: Setup;
  readonly session: Session;
  readonly compression: Compression | undefined;
  /** Ends the connection over something the client did. */
  refuse(refusal: Refusal): void;
  /** Tells the client whether the session can be resumed now, when it asked to be told. */
  resumable(now: boolean): void;
}

/** One of the two ways a model converses. */
export interface Conversation {
  audio(samples: Int16Array): void;
  text(text: string): void;
  content(turns: readonly Content[], complete: boolean): void;
  activityStart(): void;
  activityEnd(): void;
  audioStreamEnd(): void;
  stop(): void;
}

/** An utterance on its way to an answer. */
export interface Turn {
  readonly record: TurnRecord;
  readonly steps: readonly TurnStep[];
  readonly sound: Int16Array[];
  readonly texts: string[];
  endedAt: number;
}

export function newTurn(desk: Desk): Turn {
  const record: TurnRecord = {
    number: desk.record.turns.length + 1,
    audioSeconds: 0,
    audioMessages: 0,
    saidSeconds: 0,
    outcome: 'listening',
  };
  desk.record.turns.push(record);
  return { record, steps: desk.script.takeTurn(), sound: [], texts: [], endedAt: 0 };
}
