import { nearestLanguage } from '../../audio/prompt-files.ts';
import type { Prompt } from '../../kiosk/shown/sounds.ts';

/** What each prompt says in one language. */
export type Texts = Readonly<Record<Prompt, string>>;

/**
 * What the prompts say, by language: polite, short, and right for both sides of the desk, since host and guest
 * hear the same. Arabic has its vowels where a voice would guess wrong.
 */
export const TEXTS: Readonly<Record<string, Texts>> = {
  ar: {
    'one moment': 'لحظة من فَضْلِك. جارٍ إعادة الاتصال.',
    'speak again': 'يُرجى إعادة ما قُلْت.',
    'not available': 'الترجمة غير مُتاحة حاليًا. يُرجى السؤال في الاستقبال.',
  },
  cs: {
    'one moment': 'Okamžik, prosím. Spojení se obnovuje.',
    'speak again': 'Zopakujte to, prosím.',
    'not available': 'Tlumočení teď není k dispozici. Zeptejte se prosím na recepci.',
  },
  da: {
    'one moment': 'Et øjeblik, tak. Forbindelsen genoprettes.',
    'speak again': 'Vær venlig at sige det igen.',
    'not available': 'Tolkning er ikke tilgængelig lige nu. Spørg venligst i receptionen.',
  },
  de: {
    'one moment': 'Einen Moment, bitte. Die Verbindung wird wiederhergestellt.',
    'speak again': 'Bitte sagen Sie das noch einmal.',
    'not available': 'Das Dolmetschen ist gerade nicht verfügbar. Bitte fragen Sie am Empfang.',
  },
  el: {
    'one moment': 'Μια στιγμή, παρακαλώ. Η σύνδεση αποκαθίσταται.',
    'speak again': 'Πείτε το ξανά, παρακαλώ.',
    'not available': 'Η διερμηνεία δεν είναι διαθέσιμη τώρα. Παρακαλώ ρωτήστε στη ρεσεψιόν.',
  },
  en: {
    'one moment': 'One moment, please. The connection is being restored.',
    'speak again': 'Please say that again.',
    'not available': 'Interpreting is not available at the moment. Please ask at the desk.',
  },
  es: {
    'one moment': 'Un momento, por favor. Se está restableciendo la conexión.',
    'speak again': 'Repítalo, por favor.',
    'not available': 'La traducción no está disponible ahora. Por favor, pregunte en recepción.',
  },
  fi: {
    'one moment': 'Hetkinen, olkaa hyvä. Yhteyttä palautetaan.',
    'speak again': 'Voisitteko sanoa sen uudelleen?',
    'not available': 'Tulkkaus ei ole juuri nyt käytettävissä. Kysykää vastaanotosta.',
  },
  fr: {
    'one moment': "Un instant, s'il vous plaît. La connexion se rétablit.",
    'speak again': "Répétez, s'il vous plaît.",
    'not available': "La traduction n'est pas disponible pour le moment. Veuillez demander à la réception.",
  },
  he: {
    'one moment': 'רק רגע, בבקשה. החיבור מתחדש.',
    'speak again': 'נא לומר זאת שוב.',
    'not available': 'התרגום אינו זמין כעת. נא לשאול בדלפק הקבלה.',
  },
  hi: {
    'one moment': 'कृपया एक क्षण रुकिए। कनेक्शन फिर से जोड़ा जा रहा है।',
    'speak again': 'कृपया फिर से कहिए।',
    'not available': 'अनुवाद अभी उपलब्ध नहीं है। कृपया रिसेप्शन पर पूछिए।',
  },
  hu: {
    'one moment': 'Egy pillanat türelmet kérünk. A kapcsolat helyreáll.',
    'speak again': 'Kérem, ismételje meg.',
    'not available': 'A tolmácsolás most nem elérhető. Kérjük, kérdezzen a recepción.',
  },
  id: {
    'one moment': 'Mohon tunggu sebentar. Sambungan sedang dipulihkan.',
    'speak again': 'Mohon diulangi sekali lagi.',
    'not available': 'Penerjemahan sedang tidak tersedia. Silakan bertanya di resepsionis.',
  },
  it: {
    'one moment': 'Un momento, per favore. Stiamo ripristinando la connessione.',
    'speak again': 'Può ripetere, per favore?',
    'not available': 'La traduzione al momento non è disponibile. Si prega di chiedere al banco.',
  },
  ja: {
    'one moment': '少々お待ちください。接続を回復しています。',
    'speak again': 'もう一度お話しください。',
    'not available': 'ただいま通訳をご利用いただけません。フロントにお尋ねください。',
  },
  ko: {
    'one moment': '잠시만 기다려 주세요. 다시 연결하고 있습니다.',
    'speak again': '다시 한번 말씀해 주세요.',
    'not available': '지금은 통역을 이용할 수 없습니다. 프런트에 문의해 주세요.',
  },
  nb: {
    'one moment': 'Et øyeblikk. Forbindelsen gjenopprettes.',
    'speak again': 'Vær så snill å si det igjen.',
    'not available': 'Tolking er ikke tilgjengelig akkurat nå. Vennligst spør i resepsjonen.',
  },
  nl: {
    'one moment': 'Een ogenblik, alstublieft. De verbinding wordt hersteld.',
    'speak again': 'Kunt u dat alstublieft herhalen?',
    'not available': 'De tolk is op dit moment niet beschikbaar. Vraag het alstublieft aan de balie.',
  },
  pl: {
    'one moment': 'Proszę chwilę zaczekać. Przywracamy połączenie.',
    'speak again': 'Proszę powtórzyć.',
    'not available': 'Tłumaczenie jest teraz niedostępne. Proszę zapytać w recepcji.',
  },
  pt: {
    'one moment': 'Um momento, por favor. A ligação está a ser restabelecida.',
    'speak again': 'Pode repetir, por favor?',
    'not available': 'A tradução não está disponível agora. Por favor, pergunte na receção.',
  },
  'pt-BR': {
    'one moment': 'Um momento, por favor. A conexão está sendo restabelecida.',
    'speak again': 'Pode repetir, por favor?',
    'not available': 'A tradução não está disponível agora. Por favor, pergunte na recepção.',
  },
  ro: {
    'one moment': 'Un moment, vă rugăm. Se restabilește conexiunea.',
    'speak again': 'Vă rugăm să repetați.',
    'not available': 'Traducerea nu este disponibilă acum. Vă rugăm să întrebați la recepție.',
  },
  ru: {
    'one moment': 'Одну минуту, пожалуйста. Связь восстанавливается.',
    'speak again': 'Повторите, пожалуйста.',
    'not available': 'Перевод сейчас недоступен. Пожалуйста, спросите на стойке регистрации.',
  },
  sv: {
    'one moment': 'Ett ögonblick, tack. Anslutningen återställs.',
    'speak again': 'Var vänlig säg det igen.',
    'not available': 'Tolkning är inte tillgänglig just nu. Vänligen fråga i receptionen.',
  },
  th: {
    'one moment': 'กรุณารอสักครู่ กำลังเชื่อมต่อใหม่',
    'speak again': 'กรุณาพูดอีกครั้ง',
    'not available': 'ขณะนี้แปลภาษาไม่ได้ กรุณาสอบถามที่เคาน์เตอร์',
  },
  tr: {
    'one moment': 'Bir dakika, lütfen. Bağlantı yeniden kuruluyor.',
    'speak again': 'Lütfen tekrar söyleyin.',
    'not available': 'Çeviri şu anda kullanılamıyor. Lütfen resepsiyona sorun.',
  },
  uk: {
    'one moment': 'Хвилинку, будь ласка. Підключення відновлюється.',
    'speak again': 'Повторіть, будь ласка.',
    'not available': 'Переклад зараз недоступний. Будь ласка, запитайте на рецепції.',
  },
  vi: {
    'one moment': 'Xin vui lòng chờ một chút. Đang kết nối lại.',
    'speak again': 'Xin vui lòng nói lại.',
    'not available': 'Hiện không thể phiên dịch. Xin vui lòng hỏi tại quầy lễ tân.',
  },
  zh: {
    'one moment': '请稍等。正在恢复连接。',
    'speak again': '请再说一遍。',
    'not available': '现在无法翻译。请咨询前台。',
  },
};

/** Codes under which a language of the table goes as well. */
const OTHER_CODES: Readonly<Record<string, string>> = { no: 'nb', cmn: 'zh' };

/** What the prompts say in a language (BCP-47), in its regional form where there is one. */
export function textsIn(language: string): Texts | undefined {
  const known = nearestLanguage(OTHER_CODES[language] ?? language, Object.keys(TEXTS));
  return known === undefined ? undefined : TEXTS[known];
}
