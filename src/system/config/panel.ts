import { z } from 'zod';
import { isObject } from '../../base/foreign-text.ts';
import { everyday, flag, language, oneOf, table, text } from './values.ts';

/** A GPIO line of the chip. */
const pin = z
  .int()
  .min(0)
  .max(1023)
  .meta({ title: 'the bare BCM number of a pin', examples: [5] });
const line = pin.optional();

const BUTTONS = { talk: 17 };
const LEDS = { talk: 22, connection: 27, trouble: 23 };

/** The former name of `trouble`. */
const OLD_NAME = 'reconnect';

/** Buttons and lights, and where they are. */
export const panel = table({
  driver: oneOf(['gpio', 'terminal', 'none'], 'gpio').meta(everyday('Where buttons and lights are.')),
  gpio: oneOf(['auto', 'sysfs', 'chardev'], 'auto').describe(
    'The way to the lines. With "auto" it is sysfs where the kernel has it, else the character device.',
  ),
  chip: text.describe('The label of the GPIO chip. Without it, the header of a Raspberry Pi is used.'),
  buttons_active_low: flag(true).describe('A pressed button connects its line to ground.'),
  leds_active_low: flag(false).describe('An LED is lit while its line is at ground.'),
  buttons: z
    .preprocess(
      (given) => overDefaults(isTwoButtons(given) ? {} : BUTTONS, given),
      z.strictObject({
        talk: line,
        'talk-host': line,
        'talk-guest': line,
        repeat: line,
        'volume-up': line,
        'volume-down': line,
        language: line,
        mute: line,
      }),
    )
    .prefault(BUTTONS)
    .meta(
      everyday(
        'BCM numbers; false: there is no such button. Two talk buttons (talk-host, talk-guest) replace the single one.',
      ),
    ),
  leds: z
    .preprocess(
      (given) => overDefaults(LEDS, inNewWords(given)),
      z.strictObject({
        talk: line,
        connection: line,
        host: line,
        guest: line,
        trouble: line,
        languages: z.record(language, pin).prefault({}).describe('The LED of each language, by its code.'),
      }),
    )
    .prefault(LEDS)
    .meta(everyday('BCM numbers; false: there is no such light.')),
});

type Panel = z.output<typeof panel>;

/** Whether each side has a talk button. */
export function hasTwoTalkButtons({ buttons }: Pick<Panel, 'buttons'>): boolean {
  return buttons['talk-host'] !== undefined && buttons['talk-guest'] !== undefined;
}

/** Whether a press shows which side speaks. */
export function speakerByButton({ driver, buttons }: Pick<Panel, 'driver' | 'buttons'>): boolean {
  return driver === 'gpio' && buttons.talk === undefined;
}

/** A table of the file over the defaults, key by key, without what is switched off. */
function overDefaults(defaults: Readonly<Record<string, number>>, given: unknown): unknown {
  if (!isObject(given)) return given;
  return Object.fromEntries(Object.entries({ ...defaults, ...given }).filter(([, pin]) => pin !== false));
}

function isTwoButtons(given: unknown): boolean {
  return isObject(given) && ('talk-host' in given || 'talk-guest' in given);
}

function inNewWords(given: unknown): unknown {
  if (!isObject(given) || !(OLD_NAME in given) || 'trouble' in given) return given;
  const { [OLD_NAME]: trouble, ...rest } = given;
  return { ...rest, trouble };
}

/** A button or a light, and the GPIO line that it is on. */
export interface Wire {
  /** Its place in the configuration. */
  readonly path: readonly string[];
  /** "talk", "language es". */
  readonly name: string;
  readonly kind: 'button' | 'LED';
  readonly line: number;
}

/** The buttons and then the lights of a panel on GPIO. */
export function wiresOf({
  panel: { buttons, leds },
}: {
  panel: Pick<Panel, 'buttons' | 'leds'>;
}): readonly Wire[] {
  const { languages, ...roles } = leds;
  const wires = (
    kind: Wire['kind'],
    path: readonly string[],
    lines: Readonly<Record<string, number | undefined>>,
    prefix = '',
  ) =>
    Object.entries(lines).flatMap(([key, line]): Wire[] =>
      line === undefined ? [] : [{ path: [...path, key], name: `${prefix}${key}`, kind, line }],
    );
  return [
    ...wires('button', ['panel', 'buttons'], buttons),
    ...wires('LED', ['panel', 'leds'], roles),
    ...wires('LED', ['panel', 'leds', 'languages'], languages, 'language '),
  ];
}
