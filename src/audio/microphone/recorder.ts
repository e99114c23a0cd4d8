import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import recorder from 'node-record-lpcm16';
import { childEnvironment } from '../../base/child-environment.ts';
import type { Route } from '../alsa/devices.ts';
import { CAPTURE_RATE_HZ } from '../pcm/frame.ts';

/** A recorder that was started: as much of a child process as the microphone uses. */
export interface Recording {
  readonly process: RecorderProcess;
  /** Raw PCM, CAPTURE_RATE_HZ, with the channels of its route. Emits `error` with a string whenever the recorder ends. */
  stream(): RecorderPipe;
  /** SIGTERM to the recorder. */
  stop(): void;
}

export interface RecorderProcess {
  /** Undefined when the program could not be started: an `error` event gives the reason. */
  readonly pid?: number | undefined;
  readonly stdin: Pick<RecorderPipe, 'on'>;
  readonly stdout: RecorderPipe;
  readonly stderr: RecorderPipe;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  kill(signal: NodeJS.Signals): boolean;
}

export interface RecorderPipe {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  destroy(): unknown;
  resume(): unknown;
}

/** Starts a recorder on a device. @throws when there are no pipes for it */
export type StartRecorder = (route: Route) => Recording;

/** Puts `arecord` with short periods before the real one; see there. */
const BIN = fileURLToPath(new URL('./bin', import.meta.url));

/**
 * Starts `arecord`. The library passes no environment on, so ours is replaced for the moment of the spawn:
 * English messages, which distinguish `missing` from `busy`, and short periods.
 */
export const startArecord: StartRecorder = ({ device, environment, channels = 1 }) => {
  const ours = process.env;
  process.env = { ...childEnvironment(), PATH: `${BIN}${delimiter}${ours.PATH ?? ''}`, ...environment };
  try {
    return recorder.record({
      sampleRate: CAPTURE_RATE_HZ,
      channels,
      audioType: 'raw',
      recorder: 'arecord',
      ...(device === undefined ? {} : { device }),
    });
  } finally {
    process.env = ours;
  }
};
