import { FAULT_CODES, FAULTS, type FixedBy } from '../../kiosk/faults.ts';
import { FAST, flashes, type Look, lookInWords, OFF, ON, SLOW } from '../../kiosk/shown/looks.ts';
import { wordingOf } from '../../kiosk/wording.ts';
import type { Config } from '../../system/config/schema.ts';
import type { CardWords } from '../../words/type.ts';

/** What a look of a light says. */
export interface LightRow {
  readonly look: Look;
  readonly says: string;
}

export interface Light {
  readonly title: string;
  readonly rows: readonly LightRow[];
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
  const isTwoButtons = buttons['talk-host'] !== undefined && buttons['talk-guest'] !== undefined;
  // Without a mute switch, nothing is ever muted.
  const looks = TROUBLE_LOOKS.filter((look) => buttons.mute !== undefined || look !== FAULTS.muted.look);
  const where = <T>(isThere: boolean, what: T) => (isThere ? [what] : []);
  return {
    use: [words.use[turn.mode], ...where(isTwoButtons, words.twoButtons), words.stop],
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
      ...where(leds.talk !== undefined, talk(words, interpreters.engines.includes('phrasebook'))),
      ...where(leds.connection !== undefined, connection(words, interpreters.engines.includes('phrasebook'))),
      ...where(leds.host !== undefined || leds.guest !== undefined, {
        title: words.sides.title,
        rows: [
          { look: ON, says: words.sides.speaks },
          { look: SLOW, says: words.sides.hears },
        ],
      }),
      ...where(Object.keys(leds.languages).length > 0, {
        title: words.languages.title,
        rows: [
          { look: ON, says: words.languages.guest },
          { look: SLOW, says: words.languages.without },
          { look: OFF, says: words.languages.off },
        ],
      }),
    ],
    trouble: leds.trouble === undefined ? [] : looks.map((look) => troubleRow(look, words)),
    faults: faultRows(language, words),
  };
}

function talk({ talk }: CardWords, asks: boolean): Light {
  const rows = [
    { look: ON, says: talk.listening },
    { look: FAST, says: talk.translating },
    { look: SLOW, says: talk.speaking },
    { look: flashes(1), says: talk.nothingSaid },
    { look: flashes(2), says: talk.notUnderstood },
    { look: flashes(3), says: talk.failed },
  ];
  return { title: talk.title, rows: asks ? [...rows, { look: flashes(4), says: talk.confirm }] : rows };
}

function connection({ connection }: CardWords, hasPhrases: boolean): Light {
  const rows = [
    { look: ON, says: connection.ready },
    { look: SLOW, says: connection.connecting },
    { look: OFF, says: connection.off },
  ];
  return {
    title: connection.title,
    rows: hasPhrases ? [...rows, { look: flashes(2), says: connection.limited }] : rows,
  };
}

function troubleRow(look: Look, { rows }: CardWords): TroubleRow {
  // That every look of the table has its words is for a test to see: the table's type does not say it.
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
