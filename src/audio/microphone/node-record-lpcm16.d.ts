/** The part of node-record-lpcm16 1.0.1 that is used here; the package brings no types. */
declare module 'node-record-lpcm16' {
  import type { ChildProcessByStdio } from 'node:child_process';
  import type { Readable, Writable } from 'node:stream';

  interface Recording {
    /** The recorder. A missing program is an `error` event on it. */
    readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
    /** Raw PCM from the moment of creation. Emits `error` with a string whenever the recorder ends. */
    stream(): Readable;
    /** SIGTERM to the recorder. */
    stop(): void;
  }

  interface RecordOptions {
    readonly sampleRate: number;
    readonly channels: number;
    readonly audioType: 'raw';
    readonly recorder: 'arecord';
    /** ALSA's name of the device, ALSA's default without one. */
    readonly device?: string;
  }

  const recorder: { record(options: RecordOptions): Recording };
  export = recorder;
}
