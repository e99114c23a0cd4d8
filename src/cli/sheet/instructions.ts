import { sameLanguage } from '../../kiosk/languages.ts';
import type { Config } from '../../system/config/schema.ts';

export type TalkMode = Config['turn']['mode'];

/** What a guest is told, in one language. */
export interface Instruction {
  /** A BCP-47 code. */
  readonly language: string;
  /** Its name in itself. */
  readonly name: string;
  readonly says: Readonly<Record<TalkMode, string>>;
}

/** In the order of the sheet, where the configuration has no other. Not yet read by native speakers. */
export const INSTRUCTIONS: readonly Instruction[] = [
  {
    language: 'en',
    name: 'English',
    says: {
      hold: 'Press and hold. Speak. Let go.',
      tap: 'Press, then speak.',
      open: 'Press once. Then just talk.',
    },
  },
  {
    language: 'de',
    name: 'Deutsch',
    says: {
      hold: 'Gedrückt halten. Sprechen. Loslassen.',
      tap: 'Drücken, dann sprechen.',
      open: 'Einmal drücken. Dann einfach sprechen.',
    },
  },
  {
    language: 'fr',
    name: 'Français',
    says: {
      hold: 'Appuyez sans relâcher. Parlez. Relâchez.',
      tap: 'Appuyez, puis parlez.',
      open: 'Appuyez une fois. Puis parlez librement.',
    },
  },
  {
    language: 'es',
    name: 'Español',
    says: {
      hold: 'Mantenga pulsado. Hable. Suelte.',
      tap: 'Pulse y después hable.',
      open: 'Pulse una vez. Después hable con normalidad.',
    },
  },
  {
    language: 'it',
    name: 'Italiano',
    says: {
      hold: 'Tenga premuto. Parli. Rilasci.',
      tap: 'Prema, poi parli.',
      open: 'Prema una volta. Poi parli liberamente.',
    },
  },
  {
    language: 'pt',
    name: 'Português',
    says: {
      hold: 'Mantenha pressionado. Fale. Solte.',
      tap: 'Pressione e depois fale.',
      open: 'Pressione uma vez. Depois fale à vontade.',
    },
  },
  {
    language: 'nl',
    name: 'Nederlands',
    says: {
      hold: 'Houd ingedrukt. Spreek. Laat los.',
      tap: 'Druk, en spreek daarna.',
      open: 'Druk één keer. Praat daarna gewoon.',
    },
  },
  {
    language: 'pl',
    name: 'Polski',
    says: {
      hold: 'Naciśnij i przytrzymaj. Mów. Puść.',
      tap: 'Naciśnij, potem mów.',
      open: 'Naciśnij raz. Potem po prostu mów.',
    },
  },
  {
    language: 'ru',
    name: 'Русский',
    says: {
      hold: 'Нажмите и держите. Говорите. Отпустите.',
      tap: 'Нажмите, затем говорите.',
      open: 'Нажмите один раз. Затем просто говорите.',
    },
  },
  {
    language: 'zh',
    name: '中文',
    says: {
      hold: '按住按钮，说话，然后松开。',
      tap: '按一下按钮，然后说话。',
      open: '按一次按钮，然后直接交谈。',
    },
  },
  {
    language: 'ja',
    name: '日本語',
    says: {
      hold: 'ボタンを押したまま話し、話し終えたら離します。',
      tap: 'ボタンを押してから話します。',
      open: 'ボタンを一度押したら、そのまま話します。',
    },
  },
  {
    language: 'ar',
    name: 'العربية',
    says: {
      hold: 'اضغط باستمرار. تحدّث. ثم اترك الزر.',
      tap: 'اضغط على الزر ثم تحدّث.',
      open: 'اضغط مرة واحدة. ثم تحدّث كالمعتاد.',
    },
  },
];

/** All of them, those for the desk's own languages first: guests', then host's. */
export function instructionsFor({ languages: { guest, guests, host } }: Config): readonly Instruction[] {
  const own = [guest, ...guests, ...host].flatMap((code) =>
    INSTRUCTIONS.filter(({ language }) => sameLanguage(language, code)),
  );
  return [...new Set([...own, ...INSTRUCTIONS])];
}

/** The languages of the desk's guests that the sheet does not have. */
export function guestsWithoutLine({ languages: { guest, guests } }: Config): readonly string[] {
  return [...new Set([guest, ...guests])].filter(
    (code) => !INSTRUCTIONS.some(({ language }) => sameLanguage(language, code)),
  );
}
