import { describe, expect, it } from 'vitest';
import { HOTEL_SENTENCES } from '../../../../test/rig/hotel-sentences.ts';
import { beginsNotUnderstood, meansNotUnderstood, notUnderstoodIn } from './not-understood.ts';

const LANGUAGES = Object.keys(HOTEL_SENTENCES);

describe('"I did not understand"', () => {
  it.each<[string, string]>([
    ['es', '¡No he entendido!'],
    ['es-MX', ' i did not understand '],
    ['es', '<ctrl46>I did not understand.'],
    ['es', '<noise> I did not understand. <ctrl46>'],
    ['es', "I didn't understand."],
    ['es', 'I didn’t understand that.'],
    ['es', 'Sorry, I did not understand.'],
    ['es', "I'm sorry, I didn't understand. Could you repeat that?"],
    ['es', 'No he entendido, disculpe.'],
    ['es', 'Lo siento, no entendí.'],
    ['de', 'Entschuldigung, das habe ich nicht verstanden.'],
    ['de', 'Ich habe nicht verstand�.'],
    ['de', 'Ich habe nicht verstannden.'],
    ['fr', 'Je n’ai pas compris, désolé.'],
    ['it', 'Mi dispiace, non ho capito.'],
    ['nl', 'Sorry, ik heb het niet begrepen.'],
    ['pt-BR', 'Desculpe, não entendi.'],
    ['pt-PT', 'Não percebi.'],
    ['pl', 'Nie zrozumiałam.'],
    ['ru', 'Я не поняла.'],
    ['cs', 'Nerozuměla jsem.'],
    ['uk', 'Я не зрозуміла.'],
    ['hi', 'मैं समझ नहीं पाई।'],
    ['zh', '我沒有聽懂。'],
    ['zh-Hant-TW', '我 没有 听懂。'],
    ['zh', '对不起，我没有听懂。'],
    ['ja', 'すみません、聞き取れませんでした。'],
    ['th', 'ไม่ เข้าใจ'],
    ['th', 'ขอโทษค่ะ ไม่เข้าใจค่ะ'],
    ['he', '\u200fלא הבנתי.'],
    ['ar', '\u202bلم أفهم.\u202c'],
    ['tr', 'ANLAMADIM'],
    ['ko', '이해하지못했습니다'],
    ['no', 'Jeg forsto det ikke'],
    ['es', '[noise] No he entendido.'],
    ['es', 'Lo siento, pero no entendí lo que dijo.'],
    ['es', "I'm sorry, but I did not understand."],
    ['es', "I didn't quite catch that."],
    ['es', "Sorry, I couldn't hear you."],
    ['de', 'Entschuldigung, das habe ich leider nicht verstanden.'],
    ['it', 'Mi scusi, non ho capito bene.'],
    ['fr', "Désolé, je n'ai pas bien saisi."],
    ['pt', 'Desculpe, não entendi bem.'],
    ['ja', '申し訳ございませんが、よく聞き取れませんでした。'],
    ['ko', '죄송하지만 이해하지 못했습니다.'],
    ['zh', '抱歉，我没有听清楚。'],
    ['ru', 'Извините, я вас не расслышала.'],
    ['ar', 'لم أفهـم.'],
    ['fa', 'ببخشید، متوجه نشدم.'],
    ['bg', 'Извинете, не разбрах.'],
    ['hr', 'Oprostite, nisam vas razumjela.'],
    ['sr', 'Nisam razumeo.'],
    ['sk', 'Prepáčte, nerozumela som.'],
    ['sl', 'Nisem razumel.'],
    ['et', 'Vabandust, ma ei saanud aru.'],
    ['lv', 'Es nesapratu.'],
    ['lt', 'Nesupratau.'],
    ['ca', 'No ho he entès.'],
  ])('to a guest who speaks %s is recognised in: %s', (language, said) => {
    expect(meansNotUnderstood(said, ['en', language])).toBe(true);
  });

  it.each<[string, string]>([
    ['es', ''],
    ['es', '<noise>'],
    ['es', 'Sorry.'],
    ['es', 'I did not understand the bill.'],
    ['es', 'He said he did not understand the bill.'],
    ['es', 'He said: I did not understand.'],
    ['es', 'I did not understand. The shower does not work.'],
    ['es', 'I did understand.'],
    ['es', 'They did not understand.'],
    ['es', 'No ha entendido.'],
    ['es', 'No has entendido.'],
    ['it', 'Non ha capito.'],
    ['hu', 'Nem értette.'],
    ['hu', 'Nem értetted.'],
    ['el', 'Δεν κατάλαβε.'],
    ['ar', 'لم يفهم.'],
    ['he', 'לא הבנתם.'],
    ['pl', 'Nie zrozumiałeś.'],
    ['zh', '他没有听懂。'],
    ['tr', 'Anladım.'],
    ['de', 'Er hat nicht verstanden.'],
    ['de', 'Ich habe die Rechnung nicht verstanden.'],
    ['de', 'Ganz richtig.'],
    ['fr', 'Bien.'],
    ['es', 'Pero no ha entendido bien.'],
    ['hr', 'Nisi razumio.'],
    ['sk', 'Nerozumel.'],
    ['fa', 'متوجه شدم.'],
    ['ja', 'よく分かりました。'],
    ['zh', '我听清楚了。'],
    ['ru', 'Я вас расслышал.'],
  ])('to a guest who speaks %s is not: %s', (language, said) => {
    expect(meansNotUnderstood(said, ['en', language])).toBe(false);
  });

  it('is recognised as it is dictated, in every language, and nothing else that is said at the desk is', () => {
    for (const language of LANGUAGES) {
      expect(meansNotUnderstood(notUnderstoodIn(language), [language]), language).toBe(true);
      for (const sentence of HOTEL_SENTENCES[language] ?? [])
        expect(meansNotUnderstood(sentence, [language]), sentence).toBe(false);
    }
  });

  it.each([
    ['en', "I'm sorry, I didn't understand that."],
    ['zh', '对不起，我没有听懂。'],
    ['he', '\u200fלא הבנתי.'],
    ['en', '<noise>I did not understand.'],
  ])('in %s may still become it as long as no other word has come: %s', (language, said) => {
    for (let i = 1; i <= said.length; i++)
      expect(beginsNotUnderstood(said.slice(0, i), [language]), said.slice(0, i)).toBe(true);
    expect(beginsNotUnderstood(`${said} Breakfast`, [language])).toBe(false);
  });
});
