import type { Frame } from '../audio/pcm/frame.ts';

/** Frames on their way from the microphone's callback to who awaits them one by one. */
export class FrameQueue implements AsyncIterable<Frame> {
  readonly #frames: Frame[];
  #ended = false;
  #wake: (() => void) | undefined;

  /** @param first frames that are there already: the pre-roll */
  constructor(first: readonly Frame[] = []) {
    this.#frames = [...first];
  }

  /** No more frames come. */
  get ended(): boolean {
    return this.#ended;
  }

  push(frame: Frame): void {
    if (this.#ended) return;
    this.#frames.push(frame);
    this.#wake?.();
  }

  /** No more frames come; those that are there are still handed out. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** No more frames come, and nobody takes those that are there. */
  clear(): void {
    this.#frames.length = 0;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame, void, void> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) {
        yield frame;
        continue;
      }
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
