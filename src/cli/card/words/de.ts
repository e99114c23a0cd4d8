import type { CardWords } from './type.ts';

export const DE: CardWords = {
  title: 'Was die Lichter sagen',
  use: 'Taste halten, sprechen, loslassen. Das Gegenüber hört es in der eigenen Sprache.',
  contact: 'Wer das Gerät betreut',
  phone: 'Telefon',

  allWell: 'Wenn alles in Ordnung ist',
  talk: {
    title: 'Sprechlicht',
    listening: 'Jetzt sprechen',
    translating: 'Es wird übersetzt',
    speaking: 'Die Übersetzung wird gesprochen',
    confirm: 'Kurz drücken, wenn das gemeint war',
    nothingSaid: 'Nichts gehört: noch einmal sprechen',
    notUnderstood: 'Nicht verstanden: anders sagen',
    failed: 'Misslungen: siehe Störungslicht',
  },
  connection: {
    title: 'Verbindungslicht',
    ready: 'Bereit',
    connecting: 'Verbindet; Sie können schon sprechen',
    limited: 'Nur die Sätze des Sprachführers',
    off: 'Keine Verbindung, oder Nachtruhe',
  },
  languages: {
    title: 'Sprachenlichter',
    guest: 'Der Gast spricht diese Sprache',
    without: 'Alle: eine Sprache ohne Licht',
    off: 'Andere Sprache oder noch unbekannt',
  },

  trouble: 'Störungslicht',
  troubleNote: 'Dunkel, wenn alles in Ordnung ist. Sonst die Blitze zwischen zwei Pausen zählen.',
  seconds: 'Sekunden',
  means: 'Was es bedeutet',
  doing: 'Was Sie tun können',
  rows: {
    off: {
      means: 'Alles in Ordnung',
      doing: 'Nichts. Antwortet kein Licht auf die Taste: Ist der Stecker drin?',
    },
    '1 flash': { means: 'Das Mikrofon ist ausgeschaltet', doing: 'Den Stummschalter zurückstellen.' },
    '2 flashes': {
      means: 'Das Mikrofon funktioniert nicht',
      doing: 'Den Stecker abziehen und wieder einstecken. Bleibt es so: anrufen.',
    },
    '3 flashes': {
      means: 'Der Lautsprecher funktioniert nicht',
      doing: 'Ist er eingeschaltet? Den Stecker abziehen und wieder einstecken. Bleibt es so: anrufen.',
    },
    '4 flashes': {
      means: 'Die Taste oder das Gerät selbst',
      doing: 'Klemmt die Taste? Ist es das Netzteil, das zum Gerät gehört? Sonst anrufen.',
    },
    '5 flashes': {
      means: 'Schlüssel, Kontingent oder Modell des Dienstes',
      doing: 'Am Empfang nicht zu beheben: anrufen.',
    },
    'fast blink': {
      means: 'Das Netz oder der Dienst',
      doing:
        'Noch einmal drücken und sprechen: Jeder Druck versucht es neu. Bleibt es so: Geht das Internet anderswo? Dann anrufen.',
    },
    on: {
      means: 'Das Gerät läuft nicht',
      doing:
        'Zwei Minuten warten, vielleicht startet es. Dann ausstecken, zehn Sekunden warten, einstecken. Bleibt es so: anrufen.',
    },
  },
  looks: {
    off: 'aus',
    on: 'leuchtet ständig',
    'slow blink': 'blinkt langsam',
    'fast blink': 'blinkt schnell',
    flash: 'Blitz',
    flashes: 'Blitze',
  },

  faults: 'Alle Störungen',
  faultsNote:
    'Die erste Ziffer zählt die Blitze; 6 und 7 blinken schnell. Welche es ist, steht im Protokoll.',
  see: 'Siehe',
  menders: { staff: 'Sie am Empfang', operator: 'wer das Gerät betreut', nobody: 'vergeht von selbst' },
};
