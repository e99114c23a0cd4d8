import type { Wording } from './type.ts';

export const DE: Wording = {
  muted: {
    title: 'Das Mikrofon ist ausgeschaltet',
    hint: 'Den Stummschalter zurückstellen.',
  },

  'microphone-missing': {
    title: 'Kein Mikrofon gefunden',
    hint: 'Mikrofon einstecken; siehe `dragoman devices`.',
  },
  'microphone-busy': {
    title: 'Ein anderes Programm oder ein anderer Benutzer hält das Mikrofon',
    hint: 'Das andere Programm beenden (`fuser -v /dev/snd/*`) oder den Benutzer in die Gruppe audio aufnehmen.',
  },
  'microphone-stalled': {
    title: 'Das Mikrofon liefert keinen Ton',
    hint: 'Nachsehen, ob es stumm geschaltet ist; sonst das Mikrofon abziehen und wieder einstecken.',
  },
  'microphone-failed': {
    title: 'Die Aufnahme brach unerwartet ab',
    hint: 'Nichts, wenn es nur ab und zu geschieht; sonst `arecord -d 3 /dev/null` von Hand versuchen.',
  },
  'recorder-missing': {
    title: 'Das Programm arecord fehlt',
    hint: 'apt-get install alsa-utils',
  },
  'microphone-format': {
    title: 'Das Mikrofon nimmt nicht auf wie verlangt',
    hint: 'microphone.card setzen oder in microphone.device `plughw:` statt `hw:` schreiben; danach `dragoman devices --check`.',
  },

  'loudspeaker-missing': {
    title: 'Kein Lautsprecher gefunden',
    hint: 'Lautsprecher einstecken; siehe `dragoman devices`.',
  },
  'loudspeaker-busy': {
    title: 'Ein anderes Programm oder ein anderer Benutzer hält den Lautsprecher',
    hint: 'Das andere Programm beenden (`fuser -v /dev/snd/*`) oder den Benutzer in die Gruppe audio aufnehmen.',
  },
  'loudspeaker-failed': {
    title: 'Die Wiedergabe brach unerwartet ab',
    hint: 'Nichts, wenn es nur ab und zu geschieht; sonst `speaker-test` von Hand versuchen.',
  },
  'player-missing': {
    title: 'Das Abspielprogramm lässt sich nicht starten',
    hint: 'Das Paket neu installieren (im Quellbaum: scripts/setup) oder loudspeaker.driver = "aplay" wählen.',
  },

  'config-broken': {
    title: 'Die Konfiguration hat Fehler: die letzte gute gilt',
    hint: '`dragoman config check` nennt jeden Fehler mit seiner Zeile; danach `dragoman restart`.',
  },
  'button-stuck': {
    title: 'Eine Taste bleibt gedrückt oder flattert',
    hint: 'Die Taste loslassen; hält sie niemand, so klemmt sie, oder ihr Kabel hat einen Kurzschluss oder fängt Netzbrummen auf.',
  },
  'panel-missing': {
    title: 'Tasten und Lichter lassen sich nicht benutzen',
    hint: 'Die Zeilen unter [panel] prüfen, und ob der Dienst GPIO auf diesem Rechner benutzen darf.',
  },
  internal: {
    title: 'Ein Fehler im Gerät selbst',
    hint: 'Melden, mit den Journalzeilen davor und danach.',
  },
  'under-voltage': {
    title: 'Das Netzteil ist zu schwach',
    hint: 'Das Netzteil des Rechners verwenden, mit dessen eigenem kurzem Kabel.',
  },
  'disk-full': {
    title: 'Die Speicherkarte ist voll oder nicht beschreibbar',
    hint: 'Platz schaffen (`df -h`, `journalctl --vacuum-size=100M`); eine Karte, die nur noch lesbar ist, ist verschlissen: ersetzen.',
  },
  'phrasebook-missing': {
    title: 'Der Sprachführer kann nicht arbeiten: Es fehlen Pakete',
    hint: 'apt-get install libpocketsphinx3 pocketsphinx-en-us libespeak-ng1 espeak-ng-data espeak-ng',
  },
  'phrasebook-failed': {
    title: 'Der Sprachführer hat nicht geantwortet',
    hint: 'Nichts, wenn es nur ab und zu geschieht; sonst `dragoman phrasebook check` von Hand versuchen.',
  },
  'update-failed': {
    title: 'Eine Aktualisierung wurde zurückgenommen',
    hint: 'Die vorige Version arbeitet; `dragoman update status` sagt, was mit der neuen war.',
  },

  'too-hot': {
    title: 'Das Gerät ist zu heiß',
    hint: 'Aus der Sonne nehmen und nichts darauf ablegen.',
  },

  'clock-jumped': {
    title: 'Die Uhr wurde um mehr als einen Tag verstellt',
    hint: 'Datum und Zeitserver prüfen (`timedatectl`); nach 24 Stunden vorbei.',
  },
  'key-missing': {
    title: 'Es gibt keinen API-Schlüssel',
    hint: 'Den Schlüssel hinterlegen: `sudo dragoman key set`.',
  },
  'key-refused': {
    title: 'Der Dienst nimmt den API-Schlüssel nicht an',
    hint: 'In Google AI Studio einen neuen Schlüssel erstellen, dann `sudo dragoman key set`.',
  },
  'permission-denied': {
    title: 'Der API-Schlüssel darf den Dienst nicht benutzen',
    hint: 'Gemini API im Projekt des Schlüssels einschalten, Beschränkungen aufheben, Abrechnung und Land prüfen.',
  },
  quota: {
    title: 'Das Kontingent des API-Schlüssels ist aufgebraucht',
    hint: 'Warten, bis das Kontingent erneuert wird, oder es in Google AI Studio erhöhen.',
  },
  'model-gone': {
    title: 'Der Dienst bietet ein eingestelltes Modell nicht an',
    hint: '`dragoman status` nennt Modell und Einstellung; das nächste der Liste wird benutzt, falls es eines gibt.',
  },
  'setup-rejected': {
    title: 'Der Dienst nimmt die Einstellungen der Sitzung nicht an',
    hint: 'Die Einstellungen unter [live] prüfen; die Begründung des Dienstes steht im Protokoll.',
  },
  'budget-spent': {
    title: 'Das Budget ist ausgegeben',
    hint: 'Auf den nächsten Tag oder Monat warten oder [spending] daily_budget oder monthly_budget erhöhen; `dragoman costs` sagt, wofür es ausgegeben wurde.',
  },
  'no-engine': {
    title: 'Keine eingerichtete Übersetzung kann das',
    hint: 'In interpreters.engines eine aufnehmen, die beide Sprachen kann; die Gründe stehen im Protokoll.',
  },
  'credits-exhausted': {
    title: 'Das Guthaben des Kontos ist aufgebraucht',
    hint: 'Für das Projekt des Schlüssels in Google AI Studio Guthaben kaufen oder dessen monatliches Limit erhöhen.',
  },

  'proxy-failed': {
    title: 'Der Proxy ist nicht erreichbar oder lehnt die Verbindung ab',
    hint: 'service.proxy prüfen, oder HTTPS_PROXY des Dienstes dragoman: Adresse, Benutzer, Kennwort; was der Proxy getan hat, steht im Protokoll.',
  },
  'network-unreachable': {
    title: 'Der Dienst ist nicht erreichbar',
    hint: 'Netzwerkkabel oder WLAN prüfen, und service.base_url, falls gesetzt.',
  },
  'name-not-resolved': {
    title: 'Der Name des Dienstes lässt sich nicht auflösen',
    hint: 'Den DNS-Server dieses Netzes prüfen, und service.base_url, falls gesetzt.',
  },
  'clock-wrong': {
    title: 'Die Uhr des Geräts geht falsch',
    hint: '`timedatectl` prüfen: Die Uhr wird aus dem Netz gestellt (NTP, Port 123), danach wird es erneut versucht.',
  },
  'tls-failed': {
    title: 'Keine sichere Verbindung zum Dienst',
    hint: 'Prüfen, ob eine Firewall oder ein Proxy des Netzes TLS stört, und service.base_url, falls gesetzt.',
  },
  'captive-portal': {
    title: 'Etwas im Netz antwortet anstelle des Dienstes',
    hint: 'Eine Anmeldeseite (Captive Portal): das Gerät anhand seiner MAC-Adresse durchlassen. Ein Netz, das TLS aufbricht: das Zertifikat seiner Zertifizierungsstelle (.crt) nach /usr/local/share/ca-certificates legen, dann `sudo update-ca-certificates` und `sudo dragoman restart`.',
  },
  'upgrade-refused': {
    title: 'Der Dienst, oder etwas davor, hat die Verbindung abgelehnt',
    hint: 'service.base_url und service.api_version prüfen, und ob ein Proxy des Netzes WebSockets durchlässt.',
  },
  'connect-timeout': {
    title: 'Der Dienst hat die Verbindung nicht rechtzeitig beantwortet',
    hint: 'Das Netz prüfen; eine Firewall oder ein Captive Portal kann Verbindungen aufhalten.',
  },
  'network-slow': {
    title: 'Das Netz nimmt den Ton zu langsam auf',
    hint: 'Etwa 350 kbit/s im Upload sind nötig; das WLAN prüfen.',
  },
  'connection-lost': {
    title: 'Die Verbindung zum Dienst ist abgerissen',
    hint: 'Nichts, wenn es nur ab und zu geschieht; sonst das Netz prüfen.',
  },

  'service-error': {
    title: 'Der Dienst meldet einen eigenen Fehler',
    hint: 'Nichts, wenn es nur ab und zu geschieht; sonst auf der Statusseite des Dienstes nachsehen.',
  },
  'setup-timeout': {
    title: 'Der Dienst hat die Sitzung nicht rechtzeitig eingerichtet',
    hint: 'Nichts, wenn es nur ab und zu geschieht; es liegt am Dienst.',
  },
  'session-expired': {
    title: 'Der Dienst hat die Sitzung beendet, weil ihre Zeit um war',
    hint: 'Nichts; die nächste Sitzung wird geöffnet.',
  },
  'service-garbled': {
    title: 'Der Dienst hat etwas Unlesbares geschickt',
    hint: 'Bleibt es so, prüfen, ob ein Proxy des Netzes verändert, was durch ihn hindurchgeht.',
  },
  'no-answer': {
    title: 'Der Dienst hat das Gesagte gehört und nicht geantwortet',
    hint: 'Noch einmal sprechen; bleibt es so, auf der Statusseite des Dienstes nachsehen.',
  },
  'silent-answer': {
    title: 'Der Dienst hat ohne Ton geantwortet',
    hint: 'Noch einmal sprechen; bleibt es so, auf der Statusseite des Dienstes nachsehen.',
  },
  'answer-broken-off': {
    title: 'Der Dienst hat seine Antwort abgebrochen',
    hint: 'Noch einmal sprechen; bleibt es so, auf der Statusseite des Dienstes nachsehen.',
  },
  'answer-endless': {
    title: 'Die Antwort des Dienstes nahm kein Ende',
    hint: 'Noch einmal sprechen; bleibt es so, auf der Statusseite des Dienstes nachsehen.',
  },
  'answer-wrong-language': {
    title: 'Der Dienst hat in der falschen Sprache geantwortet',
    hint: 'Noch einmal in einem ganzen Satz sprechen; bleibt es so, die Einstellungen unter [languages] prüfen.',
  },
};
