/** Keys: where the service looks for them, and how it refuses them. */
import type { IncomingMessage } from 'node:http';
import { googleError, type HttpAnswer } from '../protocol/errors.ts';
import type { Refusal } from '../protocol/rules.ts';

export type KeyPlace = 'header' | 'query';

/** A key as it came. */
export interface GivenKey {
  readonly key: string;
  /** Where it was; undefined where there was none. */
  readonly in: KeyPlace | 'both' | undefined;
}

/** How a key is refused: by an answer before the handshake, or by closing the connection after it. */
interface Refused {
  readonly answer: HttpAnswer;
  readonly close: Refusal;
}

const refusals =
  (closeCode: Refusal['code'], status: number, word: string) =>
  /** @param message may quote the key as KEY @param reason of google.api.ErrorReason */
  (message: string, reason?: string) =>
  (key: string): Refused => {
    const text = message.replace('KEY', () => key);
    const details = [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason,
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
      { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message: text },
    ];
    return {
      answer: googleError(status, word, text, reason === undefined ? [] : details),
      close: { code: closeCode, reason: text },
    };
  };

const invalid = refusals(1007, 400, 'INVALID_ARGUMENT');
const notHere = refusals(1007, 400, 'FAILED_PRECONDITION');
const unauthenticated = refusals(1008, 401, 'UNAUTHENTICATED');
const denied = refusals(1008, 403, 'PERMISSION_DENIED');
const exhausted = refusals(1011, 429, 'RESOURCE_EXHAUSTED');

const METHOD = 'google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';
/** https://github.com/PublicAffairs/openai-gemini/issues/92. */
const NO_KEY = denied(
  "Method doesn't allow unregistered callers (callers without established identity). " +
    'Please use API Key or other form of API consumer identity to call this API.',
);

/** The refusals that people have met, by what is wrong with the key or its account, in the service's words. */
const KEY_REFUSALS = {
  /** JSON as quoted in https://github.com/can1357/oh-my-pi/issues/449. */
  'not valid': invalid('API key not valid. Please pass a valid API key.', 'API_KEY_INVALID'),
  /** https://github.com/yagudaev/voiceclaw/pull/155. */
  expired: invalid('API key expired. Please renew the API key.', 'API_KEY_INVALID'),
  /** https://github.com/NousResearch/hermes-agent/pull/68285; https://github.com/kazunori279/interpretab, README. */
  'unsupported type': unauthenticated(
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid ' +
      'authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    'ACCESS_TOKEN_TYPE_UNSUPPORTED',
  ),
  /** https://github.com/continuedev/continue/issues/10513. */
  leaked: denied('Your API key was reported as leaked. Please use another API key.'),
  /** https://github.com/continuedev/continue/issues/12781. */
  'for another API': denied(
    `Requests to this API generativelanguage.googleapis.com method ${METHOD} are blocked.`,
    'API_KEY_SERVICE_BLOCKED',
  ),
  /** https://github.com/google-gemini/deprecated-generative-ai-dart/issues/219. */
  'for websites': denied('Requests from referer <empty> are blocked.', 'API_KEY_HTTP_REFERRER_BLOCKED'),
  /** https://github.com/firebase/quickstart-android/issues/1008. */
  'for other addresses': denied(
    'The provided API key has an IP address restriction. The originating IP address of the call (203.0.113.7) ' +
      'violates this restriction.',
    'API_KEY_IP_ADDRESS_BLOCKED',
  ),
  'for Android': denied(
    'Requests from this Android client application <empty> are blocked.',
    'API_KEY_ANDROID_APP_BLOCKED',
  ),
  'for iOS': denied(
    'Requests from this iOS client application <empty> are blocked.',
    'API_KEY_IOS_APP_BLOCKED',
  ),
  /** Quotes the key: https://github.com/google/generative-ai-docs/issues/356. */
  suspended: denied("Permission denied: Consumer 'api_key:KEY' has been suspended.", 'CONSUMER_SUSPENDED'),
  /** https://github.com/FatihMakes/Mark-LIII/issues/44. */
  denied: denied('Your project has been denied access. Please contact support.'),
  /** https://github.com/google-gemini/deprecated-generative-ai-python/issues/10. */
  'without the API': denied(
    'Generative Language API has not been used in project 411082643095 before or it is disabled. Enable it by ' +
      'visiting https://console.developers.google.com/apis/api/generativelanguage.googleapis.com/overview',
    'SERVICE_DISABLED',
  ),
  /** https://github.com/poenl/gemini-api/issues/4. */
  'of another country': notHere('User location is not supported for the API use.'),
  /** https://github.com/sonichi/sutando/pull/569 (1011); https://github.com/dyad-sh/dyad/issues/3626 (429). */
  'without credits': exhausted(
    'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your ' +
      'project and billing.',
  ),
  /** https://ai.google.dev/gemini-api/docs/billing. */
  'at its spending cap': exhausted(
    'Your project has exceeded its monthly spending cap. Please go to AI Studio at https://ai.studio/spend to ' +
      'manage your project spend cap.',
  ),
  /** https://github.com/continuedev/continue/issues/10560. */
  'without quota': exhausted('Resource has been exhausted (e.g. check quota).'),
};

export type KeyRefusal = keyof typeof KEY_REFUSALS;

export interface KeyOptions {
  /** Keys that are refused; any other that is not empty is taken. */
  readonly badKeys?: readonly string[];
  /** Keys that are refused in one of the known ways. */
  readonly refusedKeys?: Readonly<Record<string, KeyRefusal>>;
  /**
   * Where a key is looked for: in either place unless given, as the service has been seen to do. Clients have reported
   * each of the two to be refused with 401 ACCESS_TOKEN_TYPE_UNSUPPORTED. `header`: nor may the URL hold one.
   */
  readonly keyIn?: KeyPlace;
  /**
   * `upgrade`: with an HTTP status (https://github.com/kazunori279/interpretab); `close`: after the handshake, as logs
   * of Python clients show. The service has been seen to do both.
   */
  readonly keyRefusal?: 'upgrade' | 'close';
}

/** The key of a request. The query's is looked at first. */
export function keyOf(url: URL, request: IncomingMessage): GivenKey {
  const query = url.searchParams.get('key') ?? '';
  const given = request.headers['x-goog-api-key'];
  const header = typeof given === 'string' ? given : '';
  if (query === '') return { key: header, in: header === '' ? undefined : 'header' };
  return { key: query, in: header === '' ? 'query' : 'both' };
}

/** A URL with its secrets masked. */
export function withoutSecrets(url: string): string {
  return url.replaceAll(/([?&](?:key|access_token)=)[^&]*/g, '$1…');
}

/** @returns undefined for a key that is taken. A bad one of the new form ("AQ.…") is refused in another way. */
export function judgeKey(given: GivenKey, { badKeys, refusedKeys, keyIn }: KeyOptions): Refused | undefined {
  const { key } = given;
  if (key === '') return NO_KEY(key);
  if (keyIn !== undefined && given.in !== keyIn) return KEY_REFUSALS['unsupported type'](key);
  const known = refusedKeys?.[key];
  if (known !== undefined) return KEY_REFUSALS[known](key);
  if (badKeys?.includes(key) !== true) return undefined;
  return KEY_REFUSALS[key.startsWith('AQ.') ? 'unsupported type' : 'not valid'](key);
}
