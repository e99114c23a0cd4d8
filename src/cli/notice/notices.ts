/** What is put up on the counter, in one language. */
export interface Notice {
  /** A BCP-47 code. */
  readonly language: string;
  /** Its name in itself. */
  readonly name: string;
  /** A machine interprets, and what to check. */
  readonly machine: string;
  /** Where speech goes. @param service who interprets */
  readonly sent: (service: string) => string;
  /** In place of that, where nothing leaves the device. */
  readonly staysHere: string;
  /** Nothing is stored here; what it is not for. */
  readonly limits: string;
}

/** In the languages of the sheet. Not yet read by native speakers. */
export const NOTICES: readonly Notice[] = [
  {
    language: 'en',
    name: 'English',
    machine: 'A machine interprets here. It can be wrong: please check prices, times and numbers.',
    sent: (service) => `What you say while the light is on is sent to ${service} to be translated.`,
    staysHere: 'What you say is translated on this device and sent to nobody.',
    limits: 'This device does not store what you say. Not for medical or legal matters.',
  },
  {
    language: 'de',
    name: 'Deutsch',
    machine:
      'Hier dolmetscht eine Maschine. Sie kann sich irren: Bitte prüfen Sie Preise, Zeiten und Zahlen.',
    sent: (service) =>
      `Was Sie sagen, während das Licht leuchtet, wird zum Übersetzen an ${service} gesendet.`,
    staysHere: 'Was Sie sagen, wird auf diesem Gerät übersetzt und an niemanden gesendet.',
    limits:
      'Dieses Gerät speichert nicht, was Sie sagen. Nicht für medizinische oder rechtliche Angelegenheiten.',
  },
  {
    language: 'fr',
    name: 'Français',
    machine:
      'Ici, une machine interprète. Elle peut se tromper : vérifiez les prix, les heures et les nombres.',
    sent: (service) =>
      `Ce que vous dites quand le voyant est allumé est envoyé à ${service} pour être traduit.`,
    staysHere: 'Ce que vous dites est traduit sur cet appareil et n’est envoyé à personne.',
    limits:
      'Cet appareil n’enregistre pas ce que vous dites. Ne convient pas aux questions médicales ou juridiques.',
  },
  {
    language: 'es',
    name: 'Español',
    machine:
      'Aquí interpreta una máquina. Puede equivocarse: compruebe los precios, las horas y los números.',
    sent: (service) => `Lo que diga mientras la luz esté encendida se envía a ${service} para su traducción.`,
    staysHere: 'Lo que diga se traduce en este aparato y no se envía a nadie.',
    limits: 'Este aparato no guarda lo que usted dice. No es para asuntos médicos ni legales.',
  },
  {
    language: 'it',
    name: 'Italiano',
    machine: 'Qui interpreta una macchina. Può sbagliare: verifichi prezzi, orari e numeri.',
    sent: (service) => `Ciò che dice mentre la luce è accesa viene inviato a ${service} per la traduzione.`,
    staysHere: 'Ciò che dice viene tradotto su questo apparecchio e non viene inviato a nessuno.',
    limits: 'Questo apparecchio non conserva ciò che dice. Non è adatto a questioni mediche o legali.',
  },
  {
    language: 'pt',
    name: 'Português',
    machine: 'Aqui quem interpreta é uma máquina. Ela pode errar: confirme preços, horários e números.',
    sent: (service) =>
      `O que disser enquanto a luz estiver acesa é enviado para ${service} para ser traduzido.`,
    staysHere: 'O que disser é traduzido neste aparelho e não é enviado a ninguém.',
    limits: 'Este aparelho não guarda o que diz. Não serve para assuntos médicos ou jurídicos.',
  },
  {
    language: 'nl',
    name: 'Nederlands',
    machine: 'Hier tolkt een machine. Die kan zich vergissen: controleer prijzen, tijden en getallen.',
    sent: (service) => `Wat u zegt terwijl het lampje brandt, wordt naar ${service} gestuurd om te vertalen.`,
    staysHere: 'Wat u zegt, wordt op dit apparaat vertaald en naar niemand gestuurd.',
    limits: 'Dit apparaat bewaart niet wat u zegt. Niet voor medische of juridische zaken.',
  },
  {
    language: 'pl',
    name: 'Polski',
    machine: 'Tu tłumaczy maszyna. Może się pomylić: prosimy sprawdzić ceny, godziny i liczby.',
    sent: (service) =>
      `To, co Państwo mówią, gdy świeci lampka, jest przesyłane do ${service} w celu przetłumaczenia.`,
    staysHere: 'To, co Państwo mówią, jest tłumaczone na tym urządzeniu i nie jest nikomu przesyłane.',
    limits: 'To urządzenie nie zapisuje tego, co Państwo mówią. Nie służy do spraw medycznych ani prawnych.',
  },
  {
    language: 'ru',
    name: 'Русский',
    machine: 'Здесь переводит машина. Она может ошибаться: проверяйте цены, время и числа.',
    sent: (service) => `То, что вы говорите, пока горит индикатор, отправляется для перевода в ${service}.`,
    staysHere: 'То, что вы говорите, переводится на этом устройстве и никому не отправляется.',
    limits: 'Устройство не хранит сказанное. Не для медицинских и юридических вопросов.',
  },
  {
    language: 'zh',
    name: '中文',
    machine: '这里由机器翻译。机器可能出错：请核对价格、时间和数字。',
    sent: (service) => `指示灯亮起时您所说的话会发送给 ${service} 进行翻译。`,
    staysHere: '您所说的话在本设备上翻译，不会发送给任何人。',
    limits: '本设备不会保存您所说的话。不适用于医疗或法律事务。',
  },
  {
    language: 'ja',
    name: '日本語',
    machine: 'ここでは機械が通訳します。間違えることがあります。料金、時刻、数字をご確認ください。',
    sent: (service) => `ランプの点灯中にお話しになった内容は、翻訳のため ${service} に送信されます。`,
    staysHere: 'お話しになった内容はこの機器の中で翻訳され、どこにも送信されません。',
    limits: 'この機器はお話の内容を保存しません。医療や法律に関する用途には使えません。',
  },
  {
    language: 'ar',
    name: 'العربية',
    machine: 'هنا تترجم آلة، وقد تخطئ: يُرجى التحقق من الأسعار والأوقات والأرقام.',
    sent: (service) => `ما تقوله أثناء إضاءة المصباح يُرسل إلى ${service} لترجمته.`,
    staysHere: 'ما تقوله يُترجم على هذا الجهاز ولا يُرسل إلى أحد.',
    limits: 'لا يخزّن هذا الجهاز ما تقوله. غير مخصص للشؤون الطبية أو القانونية.',
  },
];
