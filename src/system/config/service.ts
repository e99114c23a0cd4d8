import { z } from 'zod';
import { GOOGLE, proxyAddress, serviceAddress } from '../../base/addresses.ts';
import {
  checked,
  count,
  dollars,
  everyday,
  flag,
  milliseconds,
  models,
  oneOf,
  probability,
  seconds,
  table,
  text,
} from './values.ts';

/** Base64 of 42 bytes: "Ed", the key's id, the key (minisign's documentation, "Public key format"). */
const minisignKey = z
  .string()
  .regex(/^RW[\w+/]{54}$/, 'is no public key of minisign: the line "RW…" of its .pub file');

/** What the kernel takes as the path of a unix socket (unix(7): sun_path, 108 with the zero after it). */
const SOCKET_PATH_BYTES = 107;

/** @param part the part of the way that the time is for */
const stage = (part: string, usual: number) =>
  milliseconds(10_000, usual).describe(`The longest time for ${part}; reports mark a longer one.`);

const timeout = (usual: number, description: string) => milliseconds(60_000, usual).describe(description);

/** The tables of the service, its models and its price, and of how the device is managed. */
export const serviceTables = {
  service: table({
    base_url: checked(serviceAddress)
      .prefault(GOOGLE)
      .describe('The address of the service, or of a gateway to it, with its path; without the version.'),
    proxy: checked((given) => proxyAddress(given).href)
      .optional()
      .meta(
        everyday(
          'The HTTP proxy to the service: "http://user:password@host:port". Without it: HTTPS_PROXY, except for the hosts in NO_PROXY.',
        ),
      ),
    api_version: z
      .string()
      .regex(/^v\d\w*$/)
      .default('v1beta')
      .describe('The version of the API. Live models are on v1beta.'),
    key_file: z
      .string()
      .optional()
      .describe('The file that holds the API key, where it is not in the environment (GEMINI_API_KEY).'),
    check_s: seconds(0, 3600, 60).describe(
      'An idle desk checks this often, at no cost, whether the service can be reached; 0: never.',
    ),
  }),
  live: table({
    models: models('gemini-3.8-live').describe(
      'The models of the engine dialogue; the first that the service offers is used.',
    ),
    voice: z.string().optional().meta(everyday('A prebuilt voice of the service, like "Kore".')),
    language_hints: flag(false).describe(
      "Sends both languages where the guest's was chosen. This is newer than the service's published protocol.",
    ),
    connect_timeout_ms: timeout(4000, 'The longest time until the WebSocket is open.'),
    setup_timeout_ms: timeout(4000, 'The longest time from the open WebSocket to setupComplete.'),
    answer_timeout_ms: timeout(6000, 'The longest time from the end of the utterance to the first sound.'),
    answer_stall_ms: timeout(4000, 'The longest time between two messages of an answer.'),
    uplink_stall_ms: timeout(4000, 'The longest time in which the network takes waiting sound.'),
    max_unsent_kib: count(16, 4096, 128).describe('The sender pauses while this much sound is waiting.'),
    spare_idle_s: seconds(0, 540, 60).describe('A connection that is not used is kept for this time.'),
    turns_per_connection: count(1, 1000, 1).describe(
      'With 1 each turn pays for itself only; with more the session continues while the guest stays.',
    ),
    connection_life_s: seconds(10, 3600, 520).describe(
      'A connection of this age is replaced between turns. The service asks for it at 540.',
    ),
    compress_at_tokens: count(1000, 100_000, 2000).describe(
      "With more turns per connection, the session's context is compressed to half of this at this size.",
    ),
  }),
  translate: table({
    models: models('gemini-3.5-live-translate-preview').describe(
      'The models of the engine translate; the first that the service offers is used.',
    ),
  }),
  cascade: table({
    hearing_models: models('gemini-3.5-flash-lite', 'gemini-3.8-flash').describe(
      'The models that hear and translate; the first that the service offers is used.',
    ),
    speech_models: models('gemini-3.8-flash-lite-tts', 'gemini-3.8-flash-tts').describe(
      'The models that speak the translation; the first that the service offers is used.',
    ),
    hearing_timeout_ms: timeout(8000, 'The longest time from the end of the utterance to its translation.'),
    speech_timeout_ms: timeout(6000, 'The longest time from the translation to the first sound.'),
  }),
  budget: table({
    tail_ms: stage('the sound after the release', 150),
    gate_ms: stage('the gate', 20),
    uplink_ms: stage('the way to the service', 50),
    service_ms: stage('the service', 900),
    downlink_ms: stage('the way back', 50),
    playback_ms: stage('the start of the playback', 80),
  }).describe('What each stage from the release to the first translated sound may take.'),
  spending: table({
    folder: text.describe(
      'The folder of the ledger. Without it: /var/lib/dragoman/ledger, in a checkout build/ledger.',
    ),
    daily_budget: dollars.meta(
      everyday('The dollars for a day, from midnight to midnight; in any 24 hours twice as many.'),
    ),
    monthly_budget: dollars.meta(everyday('The dollars for a calendar month.')),
    when_warned: oneOf(['same', 'cheaper'], 'cheaper').meta(
      everyday('With "cheaper" the cheapest engine comes first from the warning on.'),
    ),
    when_spent: oneOf(['same', 'cheaper', 'phrasebook', 'stop'], 'phrasebook').meta(
      everyday(
        'With "phrasebook" only what costs nothing serves, with "stop" nothing does, and the lights show it.',
      ),
    ),
    warn_at: probability(0.8).meta(everyday('There is a warning from this share of a budget on.')),
  }),
  update: z
    .strictObject({
      public_keys: z
        .array(minisignKey)
        .default([])
        .meta(everyday('Whose packages `dragoman update` takes (minisign); see docs/operator/updates.md.')),
      not_after: z
        .record(minisignKey, z.iso.date('is no date in quotes, like "2027-06-30"'))
        .default({})
        .describe('The last day (UTC) of public keys that are to end: { "RW…" = "2027-06-30" }.'),
    })
    .superRefine(({ public_keys, not_after }, context) => {
      for (const key of Object.keys(not_after).filter((key) => !public_keys.includes(key))) {
        context.addIssue({ code: 'custom', path: ['not_after', key], message: 'is none of public_keys' });
      }
    })
    .prefault({}),
  control: table({
    socket: z
      .string()
      .startsWith('/', 'must be a whole path, from /')
      .refine((file) => Buffer.byteLength(file) <= SOCKET_PATH_BYTES, {
        message: `is longer than a socket's path may be (${SOCKET_PATH_BYTES} bytes)`,
      })
      .optional()
      .describe(
        'The socket for commands. Without it: /run/dragoman/control.sock, in a checkout build/run/control.sock.',
      ),
  }),
};
