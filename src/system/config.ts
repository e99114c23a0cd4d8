import { access, readFile } from 'node:fs/promises';
import leven from 'leven';
import { type AST, getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { z } from 'zod';
import { ENGINES } from '../kiosk/engines.ts';
import { knownLanguage, sameLanguage } from '../kiosk/languages.ts';
import { checkGlossary, type GlossaryTerm } from '../turn/glossary.ts';

/** A BCP-47 code in its canonical form. */
const language = z.string().transform((code, context) => knownLanguage(code) ?? refused(context));

/** One of them, or several as a list. */
const languages = z
  .union([z.string(), z.array(z.string()).min(1)], 'is no language code, nor a list of them')
  .transform((given, context) => [given].flat().map((code) => knownLanguage(code) ?? refused(context)));

function refused(context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom', message: 'is no language code like "en" or "pt-BR" (BCP-47)' });
  return z.NEVER;
}

/** What the kernel takes as the path of a unix socket (unix(7): sun_path, 108 with the zero behind it). */
const SOCKET_PATH_BYTES = 107;

/** Base64 of 42 bytes: "Ed", the key's id, the key (minisign's documentation, "Public key format"). */
const MINISIGN_KEY = /^RW[\w+/]{54}$/;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day like "22:00"');
/** A GPIO line of the chip. */
const line = z.int().min(0).max(1023);
const milliseconds = (max: number) => z.int().min(0).max(max);
const probability = z.number().min(0).max(1);

/** The lines that are set in a table, with where they are set. */
function wiresUnder(path: readonly string[], table: Readonly<Record<string, number | undefined>>) {
  return Object.entries(table).flatMap(([key, number]) =>
    number === undefined ? [] : [{ path: [...path, key], number }],
  );
}

/** The one schema of the configuration file: types, defaults, documentation and errors come from it. */
export const configSchema = z
  .strictObject({
    service: z
      .strictObject({
        base_url: z
          .url({ protocol: /^https?$/ })
          .optional()
          .describe("http(s) address in place of Google's"),
        api_version: z
          .string()
          .regex(/^v\d\w*$/)
          .default('v1beta')
          .describe('Live models and their documentation are on v1beta; the SDK would use v1'),
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
            'an idle desk looks so often whether the service can be reached, at no cost; 0 for never',
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
          .describe('languages of guests that the language button goes through'),
      })
      .prefault({}),
    interpreters: z
      .strictObject({
        engines: z
          .array(z.enum(ENGINES))
          .min(1)
          .refine((engines) => new Set(engines).size === engines.length, 'names an engine twice')
          .default(['dialogue', 'cascade', 'phrasebook'])
          .describe('what interprets, the preferred first; the next serves while it is away'),
      })
      .prefault({}),
    kiosk: z
      .strictObject({
        guest_idle_s: z
          .number()
          .min(5)
          .max(3600)
          .default(120)
          .describe('after this without a turn a guest has left'),
        reassure_after_ms: milliseconds(15_000)
          .default(2000)
          .describe('waiting for longer is told by a soft cue'),
        outcome_shown_ms: milliseconds(60_000)
          .default(3000)
          .describe('how long what became of a turn is shown'),
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
          .describe('a name of ALSA\'s own in place of a card: "plughw:CARD=Device,DEV=0"; see arecord -L'),
        card: z
          .string()
          .min(1)
          .optional()
          .describe('"Device" or "usb:1-1.3", as `dragoman devices` shows it; else the first on USB'),
        gain_percent: z
          .int()
          .min(0)
          .max(100)
          .optional()
          .describe("of the card's own mixer, at start; else left as it is"),
        listen: z
          .enum(['always', 'pressed'])
          .default('always')
          .describe('always: into the pre-roll, in memory only'),
      })
      .prefault({}),
    loudspeaker: z
      .strictObject({
        driver: z.enum(['speaker', 'aplay']).default('speaker').describe('the program that plays'),
        device: z
          .string()
          .min(1)
          .optional()
          .describe('a name of ALSA\'s own in place of a card: "plughw:CARD=Device,DEV=0"; see aplay -L'),
        card: z
          .string()
          .min(1)
          .optional()
          .describe('"Device" or "usb:1-1.3", as `dragoman devices` shows it; else the first on USB'),
        mixer_percent: z
          .int()
          .min(0)
          .max(100)
          .default(90)
          .describe("level of the card's own mixer, set at start; `volume` comes on top"),
        volume: z.int().min(10).max(100).default(70).describe('per cent, at start'),
        lead_in_ms: milliseconds(2000)
          .default(0)
          .describe('silence first, for loudspeakers that swallow starts'),
        echo_tail_ms: milliseconds(2000)
          .default(250)
          .describe('the microphone is deaf for this behind its own sound'),
      })
      .prefault({}),
    prompts: z
      .strictObject({
        folder: z
          .string()
          .min(1)
          .optional()
          .describe('of the spoken prompts; else /var/lib/dragoman/prompts, in a checkout build/prompts'),
      })
      .prefault({}),
    panel: z
      .strictObject({
        driver: z.enum(['gpio', 'terminal', 'none']).default('gpio').describe('buttons and lights'),
        gpio: z
          .enum(['auto', 'sysfs', 'chardev'])
          .default('auto')
          .describe('the way to the lines; auto: sysfs where the kernel has it, else the character device'),
        chip: z
          .string()
          .min(1)
          .optional()
          .describe('label of the GPIO chip; else the header of a Raspberry Pi'),
        buttons_active_low: z.boolean().default(true).describe('a button pulls its line to ground'),
        leds_active_low: z.boolean().default(false).describe('a line at ground lights its LED'),
        buttons: z
          .strictObject({
            talk: line.optional(),
            'talk-host': line.optional(),
            'talk-guest': line.optional(),
            repeat: line.optional(),
            'volume-up': line.optional(),
            'volume-down': line.optional(),
            language: line.optional(),
            mute: line.optional(),
          })
          .prefault({ talk: 17 })
          .describe('BCM numbers'),
        leds: z
          .strictObject({
            talk: line.optional(),
            connection: line.optional(),
            host: line.optional(),
            guest: line.optional(),
            reconnect: line.optional(),
            languages: z.record(language, line).prefault({}).describe('by language code'),
          })
          .prefault({ talk: 22, connection: 27, reconnect: 23 })
          .describe('BCM numbers'),
      })
      .prefault({}),
    turn: z
      .strictObject({
        tail_ms: milliseconds(2000)
          .default(150)
          .describe('sound captured after the release that still belongs'),
        mode: z
          .enum(['hold', 'tap', 'open'])
          .default('hold')
          .describe('hold: speak while pressing; tap: press, speak; open: press once, both talk hands-free'),
        silence_s: z
          .number()
          .min(3)
          .max(600)
          .default(30)
          .describe('hands-free: a conversation ends when nobody has spoken for so long'),
        hold_limit_s: z.number().min(1).max(300).default(60).describe('a longer press ends the turn'),
        deliver_within_s: z
          .number()
          .min(2)
          .max(60)
          .default(15)
          .describe('an utterance that could not be delivered so long after the release is given up'),
      })
      .prefault({}),
    // Silero v6 at 0.3/0.21 kept 99.8 % of the speech of real recordings, 92 % at 0 dB babble, and missed 2 of
    // 672 utterances; where music leaks in, 0.5/0.35.
    gate: z
      .strictObject({
        open_threshold: probability
          .default(0.3)
          .describe('probability from which sound is speech, gate shut'),
        close_threshold: probability.default(0.21).describe('the same while the gate is open'),
        pre_roll_ms: milliseconds(2000).default(300).describe('sound sent before the first speech'),
        hangover_ms: milliseconds(5000).default(500).describe('sound sent behind the last speech'),
        max_pause_ms: milliseconds(10_000).default(1000).describe('inner pauses up to this are kept whole'),
        end_after_ms: milliseconds(10_000)
          .default(800)
          .describe('hands-free: so much silence ends an utterance'),
        min_speech_ms: milliseconds(2000)
          .default(200)
          .describe('hands-free: less speech than this in all is a click or a cough'),
        max_utterance_s: z
          .int()
          .min(1)
          .max(600)
          .default(60)
          .describe('hands-free: an utterance ends after so long'),
      })
      .prefault({}),
    live: z
      .strictObject({
        models: z
          .array(z.string().min(1))
          .min(1)
          .default(['gemini-3.1-flash-live-preview', 'gemini-3.8-live'])
          .describe('the first that the service offers is used'),
        voice: z.string().optional().describe("a prebuilt voice of the service, like 'Kore'"),
        language_hints: z
          .boolean()
          .default(false)
          .describe(
            "tells the service both languages where the guest's was chosen; newer than its published protocol",
          ),
        connect_timeout_ms: milliseconds(60_000).default(4000).describe('to the open WebSocket'),
        setup_timeout_ms: milliseconds(60_000).default(4000).describe('from there to setupComplete'),
        answer_timeout_ms: milliseconds(60_000)
          .default(6000)
          .describe('utterance sent to first translated sound'),
        answer_stall_ms: milliseconds(60_000).default(4000).describe('between two messages of an answer'),
        uplink_stall_ms: milliseconds(60_000).default(4000).describe('for the network to take waiting sound'),
        max_unsent_kib: z
          .int()
          .min(16)
          .max(4096)
          .default(128)
          .describe('waiting sound before the sender pauses'),
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
          .describe('of the engine translate; the first that the service offers'),
      })
      .prefault({}),
    cascade: z
      .strictObject({
        hearing_models: z
          .array(z.string().min(1))
          .min(1)
          .default(['gemini-3.5-flash-lite', 'gemini-3.8-flash'])
          .describe('hears the utterance and translates it; the first that the service offers'),
        speech_models: z
          .array(z.string().min(1))
          .min(1)
          .default(['gemini-3.8-flash-lite-tts', 'gemini-3.8-flash-tts', 'gemini-3.1-flash-tts-preview'])
          .describe('speaks the translation; likewise'),
        hearing_timeout_ms: milliseconds(60_000).default(8000).describe('utterance sent to its translation'),
        speech_timeout_ms: milliseconds(60_000).default(6000).describe('from there to the first sound'),
      })
      .prefault({}),
    phrasebook: z
      .strictObject({
        file: z
          .string()
          .min(1)
          .optional()
          .describe(
            'phrases and languages of your own over the built-in ones (JSON); see docs/phrasebook.md',
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
          .describe('of the ledger; else /var/lib/dragoman/ledger, in a checkout build/ledger'),
        daily_budget: z.number().min(0).optional().describe('dollars from midnight to midnight'),
        monthly_budget: z.number().min(0).optional().describe('dollars a calendar month'),
        when_warned: z
          .enum(['same', 'cheaper'])
          .default('cheaper')
          .describe('cheaper: from the warning on the cheapest engine comes first'),
        when_spent: z
          .enum(['same', 'cheaper', 'phrasebook', 'stop'])
          .default('phrasebook')
          .describe('phrasebook: nothing that costs any more; stop: nothing at all, visibly'),
        warn_at: probability.default(0.8).describe('the share of a budget from which there is a warning'),
      })
      .prefault({}),
    update: z
      .strictObject({
        public_keys: z
          .array(
            z.string().regex(MINISIGN_KEY, 'is no public key of minisign: the line "RW…" of its .pub file'),
          )
          .default([])
          .describe('of those who may sign packages for `dragoman update` (minisign); docs/updates.md'),
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
            'where `dragoman status` reaches the daemon; else /run/dragoman/control.sock, in a checkout build/run/control.sock',
          ),
      })
      .prefault({}),
  })
  .refine(({ languages: { host, guest } }) => !host.some((code) => sameLanguage(code, guest)), {
    path: ['languages', 'guest'],
    message: "must be another language than the host's",
  })
  .refine(
    ({ languages: { host, guests } }) =>
      !guests.some((guest) => host.some((code) => sameLanguage(guest, code))),
    {
      path: ['languages', 'guests'],
      message: "must not hold the host's language",
    },
  )
  .refine(
    ({ interpreters: { engines }, panel: { buttons } }) =>
      engines.some((engine) => engine !== 'translate') || buttons.talk === undefined,
    {
      path: ['interpreters', 'engines'],
      message:
        'translate has to know who speaks: it needs two buttons (talk-host, talk-guest), or another engine beside it',
    },
  )
  .refine(({ kiosk }) => (kiosk.quiet_from === undefined) === (kiosk.quiet_to === undefined), {
    path: ['kiosk'],
    message: 'quiet_from and quiet_to belong together',
  })
  .superRefine(({ panel }, context) => {
    const { languages, ...leds } = panel.leds;
    const wires = [
      ...wiresUnder(['panel', 'buttons'], panel.buttons),
      ...wiresUnder(['panel', 'leds'], leds),
      ...wiresUnder(['panel', 'leds', 'languages'], languages),
    ];
    const seen = new Map<number, string>();
    for (const { path, number } of wires) {
      const other = seen.get(number);
      if (other !== undefined) {
        context.addIssue({ code: 'custom', path, message: `line ${number} is already that of ${other}` });
      }
      seen.set(number, path.join('.'));
    }
  })
  .refine((config) => config.gate.close_threshold <= config.gate.open_threshold, {
    path: ['gate', 'close_threshold'],
    message: 'must not be above gate.open_threshold',
  });

export type Config = z.output<typeof configSchema>;

/** The host's language, where one has to do. */
export function hostLanguage({ languages }: Config): string {
  return languages.host[0] ?? 'en';
}

/** A configuration that can't be used. Each problem names file, line and key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Where the configuration lies on an installed device. */
export const CONFIG_FILE = '/etc/dragoman/dragoman.toml';

/** The configuration in a file, or the installed one if there is any, or the defaults. @throws ConfigError */
export async function configurationAt(file: string | undefined): Promise<Config> {
  const own = file ?? (await installedConfig());
  return own === undefined ? defaultConfig() : loadConfig(own);
}

/** The installed configuration, where there is one. */
export function installedConfig(): Promise<string | undefined> {
  return access(CONFIG_FILE).then(
    () => CONFIG_FILE,
    () => undefined,
  );
}

/** All that an updater wants to know. Part of the frame: it may be older than the release that the file is for. */
const updaterSchema = z.object({ update: configSchema.shape.update, control: configSchema.shape.control });
export type UpdaterSettings = z.output<typeof updaterSchema>;

/** As configurationAt, but of a file that may be wrong in everything else. @throws ConfigError */
export async function updaterSettingsAt(file: string | undefined): Promise<UpdaterSettings> {
  const own = file ?? (await installedConfig());
  return own === undefined ? defaultConfig() : checked(updaterSchema, await readConfig(own), own, 'left out');
}

/** The configuration that an empty file stands for. */
export function defaultConfig(): Config {
  return configSchema.parse({});
}

/**
 * Reads and checks a configuration file.
 * @throws ConfigError with all problems, one a line: file:line: key: what is wrong
 */
export async function loadConfig(file: string): Promise<Config> {
  return parseConfig(await readConfig(file), file);
}

/** The text of a configuration file. @throws ConfigError when it can't be read */
export async function readConfig(file: string): Promise<string> {
  try {
    // Editors on Windows put a mark in front, which is none of TOML's.
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Checks the text of a configuration.
 * @param file its name in errors
 * @param unknown what becomes of settings that there are not: a file that was right for another release may have some
 * @throws ConfigError
 */
export function parseConfig(text: string, file: string, unknown: Unknown = 'refused'): Config {
  return checked(configSchema, text, file, unknown);
}

type Unknown = 'refused' | 'left out';

function checked<S extends z.ZodType>(schema: S, text: string, file: string, unknown: Unknown): z.output<S> {
  let ast: AST.TOMLProgram;
  try {
    ast = parseTOML(text, { tomlVersion: '1.0.0' });
  } catch (error) {
    const { lineNumber, message } = error as { lineNumber?: number; message: string };
    throw new ConfigError(`${file}:${lineNumber ?? 1}: is no TOML: ${message}`);
  }
  const given = getStaticTOMLValue(ast);
  let result = schema.safeParse(given);
  if (!result.success && unknown === 'left out') {
    for (const issue of result.error.issues) leaveOut(issue, given);
    result = schema.safeParse(given);
  }
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      const found = valueAt(given, issue.path);
      const shown = found === undefined ? '' : ` (found ${JSON.stringify(found)})`;
      return [`${file}:${lineOf(ast, issue.path)}: ${issue.path.join('.')}: ${issue.message}${shown}`];
    }
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return `${file}:${lineOf(ast, path)}: ${path.join('.')}: there is no such setting${suggestion(issue.path, key)}`;
    });
  });
  throw new ConfigError(problems.join('\n'));
}

function leaveOut(issue: z.core.$ZodIssue, given: unknown): void {
  const table = valueAt(given, issue.path);
  if (issue.code !== 'unrecognized_keys' || typeof table !== 'object' || table === null) return;
  for (const key of issue.keys) Reflect.deleteProperty(table, key);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}

/** The known setting that was probably meant, or all that there are. */
function suggestion(path: readonly PropertyKey[], key: string): string {
  if (/api.?key|^key$|secret|token/i.test(key)) {
    return '; the key never belongs in this file: "sudo dragoman key set" stores it';
  }
  const known = Object.keys(propertiesAt(path));
  const nearest = known.toSorted((a, b) => leven(a, key) - leven(b, key))[0];
  if (nearest === undefined) return '';
  // Beyond half of its letters it is another word.
  if (leven(nearest, key) <= Math.max(2, key.length / 2)) return `; did you mean ${nearest}?`;
  return `; there is ${known.join(', ')}`;
}

interface JsonSchema {
  readonly properties?: Record<string, JsonSchema>;
  readonly description?: string;
  readonly default?: unknown;
}

/** The configuration as JSON Schema: for what is generated from it. */
export function configJsonSchema(): JsonSchema {
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

function propertiesAt(path: readonly PropertyKey[]): Record<string, JsonSchema> {
  let schema: JsonSchema | undefined = configJsonSchema();
  for (const key of path) schema = schema?.properties?.[String(key)];
  return schema?.properties ?? {};
}

/** The line on which the deepest part of the path that is in the file is set; 1 where none is. */
function lineOf(ast: AST.TOMLProgram, path: readonly PropertyKey[]): number {
  let best = { depth: 0, line: 1 };
  const visit = (nodes: readonly AST.TOMLNode[], at: readonly string[]) => {
    for (const node of nodes) {
      if (node.type === 'TOMLTable') {
        const key = [...at, ...node.resolvedKey.map(String)];
        note(key, node.loc.start.line);
        visit(node.body, key);
      } else if (node.type === 'TOMLKeyValue') {
        const names = node.key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
        const key = [...at, ...names];
        note(key, node.loc.start.line);
        if (node.value.type === 'TOMLInlineTable') visit(node.value.body, key);
      }
    }
  };
  const note = (key: readonly string[], line: number) => {
    const fits = key.every((part, i) => String(path[i]) === part);
    if (fits && key.length > best.depth) best = { depth: key.length, line };
  };
  visit(ast.body[0].body, []);
  return best.line;
}
