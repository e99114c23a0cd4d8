/** Ephemeral tokens: `POST /v1alpha/auth_tokens`, then `BidiGenerateContentConstrained?access_token=…`. */
import type { Clock } from '../../base/time.ts';
import { randomId } from '../clock.ts';
import { badRequest, googleError, type HttpAnswer } from '../protocol/errors.ts';

interface Token {
  readonly setup: object | undefined;
  readonly opensUntil: number;
  usesLeft: number;
}

/** genai.d.ts of @google/genai 3.1.0, CreateAuthTokenConfig: 30 minutes, 60 s to open, one use; 0 uses: no limit. */
const LIFE_MS = 30 * 60_000;
const OPENING_MS = 60_000;

type Admitted = { readonly setup: object | undefined } | { readonly refused: HttpAnswer };

export class TokenStore {
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Token>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  mint(body: unknown): HttpAnswer {
    const asked: {
      uses?: unknown;
      expireTime?: unknown;
      newSessionExpireTime?: unknown;
      bidiGenerateContentSetup?: unknown;
    } = Object(body);
    const uses = typeof asked.uses === 'number' ? asked.uses : 1;
    const opensUntil = time(asked.newSessionExpireTime) ?? this.#clock.wallMs() + OPENING_MS;
    const expires = time(asked.expireTime) ?? this.#clock.wallMs() + LIFE_MS;
    const setup = asked.bidiGenerateContentSetup;
    if (setup !== undefined && (typeof setup !== 'object' || setup === null))
      return badRequest('Invalid value at bidi_generate_content_setup.');
    const name = `auth_tokens/${randomId(this.#clock)}`;
    this.#tokens.set(name, { setup, opensUntil, usesLeft: uses === 0 ? Number.POSITIVE_INFINITY : uses });
    const [expireTime, newSessionExpireTime] = [expires, opensUntil].map((ms) => new Date(ms).toISOString());
    return { status: 200, body: { name, expireTime, newSessionExpireTime, uses } };
  }

  /** A token that was not made here opens a session like any key; the stand-in's own keep their rules. */
  admit(name: string): Admitted {
    const token = this.#tokens.get(name);
    if (token === undefined) return { setup: undefined };
    if (this.#clock.wallMs() > token.opensUntil || token.usesLeft <= 0) {
      return { refused: googleError(401, 'UNAUTHENTICATED', 'Token has expired or has been used up.') };
    }
    token.usesLeft -= 1;
    return { setup: token.setup };
  }
}

function time(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
