/** Sound in a session: https://ai.google.dev/gemini-api/docs/pricing (copies of 2026-08-10 and 2026-10-03). */
const TOKENS_PER_SECOND = 25;

/** What a session remembers of the sound of its turns, in seconds: it is billed again with every later turn. */
export class SessionSound {
  /** Of each turn, sent and received; the oldest first. */
  #turns: number[] = [];

  /**
   * A turn begins.
   * @param promptTokens of the session's instruction, which stays, and of its history, which is counted as if it did
   * @param compressAtTokens when the context has grown beyond these, whole turns are dropped from its beginning until
   *   half of them are left (comment of SlidingWindow in the API's proto); undefined where nothing is compressed
   * @returns the sound of earlier turns that is billed with it, in seconds
   */
  begin(promptTokens: number, compressAtTokens: number | undefined): number {
    const earlier = () => this.#turns.reduce((sum, seconds) => sum + seconds, 0);
    const tokens = () => promptTokens + earlier() * TOKENS_PER_SECOND;
    if (compressAtTokens !== undefined && tokens() > compressAtTokens) {
      while (this.#turns.length > 0 && tokens() > compressAtTokens / 2) this.#turns.shift();
    }
    const seconds = earlier();
    this.#turns.push(0);
    return seconds;
  }

  /** Sound of the turn that goes on. */
  add(seconds: number): void {
    this.#turns.push((this.#turns.pop() ?? 0) + seconds);
  }
}
