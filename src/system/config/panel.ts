import { z } from 'zod';
import { language } from './languages.ts';

/** A GPIO line of the chip. */
const line = z
  .int()
  .min(0)
  .max(1023)
  .meta({ title: 'the bare BCM number of a pin', examples: [5] });

const BUTTONS = { talk: 17 };
const LEDS = { talk: 22, connection: 27, trouble: 23 };

/** The former name of `trouble`. */
const OLD_NAME = 'reconnect';

/** Buttons and lights, and where they are. */
export const panel = z
  .strictObject({
    driver: z.enum(['gpio', 'terminal', 'none']).default('gpio').describe('buttons and lights'),
    gpio: z
      .enum(['auto', 'sysfs', 'chardev'])
      .default('auto')
      .describe('the way to the lines; auto: sysfs where the kernel has it, else the character device'),
    chip: z.string().min(1).optional().describe('label of the GPIO chip; else the header of a Raspberry Pi'),
    buttons_active_low: z.boolean().default(true).describe('a button pulls its line to ground'),
    leds_active_low: z.boolean().default(false).describe('a line at ground lights its LED'),
    buttons: z
      .preprocess(
        (given) => overDefaults(isTwoButtons(given) ? {} : BUTTONS, given),
        z.strictObject({
          talk: line.optional(),
          'talk-host': line.optional(),
          'talk-guest': line.optional(),
          repeat: line.optional(),
          'volume-up': line.optional(),
          'volume-down': line.optional(),
          language: line.optional(),
          mute: line.optional(),
        }),
      )
      .prefault(BUTTONS)
      .describe('BCM numbers; false: there is no such button. Two talk buttons take the place of one'),
    leds: z
      .preprocess(
        (given) => overDefaults(LEDS, inNewWords(given)),
        z.strictObject({
          talk: line.optional(),
          connection: line.optional(),
          host: line.optional(),
          guest: line.optional(),
          trouble: line.optional(),
          languages: z.record(language, line).prefault({}).describe('by language code'),
        }),
      )
      .prefault(LEDS)
      .describe('BCM numbers; false: there is no such light'),
  })
  .prefault({});

/** A table of the file over the defaults, key by key, without what is switched off. */
function overDefaults(defaults: Readonly<Record<string, number>>, given: unknown): unknown {
  if (!isTable(given)) return given;
  return Object.fromEntries(Object.entries({ ...defaults, ...given }).filter(([, pin]) => pin !== false));
}

function isTwoButtons(given: unknown): boolean {
  return isTable(given) && ('talk-host' in given || 'talk-guest' in given);
}

function inNewWords(given: unknown): unknown {
  if (!isTable(given) || !(OLD_NAME in given) || 'trouble' in given) return given;
  const { [OLD_NAME]: trouble, ...rest } = given;
  return { ...rest, trouble };
}

function isTable(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}
