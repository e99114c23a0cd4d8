import { z } from 'zod';
import { ENGINES } from '../../kiosk/engines.ts';
import { checkGlossary, type GlossaryTerm } from '../../turn/glossary.ts';
import {
  count,
  everyday,
  flag,
  language,
  languages,
  milliseconds,
  oneOf,
  probability,
  seconds,
  table,
  text,
  timeOfDay,
} from './values.ts';

const CARD =
  'The sound card, like "Device" or "usb:1-1.3"; `dragoman devices` lists them. Without it, the first card on USB is used.';
const DEVICE = (program: string) =>
  `An ALSA device in place of a card, like "plughw:CARD=Device,DEV=0"; "${program} -L" lists them.`;

/** The tables of what happens at the desk: who talks, how, and through which devices. */
export const deskTables = {
  desk: table({
    name: z
      .string()
      .min(1)
      .max(60)
      .regex(/^[^\p{Cc}]*$/u, 'has a character that cannot be printed')
      .meta({
        ...everyday('The name of this desk, as the printed pages show it.'),
        examples: ['Hotel Sol, reception'],
      })
      .optional(),
  }),
  languages: table({
    host: languages
      .prefault('en')
      .meta(everyday("The host's language, or a list: the first holds until another is heard.")),
    guest: language.prefault('es').meta(everyday("The guest's language while no guest has been heard.")),
    guests: z
      .array(language)
      .default([])
      .meta(everyday('The languages among which the language button chooses.')),
  }),
  interpreters: table({
    engines: z
      .array(z.enum(ENGINES))
      .min(1)
      .refine((engines) => new Set(engines).size === engines.length, 'names an engine twice')
      .default(['dialogue', 'cascade', 'phrasebook'])
      .meta(
        everyday('What interprets. The next one in the list serves while those before it are not available.'),
      ),
  }),
  kiosk: table({
    guest_idle_s: seconds(5, 3600, 120).meta(
      everyday('The guest is taken to have left after this time without a turn.'),
    ),
    reassure_after_ms: milliseconds(15_000, 2000).describe('A soft tone plays after this time of waiting.'),
    outcome_shown_ms: milliseconds(60_000, 3000).describe(
      'The lights show the outcome of a turn for this time.',
    ),
    listen_cue: flag(false).meta(
      everyday('A tone answers each press. Whoever speaks before it ends loses the first words.'),
    ),
    quiet_from: timeOfDay.meta(
      everyday(
        'From this local time, only the necessary lights are on, and no tone comes without a press: "22:00".',
      ),
    ),
    quiet_to: timeOfDay.meta(everyday('This local time ends it: "06:30".')),
  }),
  microphone: table({
    device: text.describe(DEVICE('arecord')),
    card: text.meta(everyday(CARD)),
    channel: z
      .int()
      .min(0)
      .max(31)
      .optional()
      .describe('The channel that is recorded, from 0. Without it: both of two, the first of more.'),
    gain_percent: z
      .int()
      .min(0)
      .max(100)
      .optional()
      .meta(everyday("The level of the card's own mixer, set at the start. Without it, the level is kept.")),
    listen: oneOf(['always', 'pressed'], 'always').meta(
      everyday(
        'With "always" it also records between presses, in memory only, for words just before a press.',
      ),
    ),
  }),
  loudspeaker: table({
    driver: oneOf(['speaker', 'aplay'], 'speaker').describe('The program that plays.'),
    device: text.describe(DEVICE('aplay')),
    card: text.meta(everyday(CARD)),
    mixer_percent: count(0, 100, 90).meta(
      everyday("The level of the card's own mixer, set at the start. The volume is applied in addition."),
    ),
    volume: count(10, 100, 70).meta(everyday('The volume at the start, in per cent.')),
    lead_in_ms: milliseconds(2000, 0).describe(
      'Silence before each sound, for loudspeakers that cut off the beginning.',
    ),
    echo_tail_ms: milliseconds(2000, 250).describe(
      'The microphone ignores all sound for this time after the loudspeaker has played.',
    ),
  }),
  prompts: table({
    folder: text.describe(
      'The folder of the spoken prompts. Without it: /var/lib/dragoman/prompts, in a checkout build/prompts.',
    ),
  }),
  turn: table({
    tail_ms: milliseconds(2000, 150).describe('Sound up to this time after the release belongs to the turn.'),
    mode: oneOf(['hold', 'tap', 'open'], 'hold').meta(
      everyday(
        'With "hold" people press and speak, with "tap" they press once and speak, with "open" both then talk hands-free.',
      ),
    ),
    silence_s: seconds(3, 600, 30).meta(
      everyday('A hands-free conversation ends when nobody has spoken for this time.'),
    ),
    hold_limit_s: seconds(1, 300, 60).meta(everyday('A longer press ends the turn.')),
    deliver_within_s: seconds(2, 60, 15).describe(
      'An utterance that could not be delivered within this time after the release is given up.',
    ),
  }),
  // Silero v6 at 0.3/0.21 kept 99.8 % of the speech of real recordings, 92 % at 0 dB babble, and missed 2 of
  // 672 utterances; where music leaks in, 0.5/0.35.
  gate: table({
    open_threshold: probability(0.3).describe(
      'Sound is speech from this probability on while the gate is closed.',
    ),
    close_threshold: probability(0.21).describe(
      'Sound is speech from this probability on while the gate is open.',
    ),
    pre_roll_ms: milliseconds(2000, 300).describe('Sound of this length is sent before the first speech.'),
    hangover_ms: milliseconds(5000, 500).describe('Sound of this length is sent after the last speech.'),
    max_pause_ms: milliseconds(10_000, 1000).describe(
      'Pauses within speech are sent whole up to this length.',
    ),
    end_after_ms: milliseconds(10_000, 800).describe('Hands-free, silence of this length ends an utterance.'),
    min_speech_ms: milliseconds(2000, 200).describe(
      'Hands-free, less speech than this is a click or a cough.',
    ),
    max_utterance_s: count(1, 600, 60).describe('Hands-free, an utterance ends after this time.'),
  }),
  glossary: z
    .record(z.string(), z.string())
    .prefault({})
    .transform((terms, context) => {
      const list = Object.entries(terms).map(
        ([term, meaning]): GlossaryTerm => (meaning === '' ? { term } : { term, meaning }),
      );
      try {
        checkGlossary(list);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
      }
      return list;
    })
    .meta(everyday('Names of the house (rooms, dishes, streets): what each is, or "" to keep it as it is.')),
  phrasebook: table({
    file: text.meta(
      everyday('A JSON file of your own phrases, over the built-in ones; see docs/operator/phrasebook.md.'),
    ),
    idle_s: seconds(10, 86_400, 600).describe(
      'The process (some 150 MB) ends when it was not used for this time.',
    ),
  }),
};
