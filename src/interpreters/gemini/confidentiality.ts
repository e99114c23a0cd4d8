/**
 * Whether messages of the service may quote what people have said: from the first speech sent to it until the end of the
 * conversation. The engines share one, since they use the same service.
 */
export class Confidentiality {
  readonly #ofGuests: boolean;
  #speechSent = false;

  /** @param ofGuests false if the reader of the log recorded the speech */
  constructor(ofGuests = true) {
    this.#ofGuests = ofGuests;
  }

  get applies(): boolean {
    return this.#ofGuests && this.#speechSent;
  }

  /** Speech goes to the service, as sound or in words. */
  speechSent(): void {
    this.#speechSent = true;
  }

  /** The conversation is over, and its sessions are closed. */
  conversationEnded(): void {
    this.#speechSent = false;
  }
}
