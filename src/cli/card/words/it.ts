import type { CardWords } from './type.ts';

export const IT: CardWords = {
  title: 'Che cosa dicono le luci',
  use: 'Tenere premuto il pulsante, parlare, rilasciare. L’altra persona sente nella propria lingua.',
  contact: 'Responsabile dell’apparecchio',
  phone: 'Telefono',

  allWell: 'Quando tutto va bene',
  talk: {
    title: 'Luce per parlare',
    listening: 'Parlare ora',
    translating: 'Traduzione in corso',
    speaking: 'Si sente la traduzione',
    confirm: 'Premere una volta se è giusto',
    nothingSaid: 'Non si è sentito nulla: riparlare',
    notUnderstood: 'Non capito: dirlo in altro modo',
    failed: 'Non riuscito: vedere luce guasti',
  },
  connection: {
    title: 'Luce di connessione',
    ready: 'Pronto',
    connecting: 'Si connette; si può già parlare',
    limited: 'Solo le frasi del frasario',
    off: 'Nessuna connessione, o riposo notturno',
  },
  languages: {
    title: 'Luci delle lingue',
    guest: 'L’ospite parla questa lingua',
    without: 'Tutte: una lingua senza luce',
    off: 'Altra lingua, o non ancora nota',
  },

  trouble: 'Luce guasti',
  troubleNote: 'Spenta quando tutto va bene. Altrimenti contare i lampi tra due pause.',
  seconds: 'secondi',
  means: 'Che cosa significa',
  doing: 'Che cosa si può fare',
  rows: {
    off: {
      means: 'Tutto va bene',
      doing: 'Niente. Se nessuna luce risponde al pulsante: è collegato alla corrente?',
    },
    '1 flash': {
      means: 'Il microfono è spento',
      doing: 'Riportare l’interruttore del microfono in posizione normale.',
    },
    '2 flashes': {
      means: 'Il microfono non funziona',
      doing: 'Scollegarlo e ricollegarlo. Se persiste: telefonare.',
    },
    '3 flashes': {
      means: 'L’altoparlante non funziona',
      doing: 'È acceso? Scollegarlo e ricollegarlo. Se persiste: telefonare.',
    },
    '4 flashes': {
      means: 'Il pulsante o l’apparecchio stesso',
      doing: 'Il pulsante è bloccato? L’alimentatore è quello dell’apparecchio? Altrimenti telefonare.',
    },
    '5 flashes': {
      means: 'Chiave, quota o modello del servizio',
      doing: 'Non si può risolvere alla reception: telefonare.',
    },
    'fast blink': {
      means: 'La rete o il servizio',
      doing:
        'Premere e parlare di nuovo: ogni pressione riprova. Se persiste: altrove Internet funziona? Poi telefonare.',
    },
    on: {
      means: 'L’apparecchio non è in funzione',
      doing:
        'Attendere due minuti: forse si sta avviando. Poi staccare la corrente, attendere dieci secondi, riattaccarla. Se persiste: telefonare.',
    },
  },
  looks: {
    off: 'spenta',
    on: 'sempre accesa',
    'slow blink': 'lampeggia piano',
    'fast blink': 'lampeggia veloce',
    flash: 'lampo',
    flashes: 'lampi',
  },

  faults: 'Tutti i guasti',
  faultsNote: 'La prima cifra conta i lampi; 6 e 7 lampeggiano veloce. Il registro dice quale.',
  see: 'Vedi',
  menders: { staff: 'voi alla reception', operator: 'il responsabile', nobody: 'passa da sé' },
};
