import { sleep } from '../../../src/base/time.ts';
import {
  PhrasebookWorker,
  type PhrasebookWorkerOptions,
  type Recognition,
} from '../../../src/phrasebook/phrasebook-worker.ts';
import { INPUT_HZ } from '../../../src/phrasebook/protocol.ts';
import { VirtualClock } from './clock.ts';

/** What the child takes on a PC: to load book and voices, for a second of sound, and for a text; in milliseconds. */
const START_MS = 500;
const MS_A_SECOND = 300;
const SPEAK_MS = 100;

/**
 * The phrasebook with its real child process. Time stands still while the child works, and then as much time passes as
 * it takes on any day: an answer that took no time would come over the cue before it. Its time limits never run out,
 * however slow the machine is: the child has a clock of its own that stands still.
 */
export class VirtualPhrasebook extends PhrasebookWorker {
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock, options: PhrasebookWorkerOptions) {
    super({ ...options, clock: new VirtualClock() });
    this.#clock = clock;
  }

  override start(): Promise<void> {
    return this.#took(START_MS, super.start());
  }

  override recognise(...[samples, options]: Parameters<PhrasebookWorker['recognise']>): Promise<Recognition> {
    const ms = (MS_A_SECOND * samples.length) / INPUT_HZ;
    return this.#took(ms, super.recognise(samples, options), options?.signal);
  }

  override speak(...[text, language, options]: Parameters<PhrasebookWorker['speak']>): Promise<Int16Array> {
    return this.#took(SPEAK_MS, super.speak(text, language, options), options?.signal);
  }

  override stop(): Promise<void> {
    return this.#clock.hold(super.stop());
  }

  async #took<T>(ms: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
    const done = await this.#clock.hold(work);
    await sleep(this.#clock, ms, signal);
    return done;
  }
}
