import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../../base/time.ts';
import { alsaTrouble, keepEnd, lastError } from '../alsa-trouble.ts';
import { DEVICE_RATE_HZ, type LoudspeakerTrouble } from './loudspeaker.ts';
import type { Output, OutputListener } from './player.ts';
import { TAKEN_EVERY_MS } from './speaker-protocol.ts';

/** The longest wait for a child's last output after its exit, in milliseconds. */
const LAST_WORDS_MS = 200;

/** The longest delay of the child's reports of taken bytes, in milliseconds. */
const TAKEN_LATE_MS = 50;

/** Messages of aplay and `speaker` when an open device no longer takes sound. */
const WRITE_FAILED = /write error|prepare error|write\(\) failed/i;

/** `speaker`'s message when a device can't be opened (src/binding.c). */
const OPEN_FAILED = /failed to (?:open|initialize) output device/i;

/** A player in a child process that takes raw PCM on its standard input. */
export class ChildOutput implements Output {
  readonly #child: ChildProcess;
  readonly #listener: OutputListener;
  readonly #exited: Promise<void>;
  readonly #wrote: () => void;
  #printed = '';
  #opened = false;
  #over = false;
  #written = 0;
  #taken: number | undefined;

  /** @param wrote called at each write */
  constructor(child: ChildProcess, listener: OutputListener, clock: Clock, wrote: () => void = () => {}) {
    this.#wrote = wrote;
    this.#child = child;
    this.#listener = listener;
    const exit = Promise.withResolvers<void>();
    this.#exited = exit.promise;
    child.stdin?.on('error', () => {}); // EPIPE: the exit says more
    child.stderr?.on('data', (text: Buffer) => {
      this.#printed = keepEnd(this.#printed, text.toString());
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) exit.resolve();
      if (child.pid === undefined) this.fail('no player', error.message);
    });
    child.on('exit', (code, signal) => {
      exit.resolve();
      const cancel = clock.after(LAST_WORDS_MS, () => this.#exit(code, signal));
      child.once('close', () => {
        cancel();
        this.#exit(code, signal);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The end of the child's standard error so far. */
  get printed(): string {
    return this.#printed;
  }

  get waitingMs(): number {
    const bytes = this.#taken === undefined ? this.#child.stdin?.writableLength : this.#written - this.#taken;
    return ((bytes ?? 0) * 1000) / (DEVICE_RATE_HZ * 2);
  }

  get waitingAgeMs(): number {
    return this.#taken === undefined ? 0 : TAKEN_EVERY_MS + TAKEN_LATE_MS;
  }

  /** The child has the device. */
  opened(): void {
    if (this.#over || this.#opened) return;
    this.#opened = true;
    this.#listener.ready();
  }

  /** The child reports how many bytes it has passed on. This is more exact than the content of our pipe. */
  took(bytes: number): void {
    this.#taken = bytes;
  }

  /** The child's reason for its end; handled like printed text. */
  note(text: string): void {
    this.#printed = keepEnd(this.#printed, `\n${text}`);
  }

  /** Ends the child and reports the trouble. */
  fail(trouble: LoudspeakerTrouble, detail: string): void {
    if (this.#over) return;
    void this.end();
    this.#listener.failed(trouble, detail);
  }

  write(samples: Int16Array): void {
    if (this.#over || !this.#opened) return;
    this.#wrote();
    this.#written += samples.byteLength;
    this.#child.stdin?.write(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  }

  end(): Promise<void> {
    this.#over = true;
    this.#child.kill('SIGKILL');
    return this.#exited;
  }

  #exit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#over) return;
    const detail = lastError(this.#printed) || `the player ended (${signal ?? `code ${code}`})`;
    this.fail(this.#reason(signal), detail);
  }

  #reason(signal: NodeJS.Signals | null): LoudspeakerTrouble {
    const trouble = alsaTrouble(this.#printed);
    if (this.#opened) return trouble !== undefined || WRITE_FAILED.test(this.#printed) ? 'gone' : 'died';
    // speaker's module aborts with an assertion when it can't open the device for its probe.
    return trouble ?? (signal === 'SIGABRT' || OPEN_FAILED.test(this.#printed) ? 'missing' : 'died');
  }
}
