import type { CardWords } from './type.ts';

export const FR: CardWords = {
  title: 'Ce que disent les voyants',
  use: 'Maintenez le bouton, parlez, relâchez. L’autre personne l’entend dans sa langue.',
  contact: 'Responsable de l’appareil',
  phone: 'Téléphone',

  allWell: 'Quand tout va bien',
  talk: {
    title: 'Voyant de parole',
    listening: 'Parlez maintenant',
    translating: 'Traduction en cours',
    speaking: 'La traduction est diffusée',
    confirm: 'Appuyez si c’est bien cela',
    nothingSaid: 'Rien entendu : parlez de nouveau',
    notUnderstood: 'Pas compris : dites-le autrement',
    failed: 'Échec : voir le voyant de panne',
  },
  connection: {
    title: 'Voyant de connexion',
    ready: 'Prêt',
    connecting: 'Se connecte ; vous pouvez déjà parler',
    limited: 'Seulement les phrases du guide',
    off: 'Pas de connexion, ou repos de nuit',
  },
  languages: {
    title: 'Voyants de langue',
    guest: 'Le client parle cette langue',
    without: 'Tous : une langue sans voyant',
    off: 'Autre langue, ou pas encore connue',
  },

  trouble: 'Voyant de panne',
  troubleNote: 'Éteint quand tout va bien. Sinon, comptez les éclats entre deux pauses.',
  seconds: 'secondes',
  means: 'Ce que cela signifie',
  doing: 'Ce que vous pouvez faire',
  rows: {
    off: { means: 'Tout va bien', doing: 'Rien. Si aucun voyant ne répond au bouton : est-il branché ?' },
    '1 flash': {
      means: 'Le micro est coupé',
      doing: 'Remettez l’interrupteur du micro en position normale.',
    },
    '2 flashes': {
      means: 'Le micro ne marche pas',
      doing: 'Débranchez-le et rebranchez-le. Si cela persiste : appelez.',
    },
    '3 flashes': {
      means: 'Le haut-parleur ne marche pas',
      doing: 'Est-il allumé ? Débranchez-le et rebranchez-le. Si cela persiste : appelez.',
    },
    '4 flashes': {
      means: 'Le bouton ou l’appareil lui-même',
      doing: 'Le bouton est-il coincé ? Est-ce l’alimentation fournie avec l’appareil ? Sinon, appelez.',
    },
    '5 flashes': {
      means: 'Clé, quota ou modèle du service',
      doing: 'Cela ne se répare pas à la réception : appelez.',
    },
    'fast blink': {
      means: 'Le réseau ou le service',
      doing:
        'Appuyez et parlez de nouveau : chaque appui réessaie. Si cela persiste : Internet marche-t-il ailleurs ? Puis appelez.',
    },
    on: {
      means: 'L’appareil ne fonctionne pas',
      doing:
        'Attendez deux minutes : il démarre peut-être. Puis débranchez-le, attendez dix secondes, rebranchez-le. Si cela persiste : appelez.',
    },
  },
  looks: {
    off: 'éteint',
    on: 'allumé en continu',
    'slow blink': 'clignote lentement',
    'fast blink': 'clignote vite',
    flash: 'éclat',
    flashes: 'éclats',
  },

  faults: 'Toutes les pannes',
  faultsNote: 'Le premier chiffre compte les éclats ; 6 et 7 clignotent vite. Le journal dit laquelle.',
  see: 'Voir',
  menders: { staff: 'vous à la réception', operator: 'le responsable', nobody: 'cela passe seul' },
};
