/**
 * The moments of a turn, and the stages of its latency.
 * All marks are milliseconds on the monotonic clock; a mark that was not reached is missing.
 */
export interface Marks {
  /** The button went down. */
  pressed?: number;
  /** The gate took something for speech: when that speech began (capture time). */
  speechStarted?: number;
  /**
   * The speaker was done: the button came up. Where the gate found the end of the utterance, the capture time at
   * which its last speech ended, which is known only after the silence that follows.
   */
  released?: number;
  /**
   * The frame that ended the utterance had arrived from the microphone: release + tail, or where the gate found the
   * end, last speech + the silence that it waits for.
   */
  captured?: number;
  /** The gate had let go of the last frame. */
  gated?: number;
  /** A connection was ready for this turn. */
  connected?: number;
  /** The first sound was handed to the connection. */
  firstSent?: number;
  /** The end of the utterance was handed to the operating system. */
  sent?: number;
  /** The transcription of the utterance arrived. */
  heard?: number;
  /** The first translated sound arrived. */
  firstAudio?: number;
  /** The first translated sound was playable: decoded and handed on. */
  playable?: number;
  /** The loudspeaker began to play it. */
  playing?: number;
  /** The service had sent the whole answer. */
  answered?: number;
}

/**
 * From release (or the end of the speech) to the first translated sound, in the order in which they pass.
 * Milliseconds.
 */
export interface Stages {
  /** Sound after the release; where the gate finds the end, the silence that it waits for. */
  readonly tail: number;
  readonly gate: number;
  readonly uplink: number;
  readonly service: number;
  readonly downlink: number;
  /** Missing where there is no loudspeaker. */
  readonly playback?: number;
}

/** What each stage may take, in milliseconds. */
export type Budget = Required<Stages>;

/**
 * The stages of a turn's latency.
 *
 * Client marks alone can't separate the network from the service, so half of the connection's round trip (the time of
 * its TCP handshake, measured when it was opened) is counted for each direction of the network.
 * @param roundTripMs the connection's round trip, 0 or more
 * @returns undefined when the turn never got to a translated sound
 */
export function stagesOf(marks: Marks, roundTripMs: number): Stages | undefined {
  const { released, captured, gated, sent, firstAudio, playable, playing } = marks;
  if (
    released === undefined ||
    captured === undefined ||
    gated === undefined ||
    sent === undefined ||
    firstAudio === undefined ||
    playable === undefined
  ) {
    return undefined;
  }
  // An answer that began before the utterance was sent whole leaves no time to the network or the service.
  const answering = Math.max(0, firstAudio - sent);
  const roundTrip = Math.min(roundTripMs, answering);
  return {
    tail: captured - released,
    gate: gated - captured,
    uplink: sent - gated + roundTrip / 2,
    service: answering - roundTrip,
    downlink: playable - firstAudio + roundTrip / 2,
    ...(playing === undefined ? {} : { playback: playing - playable }),
  };
}

/** The whole latency: the sum of its stages, in milliseconds. */
export function totalMs(stages: Stages): number {
  return (
    stages.tail + stages.gate + stages.uplink + stages.service + stages.downlink + (stages.playback ?? 0)
  );
}
