import { describe, expect, it } from 'vitest';
import type { FaultCode } from '../../../kiosk/faults.ts';
import { type Ending, faultOf, refusalFault, UpgradeRefused } from './classify.ts';
import { WORDINGS } from './wordings.ts';

const ending = (change: Partial<Ending>): Ending => ({
  phase: 'ready',
  code: 1006,
  reason: '',
  error: undefined,
  wallMs: 0,
  confidential: false,
  ...change,
});

/** What people have met, in full; see WORDINGS for where. */
const WORDS: readonly (readonly [string, FaultCode])[] = [
  [
    'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
    'credits-exhausted',
  ],
  [
    'Your project has exceeded its monthly spending cap. Please go to AI Studio at https://ai.studio/spend to manage your project spend cap.',
    'credits-exhausted',
  ],
  ['Your billing account has exceeded its monthly spending cap.', 'credits-exhausted'],
  ['Your prepaid credits have been used up.', 'credits-exhausted'],
  ['Your credit balance is too low.', 'credits-exhausted'],
  ['Insufficient credits.', 'credits-exhausted'],
  [
    'models/x is not found for API version v1beta, or is not supported for bidiGenerateContent. Call ListModels to see the list of available models.',
    'model-gone',
  ],
  [
    'Requests to this API generativelanguage.googleapis.com method google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent are blocked.',
    'permission-denied',
  ],
  ['Requests from referer <empty> are blocked.', 'permission-denied'],
  ['Requests from this Android client application <empty> are blocked.', 'permission-denied'],
  ['Requests from this iOS client application <empty> are blocked.', 'permission-denied'],
  [
    'The provided API key has an IP address restriction. The originating IP address of the call (203.0.113.7) violates this restriction.',
    'permission-denied',
  ],
  ['Your project has been denied access. Please contact support.', 'permission-denied'],
  ["Permission denied: Consumer 'api_key:AIza' has been suspended.", 'permission-denied'],
  [
    'Generative Language API has not been used in project 411082643095 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/generativelanguage.googleapis.com/overview?project=411082643095 then retry.',
    'permission-denied',
  ],
  [
    'This API method requires billing to be enabled. Please enable billing on project #1 by visiting https://console.developers.google.com/billing/enable?project=1 then retry.',
    'permission-denied',
  ],
  ['User location is not supported for the API use.', 'permission-denied'],
  ['The caller does not have permission', 'permission-denied'],
  ['Project suspended.', 'permission-denied'],
  ['The Generative Language API has been blocked for this project.', 'permission-denied'],
  ['The API key is restricted and cannot be used with this API.', 'permission-denied'],
  ['API key not valid. Please pass a valid API key.', 'key-refused'],
  ['API Key not found. Please pass a valid API key.', 'key-refused'],
  ['API key expired. Please renew the API key.', 'key-refused'],
  ['The API key is of no use here.', 'key-refused'],
  ['Request had invalid authentication credentials.', 'key-refused'],
  ['A malformed auth token was sent.', 'key-refused'],
  ['Your API key was reported as leaked. Please use another API key.', 'key-refused'],
  [
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    'key-refused',
  ],
  [
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
    'key-refused',
  ],
  [
    'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.',
    'quota',
  ],
  ['Resource has been exhausted (e.g. check quota).', 'quota'],
  ['Resource exhausted. Please try again later.', 'quota'],
  ['RESOURCE_EXHAUSTED', 'quota'],
  ['Rate limit reached.', 'quota'],
  ['Quota limit of the project reached.', 'quota'],
  ['Too many requests. Please retry in 32 s.', 'quota'],
  ['Operation is not implemented, or supported, or enabled.', 'service-error'],
  ['Deadline expired before operation could complete.', 'session-expired'],
  ['The operation was aborted.', 'session-expired'],
  ['Session duration exceeded.', 'session-expired'],
];

describe('the words of the service', () => {
  it.each(WORDS)('"%s" mean %s as the reason of a close frame, where they are cut', (words, code) => {
    const reason = words.slice(0, 123);
    for (const phase of ['setting up', 'ready'] as const)
      for (const closed of [1007, 1008, 1011])
        expect(faultOf(ending({ phase, code: closed, reason, ageMs: 0 }), '').code).toBe(code);
  });

  it.each(WORDS)('"%s" mean %s in the body of an HTTP error, whatever its status', (words, code) => {
    const body = JSON.stringify({ error: { code: 400, message: words } }, null, 2);
    for (const status of [400, 401, 403, 429, 500])
      expect(refusalFault(new UpgradeRefused(status, body, 'application/json', true))).toBe(code);
  });

  it.each<[string, FaultCode]>([
    ['API_KEY_SERVICE_BLOCKED', 'permission-denied'],
    ['API_KEY_HTTP_REFERRER_BLOCKED', 'permission-denied'],
    ['API_KEY_IP_ADDRESS_BLOCKED', 'permission-denied'],
    ['API_KEY_ANDROID_APP_BLOCKED', 'permission-denied'],
    ['API_KEY_IOS_APP_BLOCKED', 'permission-denied'],
    ['CONSUMER_SUSPENDED', 'permission-denied'],
    ['SERVICE_DISABLED', 'permission-denied'],
    ['BILLING_DISABLED', 'permission-denied'],
    ['API_KEY_INVALID', 'key-refused'],
    ['ACCESS_TOKEN_TYPE_UNSUPPORTED', 'key-refused'],
  ])('may be new ones: the reason %s in the details means %s', (reason, code) => {
    const body = JSON.stringify({ error: { message: 'New words.', details: [{ reason }] } });
    expect(refusalFault(new UpgradeRefused(400, body, 'application/json', true))).toBe(code);
  });

  it('are all in the table, and nothing else is', () => {
    const unused = WORDINGS.filter(
      ([pattern]) => !WORDS.some(([words]) => WORDINGS.find(([row]) => row.test(words))?.[0] === pattern),
    );
    // Its words for people are those of other rows.
    expect(unused.map(([pattern]) => String(pattern))).toEqual([
      expect.stringContaining('API_KEY_(?:SERVICE'),
    ]);
    for (const [, , source] of WORDINGS)
      expect(source).toMatch(/^https:|^google\.|^[\w.-]+\/[\w.-]+(#\d+)?$/);
  });
});
