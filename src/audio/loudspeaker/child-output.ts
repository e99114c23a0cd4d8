import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../../base/time.ts';
import { alsaTrouble, keepEnd, lastError } from '../alsa-trouble.ts';
import { DEVICE_RATE_HZ, type LoudspeakerTrouble } from './loudspeaker.ts';
import type { Output, OutputListener } from './player.ts';
import { TAKEN_EVERY_MS } from './speaker-protocol.ts';

/** After an exit, what was printed is waited for at most this time, in milliseconds. */
const LAST_WORDS_MS = 200;

/** What the child says of what it took may be heard so much later, in milliseconds. */
const TAKEN_LATE_MS = 50;

/** What aplay and `speaker` say when a device that was open does not take sound any more. */
const WRITE_FAILED = /write error|prepare error|write\(\) failed/i;

/** What `speaker` says when a device can't be opened (src/binding.c). */
const OPEN_FAILED = /failed to (?:open|initialize) output device/i;

/** A player in a process of its own that takes raw PCM on its standard input. */
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

  /** What the child printed so far on its standard error, the end of it. */
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

  /** The child says how many bytes it has passed on, which is more exact than what lies in our pipe. */
  took(bytes: number): void {
    this.#taken = bytes;
  }

  /** The child's own word on why it will end, as if it had been printed. */
  note(text: string): void {
    this.#printed = keepEnd(this.#printed, `\n${text}`);
  }

  /** Gives it up. */
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
    // speaker's module aborts in an assertion when it can't look at the device.
    return trouble ?? (signal === 'SIGABRT' || OPEN_FAILED.test(this.#printed) ? 'missing' : 'died');
  }
}
