import { primaryLanguage } from '../../kiosk/languages.ts';

/**
 * What the interpreter says when it did not understand. The instruction dictates the sentence, so that the
 * device can tell "not understood" from a translation: the protocol has no other sign for it.
 */
const SENTENCES: Readonly<Record<string, string>> = {
  ar: 'لم أفهم.',
  cs: 'Nerozuměl jsem.',
  da: 'Jeg forstod det ikke.',
  de: 'Ich habe nicht verstanden.',
  el: 'Δεν κατάλαβα.',
  en: 'I did not understand.',
  es: 'No he entendido.',
  fi: 'En ymmärtänyt.',
  fr: "Je n'ai pas compris.",
  he: 'לא הבנתי.',
  hi: 'मैं समझ नहीं पाया।',
  hu: 'Nem értettem.',
  id: 'Saya tidak mengerti.',
  it: 'Non ho capito.',
  ja: '聞き取れませんでした。',
  ko: '이해하지 못했습니다.',
  nl: 'Ik heb het niet begrepen.',
  nb: 'Jeg forsto det ikke.',
  pl: 'Nie zrozumiałem.',
  pt: 'Não entendi.',
  ro: 'Nu am înțeles.',
  ru: 'Я не понял.',
  sv: 'Jag förstod inte.',
  th: 'ไม่เข้าใจ',
  tr: 'Anlamadım.',
  uk: 'Я не зрозумів.',
  vi: 'Tôi không hiểu.',
  zh: '我没有听懂。',
};

const ENGLISH = 'I did not understand.';

/** The sentence in this language; in English where there is none. */
export function notUnderstoodIn(language: string): string {
  return SENTENCES[primaryLanguage(language)] ?? ENGLISH;
}

/** Whether this answer is the sentence, give or take case, accents and punctuation of the transcription. */
export function meansNotUnderstood(said: string, languages: readonly string[]): boolean {
  const plainSaid = plain(said);
  return [...languages, 'en'].some((language) => plain(notUnderstoodIn(language)) === plainSaid);
}

/** Whether it may become that answer: of its words, none has come that is not the sentence's. */
export function beginsNotUnderstood(said: string, languages: readonly string[]): boolean {
  return [...languages, 'en'].some((language) => plain(notUnderstoodIn(language)).startsWith(plain(said)));
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{P}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
