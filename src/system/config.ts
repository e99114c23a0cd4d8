import { z } from 'zod';
import { GOOGLE, proxyAddress, serviceAddress } from '../addresses.ts';
import { ENGINES } from '../kiosk/engines.ts';
import { checkGlossary, type GlossaryTerm } from '../turn/glossary.ts';
import { language, languages } from './config/languages.ts';
import { panel } from './config/panel.ts';

/** @param checked throws what is wrong with it */
function address(checked: (text: string) => string) {
  return z.string().transform((text, context) => {
    try {
      return checked(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });
}

/** What the kernel takes as the path of a unix socket (unix(7): sun_path, 108 with the zero after it). */
const SOCKET_PATH_BYTES = 107;

/** Base64 of 42 bytes: "Ed", the key's id, the key (minisign's documentation, "Public key format"). */
const minisignKey = z
  .string()
  .regex(/^RW[\w+/]{54}$/, 'is no public key of minisign: the line "RW…" of its .pub file');

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day like "22:00"')
  .meta({ examples: ['22:00'] });
const milliseconds = (max: number) => z.int().min(0).max(max);
const probability = z.number().min(0).max(1);

/** The one schema of the configuration file: types, defaults, documentation and errors come from it. */
export const configSchema = z
  .strictObject({
    service: z
      .strictObject({
        base_url: address(serviceAddress)
          .prefault(GOOGLE)
          .describe('address of the service, or of a gateway to it, with its path; without the version'),
        proxy: address((text) => proxyAddress(text).href)
          .optional()
          .describe(
            'HTTP proxy through which the service is reached: "http://user:password@host:port"; else HTTPS_PROXY, except for the hosts in NO_PROXY',
          ),
        api_version: z
          .string()
          .regex(/^v\d\w*$/)
          .default('v1beta')
          .describe('version of the API; Live models are on v1beta'),
        key_file: z
          .string()
          .optional()
          .describe('file that holds the API key, where it is not in the environment (GEMINI_API_KEY)'),
        check_s: z
          .number()
          .min(0)
          .max(3600)
          .default(60)
          .describe(
            'interval at which an idle desk checks, at no cost, whether the service can be reached; 0: never',
          ),
      })
      .prefault({}),
    languages: z
      .strictObject({
        host: languages
          .prefault('en')
          .describe("the host's language; several as a list, the first until another is heard"),
        guest: language.prefault('es').describe("the guest's language while nobody has been heard"),
        guests: z
          .array(language)
          .default([])
          .describe('languages of guests among which the language button chooses'),
      })
      .prefault({}),
    interpreters: z
      .strictObject({
        engines: z
          .array(z.enum(ENGINES))
          .min(1)
          .refine((engines) => new Set(engines).size === engines.length, 'names an engine twice')
          .default(['dialogue', 'cascade', 'phrasebook'])
          .describe('what interprets, the preferred first; the next serves while it is not available'),
      })
      .prefault({}),
    kiosk: z
      .strictObject({
        guest_idle_s: z
          .number()
          .min(5)
          .max(3600)
          .default(120)
          .describe('after this time without a turn the guest is taken to have left'),
        reassure_after_ms: milliseconds(15_000)
          .default(2000)
          .describe('after this time of waiting a soft tone plays'),
        outcome_shown_ms: milliseconds(60_000)
          .default(3000)
          .describe('how long the outcome of a turn is shown'),
        listen_cue: z
          .boolean()
          .default(false)
          .describe('a tone answers a press; who speaks before it ends loses the first words'),
        quiet_from: timeOfDay
          .optional()
          .describe('from this local time on only what is needed is lit: "22:00"'),
        quiet_to: timeOfDay.optional().describe('until this: "06:30"'),
      })
      .prefault({}),
    microphone: z
      .strictObject({
        device: z
          .string()
          .min(1)
          .optional()
          .describe('an ALSA device in place of a card: "plughw:CARD=Device,DEV=0"; see arecord -L'),
        card: z
          .string()
          .min(1)
          .optional()
          .describe(
            'the sound card, "Device" or "usb:1-1.3", as `dragoman devices` shows it; else the first on USB',
          ),
        channel: z
          .int()
          .min(0)
          .max(31)
          .optional()
          .describe('the channel that is recorded, from 0; else both of two, the first of more'),
        gain_percent: z
          .int()
          .min(0)
          .max(100)
          .optional()
          .describe("level of the card's own mixer, set at start; else left as it is"),
        listen: z
          .enum(['always', 'pressed'])
          .default('always')
          .describe('always: also between presses, in memory only, for what is said just before a press'),
      })
      .prefault({}),
    loudspeaker: z
      .strictObject({
        driver: z.enum(['speaker', 'aplay']).default('speaker').describe('the program that plays'),
        device: z
          .string()
          .min(1)
          .optional()
          .describe('an ALSA device in place of a card: "plughw:CARD=Device,DEV=0"; see aplay -L'),
        card: z
          .string()
          .min(1)
          .optional()
          .describe(
            'the sound card, "Device" or "usb:1-1.3", as `dragoman devices` shows it; else the first on USB',
          ),
        mixer_percent: z
          .int()
          .min(0)
          .max(100)
          .default(90)
          .describe("level of the card's own mixer, set at start; `volume` comes on top"),
        volume: z.int().min(10).max(100).default(70).describe('volume in per cent, at start'),
        lead_in_ms: milliseconds(2000)
          .default(0)
          .describe('silence before each sound, for loudspeakers that cut off its start'),
        echo_tail_ms: milliseconds(2000)
          .default(250)
          .describe('the microphone ignores sound for this time after the device has played its own'),
      })
      .prefault({}),
    prompts: z
      .strictObject({
        folder: z
          .string()
          .min(1)
          .optional()
          .describe(
            'folder of the spoken prompts; else /var/lib/dragoman/prompts, in a checkout build/prompts',
          ),
      })
      .prefault({}),
    panel,
    turn: z
      .strictObject({
        tail_ms: milliseconds(2000)
          .default(150)
          .describe('sound captured after the release that still belongs to the turn'),
        mode: z
          .enum(['hold', 'tap', 'open'])
          .default('hold')
          .describe('hold: speak while pressing; tap: press, speak; open: press once, both talk hands-free'),
        silence_s: z
          .number()
          .min(3)
          .max(600)
          .default(30)
          .describe('hands-free: a conversation ends when nobody has spoken for this time'),
        hold_limit_s: z.number().min(1).max(300).default(60).describe('a longer press ends the turn'),
        deliver_within_s: z
          .number()
          .min(2)
          .max(60)
          .default(15)
          .describe(
            'an utterance that could not be delivered within this time after the release is given up',
          ),
      })
      .prefault({}),
    // Silero v6 at 0.3/0.21 kept 99.8 % of the speech of real recordings, 92 % at 0 dB babble, and missed 2 of
    // 672 utterances; where music leaks in, 0.5/0.35.
    gate: z
      .strictObject({
        open_threshold: probability
          .default(0.3)
          .describe('probability from which sound counts as speech while the gate is closed'),
        close_threshold: probability.default(0.21).describe('the same while the gate is open'),
        pre_roll_ms: milliseconds(2000).default(300).describe('sound sent before the first speech'),
        hangover_ms: milliseconds(5000).default(500).describe('sound sent after the last speech'),
        max_pause_ms: milliseconds(10_000).default(1000).describe('inner pauses up to this are kept whole'),
        end_after_ms: milliseconds(10_000)
          .default(800)
          .describe('hands-free: this much silence ends an utterance'),
        min_speech_ms: milliseconds(2000)
          .default(200)
          .describe('hands-free: less speech than this in all is a click or a cough'),
        max_utterance_s: z
          .int()
          .min(1)
          .max(600)
          .default(60)
          .describe('hands-free: an utterance ends after this time'),
      })
      .prefault({}),
    live: z
      .strictObject({
        models: z
          .array(z.string().min(1))
          .min(1)
          .default(['gemini-3.8-live'])
          .describe('the first that the service offers is used'),
        voice: z.string().optional().describe("a prebuilt voice of the service, like 'Kore'"),
        language_hints: z
          .boolean()
          .default(false)
          .describe(
            "sends the service both languages where the guest's was chosen; newer than its published protocol",
          ),
        connect_timeout_ms: milliseconds(60_000)
          .default(4000)
          .describe('longest time until the WebSocket is open'),
        setup_timeout_ms: milliseconds(60_000)
          .default(4000)
          .describe('longest time from there to setupComplete'),
        answer_timeout_ms: milliseconds(60_000)
          .default(6000)
          .describe('longest time from the end of the utterance to the first translated sound'),
        answer_stall_ms: milliseconds(60_000)
          .default(4000)
          .describe('longest time between two messages of an answer'),
        uplink_stall_ms: milliseconds(60_000)
          .default(4000)
          .describe('longest time for the network to take waiting sound'),
        max_unsent_kib: z
          .int()
          .min(16)
          .max(4096)
          .default(128)
          .describe('amount of waiting sound at which the sender pauses'),
        spare_idle_s: z
          .number()
          .min(0)
          .max(540)
          .default(60)
          .describe('how long an unused connection is kept'),
        turns_per_connection: z
          .int()
          .min(1)
          .max(1000)
          .default(1)
          .describe('1: each turn pays for itself only; more: the session goes on while the guest stays'),
        connection_life_s: z
          .number()
          .min(10)
          .max(3600)
          .default(520)
          .describe('at this age a connection is handed over between turns; the service asks for it at 540'),
        compress_at_tokens: z
          .int()
          .min(1000)
          .max(100_000)
          .default(2000)
          .describe(
            "with more turns per connection: when the session's context is compressed, to half of it",
          ),
      })
      .prefault({}),
    glossary: z
      .record(z.string(), z.string())
      .prefault({})
      .transform((terms, context) => {
        const glossary = Object.entries(terms).map(
          ([term, meaning]): GlossaryTerm => (meaning === '' ? { term } : { term, meaning }),
        );
        try {
          checkGlossary(glossary);
        } catch (error) {
          context.addIssue({ code: 'custom', message: (error as Error).message });
        }
        return glossary;
      })
      .describe('terms of the house (rooms, dishes, streets): what each is, or "" to keep it as it is'),
    translate: z
      .strictObject({
        models: z
          .array(z.string().min(1))
          .min(1)
          .default(['gemini-3.5-live-translate-preview'])
          .describe('models of the engine translate; the first that the service offers is used'),
      })
      .prefault({}),
    cascade: z
      .strictObject({
        hearing_models: z
          .array(z.string().min(1))
          .min(1)
          .default(['gemini-3.5-flash-lite', 'gemini-3.8-flash'])
          .describe(
            'models that hear the utterance and translate it; the first that the service offers is used',
          ),
        speech_models: z
          .array(z.string().min(1))
          .min(1)
          .default(['gemini-3.8-flash-lite-tts', 'gemini-3.8-flash-tts'])
          .describe('models that speak the translation; the first that the service offers is used'),
        hearing_timeout_ms: milliseconds(60_000)
          .default(8000)
          .describe('longest time from the end of the utterance to its translation'),
        speech_timeout_ms: milliseconds(60_000)
          .default(6000)
          .describe('longest time from there to the first sound'),
      })
      .prefault({}),
    phrasebook: z
      .strictObject({
        file: z
          .string()
          .min(1)
          .optional()
          .describe(
            'phrases and languages of your own over the built-in ones (JSON); see docs/operator/phrasebook.md',
          ),
        idle_s: z
          .number()
          .min(10)
          .max(86_400)
          .default(600)
          .describe('how long its process (some 150 MB) stays when it is not used'),
      })
      .prefault({}),
    budget: z
      .strictObject({
        tail_ms: milliseconds(10_000).default(150),
        gate_ms: milliseconds(10_000).default(20),
        uplink_ms: milliseconds(10_000).default(50),
        service_ms: milliseconds(10_000).default(900),
        downlink_ms: milliseconds(10_000).default(50),
        playback_ms: milliseconds(10_000).default(80),
      })
      .prefault({})
      .describe('what each stage from release to the first translated sound may take'),
    spending: z
      .strictObject({
        folder: z
          .string()
          .min(1)
          .optional()
          .describe('folder of the ledger; else /var/lib/dragoman/ledger, in a checkout build/ledger'),
        daily_budget: z
          .number()
          .min(0)
          .optional()
          .describe('dollars a day, from midnight to midnight; twice as much in any 24 hours'),
        monthly_budget: z.number().min(0).optional().describe('dollars a calendar month'),
        when_warned: z
          .enum(['same', 'cheaper'])
          .default('cheaper')
          .describe('cheaper: from the warning on the cheapest engine comes first'),
        when_spent: z
          .enum(['same', 'cheaper', 'phrasebook', 'stop'])
          .default('phrasebook')
          .describe('phrasebook: only what costs nothing; stop: nothing, and the lights show it'),
        warn_at: probability.default(0.8).describe('share of a budget from which there is a warning'),
      })
      .prefault({}),
    update: z
      .strictObject({
        public_keys: z
          .array(minisignKey)
          .default([])
          .describe(
            'public keys (minisign) of those who may sign packages for `dragoman update`; docs/operator/updates.md',
          ),
        not_after: z
          .record(minisignKey, z.iso.date('is no date in quotes, like "2027-06-30"'))
          .default({})
          .describe('last day (UTC) of public keys that are to end: { "RW…" = "2027-06-30" }'),
      })
      .superRefine(({ public_keys, not_after }, context) => {
        for (const key of Object.keys(not_after).filter((key) => !public_keys.includes(key))) {
          context.addIssue({ code: 'custom', path: ['not_after', key], message: 'is none of public_keys' });
        }
      })
      .prefault({}),
    control: z
      .strictObject({
        socket: z
          .string()
          .startsWith('/', 'must be a whole path, from /')
          .refine((file) => Buffer.byteLength(file) <= SOCKET_PATH_BYTES, {
            message: `is longer than a socket's path may be (${SOCKET_PATH_BYTES} bytes)`,
          })
          .optional()
          .describe(
            'socket by which commands reach the daemon; else /run/dragoman/control.sock, in a checkout build/run/control.sock',
          ),
      })
      .prefault({}),
  })
  .describe('the settings of a desk');

export type Config = z.output<typeof configSchema>;

/** The host's language, where one has to do. */
export function hostLanguage({ languages }: Config): string {
  return languages.host[0] ?? 'en';
}

/** The configuration that an empty file stands for. */
export function defaultConfig(): Config {
  return configSchema.parse({});
}
