/**
 * Whether what the service says may quote what people have said: from the first speech that it is sent to the end of the
 * conversation. Shared by the engines: a session, a request, and a question about models go to the same service.
 */
export class Confidentiality {
  readonly #ofGuests: boolean;
  #speechSent = false;

  /** @param ofGuests false: the reader of the log recorded the speech */
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
