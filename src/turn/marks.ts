/** The times of a turn, in milliseconds on the monotonic clock. A mark that was not reached is missing. */
export interface Marks {
  /** The button went down. */
  pressed?: number;
  /** Speech began, according to the gate (capture time). */
  speechStarted?: number;
  /** The button was released; or, if the gate found the end of the utterance, the end of the last speech (capture time). */
  released?: number;
  /** The last frame of the utterance arrived from the microphone: release + tail, or last speech + the gate's silence. */
  captured?: number;
  /** The gate had passed the last frame. */
  gated?: number;
  /** A connection was ready for this turn. */
  connected?: number;
  /** The first sound was given to the connection. */
  firstSent?: number;
  /** The operating system took the end of the utterance. */
  sent?: number;
  /** The transcription of the utterance arrived. */
  heard?: number;
  /** The first translated sound arrived. */
  firstAudio?: number;
  /** The first translated sound was decoded. */
  playable?: number;
  /** The loudspeaker began to play it. */
  playing?: number;
  /** The service had sent the whole answer. */
  answered?: number;
}

/** The stages from the release (or the end of the speech) to the first translated sound, in milliseconds. */
export interface Stages {
  /** Sound after the release; or the silence by which the gate finds the end. */
  readonly tail: number;
  readonly gate: number;
  readonly uplink: number;
  readonly service: number;
  readonly downlink: number;
  /** Missing without a loudspeaker. */
  readonly playback?: number;
}

/** What each stage may take, in milliseconds. */
export type Budget = Required<Stages>;

/**
 * The stages of a turn's latency. The marks can't separate the network from the service, so half of the round trip (of the
 * TCP handshake, when the connection was opened) counts for each direction of the network.
 * @param roundTripMs 0 or more
 * @returns undefined for a turn without translated sound
 */
export function stagesOf(marks: Marks, roundTripMs: number): Stages | undefined {
  const { released, captured, gated, sent, firstAudio, playable, playing } = marks;
  if (released === undefined || captured === undefined || gated === undefined) return undefined;
  if (sent === undefined || firstAudio === undefined || playable === undefined) return undefined;
  // An answer may begin before the whole utterance was sent: then network and service took no time.
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
