/** How long the service lets a connection and a session live. */
import type { Cancel, Clock } from '../../base/time.ts';
import type { LiveModel } from '../protocol/models.ts';

export interface Limits {
  /** goAway comes when a connection is this old: 9:00, https://github.com/kazunori279/interpretab (README). */
  readonly goAwayMs: number;
  /** What the goAway says (there: "50s") … */
  readonly timeLeft: string;
  /** … and when the connection really ends: 50.4 s later (there). */
  readonly closedAfterMs: number;
  /** 1008 there; 1011 with "Deadline expired…" in https://github.com/kizuna-ai-lab/sokuji/issues/179. */
  readonly closeCode: 1008 | 1011;
  /** A session without compression, resumed or not: https://ai.google.dev/gemini-api/docs/live-session. */
  readonly sessionMs: number;
  /**
   * A connection on which the client sends nothing for this long is closed, with 1008 and no goAway: 7 of 8 sessions at 150 s in
   * https://github.com/autonomous-ai/autonomous-os/issues/238; 152 s in novastate/voicepe-realtime, with a goAway.
   */
  readonly silentMs: number;
  /**
   * A connection with compression, of a model for which that makes it longer, without a goAway:
   * https://discuss.ai.google.dev/t/…/186392. Undefined: like any other.
   */
  readonly compressedMs: number | undefined;
}

export const MEASURED_LIMITS: Limits = {
  goAwayMs: 9 * 60_000,
  timeLeft: '50s',
  closedAfterMs: 50_400,
  closeCode: 1008,
  compressedMs: 58 * 60_000,
  sessionMs: 15 * 60_000,
  silentMs: 150_000,
};

/** 1008's words: https://github.com/autonomous-ai/autonomous-os/issues/238. */
const REASONS = {
  1008: 'The operation was aborted.',
  1011: 'Deadline expired before operation could complete.',
};

interface LimitedConnection {
  goAway(timeLeft: string): void;
  close(code: number, reason: string): void;
}

export interface ConnectionLife {
  /** The client has sent something. */
  used(): void;
  /** The connection has ended. */
  end: Cancel;
}

/**
 * Applies the limits to a connection.
 * @param sessionAgeMs age of the session that it resumes; 0 for a fresh one
 */
export function watchLimits(
  clock: Clock,
  limits: Limits,
  model: LiveModel,
  compression: boolean,
  sessionAgeMs: number,
  connection: LimitedConnection,
): ConnectionLife {
  const end = (code: 1008 | 1011) => connection.close(code, REASONS[code]);
  const cancels: Cancel[] = [];
  const longMs = compression && model.livesLongerCompressed ? limits.compressedMs : undefined;
  if (longMs !== undefined) {
    cancels.push(clock.after(longMs, () => end(1011)));
  } else {
    const warn = () => {
      connection.goAway(limits.timeLeft);
      cancels.push(clock.after(limits.closedAfterMs, () => end(limits.closeCode)));
    };
    cancels.push(clock.after(limits.goAwayMs, warn));
  }
  if (!compression) cancels.push(clock.after(limits.sessionMs - sessionAgeMs, () => end(1008)));
  let stopSilence = clock.after(limits.silentMs, () => end(1008));
  return {
    used: () => {
      stopSilence();
      stopSilence = clock.after(limits.silentMs, () => end(1008));
    },
    end: () => {
      stopSilence();
      for (const cancel of cancels) cancel();
    },
  };
}
