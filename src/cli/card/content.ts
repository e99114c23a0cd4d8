import { FAULT_CODES, FAULTS, type FixedBy } from '../../kiosk/faults.ts';
import { FAST, flashes, type Look, lookInWords, OFF, ON, SLOW } from '../../kiosk/shown/looks.ts';
import { wordingOf } from '../../kiosk/wording.ts';
import { hasTwoTalkButtons } from '../../system/config/panel.ts';
import type { Config } from '../../system/config/schema.ts';
import type { CardWords } from '../../words/type.ts';
import { where } from '../text.ts';

export interface Light {
  readonly title: string;
  readonly rows: readonly (readonly [look: Look, says: string])[];
}

export interface TroubleRow {
  readonly look: Look;
  readonly name: string;
  readonly means: string;
  readonly doing: string;
}

export interface FaultRow {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly fixedBy: FixedBy;
}

/** The faults that the trouble light shows in the same way. */
export interface FaultRows {
  readonly look: Look;
  readonly name: string;
  readonly rows: readonly FaultRow[];
}

/** What stands on the card of a desk. */
export interface CardContent {
  readonly use: readonly string[];
  readonly buttons: readonly string[];
  /** Those that this desk has, except that of trouble. */
  readonly lights: readonly Light[];
  /** Empty where there is no such light. */
  readonly trouble: readonly TroubleRow[];
  readonly faults: readonly FaultRows[];
}

/** The looks of the fault table, in its order. */
const FAULT_LOOKS = [
  ...new Map(FAULT_CODES.map((code) => [lookInWords(FAULTS[code].look), FAULTS[code].look])).values(),
];

/** What the trouble light can do: dark, the looks of the fault table, and that of a dead daemon. */
export const TROUBLE_LOOKS: readonly Look[] = [OFF, ...FAULT_LOOKS, ON];

/** @param language that of the words, a BCP-47 code */
export function cardContent(
  language: string,
  words: CardWords,
  { panel, turn, interpreters }: Config,
): CardContent {
  const { buttons, leds } = panel;
  // Without a mute switch, nothing is ever muted.
  const looks = TROUBLE_LOOKS.filter((look) => buttons.mute !== undefined || look !== FAULTS.muted.look);
  const hasPhrases = interpreters.engines.includes('phrasebook');
  const { talk, connection, sides, languages } = words;
  const light = (title: string, ...rows: Light['rows']): Light => ({ title, rows });
  const row = (look: Look, says: string) => [look, says] as const;
  return {
    use: [words.use[turn.mode], ...where(hasTwoTalkButtons(panel), words.twoButtons), words.stop],
    buttons: [
      ...where(buttons.repeat !== undefined, words.buttons.repeat),
      ...where(
        buttons['volume-up'] !== undefined || buttons['volume-down'] !== undefined,
        words.buttons.volume,
      ),
      ...where(buttons.language !== undefined, words.buttons.language),
      ...where(buttons.mute !== undefined, words.buttons.mute),
    ],
    lights: [
      ...where(
        leds.talk !== undefined,
        light(
          talk.title,
          [ON, talk.listening],
          [FAST, talk.translating],
          [SLOW, talk.speaking],
          [flashes(1), talk.nothingSaid],
          [flashes(2), talk.notUnderstood],
          [flashes(3), talk.failed],
          ...where(hasPhrases, row(flashes(4), talk.confirm)),
        ),
      ),
      ...where(
        leds.connection !== undefined,
        light(
          connection.title,
          [ON, connection.ready],
          [SLOW, connection.connecting],
          [OFF, connection.off],
          ...where(hasPhrases, row(flashes(2), connection.limited)),
        ),
      ),
      ...where(
        leds.host !== undefined || leds.guest !== undefined,
        light(sides.title, [ON, sides.speaks], [SLOW, sides.hears]),
      ),
      ...where(
        Object.keys(leds.languages).length > 0,
        light(languages.title, [ON, languages.guest], [SLOW, languages.without], [OFF, languages.off]),
      ),
    ],
    trouble: leds.trouble === undefined ? [] : looks.map((look) => troubleRow(look, words)),
    faults: faultRows(language, words),
  };
}

function troubleRow(look: Look, { rows }: CardWords): TroubleRow {
  // A test ensures that every look has its words: the type can't.
  return { look, ...rows[lookInWords(look) as keyof CardWords['rows']] };
}

/** Every fault; without a hint where it passes by itself, and with a reference to one that has the same. */
function faultRows(language: string, words: CardWords): FaultRows[] {
  const idOf = new Map<string, string>();
  return FAULT_LOOKS.map((look) => {
    const codes = FAULT_CODES.filter((code) => FAULTS[code].look === look);
    const rows = codes.map((code): FaultRow => {
      const { id, fixedBy } = FAULTS[code];
      const { title, hint } = wordingOf(code, language);
      if (fixedBy === 'nobody') return { id, fixedBy, title, hint: '' };
      const before = idOf.get(hint);
      idOf.set(hint, before ?? id);
      return { id, fixedBy, title, hint: before === undefined ? hint : words.see.replace('{id}', before) };
    });
    return { look, name: troubleRow(look, words).name, rows };
  });
}
