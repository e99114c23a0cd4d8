import { FAULT_CODES, FAULTS, type Mender } from '../../kiosk/faults.ts';
import { FAST, flashes, type Look, lookInWords, OFF, ON, SLOW } from '../../kiosk/shown/looks.ts';
import { type WordingLanguage, wordingOf } from '../../kiosk/wording.ts';
import type { CardWords, TroubleLook } from './words/type.ts';
import { CARD_WORDS } from './words.ts';

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
  readonly mender: Mender;
}

/** What stands on the card, before anybody thinks of paper. */
export interface CardContent {
  readonly language: WordingLanguage;
  readonly words: CardWords;
  readonly talk: Light;
  readonly connection: Light;
  readonly languages: Light;
  readonly trouble: readonly TroubleRow[];
  readonly faults: readonly FaultRow[];
}

/** What the trouble light can do: dark, the looks of the fault table in its order, and that of a dead daemon. */
export const TROUBLE_LOOKS: readonly Look[] = [
  OFF,
  ...new Map(FAULT_CODES.map((code) => [lookInWords(FAULTS[code].look), FAULTS[code].look])).values(),
  ON,
];

export function cardContent(language: WordingLanguage): CardContent {
  const words = CARD_WORDS[language];
  const { talk, connection, languages } = words;
  return {
    language,
    words,
    talk: {
      title: talk.title,
      rows: [
        { look: ON, says: talk.listening },
        { look: FAST, says: talk.translating },
        { look: SLOW, says: talk.speaking },
        { look: flashes(4), says: talk.confirm },
        { look: flashes(1), says: talk.nothingSaid },
        { look: flashes(2), says: talk.notUnderstood },
        { look: flashes(3), says: talk.failed },
      ],
    },
    connection: {
      title: connection.title,
      rows: [
        { look: ON, says: connection.ready },
        { look: SLOW, says: connection.connecting },
        { look: flashes(2), says: connection.limited },
        { look: OFF, says: connection.off },
      ],
    },
    languages: {
      title: languages.title,
      rows: [
        { look: ON, says: languages.guest },
        { look: SLOW, says: languages.without },
        { look: OFF, says: languages.off },
      ],
    },
    trouble: TROUBLE_LOOKS.map((look) => ({
      look,
      name: lookName(look, words),
      // That every look of the table has its words is for a test to see: the table's type does not tell.
      ...words.rows[lookInWords(look) as TroubleLook],
    })),
    faults: faultRows(language, words),
  };
}

/** Every fault; for want of paper without a hint where it passes by itself, and with a reference to one that stands there. */
function faultRows(language: WordingLanguage, { see }: CardWords): FaultRow[] {
  const told = new Map<string, string>();
  return FAULT_CODES.map((code) => {
    const { id, mender } = FAULTS[code];
    const { title, hint } = wordingOf(code, language);
    if (mender === 'nobody') return { id, mender, title, hint: '' };
    const before = told.get(hint);
    told.set(hint, before ?? id);
    return { id, mender, title, hint: before === undefined ? hint : `${see} ${before}.` };
  });
}

function lookName(look: Look, { looks }: CardWords): string {
  if (look.look !== 'flashes') return looks[look.look];
  return `${look.count} ${look.count === 1 ? looks.flash : looks.flashes}`;
}
