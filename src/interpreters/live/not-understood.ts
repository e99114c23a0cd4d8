import { primaryLanguage } from '../../kiosk/languages.ts';
import { letters, wordsIn } from '../words.ts';

/**
 * What the interpreter says when it did not understand. The instruction dictates the first sentence of each language, so
 * that the device can tell "not understood" from a translation: the protocol has no other sign for it. Models do not keep
 * to dictated words (google-gemini/cookbook#1197), so the others are what they make of it: another tense, a woman's
 * voice, another script. Nobody's but the speaker's own: "he did not understand" is a translation.
 */
const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  ar: ['لم أفهم.', 'لم أفهم ذلك.', 'لا أفهم.', 'ما فهمت.'],
  bg: ['Не разбрах.', 'Не ви разбрах.', 'Не разбирам.'],
  ca: ['No ho he entès.', 'No he entès.', 'No ho entenc.'],
  cs: ['Nerozuměl jsem.', 'Nerozuměla jsem.', 'Nerozumím.', 'Nerozuměl jsem tomu.', 'Nerozuměla jsem tomu.'],
  da: ['Jeg forstod det ikke.', 'Jeg forstod ikke.', 'Jeg forstår ikke.', 'Det forstod jeg ikke.'],
  de: [
    'Ich habe nicht verstanden.',
    'Ich habe es nicht verstanden.',
    'Ich habe das nicht verstanden.',
    'Ich habe Sie nicht verstanden.',
    'Das habe ich nicht verstanden.',
    'Ich habe Sie nicht gehört.',
    'Ich konnte Sie nicht verstehen.',
    'Ich verstehe nicht.',
    'Ich konnte das nicht verstehen.',
  ],
  el: ['Δεν κατάλαβα.', 'Δεν το κατάλαβα.', 'Δεν καταλαβαίνω.'],
  en: [
    'I did not understand.',
    "I didn't understand.",
    'I did not understand that.',
    "I didn't understand that.",
    'I did not understand you.',
    "I didn't understand you.",
    'I do not understand.',
    "I don't understand.",
    'I could not understand.',
    "I couldn't understand.",
    "I couldn't understand that.",
    "I couldn't understand you.",
    'I did not catch that.',
    "I didn't catch that.",
    "I didn't get that.",
    'I did not hear you.',
    "I didn't hear you.",
    'I could not hear you.',
    "I couldn't hear you.",
    "I couldn't hear that.",
  ],
  es: [
    'No he entendido.',
    'No lo he entendido.',
    'No entendí.',
    'No entiendo.',
    'No lo entendí.',
    'No le entendí.',
    'No le he entendido.',
    'No entendí lo que dijo.',
    'No he entendido lo que ha dicho.',
    'No he comprendido.',
    'No comprendo.',
  ],
  et: ['Ma ei saanud aru.', 'Ei saanud aru.', 'Ma ei saa aru.'],
  fa: ['متوجه نشدم.', 'نفهمیدم.', 'متوجه نمی‌شوم.'],
  fi: ['En ymmärtänyt.', 'En ymmärrä.'],
  fr: [
    "Je n'ai pas compris.",
    "Je n'ai pas bien compris.",
    "Je ne l'ai pas compris.",
    'Je ne comprends pas.',
    "J'ai pas compris.",
    'Je ne vous ai pas compris.',
    "Je n'ai pas saisi.",
    "Je n'ai pas entendu.",
  ],
  he: ['לא הבנתי.', 'לא הבנתי את זה.', 'אני לא מבין.', 'אני לא מבינה.'],
  hi: [
    'मैं समझ नहीं पाया।',
    'मैं समझ नहीं पाई।',
    'मैं समझ नहीं पायी।',
    'मैं नहीं समझा।',
    'मैं नहीं समझी।',
    'मुझे समझ नहीं आया।',
    'मैं नहीं समझ पाया।',
    'मैं नहीं समझ पाई।',
  ],
  hr: ['Nisam razumio.', 'Nisam razumjela.', 'Nisam vas razumio.', 'Nisam vas razumjela.', 'Ne razumijem.'],
  hu: ['Nem értettem.', 'Nem értem.', 'Ezt nem értettem.'],
  id: ['Saya tidak mengerti.', 'Saya tidak paham.', 'Saya kurang mengerti.'],
  it: ['Non ho capito.', "Non l'ho capito.", 'Non capisco.', 'Non ho compreso.', 'Non ho sentito.'],
  ja: [
    '聞き取れませんでした。',
    '分かりませんでした。',
    'わかりませんでした。',
    '理解できませんでした。',
    'ききとれませんでした。',
    '聞こえませんでした。',
    '聞き取れません。',
    '分かりません。',
    'わかりません。',
  ],
  ko: [
    '이해하지 못했습니다.',
    '이해하지 못했어요.',
    '이해 못 했습니다.',
    '알아듣지 못했습니다.',
    '못 알아들었습니다.',
  ],
  lt: ['Nesupratau.', 'Aš nesupratau.', 'Nesuprantu.'],
  lv: ['Es nesapratu.', 'Nesapratu.', 'Es nesaprotu.'],
  nl: [
    'Ik heb het niet begrepen.',
    'Ik heb dat niet begrepen.',
    'Ik heb u niet begrepen.',
    'Ik begrijp het niet.',
    'Dat heb ik niet begrepen.',
  ],
  nb: ['Jeg forsto det ikke.', 'Jeg forstod det ikke.', 'Jeg forsto ikke.', 'Jeg forstår ikke.'],
  pl: ['Nie zrozumiałem.', 'Nie zrozumiałam.', 'Nie rozumiem.'],
  pt: [
    'Não entendi.',
    'Não compreendi.',
    'Não percebi.',
    'Não entendo.',
    'Eu não entendi.',
    'Não entendi o que disse.',
  ],
  ro: ['Nu am înțeles.', 'Nu înțeleg.'],
  ru: [
    'Я не понял.',
    'Я не поняла.',
    'Не понял.',
    'Не поняла.',
    'Я не понимаю.',
    'Я вас не понял.',
    'Я вас не поняла.',
    'Я не расслышал.',
    'Я не расслышала.',
    'Я вас не расслышал.',
    'Я вас не расслышала.',
  ],
  sk: ['Nerozumel som.', 'Nerozumela som.', 'Nerozumiem.'],
  sl: ['Nisem razumel.', 'Nisem razumela.', 'Ne razumem.'],
  sr: [
    'Нисам разумео.',
    'Нисам разумела.',
    'Nisam razumeo.',
    'Nisam razumela.',
    'Не разумем.',
    'Ne razumem.',
  ],
  sv: ['Jag förstod inte.', 'Jag förstod det inte.', 'Jag förstår inte.'],
  th: ['ไม่เข้าใจ', 'ฉันไม่เข้าใจ', 'ผมไม่เข้าใจ', 'ดิฉันไม่เข้าใจ'],
  tr: ['Anlamadım.', 'Anlayamadım.', 'Anlamıyorum.'],
  uk: ['Я не зрозумів.', 'Я не зрозуміла.', 'Не зрозумів.', 'Не зрозуміла.', 'Я не розумію.'],
  vi: ['Tôi không hiểu.', 'Tôi chưa hiểu.', 'Tôi đã không hiểu.'],
  zh: [
    '我没有听懂。',
    '我沒有聽懂。',
    '我没听懂。',
    '我沒聽懂。',
    '我听不懂。',
    '我聽不懂。',
    '我没有听明白。',
    '我沒有聽明白。',
    '我不明白。',
    '我没明白。',
    '我沒明白。',
    '我没听清。',
    '我沒聽清。',
    '我没听清楚。',
    '我沒聽清楚。',
    '我没有听清。',
    '我沒有聽清。',
    '我没有听清楚。',
    '我沒有聽清楚。',
  ],
};

const ENGLISH = 'I did not understand.';

/** What may stand anywhere in it and leaves it as it is, by its letters. */
const FILLERS: ReadonlySet<string> = new Set(
  'quite|really|fully|unfortunately|leider|ganz|richtig|helaas|goed|bien|bene|bem|dobře|dobrze|хорошо|bine'
    .split('|')
    .map(letters),
);

/** A sentence by its letters, and by those of its words. */
interface Form {
  readonly letters: string;
  readonly words: readonly string[];
}

const FORMS: ReadonlyMap<string, readonly Form[]> = new Map(
  Object.entries(SENTENCES).map(([language, sentences]) => [language, sentences.map(formOf)]),
);

/** What people add to it, before or behind, by its letters; the longest first. */
const POLITE: ReadonlySet<string> = new Set(
  [
    'noise|inaudible|unintelligible|silence|music', // in brackets
    'عذرا|لكن|آسف|آسفة|معذرة|من فضلك|هل يمكنك الإعادة', // ar
    'съжалявам|извинете|моля', // bg
    'ho sento|perdoni|disculpi|si us plau', // ca
    'promiňte|ale|omlouvám se|prosím|pardon|můžete to zopakovat', // cs
    'undskyld|men|beklager|desværre|vær så venlig|unnskyld|dessverre|kan du gentage det|kan du gjenta', // da, nb
    'entschuldigung|aber|entschuldigen sie|entschuldigen sie bitte|verzeihung|tut mir leid|es tut mir leid|leider|bitte', // de
    'bitte wiederholen|bitte wiederholen sie|können sie das wiederholen|könnten sie das bitte wiederholen',
    'συγγνώμη|με συγχωρείτε|λυπάμαι|παρακαλώ|μπορείτε να το επαναλάβετε', // el
    "sorry|but|i'm sorry|i am sorry|pardon|excuse me|please|my apologies|unfortunately|please repeat|please say that again", // en
    'could you repeat that|could you please repeat that|can you repeat that|please try again|could you say that again',
    'perdón|pero|perdone|disculpe|disculpa|lo siento|por favor|puede repetir|puede repetirlo|repita por favor', // es
    'vabandust|kahjuks|palun', // et
    'ببخشید|متأسفم|متاسفم|لطفا', // fa
    'anteeksi|mutta|valitettavasti|olen pahoillani|voisitteko toistaa', // fi
    "désolé|mais|désolée|je suis désolé|je suis désolée|pardon|excusez-moi|s'il vous plaît|pouvez-vous répéter", // fr
    'סליחה|מצטער|מצטערת|אני מצטער|אני מצטערת|בבקשה', // he
    'माफ़ कीजिए|माफ कीजिए|क्षमा करें|क्षमा कीजिए|कृपया|कृपया दोहराएं', // hi
    'oprostite|ispričavam se|žao mi je|nažalost|ali|molim', // hr
    'elnézést|de|bocsánat|sajnálom|kérem|sajnos', // hu
    'maaf|tapi|mohon maaf|tolong ulangi|permisi', // id
    'scusi|ma|mi scusi|scusa|mi dispiace|per favore|prego|può ripetere|può ripetere per favore', // it
    'すみません|すみませんが|申し訳ありませんが|申し訳ございませんが|よく|うまく|申し訳ありません|申し訳ございません|ごめんなさい|もう一度お願いします', // ja
    '죄송합니다|죄송하지만|미안하지만|잘|미안합니다|죄송해요|다시 말씀해 주세요', // ko
    'atsiprašau|deja|prašau', // lt
    'atvainojiet|piedodiet|diemžēl|lūdzu', // lv
    'sorry|maar|het spijt me|pardon|excuseer|alstublieft|helaas|kunt u dat herhalen', // nl
    'przepraszam|ale|niestety|proszę|proszę powtórzyć|czy może pan powtórzyć', // pl
    'desculpe|mas|desculpa|desculpe-me|perdão|lamento|sinto muito|por favor|pode repetir|pode repetir por favor', // pt
    'scuze|dar|scuzați|îmi pare rău|îmi cer scuze|vă rog|repetați vă rog', // ro
    'извините|но|простите|к сожалению|пожалуйста|повторите пожалуйста', // ru
    'prepáčte|ospravedlňujem sa|žiaľ|ľutujem|ale|prosím', // sk
    'oprostite|opravičujem se|žal|prosim', // sl
    'извините|жао ми је|нажалост|молим|izvinite|izvinjavam se', // sr
    'förlåt|men|ursäkta|tyvärr|tack|jag är ledsen|kan du upprepa det', // sv
    'ขอโทษ|ขอโทษครับ|ขอโทษค่ะ|ครับ|ค่ะ|กรุณาพูดอีกครั้ง', // th
    'üzgünüm|ama|özür dilerim|pardon|affedersiniz|lütfen|maalesef|tekrar eder misiniz', // tr
    'вибачте|але|пробачте|перепрошую|на жаль|будь ласка|повторіть будь ласка', // uk
    'xin lỗi|nhưng|rất tiếc|làm ơn|xin nhắc lại', // vi
    '对不起|但|但是|對不起|抱歉|很抱歉|不好意思|请再说一遍|請再說一遍|请再说一次', // zh
  ]
    .flatMap((phrases) => phrases.split('|'))
    .map(letters)
    .sort((a, b) => b.length - a.length),
);

/** Below so many letters a word has none to spare for a mistake. */
const LONG_WORD = 7;
/** The last letters of a word tell who did it. */
const ENDING = 3;

/** The dictated sentence in this language; in English where there is none. */
export function notUnderstoodIn(language: string): string {
  return SENTENCES[primaryLanguage(language)]?.[0] ?? ENGLISH;
}

/** Whether this answer is the sentence or what models make of it, with an apology perhaps, and nothing else. */
export function meansNotUnderstood(said: string, languages: readonly string[]): boolean {
  const forms = formsIn(languages);
  const clauses = clausesOf(said);
  const found = clauses.filter((clause) => forms.some((form) => isAlike(clause, form)));
  return found.length > 0 && clauses.every((clause) => found.includes(clause) || POLITE.has(clause.letters));
}

/** Whether it may become that answer: of its words, none has come that is not one of such a sentence's. */
export function beginsNotUnderstood(said: string, languages: readonly string[]): boolean {
  const forms = formsIn(languages);
  const clauses = clausesOf(said);
  const last = clauses.pop()?.letters ?? '';
  const beginnings = [...forms.map((form) => form.letters), ...POLITE];
  return (
    clauses.every((clause) => POLITE.has(clause.letters) || forms.some((form) => isAlike(clause, form))) &&
    [last, withoutPolite(last)].some((text) => beginnings.some((beginning) => beginning.startsWith(text)))
  );
}

function formsIn(languages: readonly string[]): readonly Form[] {
  const codes = new Set([...languages, 'en'].map(primaryLanguage));
  return [...codes].flatMap((language) => FORMS.get(language) ?? []);
}

/** Parted by punctuation, but not by an apostrophe or a hyphen within a word. */
function clausesOf(said: string): Form[] {
  return wordsIn(said)
    .split(/(?!(?<=\p{L})['’ʼ׳-](?=\p{L}))\p{P}+/u)
    .map(formOf)
    .filter((clause) => clause.letters !== '');
}

function formOf(text: string): Form {
  const words = text
    .split(/\s+/)
    .map(letters)
    .filter((word) => word !== '' && !FILLERS.has(word));
  return { letters: words.join(''), words };
}

/** The same letters, or in one long word another letter in the middle; U+FFFD stands for any character. */
function isAlike(clause: Form, { letters: meant, words }: Form): boolean {
  const said = clause.letters;
  if (said === meant || withoutPolite(said) === meant) return true;
  if (said.includes('\uFFFD'))
    return (
      new RegExp(`^${said.replaceAll(/\uFFFD+/g, '.{0,3}')}$`, 'u').test(meant) &&
      2 * said.length > meant.length
    );
  if (clause.words.length !== words.length) return false;
  const different = words.flatMap((word, i) => (word === clause.words[i] ? [] : [i]));
  return different.length === 1 && different.every((i) => isMistake(clause.words[i] ?? '', words[i] ?? ''));
}

/** Where no punctuation parts it from the rest. */
function withoutPolite(text: string): string {
  for (const phrase of POLITE) {
    if (text.startsWith(phrase)) return withoutPolite(text.slice(phrase.length));
    if (text.endsWith(phrase)) return withoutPolite(text.slice(0, -phrase.length));
  }
  return text;
}

function isMistake(read: string, meant: string): boolean {
  if (meant.length < LONG_WORD || read[0] !== meant[0] || read.slice(-ENDING) !== meant.slice(-ENDING))
    return false;
  // One letter more, less or other: the same before it and behind it.
  let same = 0;
  while (same < meant.length && read[same] === meant[same]) same += 1;
  return [
    [same + 1, same + 1],
    [same + 1, same],
    [same, same + 1],
  ].some(([here, there]) => read.slice(here) === meant.slice(there));
}
