/** So much of the page or error that came in place of a WebSocket is looked at. */
export const MAX_REFUSAL_CHARACTERS = 4000;

/** Something answered like any web server where a WebSocket, or the service's JSON, was asked for. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  /** It came over TLS, with a certificate for the name that was asked for. */
  readonly verified: boolean;

  constructor(status: number, body: string, contentType = '', verified = false) {
    super(`HTTP ${status} in place of an answer`);
    this.status = status;
    this.body = body;
    this.contentType = contentType;
    this.verified = verified;
  }
}
