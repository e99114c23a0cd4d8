/** What all connections and requests of a stand-in share. */
import type { Clock } from '../base/time.ts';
import type { Answerer } from './answerer.ts';
import type { Script } from './faults/script.ts';
import type { Recorder } from './record.ts';
import type { Limits } from './server/limits.ts';
import type { SessionStore } from './server/resumption.ts';

export interface Services {
  readonly clock: Clock;
  readonly timing: Timing;
  readonly limits: Limits;
  readonly answerer: Answerer;
  readonly script: Script;
  readonly recorder: Recorder;
  readonly sessions: SessionStore;
}

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
   * then 3.4 times real time: https://github.com/mgsgde/whisper-shortcut/pull/73.
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
