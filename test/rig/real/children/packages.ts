import { createRequire, flushCompileCache } from 'node:module';

flushCompileCache(); // most users of these packages are killed at the end

/** The packages as the kiosk uses them, with the little of their types that the scripts here need. */
const load = createRequire(import.meta.url);

interface GpioLine {
  readSync(): 0 | 1;
  writeSync(value: 0 | 1): void;
  watch(callback: (error: Error | null, value: 0 | 1) => void): void;
  unexport(): void;
}

export const { Gpio } = load('onoff') as {
  readonly Gpio: new (line: number, direction: 'in' | 'out', edge?: 'both', options?: object) => GpioLine;
};

interface Recording {
  readonly process: import('node:child_process').ChildProcess;
  stream(): import('node:stream').Readable;
}

export const { record } = load('node-record-lpcm16') as { readonly record: (options: object) => Recording };

/** Not at import: it ends the process where ALSA's default device can't be opened. */
export function loadSpeaker(): new (options: object) => import('node:stream').Writable {
  return load('speaker');
}
