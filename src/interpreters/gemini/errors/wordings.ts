import type { FaultCode } from '../../../kiosk/faults.ts';

/**
 * What the service's words mean: in the reason of a close frame, which is cut to 123 bytes, or in the body of an HTTP
 * error. Each row is a wording that somebody has met, with where it was published, mostly an issue or a pull
 * request on GitHub; the first row that fits holds.
 * Codes and statuses alone say less: 1008 and 1011, 403 and 429 stand for half a dozen things each.
 */
export const WORDINGS: readonly (readonly [words: RegExp, means: FaultCode, source: string])[] = [
  // The account has no money left. Before the quota: 429 RESOURCE_EXHAUSTED is the status of both.
  [/prepayment credits/i, 'credits-exhausted', 'sonichi/sutando#569'],
  [/(?:spending|spend) cap/i, 'credits-exhausted', 'https://ai.google.dev/gemini-api/docs/billing'],

  [
    /is not found for API version|not supported for bidiGenerateContent|model is no longer/i,
    'model-gone',
    'kazunori279/interpretab',
  ],

  // The key is known, and may not. Before the key itself: most of these speak of it.
  [
    /API_KEY_(?:SERVICE|HTTP_REFERRER|IP_ADDRESS|ANDROID_APP|IOS_APP)_BLOCKED/,
    'permission-denied',
    'google.api.ErrorReason',
  ],
  // "… are blocked" does not survive the cut.
  [/requests to this API/i, 'permission-denied', 'continuedev/continue#12781'],
  [
    /requests from (?:referer|this Android|this iOS)/i,
    'permission-denied',
    'google-gemini/deprecated-generative-ai-dart#219',
  ],
  [/has an IP address restriction/i, 'permission-denied', 'firebase/quickstart-android#1008'],
  [/denied access/i, 'permission-denied', 'FatihMakes/Mark-LIII#44'],
  [/has been suspended|CONSUMER_SUSPENDED/i, 'permission-denied', 'google/generative-ai-docs#356'],
  [
    /has not been used in project|SERVICE_DISABLED/i,
    'permission-denied',
    'google-gemini/deprecated-generative-ai-python#10',
  ],
  [/requires billing to be enabled|BILLING_DISABLED/i, 'permission-denied', 'google.api.ErrorReason'],
  [/location is not supported|not available in your country/i, 'permission-denied', 'poenl/gemini-api#4'],

  // The key is none, or of a kind that is no longer taken.
  [/API key (?:not valid|not found|expired)|API_KEY_INVALID/i, 'key-refused', 'yagudaev/voiceclaw#155'],
  [/reported as leaked/i, 'key-refused', 'continuedev/continue#10513'],
  // KeyPlaces distinguishes these two from the next two.
  [/Expected OAuth 2 access token/i, 'key-refused', 'NousResearch/hermes-agent#68285'],
  [/unregistered callers/i, 'key-refused', 'PublicAffairs/openai-gemini#92'],
  [
    /invalid authentication credentials|ACCESS_TOKEN_TYPE_UNSUPPORTED|UNAUTHENTICATED/i,
    'key-refused',
    'NousResearch/hermes-agent#68285',
  ],
  [/malformed auth token/i, 'key-refused', 'PublicAffairs/openai-gemini#92'],

  [/exceeded your current quota|quota exceeded/i, 'quota', 'google-gemini/gemini-cli#8437'],
  [/resource[ _](?:has been )?exhausted/i, 'quota', 'continuedev/continue#10560'],
  [/rate.?limit/i, 'quota', 'https://ai.google.dev/gemini-api/docs/rate-limits'],

  // Now and then, on a session that works a moment later.
  [/not implemented, or supported, or enabled/i, 'service-error', 'googleapis/js-genai#1236'],
  [/deadline expired/i, 'session-expired', 'kizuna-ai-lab/sokuji#179'],
  [/operation was aborted/i, 'session-expired', 'autonomous-ai/autonomous-os#238'],
  [
    /session (?:duration|time)|go ?away/i,
    'session-expired',
    'https://ai.google.dev/gemini-api/docs/live-session',
  ],

  // What is left of the same kinds, in words that nobody has reported.
  [
    /\bcredits?\b.{0,40}\b(?:depleted|exhausted|used up|insufficient|too low)|\b(?:insufficient|no|out of) credits?\b/i,
    'credits-exhausted',
    'google.rpc.Code',
  ],
  [
    /\b(?:project|account|API)\b.{0,60}\b(?:suspended|blocked|restricted|disabled|not allowed)\b/i,
    'permission-denied',
    'google.rpc.Code',
  ],
  [/permission/i, 'permission-denied', 'google.rpc.Code'],
  [/API.?key/i, 'key-refused', 'google.rpc.Code'],
  [/\bquota\b|too many requests/i, 'quota', 'google.rpc.Code'],
];

/** The fault that the service's words stand for; undefined for words that are not known. */
export function meaningOf(text: string): FaultCode | undefined {
  return rowOf(text)?.[1];
}

/** The known wording that a text has; undefined where it has none. */
export function wordingOf(text: string): RegExp | undefined {
  return rowOf(text)?.[0];
}

function rowOf(text: string) {
  return WORDINGS.find(([words]) => words.test(text));
}

/** Proxies that answer with pages of their own, inspected TLS included. */
const PROXY_PAGE =
  /zscaler|squid|requested URL could not be retrieved|fortiguard|fortinet|blue ?coat|policy_denied|sophos|mcafee|skyhigh|palo ?alto|web ?(?:page|site) blocked|\bcisco\b|ironport|forcepoint|websense|barracuda|netskope|captive ?portal|check ?point|sonicwall|watchguard|smoothwall|lightspeed|privoxy|iboss|contentkeeper|menlo security|(?:e2|dans)guardian|pfsense|mikrotik|untangle/i;

/** The pages of Google's own servers: errors that no program has answered, and addresses that have asked too often. */
const GOOGLES_PAGE = /<title>Error \d{3} \([^)]*\)!!1<\/title>|unusual traffic from your computer network/i;

/** Whether an answer is a page for people, by its content or its type. The service itself sends JSON. */
export function isPage(contentType: string, body: string): boolean {
  return /html/i.test(contentType) || /^[\s\ufeff]*</.test(body);
}

/** Whether a page is of Google's own servers. */
export function isGooglesPage(body: string): boolean {
  return GOOGLES_PAGE.test(body);
}

/** Whether a page is a proxy's. */
export function isProxyPage(body: string): boolean {
  return PROXY_PAGE.test(body);
}
