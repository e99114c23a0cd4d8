import type { CardWords } from './type.ts';

export const NL: CardWords = {
  title: 'Wat de lampjes zeggen',
  use: 'Houd de knop ingedrukt, spreek, laat los. De ander hoort het in de eigen taal.',
  contact: 'Wie het apparaat beheert',
  phone: 'Telefoon',

  allWell: 'Als alles in orde is',
  talk: {
    title: 'Spreeklampje',
    listening: 'Spreek nu',
    translating: 'Er wordt vertaald',
    speaking: 'De vertaling wordt afgespeeld',
    confirm: 'Druk één keer als dit klopt',
    nothingSaid: 'Niets gehoord: spreek nog eens',
    notUnderstood: 'Niet begrepen: zeg het anders',
    failed: 'Mislukt: zie het storingslampje',
  },
  connection: {
    title: 'Verbindingslampje',
    ready: 'Klaar',
    connecting: 'Verbindt; u kunt al spreken',
    limited: 'Alleen de zinnen uit het boekje',
    off: 'Geen verbinding, of nachtrust',
  },
  languages: {
    title: 'Taallampjes',
    guest: 'De gast spreekt deze taal',
    without: 'Alle: een taal zonder lampje',
    off: 'Andere taal, of nog niet bekend',
  },

  trouble: 'Storingslampje',
  troubleNote: 'Uit als alles in orde is. Tel anders de flitsen tussen twee pauzes.',
  seconds: 'seconden',
  means: 'Wat het betekent',
  doing: 'Wat u kunt doen',
  rows: {
    off: {
      means: 'Alles in orde',
      doing: 'Niets. Reageert geen enkel lampje op de knop: zit de stekker erin?',
    },
    '1 flash': { means: 'De microfoon staat uit', doing: 'Zet de dempschakelaar terug.' },
    '2 flashes': {
      means: 'De microfoon werkt niet',
      doing: 'Trek de stekker eruit en steek hem er weer in. Blijft het zo: bel.',
    },
    '3 flashes': {
      means: 'De luidspreker werkt niet',
      doing: 'Staat hij aan? Trek de stekker eruit en steek hem er weer in. Blijft het zo: bel.',
    },
    '4 flashes': {
      means: 'De knop of het apparaat zelf',
      doing: 'Zit de knop klem? Is het de voeding die bij het apparaat hoort? Bel anders.',
    },
    '5 flashes': {
      means: 'Sleutel, quotum of model van de dienst',
      doing: 'Aan de balie niet te verhelpen: bel.',
    },
    'fast blink': {
      means: 'Het netwerk of de dienst',
      doing:
        'Druk en spreek nog eens: elke druk probeert het opnieuw. Blijft het zo: werkt internet elders? Bel daarna.',
    },
    on: {
      means: 'Het apparaat draait niet',
      doing:
        'Wacht twee minuten: misschien start het. Trek dan de stekker eruit, wacht tien seconden, steek hem er weer in. Blijft het zo: bel.',
    },
  },
  looks: {
    off: 'uit',
    on: 'brandt steeds',
    'slow blink': 'knippert langzaam',
    'fast blink': 'knippert snel',
    flash: 'flits',
    flashes: 'flitsen',
  },

  faults: 'Alle storingen',
  faultsNote: 'Het eerste cijfer telt de flitsen; 6 en 7 knipperen snel. Het logboek zegt welke het is.',
  see: 'Zie',
  menders: { staff: 'u aan de balie', operator: 'wie het apparaat beheert', nobody: 'gaat vanzelf over' },
};
