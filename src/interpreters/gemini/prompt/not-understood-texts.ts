/**
 * What the interpreter says when it did not understand. The instruction dictates the first sentence of each language, so
 * that the device can distinguish "not understood" from a translation: the protocol has no other sign for it. Models do
 * not keep to dictated words (google-gemini/cookbook#1197), so the others are what they make of it: another tense, a
 * woman's voice, another script. Only in the speaker's own voice: "he did not understand" is a translation.
 * By language; separated by bars.
 */
export const SENTENCES: Readonly<Record<string, string>> = {
  ar: 'لم أفهم.|لم أفهم ذلك.|لا أفهم.|ما فهمت.',
  bg: 'Не разбрах.|Не ви разбрах.|Не разбирам.',
  ca: 'No ho he entès.|No he entès.|No ho entenc.',
  cs: 'Nerozuměl jsem.|Nerozuměla jsem.|Nerozumím.|Nerozuměl jsem tomu.|Nerozuměla jsem tomu.',
  da: 'Jeg forstod det ikke.|Jeg forstod ikke.|Jeg forstår ikke.|Det forstod jeg ikke.',
  de:
    'Ich habe nicht verstanden.|Ich habe es nicht verstanden.|Ich habe das nicht verstanden.|' +
    'Ich habe Sie nicht verstanden.|Das habe ich nicht verstanden.|Ich habe Sie nicht gehört.|' +
    'Ich konnte Sie nicht verstehen.|Ich verstehe nicht.|Ich konnte das nicht verstehen.',
  el: 'Δεν κατάλαβα.|Δεν το κατάλαβα.|Δεν καταλαβαίνω.',
  en:
    "I did not understand.|I didn't understand.|I did not understand that.|I didn't understand that.|" +
    "I did not understand you.|I didn't understand you.|I do not understand.|I don't understand.|" +
    "I could not understand.|I couldn't understand.|I couldn't understand that.|I couldn't understand you.|" +
    "I did not catch that.|I didn't catch that.|I didn't get that.|I did not hear you.|I didn't hear you.|" +
    "I could not hear you.|I couldn't hear you.|I couldn't hear that.",
  es:
    'No he entendido.|No lo he entendido.|No entendí.|No entiendo.|No lo entendí.|No le entendí.|' +
    'No le he entendido.|No entendí lo que dijo.|No he entendido lo que ha dicho.|No he comprendido.|' +
    'No comprendo.',
  et: 'Ma ei saanud aru.|Ei saanud aru.|Ma ei saa aru.',
  fa: 'متوجه نشدم.|نفهمیدم.|متوجه نمی‌شوم.',
  fi: 'En ymmärtänyt.|En ymmärrä.',
  fr:
    "Je n'ai pas compris.|Je n'ai pas bien compris.|Je ne l'ai pas compris.|Je ne comprends pas.|" +
    "J'ai pas compris.|Je ne vous ai pas compris.|Je n'ai pas saisi.|Je n'ai pas entendu.",
  he: 'לא הבנתי.|לא הבנתי את זה.|אני לא מבין.|אני לא מבינה.',
  hi:
    'मैं समझ नहीं पाया।|मैं समझ नहीं पाई।|मैं समझ नहीं पायी।|मैं नहीं समझा।|मैं नहीं समझी।|मुझे समझ नहीं आया।|' +
    'मैं नहीं समझ पाया।|मैं नहीं समझ पाई।',
  hr: 'Nisam razumio.|Nisam razumjela.|Nisam vas razumio.|Nisam vas razumjela.|Ne razumijem.',
  hu: 'Nem értettem.|Nem értem.|Ezt nem értettem.',
  id: 'Saya tidak mengerti.|Saya tidak paham.|Saya kurang mengerti.',
  it: "Non ho capito.|Non l'ho capito.|Non capisco.|Non ho compreso.|Non ho sentito.",
  ja: '聞き取れませんでした。|分かりませんでした。|わかりませんでした。|理解できませんでした。|ききとれませんでした。|聞こえませんでした。|聞き取れません。|分かりません。|わかりません。',
  ko: '이해하지 못했습니다.|이해하지 못했어요.|이해 못 했습니다.|알아듣지 못했습니다.|못 알아들었습니다.',
  lt: 'Nesupratau.|Aš nesupratau.|Nesuprantu.',
  lv: 'Es nesapratu.|Nesapratu.|Es nesaprotu.',
  nl:
    'Ik heb het niet begrepen.|Ik heb dat niet begrepen.|Ik heb u niet begrepen.|Ik begrijp het niet.|' +
    'Dat heb ik niet begrepen.',
  nb: 'Jeg forsto det ikke.|Jeg forstod det ikke.|Jeg forsto ikke.|Jeg forstår ikke.',
  pl: 'Nie zrozumiałem.|Nie zrozumiałam.|Nie rozumiem.',
  pt: 'Não entendi.|Não compreendi.|Não percebi.|Não entendo.|Eu não entendi.|Não entendi o que disse.',
  ro: 'Nu am înțeles.|Nu înțeleg.',
  ru:
    'Я не понял.|Я не поняла.|Не понял.|Не поняла.|Я не понимаю.|Я вас не понял.|Я вас не поняла.|' +
    'Я не расслышал.|Я не расслышала.|Я вас не расслышал.|Я вас не расслышала.',
  sk: 'Nerozumel som.|Nerozumela som.|Nerozumiem.',
  sl: 'Nisem razumel.|Nisem razumela.|Ne razumem.',
  sr: 'Нисам разумео.|Нисам разумела.|Nisam razumeo.|Nisam razumela.|Не разумем.|Ne razumem.',
  sv: 'Jag förstod inte.|Jag förstod det inte.|Jag förstår inte.',
  th: 'ไม่เข้าใจ|ฉันไม่เข้าใจ|ผมไม่เข้าใจ|ดิฉันไม่เข้าใจ',
  tr: 'Anlamadım.|Anlayamadım.|Anlamıyorum.',
  uk: 'Я не зрозумів.|Я не зрозуміла.|Не зрозумів.|Не зрозуміла.|Я не розумію.',
  vi: 'Tôi không hiểu.|Tôi chưa hiểu.|Tôi đã không hiểu.',
  zh:
    '我没有听懂。|我沒有聽懂。|我没听懂。|我沒聽懂。|我听不懂。|我聽不懂。|我没有听明白。|我沒有聽明白。|我不明白。|我没明白。|我沒明白。|我没听清。|我沒聽清。|我没听清楚。|我沒聽清楚。|我没有听清。|' +
    '我沒有聽清。|我没有听清楚。|我沒有聽清楚。',
};

/** What people add to it, before or after, by language; separated by bars. */
export const POLITE: Readonly<Record<string, string>> = {
  ar: 'عذرا|لكن|آسف|آسفة|معذرة|من فضلك|هل يمكنك الإعادة',
  bg: 'съжалявам|извинете|моля',
  ca: 'ho sento|perdoni|disculpi|si us plau',
  cs: 'promiňte|ale|omlouvám se|prosím|pardon|můžete to zopakovat',
  da: 'undskyld|men|beklager|desværre|vær så venlig|unnskyld|dessverre|kan du gentage det|kan du gjenta',
  de:
    'entschuldigung|aber|entschuldigen sie|entschuldigen sie bitte|verzeihung|tut mir leid|es tut mir leid|leider|' +
    'bitte|bitte wiederholen|bitte wiederholen sie|können sie das wiederholen|könnten sie das bitte wiederholen',
  el: 'συγγνώμη|με συγχωρείτε|λυπάμαι|παρακαλώ|μπορείτε να το επαναλάβετε',
  en:
    "sorry|but|i'm sorry|i am sorry|pardon|excuse me|please|my apologies|unfortunately|please repeat|" +
    'please say that again|could you repeat that|could you please repeat that|can you repeat that|please try again|' +
    'could you say that again',
  es: 'perdón|pero|perdone|disculpe|disculpa|lo siento|por favor|puede repetir|puede repetirlo|repita por favor',
  et: 'vabandust|kahjuks|palun',
  fa: 'ببخشید|متأسفم|متاسفم|لطفا',
  fi: 'anteeksi|mutta|valitettavasti|olen pahoillani|voisitteko toistaa',
  fr: "désolé|mais|désolée|je suis désolé|je suis désolée|pardon|excusez-moi|s'il vous plaît|pouvez-vous répéter",
  he: 'סליחה|מצטער|מצטערת|אני מצטער|אני מצטערת|בבקשה',
  hi: 'माफ़ कीजिए|माफ कीजिए|क्षमा करें|क्षमा कीजिए|कृपया|कृपया दोहराएं',
  hr: 'oprostite|ispričavam se|žao mi je|nažalost|ali|molim',
  hu: 'elnézést|de|bocsánat|sajnálom|kérem|sajnos',
  id: 'maaf|tapi|mohon maaf|tolong ulangi|permisi',
  it: 'scusi|ma|mi scusi|scusa|mi dispiace|per favore|prego|può ripetere|può ripetere per favore',
  ja: 'すみません|すみませんが|申し訳ありませんが|申し訳ございませんが|よく|うまく|申し訳ありません|申し訳ございません|ごめんなさい|もう一度お願いします',
  ko: '죄송합니다|죄송하지만|미안하지만|잘|미안합니다|죄송해요|다시 말씀해 주세요',
  lt: 'atsiprašau|deja|prašau',
  lv: 'atvainojiet|piedodiet|diemžēl|lūdzu',
  nl: 'sorry|maar|het spijt me|pardon|excuseer|alstublieft|helaas|kunt u dat herhalen',
  pl: 'przepraszam|ale|niestety|proszę|proszę powtórzyć|czy może pan powtórzyć',
  pt: 'desculpe|mas|desculpa|desculpe-me|perdão|lamento|sinto muito|por favor|pode repetir|pode repetir por favor',
  ro: 'scuze|dar|scuzați|îmi pare rău|îmi cer scuze|vă rog|repetați vă rog',
  ru: 'извините|но|простите|к сожалению|пожалуйста|повторите пожалуйста',
  sk: 'prepáčte|ospravedlňujem sa|žiaľ|ľutujem|ale|prosím',
  sl: 'oprostite|opravičujem se|žal|prosim',
  sr: 'извините|жао ми је|нажалост|молим|izvinite|izvinjavam se',
  sv: 'förlåt|men|ursäkta|tyvärr|tack|jag är ledsen|kan du upprepa det',
  th: 'ขอโทษ|ขอโทษครับ|ขอโทษค่ะ|ครับ|ค่ะ|กรุณาพูดอีกครั้ง',
  tr: 'üzgünüm|ama|özür dilerim|pardon|affedersiniz|lütfen|maalesef|tekrar eder misiniz',
  uk: 'вибачте|але|пробачте|перепрошую|на жаль|будь ласка|повторіть будь ласка',
  vi: 'xin lỗi|nhưng|rất tiếc|làm ơn|xin nhắc lại',
  zh: '对不起|但|但是|對不起|抱歉|很抱歉|不好意思|请再说一遍|請再說一遍|请再说一次',
};

/** The same in brackets, as models write it. */
export const IN_BRACKETS = 'noise|inaudible|unintelligible|silence|music';

/** What may stand anywhere in it and leaves it as it is. */
export const FILLERS =
  'quite|really|fully|unfortunately|leider|ganz|richtig|helaas|goed|bien|bene|bem|dobře|dobrze|хорошо|bine';
